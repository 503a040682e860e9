"""The one place that opens a font file, of whatever format, to draw with it or to measure it."""

import logging
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

from PIL import ImageFont

from receiptgen.core.errors import FontError
from receiptgen.core.files import read_regular, reason_of
from receiptgen.typography.font_files.bitmap_fonts import outlines_of
from receiptgen.typography.font_files.names import FontName, is_bitmap

if TYPE_CHECKING:
    from fontTools.ttLib import TTFont

# What a file is that isn't one of the fonts that are read, by its first bytes, and what helps.
_OTHERS = (
    (b"%!PS-AdobeFont", "a PostScript Type 1 font; save it as .otf"),
    (b"%!FontType1", "a PostScript Type 1 font; save it as .otf"),
    (b"\x80\1", "a PostScript Type 1 font; save it as .otf"),
    (b"STARTFONT", "a bitmap font (BDF); name it .bdf"),
    (b"\1fcp", "a bitmap font (PCF); name it .pcf"),
    (b"\x1f\x8b", "a packed file; unpack it with gunzip"),
    (b"MZ", "a bitmap font for Windows (FON); save it as .bdf"),
    (b"<svg", "an SVG font; save it as .ttf"),
    (b"<?xml", "an SVG font or another XML file; save it as .ttf"),
    (b"\0\0\1\0\0\0", "a font for the Macintosh (dfont); save it as .ttf"),
)
# What stands at byte 34 of an EOT font: https://www.w3.org/submissions/EOT/
_EOT = b"LP"
# First bytes of the fonts that are read: TrueType, OpenType, collections and WOFF.
_FONTS = (b"\0\1\0\0", b"true", b"OTTO", b"ttcf", b"wOFF", b"wOF2")
# Tables without which nothing is measured, and those of outlines.
_NEEDED = ("cmap", "head", "hhea", "maxp", "hmtx")
_OUTLINES = ("glyf", "loca", "CFF ", "CFF2")
# Its remarks on odd fonts would reach the terminal.
logging.getLogger("fontTools").addHandler(logging.NullHandler())


def open_font(
    path: Path,
    size: int,
    index: int = 0,
    coordinates: tuple[float, ...] = (),
    layout: ImageFont.Layout | None = ImageFont.Layout.BASIC,
) -> ImageFont.FreeTypeFont:
    """Open a font to draw with it.

    Args:
        path: Font file, of any of the formats that are read.
        size: Pixels per em.
        index: Number of the font in a collection.
        coordinates: Values of all axes of a variable font; empty for its default style.
        layout: Who sets the characters: Pillow one by one, or raqm, which shapes them; None for
            raqm where Pillow has it.

    Raises:
        OSError: It can't be opened.
        FontError: As ``bitmap_fonts.outlines_of`` raises it.
    """
    source = BytesIO(outlines_of(path)) if is_bitmap(path) else str(path)
    font = ImageFont.truetype(source, size, index=index, layout_engine=layout)
    if coordinates:
        font.set_variation_by_axes(list(coordinates))
    return font


def open_tables(font: FontName) -> "TTFont":
    """Open a font that has outlines and a Unicode map, to look into its tables.

    Raises:
        FontError: It is another file, or damaged, or there is no such font in it.
    """
    # Here, since fontTools is slow to import and needed for fonts that aren't measured yet only.
    from fontTools.ttLib import TTFont

    content = _content(font.path)
    count = int.from_bytes(content[8:12], "big") if content.startswith(b"ttcf") else 1
    if font.number >= count:
        raise FontError(
            f"{font.path}: holds {count} font{'s' * (count != 1)}, '#0' to '#{count - 1}'; there is no '#{font.number}'"
        )
    try:
        # From memory, since a lazily read file would stay open.
        opened = TTFont(BytesIO(content), lazy=True, fontNumber=font.number)
        characters, *_ = (opened[table] for table in _NEEDED)
        is_symbols = characters.getBestCmap() is None
    except ImportError as error:
        raise FontError(f"{font.path}: a WOFF2 font, which needs brotli: pip install 'receiptgen[fonts]'") from error
    except Exception as error:  # fontTools raises what it pleases on broken tables
        raise damage(font.path, error) from error
    if not any(table in opened for table in _OUTLINES):
        raise FontError(f"{font.path}: the font has no outlines (a bitmap font)")
    if is_symbols:
        raise FontError(f"{font.path}: the font has no Unicode map (a symbol font)")
    return opened


def _content(path: Path) -> bytes:
    """Return the bytes of an outline font, or of what a bitmap font becomes."""
    try:
        content = outlines_of(path) if is_bitmap(path) else read_regular(path)
    except OSError as error:
        raise FontError(f"{path}: {reason_of(error)}") from None
    if not content.startswith(_FONTS):
        kind = next((kind for head, kind in _OTHERS if content.startswith(head)), "not a font that can be read")
        raise FontError(f"{path}: {'an EOT font; save it as .ttf' if content[34:36] == _EOT else kind}")
    return content


def damage(path: Path, error: Exception) -> FontError:
    """Return what is wrong with a font in which fontTools misses something."""
    lacks = f"; it lacks the table {error.args[0]!r}" if isinstance(error, KeyError) and error.args else ""
    return FontError(f"{path}: the font is damaged or cut off{lacks}")


def coordinates_of(font: FontName, tables: "TTFont") -> tuple[float, ...]:
    """Return the values of all axes of a variable font of which some are named; empty where none is.

    Raises:
        FontError: An axis isn't there, or has no such value.
    """
    if not font.axes:
        return ()
    axes = {axis.axisTag: axis for axis in tables["fvar"].axes} if "fvar" in tables else {}
    if not axes:
        raise FontError(f"{font}: the font is not variable; leave out what stands after '@'")
    ranges = {tag: f"{axis.minValue:g} to {axis.maxValue:g}" for tag, axis in axes.items()}
    for tag, value in font.axes:
        if tag not in axes:
            known = ", ".join(f"{tag} from {span}" for tag, span in ranges.items())
            raise FontError(f"{font}: the font has no axis {tag!r}; it has {known}")
        if not axes[tag].minValue <= value <= axes[tag].maxValue:
            raise FontError(f"{font}: {tag} goes from {ranges[tag]}; there is no {value:g}")
    named = dict(font.axes)
    return tuple(named.get(tag, axis.defaultValue) for tag, axis in axes.items())
