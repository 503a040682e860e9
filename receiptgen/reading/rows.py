"""Layout of cells: those side by side form rows, and each has a column."""

from collections.abc import Sequence
from statistics import median

import numpy as np
from numpy.typing import NDArray

from receiptgen.core.bidi import Direction
from receiptgen.finding.found_page import Cell

# Share of the smaller of two cells' heights that they have in common if they are in one row.
_SHARED = 0.5
# Only cells this many times as wide as high show how rows slope, and only if there are this many.
_LONG, _FEW = 4, 4


def group_rows(cells: Sequence[Cell]) -> list[list[int]]:
    """Return the indices of cells row by row from the top, each row from the left."""
    if not cells:
        return []
    boxes = np.array([cell[:4] for cell in cells], np.float64)
    tops, feet = (boxes[:, [1, 3]] - _slope_offsets(cells, boxes)[:, None]).T.tolist()
    rows: list[list[int]] = []
    # From the left: a cell is compared with the last one of each row, so that rows may bend.
    for index in sorted(range(len(cells)), key=lambda index: cells[index].x0):
        best, largest = None, _SHARED
        for row in rows:
            last = row[-1]
            shared = min(feet[index], feet[last]) - max(tops[index], tops[last])
            share = shared / max(1.0, min(feet[index] - tops[index], feet[last] - tops[last]))
            if share > largest and cells[index].x0 >= (cells[last].x0 + cells[last].x1) / 2:
                best, largest = row, share
        if best is None:
            rows.append([index])
        else:
            best.append(index)
    return sorted(rows, key=lambda row: sum(tops[index] + feet[index] for index in row) / len(row))


def text_columns(cells: Sequence[Cell], texts: Sequence[str], direction: Direction = "ltr") -> list[int]:
    """Return the number of characters of usual width before each cell.

    Args:
        cells: The cells of a page.
        texts: Text of each, at least one character.
        direction: Direction in which its rows are read.
    """
    if not cells:
        return []
    unit = median((cell.x1 - cell.x0) / len(text) for cell, text in zip(cells, texts, strict=True))
    if direction == "rtl":
        right = max(cell.x1 for cell in cells)
        return [round((right - cell.x1) / unit) for cell in cells]
    left = min(cell.x0 for cell in cells)
    return [round((cell.x0 - left) / unit) for cell in cells]


def _slope_offsets(cells: Sequence[Cell], boxes: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return how much lower each cell stands than its row does in the middle of the page, float64 (N,).

    The slope changes linearly down the page, as on a photo taken from the side; it is fitted to the slopes of long
    cells.
    """
    widths, heights = boxes[:, 2] - boxes[:, 0], boxes[:, 3] - boxes[:, 1]
    long = widths > _LONG * heights
    if np.count_nonzero(long) < _FEW:
        return np.zeros(len(cells))
    across, down = (boxes[:, 0] + boxes[:, 2]) / 2, (boxes[:, 1] + boxes[:, 3]) / 2
    falls = np.array([cell.fall for cell in cells])
    middle = down[long].mean()
    steepening, fall = np.polyfit(down[long] - middle, falls[long], 1, w=np.sqrt(widths[long]))
    centre = (boxes[:, 0].min() + boxes[:, 2].max()) / 2
    return np.asarray((steepening * (down - middle) + fall) * (across - centre))
