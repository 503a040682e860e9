"""Faces and what they draw: the packaged faces, their coverage, and atlases of ready glyphs."""

import json
import unicodedata
from collections import OrderedDict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any, Literal, get_args

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from receiptgen.assets import font_folder
from receiptgen.config import Record, load
from receiptgen.dice import Dice, Weights
from receiptgen.errors import FontError
from receiptgen.registry import near_miss

# Characters that number formats emit and almost no face has, and what tills print instead.
_PLAIN = {
    ord(char): plain
    for plain, chars in {
        " ": "\u00a0\u2007\u2009\u202f\t\r\n\v\f",
        "\u00a5": "\uffe5",
        "": "\u00ad\u200b\u200e\u200f\ufeff",
    }.items()
    for char in chars
}
# "dots": one bit a pixel, as a printer's own fonts; "smooth": 256 levels, as a laser printer scanned.
Ink = Literal["dots", "smooth"]
INKS: tuple[Ink, ...] = get_args(Ink)

# Pixels an em at which twins are measured: from below what is legible to double height.
_TWIN_SIZES = range(8, 73)


def plain(text: str) -> str:
    """Return text as it is drawn and labelled: composed, on one line, without characters that no face has."""
    return unicodedata.normalize("NFC", text).translate(_PLAIN)


class FaceEntry(Record):
    """A face as ``fonts/faces.yaml`` lists it.

    Attributes:
        file: Font file beside the list.
        group: Family resemblance by which templates draw faces.
        native: Size in pixels at which a bitmap-like face is crisp; None for outlines that are fine at any size.
        licence: File in ``licences/``.
    """

    file: str
    group: str
    native: int | None = None
    licence: str


class FaceList(Record):
    """The packaged faces.

    Attributes:
        faces: Faces by name.
    """

    faces: dict[str, FaceEntry]


@dataclass(frozen=True, eq=False)
class Face:
    """A face and what it covers.

    Attributes:
        name: Packaged name, or the path of a user's own file.
        path: Font file.
        group: See ``FaceEntry``; ``own`` for a user's file.
        native: See ``FaceEntry``.
        chars: What the face draws recognisably, and the space.
        fixed: Whether all ASCII advances are equal.
        width: Mean ASCII advance in em.
        digit: Advance of a digit in em.
        ascent: Highest ink of ``chars`` above the baseline in em.
        descent: Lowest ink of ``chars`` below the baseline in em.
        twins: ASCII characters that look like another one, by ink and size (``dots 12``), at the sizes that were
            measured; missing where there are none. None where nothing was measured: atlases then do.
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
    twins: Mapping[str, str] | None

    def covers(self, chars: Iterable[str]) -> bool:
        """Tell whether the face draws every one of some characters."""
        return self.chars.issuperset(chars)

    @cached_property
    def bold(self) -> "Face | None":
        """The face's own bold cut, if there is one."""
        return faces().get(f"{self.name}-bold")


def _face(name: str, path: Path, group: str, native: int | None, report: dict[str, Any]) -> Face:
    chars = frozenset(report["chars"]) | {" "}
    return Face(name, path, group, native, chars, **{key: report[key] for key in report if key != "chars"})


@lru_cache(maxsize=1)
def faces() -> dict[str, Face]:
    """Return the packaged faces by name."""
    folder = font_folder()
    listed = load(folder / "faces.yaml", FaceList).faces
    reports = json.loads((folder / "coverage.json").read_text(encoding="utf-8"))
    return {
        name: _face(name, folder / entry.file, entry.group, entry.native, reports[entry.file])
        for name, entry in listed.items()
    }


@lru_cache(maxsize=64)
def face(name: str) -> Face:
    """Return a face by packaged name, or a user's own by the path of its file, measured on first use.

    Raises:
        FontError: There is no such face or file, or the file is unfit; see ``coverage.measure``.
    """
    packaged = faces()
    if name in packaged:
        return packaged[name]
    path = Path(name)
    if path.suffix.lower() not in {".ttf", ".otf", ".ttc"}:
        known = [*packaged, *face_groups()]
        raise FontError(f"unknown face or group {name!r}{near_miss(name, known)}")
    if not path.is_file():
        raise FontError(f"{name}: no such font file")
    from receiptgen.coverage import measure

    return _face(name, path, "own", None, {**measure(path), "twins": None})


def _twin_key(ink: Ink, bold: bool, size: int) -> str:
    return f"{ink}{' bold' if bold else ''} {size}"


def write_index(folder: Path) -> Path:
    """Measure every font file of a folder into its ``coverage.json``, which spares ``faces`` a minute's work."""
    from receiptgen.coverage import measure

    index = {}
    for path in sorted(path for path in folder.iterdir() if path.suffix in {".ttf", ".otf"}):
        report = measure(path)
        measured = _face(path.stem, path, "", None, {**report, "twins": None})
        twins = {
            _twin_key(ink, bold, size): "".join(sorted(found))
            for ink in INKS
            for bold in (False, True)
            for size in _TWIN_SIZES
            if (found := Atlas(measured, size, ink, bold=bold).twins)
        }
        index[path.name] = {**report, "twins": twins}
    target = folder / "coverage.json"
    target.write_text(json.dumps(index, ensure_ascii=False, indent=0) + "\n", encoding="utf-8")
    return target


@lru_cache(maxsize=1)
def face_groups() -> dict[str, tuple[Face, ...]]:
    """Return the packaged faces by group."""
    groups: dict[str, list[Face]] = {}
    for member in faces().values():
        groups.setdefault(member.group, []).append(member)
    return {group: tuple(members) for group, members in groups.items()}


def draw_faces(weights: Weights, chars: set[str], dice: Dice) -> Iterator[Face]:
    """Yield faces that draw all of ``chars``: groups, names and paths by weight, each face once, best first.

    Args:
        weights: Groups, face names or font files, with weights.
        chars: What will be drawn; the face is chosen after the text.
        dice: Of the sample.

    Raises:
        FontError: None of them covers ``chars``; the message names a face and what it lacks.
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
            f"no face among {', '.join(weights)} draws {lacking!r}: nearest is {nearest.name!r}; "
            "name another face or group, or leave these characters out"
        )
    while left:
        name = dice.weigh(Weights({name: weights[name] for name in left}))
        yield left[name].pop(int(dice.random() * len(left[name])))
        if not left[name]:
            del left[name]


class Glyph:
    """One character, ready to be laid beside others.

    Attributes:
        cell: Ink uint8 (height, advance), 0 none to 255 full; the atlas's height.
        full: The same with the overhang on both sides, or None where all ink is inside the advance.
        left: Columns by which ``full`` begins before the pen.
        advance: Pixels from this pen position to the next.
        box: Ink box ``x0, y0, x1, y1`` from the pen and the top of the cell; empty for a space.
        number: Its row in the atlas's table.
    """

    __slots__ = ("advance", "box", "cell", "full", "left", "number")

    def __init__(self, ink: NDArray[np.uint8], origin: int, advance: int, number: int) -> None:
        self.number = number
        columns = np.flatnonzero(ink.any(axis=0))
        self.advance = advance
        self.full: NDArray[np.uint8] | None = None
        self.left = 0
        if not columns.size:
            self.cell, self.box = np.zeros((ink.shape[0], advance), np.uint8), (0, 0, 0, 0)
            return
        rows = np.flatnonzero(ink.any(axis=1))
        x0, x1 = int(columns[0]) - origin, int(columns[-1]) + 1 - origin
        self.box = (x0, int(rows[0]), x1, int(rows[-1]) + 1)
        self.cell = ink[:, origin : origin + advance].copy()
        if x0 < 0 or x1 > advance:
            self.left = max(0, -x0)
            self.full = ink[:, origin - self.left : origin + max(x1, advance)].copy()


class Strip:
    """A text as ink.

    Attributes:
        ink: uint8 (H, W), the atlas's height; may not be written to.
        left: Columns of ``ink`` before the pen's start.
        boxes: int32 (N, 4), ink box of each character of the text, spaces included (empty), from pen and cell top.
    """

    __slots__ = ("boxes", "ink", "left")

    def __init__(self, ink: NDArray[np.uint8], left: int, boxes: NDArray[np.int32]) -> None:
        self.ink = ink
        self.left = left
        self.boxes = boxes


class Atlas(dict[str, Glyph]):
    """Glyphs of one face, drawn once and laid side by side from then on.

    Args:
        face: The face.
        size: Pixels an em.
        ink: One bit or 256 levels.
        pitch: Advance of every character in pixels, or None for the face's own.
        bold: Strike twice, a dot apart, as a till does for want of a bold font.
        wide: Repeat every column, as a till's double width.
        tall: Repeat every row, as a till's double height.

    Attributes:
        ascent: Rows of a cell above the baseline.
        height: Rows of a cell.
    """

    def __init__(
        self, face: Face, size: int, ink: Ink = "smooth", pitch: int | None = None,
        bold: bool = False, wide: bool = False, tall: bool = False,
    ) -> None:  # fmt: skip
        super().__init__()
        self.face, self.size, self.ink, self.pitch = face, size, ink, pitch
        self._bold, self._wide, self._tall = bold, 1 + wide, 1 + tall
        # Hinting may lift an outline by a pixel over its scaled height.
        self._up = int(np.ceil(face.ascent * size)) + 1
        self._down = int(np.ceil(face.descent * size)) + 1
        self.ascent = self._up * self._tall
        self.height = (self._up + self._down) * self._tall
        self._font = ImageFont.truetype(face.path, size, layout_engine=ImageFont.Layout.BASIC)
        # Rows of box, advance and overhang by a glyph's number: a text's are gathered in one step.
        self._table = np.zeros((64, 6), np.int32)

    def __missing__(self, char: str) -> Glyph:
        if char not in self.face.chars:
            raise FontError(f"face {self.face.name!r} can't draw {char!r}")
        natural = round(self._font.getlength(char))
        advance = natural if self.pitch is None else self.pitch
        # Italic and handwritten faces overhang, none by an em.
        pad = self.size
        image = Image.new("L", (2 * pad + max(natural, advance), self._up + self._down))
        pen = ImageDraw.Draw(image)
        pen.fontmode = "1" if self.ink == "dots" else "L"
        # A glyph narrower or wider than the pitch stands in the middle of its cell.
        pen.text((pad + (advance - natural) // 2, self._up), char, 255, self._font, "ls")
        ink = np.array(image)
        if self._bold:
            ink[:, 1:] = np.maximum(ink[:, 1:], ink[:, :-1])
        ink = ink.repeat(self._tall, axis=0).repeat(self._wide, axis=1)
        number = len(self)
        glyph = self[char] = Glyph(ink, pad * self._wide, advance * self._wide, number)
        if number == len(self._table):
            self._table = np.concatenate([self._table, np.zeros_like(self._table)])
        self._table[number] = (*glyph.box, glyph.advance, glyph.full is not None)
        return glyph

    @cached_property
    def twins(self) -> frozenset[str]:
        """ASCII characters that look like another one: no label could tell them apart."""
        if self.face.twins is not None:
            # Repeated rows and columns make no new ones, nor does a pitch.
            return frozenset(self.face.twins.get(_twin_key(self.ink, self._bold, self.size), ""))
        seen: dict[tuple[Any, bytes], str] = {}
        twins = set()
        for char in map(chr, range(0x21, 0x7F)):
            glyph = self[char]
            first = seen.setdefault((glyph.box, glyph.cell.tobytes()), char)
            if first != char:
                twins |= {first, char}
        return frozenset(twins)

    def fill(self) -> None:
        """Draw all of ASCII now rather than when it is first used."""
        for char in map(chr, range(0x20, 0x7F)):
            _ = self[char]

    def measure(self, text: str) -> int:
        """Return the advance of a text in pixels."""
        return sum([self[char].advance for char in text])

    def strip(self, text: str) -> Strip:
        """Lay a text out. Characters that overhang their advance overlap their neighbours, as on paper."""
        glyphs = [self[char] for char in text]
        rows = self._table[[glyph.number for glyph in glyphs]]
        pens = rows[:, 4].cumsum()
        pens -= rows[:, 4]
        boxes = rows[:, :4]
        boxes[:, 0] += pens
        boxes[:, 2] += pens
        if not rows[:, 5].any():
            return Strip(np.concatenate([glyph.cell for glyph in glyphs], axis=1), 0, boxes)
        left = max(0, -int(boxes[:, 0].min()))
        right = max(int(boxes[:, 2].max()), int(pens[-1]) + glyphs[-1].advance)
        ink = np.zeros((self.height, left + right), np.uint8)
        for glyph, pen in zip(glyphs, pens.tolist(), strict=True):
            part = glyph.cell if glyph.full is None else glyph.full
            start = left + pen - glyph.left
            target = ink[:, start : start + part.shape[1]]
            np.maximum(target, part, out=target)
        return Strip(ink, left, boxes)


class _Shelf(OrderedDict[tuple[Any, ...], Atlas]):
    """The atlases last used: those of the looks that serve snippets, and those of a few receipts."""

    capacity = 112

    def take(self, *key: Any) -> Atlas:
        found = self.get(key)
        if found is None:
            found = self[key] = Atlas(*key)
            if len(self) > self.capacity:
                self.popitem(last=False)
        else:
            self.move_to_end(key)
        return found


_SHELF = _Shelf()


def atlas(
    face: Face, size: int, ink: Ink = "smooth", pitch: int | None = None,
    bold: bool = False, wide: bool = False, tall: bool = False,
) -> Atlas:  # fmt: skip
    """Return an atlas from the process's shelf; arguments as ``Atlas`` takes them."""
    return _SHELF.take(face, size, ink, pitch, bold, wide, tall)
