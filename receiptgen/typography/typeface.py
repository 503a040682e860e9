"""Fonts: the packaged ones and user's own, with their coverage and metrics."""

import json
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

from receiptgen.config.records import Record, load
from receiptgen.core.assets import added_folders, font_folder
from receiptgen.core.dice import Dice
from receiptgen.core.distributions import Weights
from receiptgen.core.errors import ConfigError, FontError
from receiptgen.core.inputs import cache_of_files
from receiptgen.core.scripts import JOINERS, NON_JOINER, needs_shaping
from receiptgen.core.suggestions import hint

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
# Ends of the names of font files, lower case: those that are read, and others, which are told apart when they are read.
_COLLECTIONS = (".ttc", ".otc")
_SUFFIXES = (".ttf", ".otf", *_COLLECTIONS, ".woff")
_FOREIGN_SUFFIXES = (".woff2", ".eot", ".dfont", ".pfa", ".pfb", ".pcf", ".bdf", ".fon")


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
        fixed: Whether all ASCII advances are equal.
        width: Mean ASCII advance in em.
        digit: Advance of a digit in em.
        ascent: Highest ink of ``chars`` above the baseline in em.
        descent: Lowest ink of ``chars`` below the baseline in em.
        index: Number of the font in its file, which is a collection where that isn't 0.
        lookalikes: ASCII characters that look like another one, by ink and size (``dots 12``), at the sizes that were
            measured; missing where there are none. None where nothing was measured; atlases then measure.
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

    def covers(self, chars: Iterable[str]) -> bool:
        """Tell whether the font draws all of some characters."""
        return self.chars.issuperset(chars)

    @cached_property
    def bold(self) -> "Face | None":
        """The bold font of the same family, if there is one."""
        return faces().get(f"{self.name}-bold")


def face_of(name: str, path: Path, group: str, native: int | None, report: dict[str, Any], index: int = 0) -> Face:
    """Return a font from its measured properties."""
    chars = frozenset(report["chars"]) | {" ", *JOINERS}
    measured = {key: report[key] for key in report if key != "chars"}
    return Face(name, path, group, native, chars, **measured, index=index)


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


def is_font_file(name: str) -> bool:
    """Tell whether a name is that of a font file, not of a packaged font or group."""
    return font_file(name)[0].suffix.lower() in (*_SUFFIXES, *_FOREIGN_SUFFIXES)


def font_file(name: str) -> tuple[Path, int]:
    """Return the file that a name such as ``Shop.ttc#1`` stands for, and the number of the font in it."""
    collection, sign, number = name.rpartition("#")
    if sign and number.isdecimal() and collection.lower().endswith(_COLLECTIONS):
        return Path(collection), int(number)
    return Path(name), 0


@cache_of_files(maxsize=64)
def face(name: str) -> Face:
    """Return a font by its packaged name, or a user's own by the path of its file, measured on first use.

    Raises:
        FontError: There is no such font or file, or the file can't be used; see ``coverage.measure_font``.
    """
    packaged = faces()
    if name in packaged:
        return packaged[name]
    path, index = font_file(name)
    if not is_font_file(name):
        if path.is_file():
            raise FontError(f"{name}: not a font file, which ends with {', '.join(_SUFFIXES)}")
        names = [*packaged, *face_groups()]
        raise FontError(f"unknown font or group {name!r}{hint(name, names, 0)}")
    if not path.is_file():
        raise FontError(f"{name}: no such font file")
    from receiptgen.typography.coverage import measure_font

    return face_of(name, path, "own", None, {**measure_font(path, index), "lookalikes": None}, index)


@lru_cache(maxsize=1)
def face_groups() -> dict[str, tuple[Face, ...]]:
    """Return the packaged fonts by group."""
    groups: dict[str, list[Face]] = {}
    for member in faces().values():
        groups.setdefault(member.group, []).append(member)
    return {group: tuple(members) for group, members in groups.items()}


def draw_faces(weights: Weights, chars: set[str], dice: Dice) -> Iterator[Face]:
    """Yield fonts that draw all of ``chars``: groups, names and paths by weight, each font once, in drawn order.

    Args:
        weights: Groups, names of fonts or font files, with weights.
        chars: Characters to draw; the font is chosen after the text.
        dice: Dice of the sample.

    Raises:
        FontError: None of them covers ``chars``; the message names a font and what it lacks.
    """
    groups = face_groups()
    left = {name: [f for f in groups.get(name) or (face(name),) if f.covers(chars)] for name in weights}
    left = {name: members for name, members in left.items() if members and weights[name] > 0}
    if not left:
        nearest = min(
            (f for name in weights for f in groups.get(name) or (face(name),)),
            key=lambda f: len(chars - f.chars),
        )
        lacking = "".join(sorted(chars - nearest.chars))
        raise FontError(
            f"no font among {', '.join(weights)} draws {lacking!r}: nearest is {nearest.name!r}; "
            "name another font or group, or leave these characters out"
        )
    while left:
        name = dice.weigh(Weights({name: weights[name] for name in left}))
        yield left[name].pop(int(dice.random() * len(left[name])))
        if not left[name]:
            del left[name]
