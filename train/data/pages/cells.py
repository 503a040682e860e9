"""Cells of a page: runs of words without a wide gap, as finders are to find them."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from receiptgen.imaging.page import Page

Points = NDArray[np.float64]

# Gaps between words of a cell are less than this number of letter heights; those of gaps in between may part two cells
# or not, which neither answer gets wrong.
_WIDE, _UNCLEAR = 1.35, (1.0, 2.0)
# Words lower than this share of the highest of a line say nothing of the height of its letters, such as dashes.
_LOW, _FULL = 0.6, 0.7
# Share of a word that may be hidden, or off the paper; of more nobody can say where it is.
_MOST_HIDDEN = 0.6
# Least depth of what a projective map shows: what lies behind who looks would be turned over.
_NEAREST = 0.15
# Marks under which, or in which, there may be text of which the truth says nothing.
_UNKNOWN = frozenset({"stamp", "signature", "handwriting", "label", "screen", "neighbour"})


class Cell(NamedTuple):
    """A cell of a page.

    Attributes:
        tops: Points along its upper edge in reading order, float64 (n, 2), n at least 2.
        bottoms: Points of its lower edge below these.
    """

    tops: Points
    bottoms: Points

    @property
    def height(self) -> float:
        """Mean height of its letters, ascender to descender, in pixels."""
        return float(np.linalg.norm(self.bottoms - self.tops, axis=1).mean())

    @property
    def middle(self) -> Points:
        """Its middle, (2,)."""
        return np.asarray((self.tops.mean(0) + self.bottoms.mean(0)) / 2)


class PageCells(NamedTuple):
    """Where text is on a page, and where it may be.

    Attributes:
        cells: All cells.
        ignored: Polygons (n, 2) in which neither answer is right or wrong.
    """

    cells: tuple[Cell, ...]
    ignored: tuple[Points, ...]


def page_cells(page: Page) -> PageCells:
    """Return the cells of a page by the truth of its words."""
    regions = page.regions
    hidden = regions.split(page.hidden()).words > _MOST_HIDDEN
    if page.gone is not None:
        hidden = hidden | [bool(page.gone[word.start : word.stop].mean() > _MOST_HIDDEN) for word in regions.words]
    quads = regions.word_quads.astype(np.float64)
    cells: list[Cell] = []
    ignored: list[Points] = [quad for quad, is_hidden in zip(quads, hidden, strict=True) if is_hidden]
    for line in regions.lines:
        own = [
            index for index in range(line.start, line.stop) if not hidden[index] and regions.words[index].text.strip()
        ]
        if own:
            found = _line_cells(quads[own])
            cells += found.cells
            ignored += found.ignored
    ignored += [
        quad.astype(np.float64)
        for mark, quad in zip(regions.marks, regions.mark_quads, strict=True)
        if mark.kind in _UNKNOWN
    ]
    return PageCells(tuple(cells), tuple(ignored))


def _line_cells(quads: Points) -> PageCells:
    """Return the cells of a line by the quads (N, 4, 2) of its words."""
    along = _direction(quads)
    if not along.any():
        return PageCells((), ())
    axes = np.stack([along, [-along[1], along[0]]])
    # From here on, x runs along the line and y across it.
    words = quads @ axes.T
    words = words[np.argsort(words[:, :, 0].mean(1), kind="stable")]
    heights = (words[:, 3:, 1] - words[:, :1, 1] + words[:, 2:3, 1] - words[:, 1:2, 1])[:, 0] / 2
    height = float(np.median(heights[heights >= _LOW * heights.max()]))
    starts, ends = words[:, [0, 3], 0].mean(1), words[:, [1, 2], 0].mean(1)
    gaps = (starts[1:] - ends[:-1]) / height
    runs = np.split(np.arange(len(words)), np.flatnonzero(gaps >= _WIDE) + 1)
    cells = [cell for run in runs if (cell := _cell(words[run], heights[run], height)) is not None]
    unclear = np.flatnonzero((gaps > _UNCLEAR[0]) & (gaps < _UNCLEAR[1]))
    ignored = [_gap(words[index], words[index + 1], height) for index in unclear]
    return PageCells(
        tuple(Cell(cell.tops @ axes, cell.bottoms @ axes) for cell in cells),
        tuple(polygon @ axes for polygon in ignored),
    )


def _direction(quads: Points) -> Points:
    """Return the unit vector of a line's reading direction as drawn, or zeros where its words are points."""
    if len(quads) == 1:
        along = quads[0, 1] - quads[0, 0] + quads[0, 2] - quads[0, 3]
    else:
        middles = (quads[:, 1] + quads[:, 2] - quads[:, 0] - quads[:, 3]).sum(0)
        along = (quads[-1].mean(0) - quads[0].mean(0)) if not middles.any() else middles
    length = float(np.linalg.norm(along))
    return np.asarray(along / length if length > 1e-6 else np.zeros(2))


def _cell(words: Points, heights: Points, height: float) -> Cell | None:
    """Return the cell of a run of words; None where it is narrower than two pixels."""
    left, right = float(words[:, [0, 3], 0].mean(1).min()), float(words[:, [1, 2], 0].mean(1).max())
    if right - left < 2:
        return None
    full = words[heights >= _FULL * height] if (heights >= _FULL * height).any() else words
    x = np.stack([full[:, [0, 3], 0].mean(1), full[:, [1, 2], 0].mean(1)], 1).ravel()
    tops, bottoms = full[:, [0, 1], 1].ravel(), full[:, [3, 2], 1].ravel()
    if not (heights >= _FULL * height).any():  # dashes and points alone: a line's height round their middles
        middles, half = (tops + bottoms) / 2, np.maximum(bottoms - tops, _FULL * height) / 2
        tops, bottoms = middles - half, middles + half
    at = np.linspace(left, right, max(2, int((right - left) / (2 * height)) + 2))
    order = np.argsort(x, kind="stable")
    edges = [_smooth(np.interp(at, x[order], edge[order])) for edge in (tops, bottoms)]
    return Cell(np.stack([at, edges[0]], 1), np.stack([at, edges[1]], 1))


def _smooth(values: Points) -> Points:
    """Return the moving average of three values: the quads of neighbouring words don't meet."""
    padded = np.pad(values, 1, "edge")
    return np.asarray((padded[:-2] + padded[1:-1] + padded[2:]) / 3)


def _gap(before: Points, after: Points, height: float) -> Points:
    """Return the polygon (4, 2) of the gap between two words, a quarter of a height wider at both ends."""
    left, right = before[[1, 2], 0].mean() - 0.25 * height, after[[0, 3], 0].mean() + 0.25 * height
    top, bottom = min(before[1, 1], after[0, 1]), max(before[2, 1], after[3, 1])
    return np.array([[left, top], [right, top], [right, bottom], [left, bottom]])


def moved(cells: Sequence[Points], matrix: NDArray[np.float64]) -> list[Points]:
    """Return points (n, 2) after a projective map (3, 3)."""
    out = []
    for points in cells:
        flat = points @ matrix[:, :2].T + matrix[:, 2]
        out.append(np.asarray(flat[:, :2] / flat[:, 2:]))
    return out


def _depths(points: Points, matrix: NDArray[np.float64]) -> Points:
    """Return how far points (n, 2) are in front of who looks at the page, 1 in the middle of what is seen."""
    return np.asarray(points @ matrix[2, :2] + matrix[2, 2])


def is_in_front(points: Points, matrix: NDArray[np.float64]) -> bool:
    """Tell whether a projective map (3, 3) has all of some points in front of who looks at them."""
    return bool((_depths(points, matrix) >= _NEAREST).all())


def in_front(polygon: Points, matrix: NDArray[np.float64]) -> Points:
    """Return what of a polygon (n, 2) is in front of who looks at it (Sutherland and Hodgman 1974)."""
    depths = _depths(polygon, matrix) - _NEAREST
    kept: list[Points] = []
    for index, (here, depth) in enumerate(zip(polygon, depths, strict=True)):
        before, depth_before = polygon[index - 1], depths[index - 1]
        if (depth >= 0) != (depth_before >= 0):
            kept.append(before + (here - before) * (depth_before / (depth_before - depth)))
        if depth >= 0:
            kept.append(here)
    return np.array(kept).reshape(-1, 2)
