"""Cells side by side are rows, and cells above each other columns."""

from collections.abc import Sequence
from statistics import median

import numpy as np
from numpy.typing import NDArray

from receiptgen.reading.cells import Cell

# Share of the lower of two cells' heights that they have in common if they are of one row.
_SHARED = 0.5
# Cells so many times as wide as high tell how rows fall; fewer of them than this tell nothing.
_LONG, _FEW = 4, 4


def part_rows(cells: Sequence[Cell]) -> list[list[int]]:
    """Return the numbers of the cells row by row from the top, each row from the left."""
    if not cells:
        return []
    boxes = np.array([cell[:4] for cell in cells], np.float64)
    tops, feet = (boxes[:, [1, 3]] - _moved(cells, boxes)[:, None]).T.tolist()
    rows: list[list[int]] = []
    # From the left: what a row looks like is told by its last cell, so that rows may bow.
    for number in sorted(range(len(cells)), key=lambda number: cells[number].x0):
        best, most = None, _SHARED
        for row in rows:
            last = row[-1]
            shared = min(feet[number], feet[last]) - max(tops[number], tops[last])
            share = shared / max(1.0, min(feet[number] - tops[number], feet[last] - tops[last]))
            if share > most and cells[number].x0 >= (cells[last].x0 + cells[last].x1) / 2:
                best, most = row, share
        if best is None:
            rows.append([number])
        else:
            best.append(number)
    return sorted(rows, key=lambda row: sum(tops[number] + feet[number] for number in row) / len(row))


def columns(cells: Sequence[Cell], texts: Sequence[str]) -> list[int]:
    """Return how many characters of usual width stand left of each cell.

    Args:
        cells: The cells of a page.
        texts: What each says, at least a character.
    """
    if not cells:
        return []
    unit = median((cell.x1 - cell.x0) / len(text) for cell, text in zip(cells, texts, strict=True))
    left = min(cell.x0 for cell in cells)
    return [round((cell.x0 - left) / unit) for cell in cells]


def _moved(cells: Sequence[Cell], boxes: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return how much lower each cell stands than its row in the middle of the page, float64 (N,).

    Rows fall the more or the less the further down they are, as a photo taken from aside has them: a line through what
    long cells say.
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
