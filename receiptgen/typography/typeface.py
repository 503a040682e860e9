"""Fonts: the packaged ones and user's own, with their coverage and metrics."""

import json
import re
import unicodedata
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

from PIL import ImageFont

from receiptgen.config.records import Record, load
from receiptgen.core.assets import added_folders, font_folder
from receiptgen.core.errors import ConfigError, FontError
from receiptgen.core.inputs import cache_of_files
from receiptgen.core.scripts import JOINERS, NON_JOINER, needs_shaping
from receiptgen.core.suggestions import hint
from receiptgen.typography.font_files.names import SUFFIXES, font_name, is_font_file
from receiptgen.typography.font_files.opening import open_font
from receiptgen.typography.font_files.system_fonts import find_font, found_groups, group_of

# Characters that number formats emit and almost no font has, and what cash registers print instead.
_PLAIN = {
    ord(char): plain
    for plain, chars in {
        " ": "\u00a0\u2007\u2009\u202f\t\r\n\v\f",
        "\u00a5": "\uffe5",
        # Soft hyphens and spaces of no width, and the controls of directions, which are told by the letters.
        "": "\u00ad\u200b\ufeff\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069",
    }.items()
    for char in chars
}
_JOINERS = re.compile(f"[{JOINERS}]+")
# Characters that stand for all of a font's.
_SOME = 64


def plain(text: str) -> str:
    """Return text as it is drawn and labelled: composed, on one line, without characters that no font has.

    Joiners stay where they show: the non-joiner between letters that would join or conjoin, as in Persian, the joiner
    beside one.
    """
    drawn = unicodedata.normalize("NFC", text).translate(_PLAIN)
    return drawn if drawn.isascii() or not _JOINERS.search(drawn) else _JOINERS.sub(_shown_joiners, drawn)


def _shown_joiners(found: re.Match[str]) -> str:
    """Return those of some joiners that change how the letters beside them are drawn."""
    beside = found.string[max(0, found.start() - 1) : found.start()], found.string[found.end() : found.end() + 1]
    shaped = [needs_shaping(char) for char in beside]
    return "".join(char for char in found[0] if (all(shaped) if char == NON_JOINER else any(shaped)))


class FaceEntry(Record):
    """A font as ``fonts/faces.yaml`` lists it.

    Attributes:
        file: Font file in the folder of the list.
        group: Group of similar fonts, by which templates choose.
        native: Size in pixels at which a bitmap-like font is crisp; None for fonts that are crisp at any size.
        licence: File in ``licences/``.
    """

    file: str
    group: str
    native: int | None = None
    licence: str


class FaceList(Record):
    """The packaged fonts.

    Attributes:
        faces: Fonts by name.
    """

    faces: dict[str, FaceEntry]


@dataclass(frozen=True, eq=False)
class Face:
    """A font with its coverage and metrics.

    Attributes:
        name: Packaged name, or path of a user's own file.
        path: Font file.
        group: As in ``FaceEntry``; ``own`` for a user's file.
        native: As in ``FaceEntry``.
        chars: Characters that it draws recognisably, the space, and joiners, which change what is beside them.
        fixed: Whether all ASCII advances are equal; of a font without ASCII, all advances.
        width: Mean ASCII advance in em, or that of what it has.
        digit: Advance of a digit in em; ``width`` where it has none.
        ascent: Highest ink of ``chars`` above the baseline in em.
        descent: Lowest ink of ``chars`` below the baseline in em.
        lookalikes: ASCII characters that look like another one, by ink and size (``dots 12``), at the sizes that were
            measured; missing where there are none. None where nothing was measured; atlases then measure.
        index: Number of the font in its file, which is a collection where that isn't 0.
        coordinates: Values of all axes of a variable font; empty for its default style.
        space: Width of a space in em, where the font has none.
        alike: Characters that it draws and doesn't serve, each with the one that looks the same and is served; of a
            packaged font not known.
    """

    name: str
    path: Path
    group: str
    native: int | None
    chars: frozenset[str]
    fixed: bool
    width: float
    digit: float
    ascent: float
    descent: float
    lookalikes: Mapping[str, str] | None
    index: int = 0
    coordinates: tuple[float, ...] = ()
    space: float | None = None
    alike: Mapping[str, str] = field(default_factory=dict)

    def open(self, size: int, layout: ImageFont.Layout | None = ImageFont.Layout.BASIC) -> ImageFont.FreeTypeFont:
        """Return the font at a size in pixels per em; ``layout`` as of ``opening.open_font``."""
        return open_font(self.path, size, self.index, self.coordinates, layout)

    def covers(self, chars: Iterable[str]) -> bool:
        """Tell whether the font draws all of some characters."""
        return self.chars.issuperset(chars)

    @cached_property
    def some(self) -> tuple[str, ...]:
        """Letters, digits or, where it has neither, signs that it draws, in order: the first few."""
        inked = sorted(self.chars - {" ", *JOINERS})
        return tuple([char for char in inked if char.isalnum()] or inked)[:_SOME]

    @cached_property
    def bold(self) -> "Face | None":
        """The bold font of the same family, if there is one."""
        return faces().get(f"{self.name}-bold")


def face_of(name: str, path: Path, group: str, native: int | None, report: dict[str, Any], index: int = 0) -> Face:
    """Return a font from its measured properties."""
    measured = {key: value for key, value in report.items() if key not in {"chars", "native", "coordinates"}}
    return Face(
        name,
        path,
        group,
        native or report.get("native"),
        frozenset(report["chars"]) | {" ", *JOINERS},
        **measured,
        index=index,
        coordinates=tuple(report.get("coordinates", ())),
    )


@lru_cache(maxsize=1)
def faces() -> dict[str, Face]:
    """Return the packaged fonts by name, and those that other packages add.

    Raises:
        ConfigError: The list of fonts of another package is wrong, or what it lists was never measured.
    """
    found = _faces_in(font_folder())
    own = {face.group for face in found.values()}
    for folder in added_folders("fonts"):
        for name, added in _faces_in(folder).items():
            # Added to a group of receiptgen's own, it would change what everybody else's seeds draw.
            found.setdefault(name, replace(added, group=name) if added.group in own else added)
    return found


def listed_faces(folder: Path) -> dict[str, FaceEntry]:
    """Return the fonts that the list of a folder names; raises ConfigError."""
    return load(folder / "faces.yaml", FaceList).faces


def _faces_in(folder: Path) -> dict[str, Face]:
    listed = listed_faces(folder)
    measured = folder / "coverage.json"
    if not measured.is_file():
        raise ConfigError([f"{measured}: no such file; write it by 'receiptgen fonts index {folder}'"])
    reports = json.loads(measured.read_text(encoding="utf-8"))
    if unmeasured := [entry.file for entry in listed.values() if entry.file not in reports]:
        raise ConfigError([f"{measured}: lacks {unmeasured[0]!r}; write it by 'receiptgen fonts index {folder}'"])
    return {
        name: face_of(name, folder / entry.file, entry.group, entry.native, reports[entry.file])
        for name, entry in listed.items()
    }


@cache_of_files(maxsize=256)
def face(name: str) -> Face:
    """Return a font by its packaged name, one of the system by its name, or a user's own by the path of its file.

    Those that are not packaged are measured on first use.

    Raises:
        FontError: There is no such font or file, or the file can't be used; see ``coverage.measure_font``.
    """
    packaged = faces()
    if name in packaged:
        return packaged[name]
    if group := group_of(name):
        if (file := find_font(name)) is None:
            raise FontError(f"font {name!r} is not on this system; {how_to_get(group)}")
        return _measured_face(name, file, group)
    if not is_font_file(name):
        if Path(name).is_file():
            raise FontError(f"{name}: not a font file, which ends with {', '.join(SUFFIXES)}")
        names = [*packaged, *group_names()]
        raise FontError(f"unknown font or group {name!r}{hint(name, names, 0)}")
    return _measured_face(name, name, "own")


def _measured_face(name: str, file: str, group: str) -> Face:
    font = font_name(file)
    if not font.path.is_file():
        raise FontError(f"{file}: no such font file")
    from receiptgen.typography.coverage import measure_font

    return face_of(name, font.path, group, None, {**measure_font(*font), "lookalikes": None}, font.number)


@lru_cache(maxsize=1)
def face_groups() -> dict[str, tuple[Face, ...]]:
    """Return the packaged fonts by group."""
    groups: dict[str, list[Face]] = {}
    for member in faces().values():
        groups.setdefault(member.group, []).append(member)
    return {group: tuple(members) for group, members in groups.items()}


def group_names() -> list[str]:
    """Return the names of all groups, those of fonts that a system may have last."""
    return [*face_groups(), *found_groups()]


def is_known(name: str) -> bool:
    """Tell whether a name is that of a group, of a packaged font or of one that a system may have."""
    return name in face_groups() or name in faces() or name in found_groups() or group_of(name) is not None


def members(name: str) -> tuple[Face, ...]:
    """Return the fonts of a group, or the one of a name or file.

    Raises:
        FontError: There is no such font or group, or no font of the group is on this system.
    """
    if name in face_groups():
        return face_groups()[name]
    if name not in found_groups():
        return (face(name),)
    if not (found := found_members(name)):
        raise FontError(f"no font of the group {name!r} is on this system; {how_to_get(name)}")
    return found


@cache_of_files(maxsize=16)
def found_members(group: str) -> tuple[Face, ...]:
    """Return the fonts of a group that the system has, without those whose files can't be used."""
    found = []
    for name in found_groups()[group].faces:
        with suppress(FontError):
            found.append(face(name))
    return tuple(found)


def how_to_get(group: str) -> str:
    """Say how to get a font of a group that a system may have."""
    return f"'apt-get install {found_groups()[group].package}' brings one, or name a font file"
