"""What the bytes of samples depend on beside settings, and how it differs from what it was."""

from collections.abc import Collection, Iterator, Mapping
from contextlib import suppress
from functools import cached_property
from pathlib import Path
from typing import Any

from receiptgen.config.named_files import Loaded, locate
from receiptgen.core.errors import ExecutorError, FileError, UnknownNameError
from receiptgen.core.files import read_regular, reason_of, walk
from receiptgen.core.inputs import InputFile, forget_changed_files
from receiptgen.core.versions import drawing_versions, package_digest
from receiptgen.dataset.script_fonts import system_fonts
from receiptgen.drawing.profile import profiles
from receiptgen.drawing.template import receipt_template, snippet_set


class Ingredients:
    """Files that samples are made by: templates, a snippet set, profiles, and all that these name.

    Args:
        receipts: Names or paths of receipt templates.
        snippets: Name or path of a snippet set; empty for none.
        kinds: Kinds of the set.
        profile: Name or path of the profile; empty for that of each template or of the set.
        others: Files that are named beside: of locales, of given values.
        countries: Names or paths of the locales of all samples; empty for those of each template or set.
    """

    def __init__(
        self, receipts: Collection[str], snippets: str, kinds: Collection[str], profile: str,
        others: Collection[InputFile] = (), countries: Collection[str] = (),
    ) -> None:  # fmt: skip
        self._others, self._countries = others, countries
        forget_changed_files()
        loaded: dict[str, Loaded[Any]] = {name: receipt_template(name) for name in receipts}
        if snippets:
            loaded[snippets] = snippet_set(snippets)
        self._profiles = profiles({profile or each.value.profile for each in loaded.values()})
        for kind, cut in loaded[snippets].value.cuts.items() if snippets else ():
            if kind in kinds:
                loaded |= {name: receipt_template(name) for name in cut.templates}
        self._templates = loaded

    @cached_property
    def inputs(self) -> tuple[InputFile, ...]:
        """Files from outside that they name, as fonts and lists of words, each once."""
        loaded = (*self._templates.values(), *self._profiles.values())
        named = [*(file for each in loaded for file in each.inputs), *self._others]
        texts = [*(file.path for file in named), *self._texts()]
        return tuple({file.path: file for file in (*named, *system_fonts(texts))}.values())

    def _texts(self) -> Iterator[Path]:
        """Yield the templates' own files and those of the locales, whose texts are printed."""
        for loaded in self._templates.values():
            yield from (file.path for file in loaded.files)
            for country in self._countries or loaded.value.locales:
                with suppress(UnknownNameError):  # a locale that is a name alone
                    yield locate(country, "locales")

    def portable_files(self) -> dict[str, bytes]:
        """Return the content of files from outside that are named by paths below the current folder, by these paths.

        Raises:
            FileError: One can't be read any more.
        """
        loaded = (*self._templates.values(), *self._profiles.values())
        named = {file.path for each in loaded for file in (*each.files, *each.inputs)}
        named |= {file.path for file in (*self._others, *self.inputs)} | set(self._texts())
        contents: dict[str, bytes] = {}
        for path in sorted(named):
            if path.is_absolute() or ".." in path.parts:
                continue
            try:
                inside = [base / name for base, names in walk(path) for name in names] if path.is_dir() else [path]
                contents |= {file.as_posix(): read_regular(file) for file in inside}
            except OSError as error:
                raise FileError(f"{path}: {reason_of(error)}") from None
        return contents

    def identity(self) -> dict[str, Any]:
        """Return versions and digests, ready for JSON; those of files as they are now."""
        return {
            "versions": drawing_versions(),
            "package": package_digest(),
            "templates": {name: loaded.digest for name, loaded in self._templates.items()},
            "profiles": {name: loaded.digest for name, loaded in self._profiles.items()},
            "inputs": {str(file.path): file.current_digest() for file in self.inputs},
        }


# Keys of an identity.
IDENTITY = ("versions", "package", "templates", "profiles", "inputs")


def changed_libraries(old: Mapping[str, Any], new: Mapping[str, Any]) -> list[str]:
    """Return which versions differ between two identities, and whether the package's own code and data do."""
    found = [f"{name} ({before or 'none'}, now {now or 'none'})" for name, before, now in _pairs(old, new, "versions")]
    own = old.get("package", new["package"]) == new["package"]
    return found if own else [*found, "code or data of receiptgen"]


def changed_sources(old: Mapping[str, Any], new: Mapping[str, Any]) -> list[str]:
    """Return which templates, profiles and files from outside differ between two identities."""
    named = [
        f"{noun} {name!r}"
        for key, noun in (("packs", "pack"), ("templates", "template"), ("profiles", "profile"))
        for name, _, _ in _pairs(old, new, key)
    ]
    return [*named, *(name for name, _, _ in _pairs(old, new, "inputs"))]


def _pairs(old: Mapping[str, Any], new: Mapping[str, Any], key: str) -> list[tuple[str, str, str]]:
    """Return name, old and new value of what differs in a mapping of two identities; nothing where one lacks it."""
    before, now = old.get(key), new.get(key)
    if not isinstance(before, dict) or not isinstance(now, dict):
        return []
    names = [name for name in {**before, **now} if before.get(name) != now.get(name)]
    return [(name, before.get(name, ""), now.get(name, "")) for name in names]


def check_identity(here: Mapping[str, Any], wanted: Mapping[str, Any]) -> None:
    """Compare what a machine of a cluster would draw by with what the data set is to be drawn by.

    Raises:
        ExecutorError: They differ; the message says what and how to mend it.
    """
    libraries = [
        f"{name} {own or 'is missing'} instead of {other or 'none'}"
        for name, own, other in _pairs(here, wanted, "versions")
    ]
    if here["package"] != wanted["package"]:
        libraries.append("other code or data of receiptgen")
    if libraries:
        raise ExecutorError(f"has {', '.join(libraries)}; install on it what this machine has")
    if named := changed_sources(here, wanted):
        raise ExecutorError(
            f"{', '.join(named)}: is missing there or another file than here; put it on a disk that all nodes share, "
            "or name it by a path below the current folder, and it is sent along"
        )


def shown_setting(value: Any) -> str:
    """Return a setting of a data set, ready for JSON, in at most 60 characters."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        text = ",".join(map(str, value))
    else:
        text = str(value) if value or isinstance(value, int | float) else "none"
    return text if len(text) <= 60 else f"{text[:57]}..."
