"""Files that come with the package, or with others that add to it: templates, locales, goods, word lists, fonts."""

from collections.abc import Iterable, Mapping
from functools import cache, lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Final

from receiptgen.core.added_points import added_points
from receiptgen.core.errors import FileError, UnknownNameError
from receiptgen.core.suggestions import hint

if TYPE_CHECKING:
    from importlib.metadata import EntryPoint

# Folders whose entry-point group is called otherwise: ``receiptgen.snippets`` are kinds of snippets.
_GROUPS: Final = {"snippets": "snippet_sets"}
# Ends of the names of files in folders that hold others than YAML.
_SUFFIXES: Final = {"goods": (".yaml", ".csv", ".tsv"), "merchants": (".yaml", ".csv", ".tsv")}
# Commands that list a folder, where there are too many names for a message.
_LISTS: Final = {"locales": "receiptgen locales list"}
# What messages call a file of a folder, where the folder's name is not its plural.
_NOUNS: Final = {
    "snippets": "snippet set",
    "shops": "kind of shop",
    "goods": "list of goods",
    "merchants": "list of merchants",
}


@cache
def _folder(package: str) -> Path:
    # Fonts and YAML are opened by path; the package is always installed as plain files, never as a zip.
    spec = find_spec(package)
    assert spec is not None  # a part of this package
    assert spec.submodule_search_locations
    return Path(spec.submodule_search_locations[0])


def _files(folders: Iterable[Path], suffixes: tuple[str, ...]) -> dict[str, Path]:
    """Return the files of some folders by name without suffix; the first of a name counts."""
    found: dict[str, Path] = {}
    for folder in folders:
        for suffix in suffixes:
            for path in sorted(folder.glob(f"*{suffix}")):
                found.setdefault(path.name.removesuffix(suffix), path)
    return dict(sorted(found.items()))


def own_names(folder: str, suffix: str = "") -> tuple[str, ...]:
    """Return the names of receiptgen's own files of a folder of ``configs``, sorted: what is drawn by default."""
    return tuple(_files([_folder("receiptgen.configs") / folder], _suffixes(folder, suffix)))


def packaged_names(folder: str, suffix: str = "") -> tuple[str, ...]:
    """Return the names of the packaged files of a folder of ``configs``, without suffix, sorted.

    Args:
        folder: Name of the folder.
        suffix: End of the files' names; empty for the usual one of the folder.
    """
    return tuple(_packaged_files(folder, suffix))


@cache
def _packaged_files(folder: str, suffix: str) -> Mapping[str, Path]:
    return _files([_folder("receiptgen.configs") / folder, *added_folders(folder)], _suffixes(folder, suffix))


def _suffixes(folder: str, suffix: str) -> tuple[str, ...]:
    return (suffix,) if suffix else _SUFFIXES.get(folder, (".yaml",))


def packaged(folder: str, name: str, suffix: str = "") -> Path:
    """Return the path of ``configs/FOLDER/NAME.yaml``, or of such a file of another package.

    Raises:
        UnknownNameError: There is no such file.
    """
    known = _packaged_files(folder, suffix)
    if name not in known:
        noun = _NOUNS.get(folder, folder.removesuffix("s"))
        listed = f"; '{_LISTS[folder]}' names them" if folder in _LISTS else ""
        raise UnknownNameError(f"unknown {noun} {name!r}{hint(name, known) or listed}")
    return known[name]


@cache
def added_folders(folder: str) -> tuple[Path, ...]:
    """Return the folders that other packages add to a folder of ``configs``, or to ``fonts``.

    They name them by entry points of the group ``receiptgen.FOLDER`` (``receiptgen.snippet_sets`` for ``snippets``),
    whose values are packages; nothing of these is imported.

    Raises:
        FileError: A package that an entry point names is not there.
    """
    points = added_points(f"receiptgen.{_GROUPS.get(folder, folder)}")
    return tuple(_package_folder(point) for point in sorted(points, key=lambda point: (point.name, point.value)))


def _package_folder(point: "EntryPoint") -> Path:
    top, *rest = point.value.split(".")
    spec = find_spec(top)  # of a package below another one it would import that
    roots = (spec.submodule_search_locations if spec else None) or ()
    for path in (Path(root, *rest) for root in roots):
        if path.is_dir():
            return path
    raise FileError(f"entry point {point.name!r} of {point.group}: there is no package {point.value!r}")


def is_own(path: Path) -> bool:
    """Tell whether a file is one of those that come with receiptgen itself."""
    return path.is_relative_to(_folder("receiptgen.configs")) or path.is_relative_to(font_folder())


def packaged_weights(name: str, suffix: str = ".safetensors") -> Path | None:
    """Return the path of packaged weights, or None if there are none of that name."""
    path = _folder("receiptgen.weights") / f"{name}{suffix}"
    return path if name.isidentifier() and path.is_file() else None


def font_folder() -> Path:
    """Return the folder of the packaged fonts."""
    return _folder("receiptgen.fonts")


@lru_cache(maxsize=64)
def word_list(name: str) -> tuple[str, ...]:
    """Read ``configs/words/NAME.txt``: one entry a line, without empty lines and lines that begin with ``#``.

    Raises:
        UnknownNameError: There is no such list.
    """
    lines = packaged("words", name, ".txt").read_text(encoding="utf-8").splitlines()
    return tuple(line.strip() for line in lines if line.strip() and not line.startswith("#"))
