"""Coverage of fonts: which characters a font can draw, by its character map, outlines and pixels.

A font "covers" a character when it maps it, its outline is not empty (OCR-A maps a euro sign and draws
nothing), and no character before it looks the same to the pixel (Spleen draws ``'`` and a typographic quote alike,
so that a label with the latter could never be told from the former).
"""

import struct
from collections.abc import Iterable
from io import BytesIO
from pathlib import Path

from fontTools.pens.boundsPen import BoundsPen
from fontTools.ttLib import TTFont, TTLibError
from PIL import Image, ImageDraw, ImageFont

from receiptgen.core.errors import FontError
from receiptgen.core.files import read_regular

# Latin, general punctuation, currency signs, letter-like signs; no receipt of ours has others.
LAST = 0x2200
# Pixels per em at which two characters are compared; the size at which the packaged fonts were checked by eye.
TWIN_SIZE = 30
# Errors of fontTools and FreeType when a table is missing, truncated or corrupt.
_BROKEN = (OSError, TTLibError, AssertionError, AttributeError, LookupError, ValueError, struct.error)


class FaceReport(dict[str, object]):
    """Measured properties of one font, as stored in ``coverage.json``.

    Keys: ``chars`` (what it covers, as one string), ``fixed`` (whether all ASCII advances are equal), ``width``
    (mean ASCII advance), ``digit`` (advance of ``0``), ``ascent`` and ``descent`` (of the covered ink), all in em.
    """


def measure_font(path: Path) -> FaceReport:
    """Measure one font file.

    Raises:
        FontError: The file is not a font, lacks ASCII, or draws two ASCII characters alike (a unicase font would make
            half of all labels wrong).
    """
    try:
        # From memory, since a lazily read file would stay open.
        font = TTFont(BytesIO(read_regular(path)), lazy=True)
        outlined = _outlined(font)
        metrics, cmap, em = font["hmtx"].metrics, font.getBestCmap(), font["head"].unitsPerEm
        lookalikes = _lookalikes(path, sorted(outlined))
    except _BROKEN as error:
        raise FontError(f"{path}: not a font that can be read ({' '.join(str(error).split())})") from error
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


def _outlined(font: TTFont) -> dict[str, tuple[float, float]]:
    """Return the lowest and highest point, in font units, of every mapped character with an outline."""
    glyphs, bounds = font.getGlyphSet(), {}
    for code, name in font.getBestCmap().items():
        if 0x20 < code < LAST and chr(code).isprintable():
            pen = BoundsPen(glyphs)
            glyphs[name].draw(pen)
            if pen.bounds:
                bounds[chr(code)] = (pen.bounds[1], pen.bounds[3])
    return bounds


def _lookalikes(path: Path, chars: Iterable[str]) -> dict[str, str]:
    """Return each character that looks like an earlier one of ``chars``, with that earlier one."""
    font = ImageFont.truetype(str(path), TWIN_SIZE, layout_engine=ImageFont.Layout.BASIC)
    first: dict[tuple[float, bytes], str] = {}
    lookalikes = {}
    for char in chars:
        image = Image.new("L", (4 * TWIN_SIZE, 3 * TWIN_SIZE))
        ImageDraw.Draw(image).text((TWIN_SIZE, 2 * TWIN_SIZE), char, 255, font, "ls")
        picture = (font.getlength(char), image.tobytes())
        if picture in first:
            lookalikes[char] = first[picture]
        else:
            first[picture] = char
    return lookalikes
