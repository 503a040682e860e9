"""Coverage of fonts: which characters a font can draw, by its character map, outlines and pixels.

A font "covers" a character when it maps it, its outline is not empty (OCR-A maps a euro sign and draws nothing), and
none that could stand in its place and is preferred to it looks the same to the pixel (Spleen draws ``'`` and a
typographic quote alike, so that a label with the latter could never be told from the former); see ``lookalikes``.
"""

import json
import unicodedata
from collections.abc import Iterable, Mapping
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import PIL
from PIL import ImageFont, features

from receiptgen.core.errors import FontError
from receiptgen.core.files import read_regular, reason_of
from receiptgen.core.scripts import script_of
from receiptgen.typography.font_files import disk_cache
from receiptgen.typography.font_files.bitmap_fonts import native_size
from receiptgen.typography.font_files.names import FontName, is_bitmap
from receiptgen.typography.font_files.opening import coordinates_of, damage, open_font, open_tables
from receiptgen.typography.lookalikes import drawn_alike

if TYPE_CHECKING:
    from fontTools.ttLib import TTFont

# Up to here are alphabets, punctuation and currency signs, whose outlines are measured exactly; from here on are East
# Asian characters by the ten thousand, and signs.
LAST = 0x2200
# Scripts whose characters are as high as the line; other signs from ``LAST`` on are covered where they are no higher
# than the font's letters.
_EAST_ASIAN = frozenset({"han", "kana", "hangul", "bopomofo"})
# Pixels per em at which two characters are compared; the size at which the packaged fonts were checked by eye.
PICTURE_SIZE = 30
# Version of what is measured, part of the names of measures on disk.
_VERSION = 1


class FaceReport(dict[str, Any]):
    """Measured properties of one font, as stored in ``coverage.json``.

    Keys: ``chars`` (what it covers, as one string), ``fixed`` (whether all ASCII advances are equal), ``width``
    (mean ASCII advance), ``digit`` (advance of a digit), ``ascent`` and ``descent`` (of the covered ink), all in em;
    of a font without ASCII or digits those of what it has. Only where there are such: ``space`` (width of a space, of
    a font that has none), ``native`` (size in pixels of a bitmap font), ``coordinates`` (values of all axes of a
    variable font of which some are named), ``alike`` (characters that it draws and doesn't serve, each with the one
    that looks the same and is served).
    """


class _Picture(NamedTuple):
    """What a character looks like: its advance, where its ink lies from the pen on the baseline, and the ink."""

    advance: float
    offset: tuple[int, int]
    size: tuple[int, int]
    ink: bytes

    @property
    def heights(self) -> tuple[float, float]:
        """Lowest and highest ink above the baseline, in em."""
        top = self.offset[1]
        return -(top + self.size[1]) / PICTURE_SIZE, -top / PICTURE_SIZE


def measure_font(path: Path, index: int = 0, axes: tuple[tuple[str, float], ...] = ()) -> FaceReport:
    """Measure one font file, or return what was measured of the same bytes before.

    Args:
        path: The file.
        index: Number of the font in it, if it is a collection.
        axes: Values of some axes of a variable font, by their tags.

    Raises:
        FontError: The file is not a font, is damaged, or draws nothing.
    """
    font = FontName(path, index, axes)
    try:
        content = read_regular(path)
    except OSError as error:
        raise FontError(f"{path}: {reason_of(error)}") from None
    # Pictures are those of a version of FreeType.
    made = (index, axes, _VERSION, PIL.__version__, features.version("freetype2"))
    name = f"{sha256(content + repr(made).encode()).hexdigest()}.json"
    if (kept := disk_cache.load(name)) is not None:
        return FaceReport(json.loads(kept))
    report = _measured(font)
    disk_cache.keep(name, json.dumps(report, ensure_ascii=False).encode())
    return report


def _measured(font: FontName) -> FaceReport:
    tables = open_tables(font)
    coordinates = coordinates_of(font, tables)
    try:
        opened = open_font(font.path, PICTURE_SIZE, font.number, coordinates)
        pictures = _pictures(opened, tables.getBestCmap())
        heights = _heights(font, tables, pictures)
        alike = drawn_alike(heights, pictures.__getitem__)
        chars = {char: ends for char, ends in heights.items() if char not in alike}
        if not chars:
            raise FontError(f"{font}: the font draws no character")
        advances = _advances(font, tables, chars)
    except FontError:
        raise
    except Exception as error:  # fontTools and FreeType raise what they please on broken tables
        raise damage(font.path, error) from error
    report = FaceReport(
        chars="".join(sorted(chars)),
        **advances,
        ascent=round(max(top for _, top in chars.values()), 4),
        descent=round(-min(bottom for bottom, _ in chars.values()), 4),
    )
    if is_bitmap(font.path):
        report["native"] = native_size(font.path)
    if coordinates:
        report["coordinates"] = list(coordinates)
    if alike:
        report["alike"] = alike
    return report


def _pictures(font: ImageFont.FreeTypeFont, codes: Iterable[int]) -> dict[str, _Picture]:
    """Return what each printable character looks like that leaves ink and, unless it is a mark, has a width."""
    pictures = {}
    for char in map(chr, sorted(codes)):
        if char <= " " or not char.isprintable():
            continue
        try:
            ink, offset = font.getmask2(char, "L", anchor="ls")
        except OSError:
            if ord(char) < LAST:
                raise
            continue  # words as wide as a page, which are one character of Arabic fonts, are too much for FreeType
        advance = font.getlength(char)
        if ink.getbbox() and (advance > 0 or unicodedata.category(char)[0] == "M"):
            pictures[char] = _Picture(advance, offset, ink.size, bytes(ink))
    return pictures


def _heights(font: FontName, tables: "TTFont", pictures: Mapping[str, _Picture]) -> dict[str, tuple[float, float]]:
    """Return the lowest and highest point, in em, of the characters that can be covered."""
    from fontTools.pens.boundsPen import BoundsPen

    glyphs, cmap, em = tables.getGlyphSet(location=dict(font.axes)), tables.getBestCmap(), tables["head"].unitsPerEm
    heights = {}
    for char, picture in pictures.items():
        if ord(char) >= LAST:
            heights[char] = picture.heights
            continue
        pen = BoundsPen(glyphs)
        glyphs[cmap[ord(char)]].draw(pen)
        if pen.bounds:
            heights[char] = (pen.bounds[1] / em, pen.bounds[3] / em)
    line = [each for char, each in heights.items() if ord(char) < LAST or script_of(char) in _EAST_ASIAN]
    if not line:
        return heights
    lowest, highest = min(bottom for bottom, _ in line), max(top for _, top in line)
    return {char: (bottom, top) for char, (bottom, top) in heights.items() if lowest <= bottom and top <= highest}


def _advances(font: FontName, tables: "TTFont", served: Iterable[str]) -> dict[str, Any]:
    """Return the advances of a report, in em."""
    glyphs, cmap, em = tables.getGlyphSet(location=dict(font.axes)), tables.getBestCmap(), tables["head"].unitsPerEm

    def advance(char: str) -> float:
        width: float = glyphs[cmap[ord(char)]].width / em
        return width

    blank = {" "} if ord(" ") in cmap else set()
    chars = {*served, *blank}
    widths = {char: advance(char) for char in sorted(char for char in chars if char.isascii()) or sorted(chars)}
    mean = sum(widths.values()) / len(widths)
    digits = [widths[digit] for digit in "0123456789" if digit in widths]
    found = {
        "fixed": max(widths.values()) - min(widths.values()) < 0.001,
        "width": round(mean, 4),
        "digit": round(digits[0] if digits else mean, 4),
    }
    return found if blank else {**found, "space": found["digit"]}
