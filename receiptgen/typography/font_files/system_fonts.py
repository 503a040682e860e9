"""Fonts of a system: well-known ones that are found by the names of their files."""

import os
import sys
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

from receiptgen.config.records import Record, load
from receiptgen.core.assets import font_folder
from receiptgen.core.inputs import on_forgetting
from receiptgen.typography.font_files.names import is_font_file

# Variable that names further folders of fonts, before those of the system.
FOLDERS = "RECEIPTGEN_FONTS"


class FoundGroup(Record):
    """Fonts that are alike in what they write, as ``fonts/found.yaml`` lists them.

    Attributes:
        package: Debian package that has one of them.
        faces: Names of files by the fonts' names; ``File.ttc#1`` is the second font of a file.
    """

    package: str
    faces: dict[str, tuple[str, ...]]


class FoundList(Record):
    """Fonts that a system may have.

    Attributes:
        groups: Groups by name.
    """

    groups: dict[str, FoundGroup]


def group_of(name: str) -> str | None:
    """Return the group of a font that a system may have; None where no such font is known."""
    return next((group for group, listed in found_groups().items() if name in listed.faces), None)


@lru_cache(maxsize=1)
def found_groups() -> dict[str, FoundGroup]:
    """Return the groups of fonts that a system may have, whether it has them or not."""
    return load(font_folder() / "found.yaml", FoundList).groups


def find_font(name: str) -> str | None:
    """Return the file of a font that a system may have, with ``#1`` after it where it is not the first in the file.

    None where the system hasn't it, or no such font is known.
    """
    files = next((group.faces[name] for group in found_groups().values() if name in group.faces), ())
    known = font_files()
    for file in files:
        path, sign, number = file.partition("#")
        if path.lower() in known:
            return f"{known[path.lower()]}{sign}{number}"
    return None


@lru_cache(maxsize=1)
def font_files() -> dict[str, Path]:
    """Return the font files by their names in lower case; of two of a name, that in the earlier folder."""
    files: dict[str, Path] = {}
    for folder in _folders():
        for below, folders, names in os.walk(folder):  # what can't be read is not there
            folders.sort()
            for name in filter(is_font_file, names):
                files.setdefault(name.lower(), Path(below, name))
    return files


on_forgetting(font_files.cache_clear)


def _folders() -> Iterator[Path]:
    named = os.environ.get(FOLDERS, "").split(os.pathsep)
    home = Path.home()
    if sys.platform == "win32":
        local = Path(os.environ.get("LOCALAPPDATA", home / "AppData" / "Local"))
        usual = [local / "Microsoft" / "Windows" / "Fonts", Path(os.environ.get("WINDIR", r"C:\Windows")) / "Fonts"]
    elif sys.platform == "darwin":
        usual = [home / "Library" / "Fonts", Path("/Library/Fonts"), Path("/System/Library/Fonts")]
    else:
        data = Path(os.environ.get("XDG_DATA_HOME", home / ".local" / "share"))
        usual = [home / ".fonts", data / "fonts", Path("/usr/local/share/fonts"), Path("/usr/share/fonts")]
    yield from (folder for folder in (*(Path(name) for name in named if name), *usual) if folder.is_dir())
