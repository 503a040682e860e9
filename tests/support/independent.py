"""Glyphs as Pillow draws them, and fonts made by hand: what our own drawing is compared with."""

from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

import numpy as np
from fontTools.fontBuilder import FontBuilder
from fontTools.pens.ttGlyphPen import TTGlyphPen
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from receiptgen.typography.ink_style import Ink
from receiptgen.typography.typeface import face

ASCII = "".join(map(chr, range(0x21, 0x7F)))


class Drawn(NamedTuple):
    """One glyph: its ink uint8 (H, W), cut tight, and where that lies from pen and baseline."""

    ink: NDArray[np.uint8]
    x: int
    y: int


@lru_cache(maxsize=64)
def pillow_font(name: str, size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(str(face(name).path), size, layout_engine=ImageFont.Layout.BASIC)


def cut(pixels: NDArray[np.uint8], x: int, y: int) -> Drawn:
    """Cut ink out of its canvas, on which the pen stood at x on a baseline at y."""
    rows, columns = np.nonzero(pixels)
    part = pixels[rows.min() : rows.max() + 1, columns.min() : columns.max() + 1]
    return Drawn(part, int(columns.min()) - x, int(rows.min()) - y)


@lru_cache(maxsize=4096)
def pillow_glyph(name: str, size: int, ink: Ink, char: str) -> Drawn:
    image = Image.new("L", (5 * size, 4 * size))
    pen = ImageDraw.Draw(image)
    pen.fontmode = "1" if ink == "dots" else "L"
    pen.text((2 * size, 2 * size), char, 255, pillow_font(name, size), "ls")
    return cut(np.array(image), 2 * size, 2 * size)


def save_font(builder: FontBuilder, glyphs: Iterable[str], path: Path) -> Path:
    """Add to a font what its glyphs have in common, 500 units of advance, and write it."""
    builder.setupHorizontalMetrics(dict.fromkeys(glyphs, (500, 50)))
    builder.setupHorizontalHeader(ascent=800, descent=-200)
    builder.setupNameTable({"familyName": "Bars", "styleName": "Regular"})
    builder.setupOS2()
    builder.setupPost()
    builder.save(path)
    return path


def build_font(path: Path, chars: str = ASCII, unicase: bool = False, empty: str = "") -> Path:
    """Write a font whose glyphs spell their code in seven bars.

    Args:
        path: Where to.
        chars: What it maps.
        unicase: Whether lower case is drawn by the capitals' glyphs.
        empty: Characters that are mapped and have no outline.
    """
    names = {char: f"g{ord(char)}" for char in chars}
    glyphs = {".notdef": TTGlyphPen(None).glyph(), "space": TTGlyphPen(None).glyph()}
    for char, name in names.items():
        pen = TTGlyphPen(None)
        for bit in range(14 if char not in empty else 0):
            if bit == 0 or ord(char) >> bit - 1 & 1:
                bottom = 50 * bit
                corners = ((50, bottom), (50, bottom + 45), (450, bottom + 45), (450, bottom))
                pen.moveTo(corners[0])
                for corner in corners[1:]:
                    pen.lineTo(corner)
                pen.closePath()
        glyphs[name] = pen.glyph()
    builder = FontBuilder(1000, isTTF=True)
    builder.setupGlyphOrder(list(glyphs))
    cmap = {ord(char): names[char.upper() if unicase and char.upper() in names else char] for char in chars}
    builder.setupCharacterMap({0x20: "space", **cmap})
    builder.setupGlyf(glyphs)
    return save_font(builder, glyphs, path)
