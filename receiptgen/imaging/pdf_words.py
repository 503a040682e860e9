"""Words of the text layer of a PDF page."""

import ctypes
import math
from collections.abc import Iterator
from contextlib import closing
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from receiptgen.imaging.pictures import PrintedWord

if TYPE_CHECKING:
    from pypdfium2 import PdfPage, PdfTextPage

# Characters that are more than a page of text has: a page of small print has some ten thousand.
_MANY = 50_000
# Share of characters that may be hidden, turned or without a meaning on a page whose layer is of use.
_ODD = 0.02
# Degrees by which upright text may be turned.
_LEVEL = 2.0
# Text that is neither filled nor outlined, as other engines lay it over a scan (ISO 32000-1, 9.3.6).
_INVISIBLE = 3
# Fraction of a pixel to which PDFium tells where a point lies.
_FINE = 64


class _Char(NamedTuple):
    """A character of a text layer: its text, empty for one without a meaning, and its box in points of the page."""

    text: str
    box: tuple[float, float, float, float]
    is_odd: bool


def upright_words(page: "PdfPage", size: tuple[int, int]) -> tuple[PrintedWord, ...]:
    """Return the words of a page's text layer, in the order of the file.

    Args:
        page: The page.
        size: Height and width of its image, in pixels.

    Returns:
        The words; none where the page has no layer, or where it isn't what is printed: where its text is hidden, as
        another engine lays it over a scan, is turned against the page, or has characters whose meaning the file
        doesn't tell.
    """
    with closing(page.get_textpage()) as layer:
        count = layer.count_chars()
        if not 0 < count <= _MANY:
            return ()
        runs: list[list[_Char]] = [[]]
        for char in _chars(layer, page.get_rotation(), count):
            if char is None:
                runs.append([])
            else:
                runs[-1].append(char)
    chars = [char for run in runs for char in run]
    if sum(char.is_odd for char in chars) > _ODD * len(chars):
        return ()
    placed = _on_image(page, size, np.array([char.box for char in chars], np.float64).reshape(-1, 4))
    words, start = [], 0
    for run in filter(None, runs):
        boxes, start = placed[start : start + len(run)], start + len(run)
        words.append(PrintedWord("".join(char.text for char in run), boxes))
    return tuple(words)


def _chars(layer: "PdfTextPage", rotation: int, count: int) -> Iterator[_Char | None]:
    """Yield the characters of a layer, and None for what stands between words."""
    import pypdfium2.raw as pdfium

    modes: dict[int | None, int] = {}  # of text objects, each of which has many characters
    for index in range(count):
        code = pdfium.FPDFText_GetUnicode(layer, index)
        text = chr(code) if code else ""
        if text.isspace() or pdfium.FPDFText_IsGenerated(layer, index) == 1:
            yield None
            continue
        owner = pdfium.FPDFText_GetTextObject(layer, index)
        key = ctypes.cast(owner, ctypes.c_void_p).value
        if key not in modes:
            modes[key] = pdfium.FPDFTextObj_GetTextRenderMode(owner) if key else _INVISIBLE
        # Clockwise, as pages are turned.
        degrees = math.degrees(pdfium.FPDFText_GetCharAngle(layer, index)) + rotation
        is_turned = abs((degrees + 180) % 360 - 180) > _LEVEL
        is_unknown = not text.isprintable() or text == "\ufffd" or pdfium.FPDFText_HasUnicodeMapError(layer, index) == 1
        left, bottom, right, top = layer.get_charbox(index, loose=True)
        yield _Char(text, (left, top, right, bottom), is_turned or is_unknown or modes[key] == _INVISIBLE)


def _on_image(page: "PdfPage", size: tuple[int, int], boxes: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return boxes (N, 4) in points of a page as upright boxes in pixels of its image."""
    import pypdfium2.raw as pdfium

    height, width = size
    # The map is affine, so that three points tell all of it: page rotation, crop box and scale.
    corners = []
    for x, y in ((0.0, 0.0), (1000.0, 0.0), (0.0, 1000.0)):
        across, down = ctypes.c_int(), ctypes.c_int()
        pdfium.FPDF_PageToDevice(page, 0, 0, width * _FINE, height * _FINE, 0, x, y, across, down)
        corners.append((across.value / _FINE, down.value / _FINE))
    origin, right, up = np.array(corners, np.float64)
    axes = np.array([right - origin, up - origin]) / 1000
    ends = boxes.reshape(-1, 2, 2) @ axes + origin
    return np.concatenate([ends.min(axis=1), ends.max(axis=1)], axis=1)
