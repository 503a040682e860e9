"""Words drawn whole, as HarfBuzz shapes them, with the place of each character in their ink."""

from functools import lru_cache
from itertools import accumulate, pairwise
from math import ceil
from threading import Lock
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from PIL import ImageFont

from receiptgen.core.bidi import Direction
from receiptgen.core.errors import FontError
from receiptgen.core.scripts import JOINER
from receiptgen.imaging.boxes import Box
from receiptgen.typography.glyph_masks import joined_masks
from receiptgen.typography.ink_style import STEPS, InkStyle
from receiptgen.typography.shaping import Form, check_shaping, forms_of
from receiptgen.typography.typeface import Face

# Words, and forms of letters, that a font and style keep; a receipt has some hundred of each.
_WORDS, _FORMS = 1024, 4096
# Share of a column by which a word may be wider than its columns: fonts of one pitch are by the rounding of their size.
_OVER = 0.3
# Pixels by which letters that are kerned change the length of a word.
_KERNED = 0.1
# Share of a word's ink that lies in the boxes of its characters, where these are known from drawing them alone.
_FOUND = 0.97


class ShapedWord(NamedTuple):
    """A word, or a stretch of one, as it is printed.

    Attributes:
        ink: Ink uint8 (H, W).
        left: Columns of ``ink`` before the pen.
        above: Rows of ``ink`` above the top of the cell.
        advance: Pixels from this pen position to the next.
        boxes: Ink box int32 (N, 4) of each code point, relative to pen and top of the cell; those of a cluster share
            one.
    """

    ink: NDArray[np.uint8]
    left: int
    above: int
    advance: int
    boxes: NDArray[np.int32]


class _Canvas(NamedTuple):
    """A text drawn and printed: ink uint8 (H, W), column of its pen, row of its baseline."""

    ink: NDArray[np.uint8]
    pen: int
    baseline: int


class ShapedWords:
    """Shaped words of one font, size and style, drawn once and reused.

    Args:
        face: The font.
        size: Pixels per em.
        style: How it is printed.
        ascent: Rows of a cell above the baseline, before they are repeated.
        pitch: Width of a column, of which a word takes a whole number; None for the font's own widths.
    """

    def __init__(self, face: Face, size: int, style: InkStyle, ascent: int, pitch: int | None) -> None:
        self._face, self._size, self._style, self._ascent, self._pitch = face, size, style, ascent, pitch
        self._lock = Lock()
        self._font: ImageFont.FreeTypeFont | None = None
        self.word = lru_cache(maxsize=_WORDS)(self._draw_word)
        self._form_box = lru_cache(maxsize=_FORMS)(self._draw_form)
        self._form_length = lru_cache(maxsize=_FORMS)(self._measure_form)

    def _opened(self, text: str) -> ImageFont.FreeTypeFont:
        if lacking := "".join(sorted({char for char in text if char not in self._face.chars})):
            raise FontError(f"font {self._face.name!r} can't draw {lacking!r}")
        check_shaping(text)
        with self._lock:
            if self._font is None:
                self._font = self._face.open(self._size, ImageFont.Layout.RAQM)
        return self._font

    def _draw_word(self, text: str, direction: Direction) -> ShapedWord:
        """Return a word in logical order, without spaces, as it is printed.

        Raises:
            FontError: The font doesn't cover it, or leaves no ink; or Pillow can't shape it.
        """
        font = self._opened(text)
        canvas = self._printed(text, direction)
        inked = _ink_box(canvas.ink)
        if inked is None:
            raise FontError(f"font {self._face.name!r} leaves no ink for {text!r}")
        forms = forms_of(text)
        pens = self._pens(font, text, forms, direction)
        advance, shift = self._in_columns(pens[-1], direction)
        x0, y0, x1, y1 = inked
        boxes = self._boxes(canvas, inked, forms, pens, direction)
        top = canvas.baseline - self._ascent * self._style.tall
        boxes -= np.array([canvas.pen - shift, top, canvas.pen - shift, top], np.int32)
        of_each = boxes.repeat([form.stop - form.start for form in forms], axis=0)
        return ShapedWord(canvas.ink[y0:y1, x0:x1].copy(), canvas.pen - shift - x0, top - y0, advance, of_each)

    def _in_columns(self, total: int, direction: Direction) -> tuple[int, int]:
        """Return a word's advance in whole columns, and where its pen stands in them: it begins where reading does."""
        if self._pitch is None:
            return total, 0
        column = self._pitch * self._style.wide
        advance = max(1, ceil(total / column - _OVER)) * column
        return advance, advance - total if direction == "rtl" else 0

    def _columns(self, length: float) -> int:
        """Return a length of the font, in pixels, as it is printed."""
        return round(length * self._style.stretch) * self._style.wide

    def _pens(self, font: ImageFont.FreeTypeFont, text: str, forms: list[Form], direction: Direction) -> list[int]:
        """Return where the clusters begin, in printed pixels from the pen, and where the last one ends.

        They are as long as they are by themselves, unless the word is longer or shorter than that: then they are known
        from the lengths of all its beginnings, where a joiner keeps the form of the last letter.
        """
        mode = self._style.mode
        total = font.getlength(text, mode, direction)
        stops = [*accumulate(self._form_length(form.text, direction) for form in forms)]
        if abs(stops[-1] - total) > _KERNED:
            beginnings = [text[: form.stop] + (JOINER if form.joins else "") for form in forms[:-1]]
            stops = [*(font.getlength(beginning, mode, direction) for beginning in beginnings), total]
        stops[-1] = total
        return [self._columns(length) for length in (0.0, *stops)]

    def _measure_form(self, text: str, direction: Direction) -> float:
        """Return the length of a form, in pixels before it is printed."""
        return self._opened(text).getlength(text, self._style.mode, direction)

    def _printed(self, text: str, direction: Direction) -> _Canvas:
        """Return a text on a canvas of its own."""
        font = self._opened(text)
        try:
            # One call, which shapes it once: fonts of India take a millisecond for that.
            mask, (x, y) = font.getmask2(text, self._style.mode, direction, anchor="ls")
        except OSError as error:  # FreeType, of an outline that is broken
            raise FontError(f"font {self._face.name!r} can't draw {text!r}: {error}") from None
        width, height = mask.size
        above, below = max(self._ascent, 1 - y), max(1, y + height + 1)
        before = -(-max(self._size, 1 - x) // STEPS) * STEPS
        # Room for what leans, too.
        columns = before + -(-(x + width + self._size) // STEPS) * STEPS
        ink = np.zeros((above + below, columns), np.uint8)
        ink[above + y : above + y + height, before + x : before + x + width] = joined_masks([mask])
        ink = self._style.printed(ink, [0, columns], above)
        return _Canvas(ink, self._style.columns(before), above * self._style.tall)

    def _draw_form(self, text: str, direction: Direction) -> Box | None:
        """Return the box of a form's ink, relative to pen and baseline; None where it has none."""
        canvas = self._printed(text, direction)
        box = _ink_box(canvas.ink)
        return box and (
            box[0] - canvas.pen, box[1] - canvas.baseline, box[2] - canvas.pen, box[3] - canvas.baseline
        )  # fmt: skip

    def _boxes(
        self, canvas: _Canvas, inked: Box, forms: list[Form], pens: list[int], direction: Direction
    ) -> NDArray[np.int32]:
        """Return the box (N, 4) of each cluster's ink on the canvas of its word."""
        edges = [canvas.pen + (pen if direction == "ltr" else pens[-1] - pen) for pen in pens]
        columns = [(min(pair), max(pair)) for pair in pairwise(edges)]
        boxes = [
            _clipped(self._form_box(form.text, direction), start, canvas.baseline, inked)
            for form, (start, _) in zip(forms, columns, strict=True)
        ]
        found = np.zeros(canvas.ink.shape, bool)
        for x0, y0, x1, y1 in filter(None, boxes):
            found[y0:y1, x0:x1] = True
        if None in boxes or np.count_nonzero(canvas.ink[found]) < _FOUND * np.count_nonzero(canvas.ink):
            # The outermost take what overhangs.
            first, last = (inked[0], inked[2]) if direction == "ltr" else (inked[2], inked[0])
            divisions = [first, *edges[1:-1], last]
            boxes = [_ink_between(canvas.ink, min(pair), max(pair), inked) for pair in pairwise(divisions)]
        return np.array(boxes, np.int32).reshape(-1, 4)


def _ink_box(ink: NDArray[np.uint8]) -> Box | None:
    rows, columns = np.flatnonzero(ink.any(axis=1)), np.flatnonzero(ink.any(axis=0))
    return (int(columns[0]), int(rows[0]), int(columns[-1]) + 1, int(rows[-1]) + 1) if len(rows) else None


def _clipped(box: Box | None, x: int, y: int, inked: Box) -> Box | None:
    """Return a form's box with its pen and baseline at a point, as far as it lies in the ink of its word."""
    if box is None:
        return None
    x0, y0 = max(box[0] + x, inked[0]), max(box[1] + y, inked[1])
    x1, y1 = min(box[2] + x, inked[2]), min(box[3] + y, inked[3])
    return (x0, y0, x1, y1) if x0 < x1 and y0 < y1 else None


def _ink_between(ink: NDArray[np.uint8], start: int, stop: int, inked: Box) -> Box:
    """Return the box of a word's ink between two columns; where there is none, as high as the word and not empty."""
    start = min(max(start, inked[0]), inked[2] - 1)
    stop = min(max(stop, start + 1), inked[2])
    box = _ink_box(ink[:, start:stop])
    return (box[0] + start, box[1], box[2] + start, box[3]) if box else (start, inked[1], stop, inked[3])
