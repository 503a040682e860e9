"""Glyphs and the ink of texts that are set with them."""

import numpy as np
from numpy.typing import NDArray

from receiptgen.imaging.boxes import Box


def ink_boxes(ink: NDArray[np.uint8], starts: list[int]) -> list[Box]:
    """Return the box of ink in each segment of columns, from each of ``starts`` to the next, relative to its start.

    Args:
        ink: Ink uint8 (H, W).
        starts: First columns, ascending from 0.
    """
    segments = np.maximum.reduceat(ink, starts, axis=1) > 0
    tops, bottoms = segments.argmax(axis=0), len(ink) - segments[::-1].argmax(axis=0)
    inked = np.flatnonzero(ink.any(axis=0))
    firsts = np.searchsorted(inked, starts)
    lasts = np.searchsorted(inked, [*starts[1:], ink.shape[1]]) - 1
    boxes: list[Box] = []
    for start, first, last, top, bottom in zip(starts, firsts, lasts, tops, bottoms, strict=True):
        if first > last:
            boxes.append((0, 0, 0, 0))
        else:
            boxes.append((int(inked[first]) - start, int(top), int(inked[last]) + 1 - start, int(bottom)))
    return boxes


class Glyph:
    """One character, ready to be set beside others.

    Attributes:
        cell: Ink uint8 (height, advance), 0 to 255; of the atlas's height.
        full: The same with the overhang on both sides; None where all ink is inside the advance.
        left: Columns of ``full`` before the pen.
        advance: Pixels from this pen position to the next.
        box: Ink box ``x0, y0, x1, y1`` from the pen and the top of the cell; empty for a space.
    """

    __slots__ = ("advance", "box", "cell", "full", "left")

    def __init__(self, ink: NDArray[np.uint8], box: Box, origin: int, advance: int) -> None:
        """Crop a glyph from its canvas.

        Args:
            ink: Ink uint8 (height, W), with paper on both sides.
            box: Box of its ink in ``ink``; empty for a space.
            origin: Column of the pen in ``ink``.
            advance: As above.
        """
        x0, y0, x1, y1 = box
        self.advance, self.left = advance, 0
        self.full: NDArray[np.uint8] | None = None
        self.cell = ink[:, origin : origin + advance].copy()
        self.box = (x0 - origin, y0, x1 - origin, y1) if x1 else (0, 0, 0, 0)
        if x1 and (x0 < origin or x1 > origin + advance):
            self.left = max(0, origin - x0)
            self.full = ink[:, origin - self.left : max(x1, origin + advance)].copy()


class Strip:
    """The ink of a text.

    Attributes:
        ink: Ink uint8 (H, W) of the atlas's height, or higher where marks are stacked; must not be written to.
        left: Columns of ``ink`` before the start of the pen.
        box_list: Ink box of each character in logical order, empty for spaces, relative to pen and top of the cell.
            Those of a cluster share one.
        above: Rows of ``ink`` above the top of the cell.
        top: First row of ink, from the top of the cell.
        bottom: Row after the last one of ink, from the top of the cell.
    """

    __slots__ = ("above", "bottom", "box_list", "ink", "left", "top")

    def __init__(
        self, ink: NDArray[np.uint8], left: int, box_list: list[Box], rows: tuple[int, int], above: int = 0
    ) -> None:
        self.ink = ink
        self.left = left
        self.box_list = box_list
        self.top, self.bottom = rows
        self.above = above

    @property
    def boxes(self) -> NDArray[np.int32]:
        """The boxes as int32 (N, 4)."""
        return np.array(self.box_list, np.int32).reshape(-1, 4)

    @property
    def inked(self) -> NDArray[np.bool_]:
        """Tell of each character whether it has ink: of all but spaces."""
        return np.array([bottom > top for _, top, _, bottom in self.box_list], np.bool_)
