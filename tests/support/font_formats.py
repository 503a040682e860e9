"""Small fonts of several formats, made by hand."""

import struct
from pathlib import Path

from fontTools.fontBuilder import FontBuilder
from fontTools.pens.t2CharStringPen import T2CharStringPen
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.ttLib import TTFont
from fontTools.ttLib.tables.TupleVariation import TupleVariation
from independent import save_font

# Rows of dots of some characters of a bitmap font, eight dots an em, seven of them above the baseline.
DOTS = {
    "A": ("00111000", "01000100", "01000100", "01111100", "01000100", "01000100", "01000100", "00000000"),
    "1": ("00010000", "00110000", "00010000", "00010000", "00010000", "00010000", "00111000", "00000000"),
    "g": ("00000000", "00000000", "00111100", "01000100", "01000100", "00111100", "00000100", "00111000"),
}


def bdf(chars: str = "A1g ", charset: tuple[str, str] = ("ISO10646", "1")) -> bytes:
    """Return a BDF font with some of ``DOTS``, and a space."""
    rows = [
        "STARTFONT 2.1", "FONT -x-x-medium-r-normal--8-80-75-75-c-80-iso10646-1", "SIZE 8 75 75",
        "FONTBOUNDINGBOX 8 8 0 -1", "STARTPROPERTIES 5", "PIXEL_SIZE 8", "FONT_ASCENT 7", "FONT_DESCENT 1",
        f'CHARSET_REGISTRY "{charset[0]}"', f'CHARSET_ENCODING "{charset[1]}"', "ENDPROPERTIES", f"CHARS {len(chars)}",
    ]  # fmt: skip
    for char in chars:
        dots = DOTS.get(char, ("00000000",) * 8)
        rows += [
            f"STARTCHAR u{ord(char)}",
            f"ENCODING {ord(char)}",
            "SWIDTH 1000 0",
            "DWIDTH 8 0",
            "BBX 8 8 0 -1",
            "BITMAP",
        ]
        rows += [*(f"{int(row, 2):02X}" for row in dots), "ENDCHAR"]
    return ("\n".join([*rows, "ENDFONT"]) + "\n").encode()


def pcf(chars: str = "1Ag") -> bytes:
    """Return a PCF font with some of ``DOTS``, ascending: https://fontforge.org/docs/techref/pcf-format.html ."""
    names = {"PIXEL_SIZE": 8, "CHARSET_REGISTRY": "ISO10646", "CHARSET_ENCODING": "1"}
    strings, properties = b"", b""
    for name, value in names.items():
        offset, strings = len(strings), strings + name.encode() + b"\0"
        number = value
        if isinstance(value, str):
            number, strings = len(strings), strings + value.encode() + b"\0"
        properties += struct.pack("<IBI", offset, isinstance(value, str), number)
    properties = struct.pack("<II", 0, len(names)) + properties + bytes(-9 * len(names) % 4)
    properties += struct.pack("<I", len(strings)) + strings
    metric = struct.pack("<6h", 0, 8, 8, 7, 1, 0)
    metrics = struct.pack("<II", 0, len(chars)) + metric * len(chars)
    bitmap = b"".join(bytes(int(row, 2) for row in DOTS[char]) for char in chars)
    # Rows are bytes, the first dot is the highest bit.
    bitmaps = struct.pack("<II", 8, len(chars)) + struct.pack(f"<{len(chars)}I", *range(0, 8 * len(chars), 8))
    bitmaps += struct.pack("<4I", *(len(bitmap),) * 4) + bitmap
    low, high = min(map(ord, chars)), max(map(ord, chars))
    glyphs = [chars.index(chr(code)) if chr(code) in chars else 0xFFFF for code in range(low, high + 1)]
    encodings = struct.pack("<I5H", 0, low, high, 0, 0, 0) + struct.pack(f"<{len(glyphs)}H", *glyphs)
    accelerators = struct.pack("<I8B3I", 0, *bytes(8), 7, 1, 0) + metric * 2
    tables = {1: properties, 2: accelerators, 4: metrics, 8: bitmaps, 32: encodings}
    content, offset = b"", 8 + 16 * len(tables)
    head = struct.pack("<4sI", b"\1fcp", len(tables))
    for kind, table in tables.items():
        padded = table + bytes(-len(table) % 4)
        head += struct.pack("<4I", kind, 8 if kind == 8 else 0, len(padded), offset + len(content))
        content += padded
    return head + content


def build_variable(path: Path) -> Path:
    """Write a variable font whose ``H`` is as wide as its weight, with the axes wght and wdth."""
    builder = FontBuilder(1000, isTTF=True)
    builder.setupGlyphOrder([".notdef", "space", "H"])
    builder.setupCharacterMap({0x20: "space", ord("H"): "H"})
    pen = TTGlyphPen(None)
    pen.moveTo((50, 0))
    for point in ((50, 700), (450, 700), (450, 0)):
        pen.lineTo(point)
    pen.closePath()
    empty = TTGlyphPen(None).glyph()
    builder.setupGlyf({".notdef": empty, "space": empty, "H": pen.glyph()})
    builder.setupHorizontalMetrics({".notdef": (500, 0), "space": (500, 0), "H": (500, 50)})
    builder.setupHorizontalHeader(ascent=800, descent=-200)
    builder.setupNameTable({"familyName": "Wide", "styleName": "Regular"})
    builder.setupFvar([("wght", 100, 400, 900, "Weight"), ("wdth", 50, 100, 100, "Width")], [])
    # Four points, then the phantom points, which hold the advance.
    moved = [(0, 0), (0, 0), (400, 0), (400, 0), (0, 0), (400, 0), (0, 0), (0, 0)]
    builder.setupGvar({"H": [TupleVariation({"wght": (0.0, 1.0, 1.0)}, moved)]})
    builder.setupOS2()
    builder.setupPost()
    builder.save(path)
    return path


def build_postscript(path: Path, chars: str = "HI1") -> Path:
    """Write an OpenType font with outlines of PostScript (CFF): bars, each higher than the one before."""
    names = {char: f"g{ord(char)}" for char in chars}
    strings = {
        ".notdef": T2CharStringPen(500, None).getCharString(),
        "space": T2CharStringPen(500, None).getCharString(),
    }
    for place, name in enumerate(names.values()):
        pen = T2CharStringPen(500, None)
        pen.moveTo((50, 0))
        for point in ((50, 300 + 50 * place), (450, 300 + 50 * place), (450, 0)):
            pen.lineTo(point)
        pen.closePath()
        strings[name] = pen.getCharString()
    builder = FontBuilder(1000, isTTF=False)
    builder.setupGlyphOrder(list(strings))
    builder.setupCharacterMap({0x20: "space", **{ord(char): name for char, name in names.items()}})
    builder.setupCFF("Bars", {}, strings, {})
    return save_font(builder, strings, path)


def repacked(path: Path, source: Path, flavor: str) -> Path:
    """Write a font as WOFF or WOFF2."""
    font = TTFont(source)
    font.flavor = flavor
    font.save(path)
    return path
