"""SVG to pixels, the same on every machine: neither its fonts nor other files are looked at."""

from io import BytesIO
from xml.etree import ElementTree

from receiptgen.core.errors import MissingExtraError
from receiptgen.imaging.geometry import Pixels
from receiptgen.imaging.image_files import decode_photo, decode_still

# Bytes of an SVG: a drawing, not a photo in disguise.
_LARGEST = 5_000_000
# Elements one in another, each of which takes of the renderer's stack.
_DEEPEST = 100
_NO_SVG = "not an SVG that can be read"


def render_svg(content: bytes, width: int, most_rows: int, ground: int | None = 255) -> Pixels | str:
    """Render an SVG.

    Args:
        content: The file.
        width: Width in pixels; the height follows.
        most_rows: Most rows of pixels.
        ground: Level that what is transparent lies on; None for white, in colour.

    Returns:
        uint8 (H, W), black 0, or RGB (H, W, 3); or the reason why there is none.

    Raises:
        MissingExtraError: The package that renders it is not installed.
    """
    try:
        import resvg_py
    except ImportError:
        raise MissingExtraError("an SVG needs the package resvg-py; pip install 'receiptgen[svg]'") from None
    fault = _fault_of(content)
    if fault:
        return fault
    try:
        # Within both it keeps its proportions; without the height, one that is high and thin would fill the memory.
        image = resvg_py.svg_to_bytes(
            svg_string=content.decode(), width=width, height=most_rows, skip_system_fonts=True
        )
    except ValueError:  # also of bytes that are not UTF-8
        return _NO_SVG
    longest = max(width, most_rows)
    pixels = decode_photo(bytes(image), longest) if ground is None else decode_still(bytes(image), longest, ground)
    if not isinstance(pixels, str) and pixels.shape[1] < width:
        return f"more than {most_rows:,} dots high at a width of {width:,}; print it narrower"
    return pixels


def _fault_of(content: bytes) -> str:
    """Return what keeps an SVG from looking the same everywhere, or from being read; empty if nothing does."""
    if not content:
        return "is empty"
    if len(content) > _LARGEST:
        return f"is larger than {_LARGEST} bytes"
    try:
        depth = 0
        for event, element in ElementTree.iterparse(BytesIO(content), ("start", "end")):
            depth += 1 if event == "start" else -1
            if depth > _DEEPEST:
                return f"has elements nested more than {_DEEPEST} deep"
            name = str(element.tag).rpartition("}")[2]
            if name == "filter":
                return "has a filter, which may take for ever; save the picture without, or as PNG"
            if name == "text":
                return "has text, whose font another machine may lack; save text as paths"
            for key, value in element.items():
                if name in {"image", "feImage"} and key.endswith("href") and not value.startswith(("data:", "#")):
                    return f"names another file, {value[:60]!r}; embed it"
    except ElementTree.ParseError:
        return _NO_SVG
    return ""
