"""What the bytes of samples depend on beside settings, and how it differs from what it was."""

from collections.abc import Collection, Iterator, Mapping
from contextlib import suppress
from functools import cached_property
from pathlib import Path
from typing import Any

from receiptgen.config.named_files import Loaded, locate
from receiptgen.core.errors import UnknownNameError
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


def shown_setting(value: Any) -> str:
    """Return a setting of a data set, ready for JSON, in at most 60 characters."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    text = ",".join(map(str, value)) if isinstance(value, list) else str(value or "none")
    return text if len(text) <= 60 else f"{text[:57]}..."
