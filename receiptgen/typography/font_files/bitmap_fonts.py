"""Bitmap fonts, BDF and PCF: their dots become squares of an outline font, crisp at multiples of their size."""

import gzip
import re
import struct
from collections.abc import Iterable, Iterator
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray
from PIL import ImageFont

from receiptgen.core.errors import FontError
from receiptgen.core.files import LARGEST, read_regular
from receiptgen.core.inputs import cache_of_files
from receiptgen.typography.font_files import disk_cache

if TYPE_CHECKING:
    from fontTools.ttLib.tables._g_l_y_f import Glyph

# Sets of characters whose numbers are those of Unicode; a font that names none is taken as one of them.
_UNICODE = ("", "ISO10646-1", "ISO8859-1")
# Units of an outline font that a dot is wide, and most units an em.
_DOT, _LARGEST_EM = 64, 16384
# Pixels of the largest size that is taken, and glyphs that an outline font can hold.
_LARGEST_SIZE, _MOST_GLYPHS = 200, 65_000
# Tables of a PCF font, and the bit of their format that puts the high byte first:
# https://fontforge.org/docs/techref/pcf-format.html
_PROPERTIES, _ENCODINGS, _HIGH_FIRST, _NO_GLYPH = 1, 1 << 5, 4, 0xFFFF
# Version of the outlines, part of their names on disk.
_VERSION = 1


class _Contents(NamedTuple):
    """What a bitmap font says of itself: its size in pixels, its set of characters, and their numbers."""

    pixels: int
    charset: str
    codes: list[int]


@cache_of_files(maxsize=16)
def outlines_of(path: Path) -> bytes:
    """Return a bitmap font as a TrueType font whose em is the bitmaps' own size.

    Raises:
        FontError: It is not a bitmap font, is damaged, or its characters are not numbered as Unicode's are.
        OSError: It can't be read.
    """
    content = _unpacked(path)
    name = f"{sha256(content).hexdigest()}-{_VERSION}.ttf"
    if (kept := disk_cache.load(name)) is None:
        kept = _drawn(path, content, contents_of(path, content))
        disk_cache.keep(name, kept)
    return kept


def native_size(path: Path) -> int:
    """Return the size in pixels of a bitmap font; raises as ``outlines_of`` does."""
    return contents_of(path, _unpacked(path)).pixels


def _unpacked(path: Path) -> bytes:
    content = read_regular(path)
    if not content.startswith(b"\x1f\x8b"):
        return content
    try:
        with gzip.open(BytesIO(content)) as packed:
            return packed.read(LARGEST)
    except (OSError, EOFError) as error:
        raise FontError(f"{path}: the font is damaged or cut off") from error


def contents_of(path: Path, content: bytes) -> _Contents:
    """Return what a bitmap font says of itself; raises FontError."""
    try:
        if content.startswith(b"STARTFONT"):
            found = _bdf(content)
        elif content.startswith(b"\1fcp"):
            found = _pcf(content)
        else:
            raise FontError(f"{path}: not a bitmap font (BDF or PCF)")
    except (ValueError, KeyError, IndexError, struct.error) as error:
        raise FontError(f"{path}: the font is damaged or cut off") from error
    if found.charset.upper() not in _UNICODE:
        raise FontError(
            f"{path}: its characters are numbered as in {found.charset}; "
            f"bitmap fonts of {' and '.join(_UNICODE[1:])} are taken"
        )
    if not 0 < found.pixels <= _LARGEST_SIZE:
        raise FontError(f"{path}: bitmaps of {found.pixels} pixels an em; expected 1 to {_LARGEST_SIZE}")
    codes = [code for code in dict.fromkeys(found.codes) if code < 0x110000 and chr(code).isprintable()]
    return found._replace(codes=codes[:_MOST_GLYPHS])


def _bdf(content: bytes) -> _Contents:
    """Read what matters of a BDF font: https://adobe-type-tools.github.io/font-tech-notes/pdfs/5005.BDF_Spec.pdf ."""
    text = content.decode("latin-1")
    head = text.partition("\nCHARS ")[0]
    properties = dict(re.findall(r'^(\w+)[ \t]+"?(.*?)"?[ \t]*$', head, re.MULTILINE))
    if "PIXEL_SIZE" in properties:
        pixels = int(properties["PIXEL_SIZE"])
    else:
        points, _, resolution = map(float, properties["SIZE"].split()[:3])
        pixels = round(points * resolution / 72)
    codes = [int(code) for code in re.findall(r"^ENCODING[ \t]+(\d+)", text, re.MULTILINE)]
    return _Contents(pixels, _charset(properties), codes)


def _pcf(content: bytes) -> _Contents:
    tables = {}
    for index in range(struct.unpack_from("<I", content, 4)[0]):
        kind, _, _, offset = struct.unpack_from("<4I", content, 8 + 16 * index)
        order = ">" if struct.unpack_from("<I", content, offset)[0] & _HIGH_FIRST else "<"
        tables[kind] = (order, offset + 4)
    properties = _pcf_properties(content, *tables[_PROPERTIES])
    order, offset = tables[_ENCODINGS]
    low, high, first, last = struct.unpack_from(f"{order}4H", content, offset)
    pairs = [(row, column) for row in range(first, last + 1) for column in range(low, high + 1)]
    glyphs = struct.unpack_from(f"{order}{len(pairs)}H", content, offset + 10)
    codes = [row << 8 | column for (row, column), glyph in zip(pairs, glyphs, strict=True) if glyph != _NO_GLYPH]
    return _Contents(int(properties["PIXEL_SIZE"]), _charset(properties), codes)


def _pcf_properties(content: bytes, order: str, offset: int) -> dict[str, str]:
    count = struct.unpack_from(f"{order}I", content, offset)[0]
    # Nine bytes each, then up to a multiple of four, and the number of bytes of all strings.
    strings = offset + 4 + 9 * count + -9 * count % 4 + 4

    def string(start: int) -> str:
        return content[strings + start : content.index(b"\0", strings + start)].decode("latin-1")

    found = {}
    for index in range(count):
        name, is_string, value = struct.unpack_from(f"{order}IbI", content, offset + 4 + 9 * index)
        found[string(name)] = string(value) if is_string else str(value)
    return found


def _charset(properties: dict[str, str]) -> str:
    parts = (properties.get("CHARSET_REGISTRY", ""), properties.get("CHARSET_ENCODING", ""))
    return "-".join(part for part in parts if part)


def _drawn(path: Path, content: bytes, contents: _Contents) -> bytes:
    """Return the outline font of some bitmaps."""
    # Here, since fontTools is slow to import and needed for a font of one's own only.
    from fontTools.fontBuilder import FontBuilder

    dot = min(_DOT, _LARGEST_EM // contents.pixels)
    names = {code: f"u{code:X}" for code in contents.codes}
    glyphs, widths = {".notdef": _outline((), 0)}, {".notdef": 0}
    try:
        font = ImageFont.truetype(BytesIO(content), contents.pixels, layout_engine=ImageFont.Layout.BASIC)
        for code, name in names.items():
            dots, (left, top) = font.getmask2(chr(code), "1", anchor="ls")
            bitmap = np.array(dots, np.uint8).reshape(dots.size[::-1]) > 0
            moved = ((left + x0, -top - y0, left + x1, -top - y1) for x0, y0, x1, y1 in _rectangles(bitmap))
            glyphs[name], widths[name] = _outline(moved, dot), round(dot * font.getlength(chr(code)))
    except OSError as error:
        raise FontError(f"{path}: the font is damaged or cut off") from error
    builder = FontBuilder(dot * contents.pixels, isTTF=True)
    builder.setupGlyphOrder(list(glyphs))
    builder.setupCharacterMap(names)
    builder.setupGlyf(glyphs)
    outlines = builder.font["glyf"]
    bearings = {name: getattr(outlines[name], "xMin", 0) for name in glyphs}
    builder.setupHorizontalMetrics({name: (widths[name], bearings[name]) for name in glyphs})
    builder.setupHorizontalHeader(ascent=dot * contents.pixels, descent=0)
    builder.setupNameTable({"familyName": path.stem, "styleName": "Regular"})
    builder.setupOS2()
    builder.setupPost(keepGlyphNames=False)
    saved = BytesIO()
    builder.save(saved)
    return saved.getvalue()


def _outline(rectangles: Iterable[tuple[int, int, int, int]], dot: int) -> "Glyph":
    """Return the outline of rectangles ``left, top, right, bottom`` of dots, from the pen on the baseline upwards."""
    from fontTools.pens.ttGlyphPen import TTGlyphPen

    pen = TTGlyphPen(None)
    for left, top, right, bottom in rectangles:
        pen.moveTo((dot * left, dot * top))
        for x, y in ((right, top), (right, bottom), (left, bottom)):
            pen.lineTo((dot * x, dot * y))
        pen.closePath()
    return pen.glyph()


def _rectangles(bitmap: NDArray[np.bool_]) -> Iterator[tuple[int, int, int, int]]:
    """Yield rectangles ``x0, y0, x1, y1`` that cover the dots of a bitmap, each dot once."""
    open_runs: dict[tuple[int, int], int] = {}
    for row in range(len(bitmap) + 1):
        edges = np.flatnonzero(np.diff(bitmap[row], prepend=False, append=False)).tolist() if row < len(bitmap) else []
        runs = set(zip(edges[::2], edges[1::2], strict=True))
        for run in sorted(open_runs.keys() - runs):
            yield run[0], open_runs.pop(run), run[1], row
        open_runs |= dict.fromkeys(runs - open_runs.keys(), row)
