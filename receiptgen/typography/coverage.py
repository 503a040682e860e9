"""Coverage of fonts: which characters a font can draw, by its character map, outlines and pixels.

A font "covers" a character when it maps it, its outline is not empty (OCR-A maps a euro sign and draws
nothing), and no character of its script before it looks the same to the pixel (Spleen draws ``'`` and a typographic
quote alike, so that a label with the latter could never be told from the former). A Greek or Cyrillic capital may look
like a Latin one: the words around it tell them apart.
"""

import logging
import unicodedata
from collections.abc import Iterable
from io import BytesIO
from pathlib import Path

from fontTools.pens.boundsPen import BoundsPen
from fontTools.ttLib import TTFont
from PIL import Image, ImageDraw, ImageFont

from receiptgen.core.errors import FontError
from receiptgen.core.files import read_regular, reason_of

# Latin, Greek, Cyrillic, general punctuation, currency signs, letter-like signs; no receipt of ours has others.
LAST = 0x2200
# Scripts whose letters look like Latin ones and are told from them by the words they are in.
SCRIPTS = ("GREEK", "CYRILLIC")
# Pixels per em at which two characters are compared; the size at which the packaged fonts were checked by eye.
TWIN_SIZE = 30
# What a file is that isn't one of the fonts that are read, by its first bytes, and what helps.
_OTHERS = (
    (b"wOF2", "a WOFF2 font; unpack it to .ttf: fonttools ttLib.woff2 decompress"),
    (b"%!PS-AdobeFont", "a PostScript Type 1 font; save it as .otf"),
    (b"%!FontType1", "a PostScript Type 1 font; save it as .otf"),
    (b"\x80\1", "a PostScript Type 1 font; save it as .otf"),
    (b"STARTFONT", "a bitmap font (BDF), without outlines"),
    (b"\1fcp", "a bitmap font (PCF), without outlines"),
    (b"MZ", "a bitmap font (FON), without outlines"),
)
# First bytes of the fonts that are read: TrueType, OpenType, collections and WOFF.
_FONTS = (b"\0\1\0\0", b"true", b"OTTO", b"ttcf", b"wOFF")
# Tables of outlines.
_OUTLINES = ("glyf", "loca", "CFF ", "CFF2")
# Its remarks on odd fonts would reach the terminal.
logging.getLogger("fontTools").addHandler(logging.NullHandler())


class FaceReport(dict[str, object]):
    """Measured properties of one font, as stored in ``coverage.json``.

    Keys: ``chars`` (what it covers, as one string), ``fixed`` (whether all ASCII advances are equal), ``width``
    (mean ASCII advance), ``digit`` (advance of ``0``), ``ascent`` and ``descent`` (of the covered ink), all in em.
    """


def measure_font(path: Path, index: int = 0) -> FaceReport:
    """Measure one font file.

    Args:
        path: The file.
        index: Number of the font in it, if it is a collection.

    Raises:
        FontError: The file is not a font, lacks ASCII, or draws two ASCII characters alike (a unicase font would make
            half of all labels wrong).
    """
    font = _open(path, index)
    try:
        outlined = _outlined(font)
        metrics, cmap, em = font["hmtx"].metrics, font.getBestCmap(), font["head"].unitsPerEm
        lookalikes = _lookalikes(path, index, sorted(outlined))
    except Exception as error:  # fontTools and FreeType raise what they please on broken tables
        raise _damage(path, error) from error
    lacking = [chr(code) for code in range(0x21, 0x7F) if chr(code) not in outlined]
    if lacking:
        raise FontError(f"{path}: the font lacks {''.join(lacking)!r}; a font must draw all of ASCII")
    if in_ascii := [char for char in lookalikes if char.isascii()]:
        pairs = " ".join(f"{lookalikes[char]}={char}" for char in in_ascii)
        raise FontError(f"{path}: the font draws characters alike ({pairs}), so labels could not be trusted")
    chars = {char: bounds for char, bounds in outlined.items() if char not in lookalikes}
    advances = [metrics[cmap[code]][0] / em for code in range(0x20, 0x7F)]
    return FaceReport(
        chars="".join(sorted(chars)),
        fixed=max(advances) - min(advances) < 0.001,
        width=round(sum(advances) / len(advances), 4),
        digit=round(metrics[cmap[ord("0")]][0] / em, 4),
        ascent=round(max(top for _, top in chars.values()) / em, 4),
        descent=round(-min(bottom for bottom, _ in chars.values()) / em, 4),
    )


def _open(path: Path, index: int) -> TTFont:
    """Open a font that has outlines and a Unicode map."""
    try:
        content = read_regular(path)
    except OSError as error:
        raise FontError(f"{path}: {reason_of(error)}") from None
    if not content.startswith(_FONTS):
        kind = next((kind for head, kind in _OTHERS if content.startswith(head)), "not a font that can be read")
        raise FontError(f"{path}: {kind}")
    count = int.from_bytes(content[8:12], "big") if content.startswith(b"ttcf") else 1
    if index >= count:
        raise FontError(
            f"{path}: holds {count} font{'s' * (count != 1)}, '#0' to '#{count - 1}'; there is no '#{index}'"
        )
    try:
        # From memory, since a lazily read file would stay open.
        font = TTFont(BytesIO(content), lazy=True, fontNumber=index)
        tables, cmap = font.keys(), font["cmap"].getBestCmap()
    except Exception as error:  # as in measure_font
        raise _damage(path, error) from error
    if not any(table in tables for table in _OUTLINES):
        raise FontError(f"{path}: the font has no outlines (a bitmap font)")
    if cmap is None:
        raise FontError(f"{path}: the font has no Unicode map (a symbol font)")
    return font


def _damage(path: Path, error: Exception) -> FontError:
    """Return what is wrong with a font in which fontTools misses something."""
    lacks = f"; it lacks the table {error.args[0]!r}" if isinstance(error, KeyError) and error.args else ""
    return FontError(f"{path}: the font is damaged or cut off{lacks}")


def _outlined(font: TTFont) -> dict[str, tuple[float, float]]:
    """Return the lowest and highest point, in font units, of every mapped character with an outline."""
    glyphs, bounds = font.getGlyphSet(), {}
    for code, glyph in font.getBestCmap().items():
        if 0x20 < code < LAST and chr(code).isprintable():
            pen = BoundsPen(glyphs)
            glyphs[glyph].draw(pen)
            if pen.bounds:
                bounds[chr(code)] = (pen.bounds[1], pen.bounds[3])
    return bounds


def script_of(char: str) -> str:
    """Return the script of a letter that is Greek or Cyrillic, ``GREEK`` as an example; of all else an empty text."""
    # The sign of ohms is a Greek letter by another code.
    script = unicodedata.name(unicodedata.normalize("NFC", char)[0], "").split(" ", 1)[0] if char.isalpha() else ""
    return script if script in SCRIPTS else ""


def _lookalikes(path: Path, index: int, chars: Iterable[str]) -> dict[str, str]:
    """Return each character that looks like an earlier one of its script among ``chars``, with that earlier one."""
    font = ImageFont.truetype(str(path), TWIN_SIZE, index=index, layout_engine=ImageFont.Layout.BASIC)
    first: dict[tuple[str, float, bytes], str] = {}
    lookalikes = {}
    for char in chars:
        image = Image.new("L", (4 * TWIN_SIZE, 3 * TWIN_SIZE))
        ImageDraw.Draw(image).text((TWIN_SIZE, 2 * TWIN_SIZE), char, 255, font, "ls")
        picture = (script_of(char), font.getlength(char), image.tobytes())
        if picture in first:
            lookalikes[char] = first[picture]
        else:
            first[picture] = char
    return lookalikes
