"""Truth of a crop as maps."""

from typing import NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from receiptgen.finding.network import PER_VALUE

from .batches import BAND, DIRECTION, IGNORED, PAPER, REGION, PageTruth
from .cells import Cell, Points

# Height of a band in letter heights; and the share of a letter's height that it is shorter at both ends than its cell,
# at most a fifth of its length, so that bands of neighbouring cells don't touch.
_BAND, _SHORTER = 0.48, 0.2
# Values that a band is high at least, of letters that are not as high.
_LEAST = 1.7
# Fractions of a value that polygons are drawn by, in bits.
_BITS = 3
# Values beyond which a polygon's corners are cut, so that they fit OpenCV's integers.
_FAR = 30_000.0


class CropTruth(NamedTuple):
    """What is on a crop, in its pixels.

    Attributes:
        cells: Cells, those outside too.
        ignored: Polygons (n, 2) where neither answer is right or wrong.
        paper: Outline (n, 2) of the paper; None where there is none.
    """

    cells: tuple[Cell, ...]
    ignored: tuple[Points, ...] = ()
    paper: Points | None = None


def truth_maps(truth: CropTruth, size: int) -> PageTruth:
    """Draw what is on a crop as maps of half its size.

    Args:
        truth: What is on it.
        size: Height and width of the crop in pixels.
    """
    side = size // PER_VALUE
    band, region, ignored, paper = (np.zeros((side, side), np.uint8) for _ in range(4))
    heights, across, down = (np.zeros((side, side), np.float32) for _ in range(3))
    if truth.paper is not None and len(truth.paper):
        _fill(paper, truth.paper, PAPER)
    for polygon in truth.ignored:
        _fill(ignored, polygon, IGNORED)
    for cell in truth.cells:
        low, high = np.minimum(cell.tops, cell.bottoms).min(0), np.maximum(cell.tops, cell.bottoms).max(0)
        if (high < 0).any() or (low > size).any():
            continue
        _fill(region, _outline(cell.tops, cell.bottoms), REGION)
        strip, direction = _strip(cell)
        for image, value in (
            (band, BAND), (heights, float(np.log(max(cell.height, 2.0)))), (across, direction[0]), (down, direction[1])
        ):  # fmt: skip
            _fill(image, strip, value)
    turned = [np.rint(part * DIRECTION).astype(np.int8) for part in (across, down)]
    return PageTruth(band | region | ignored | paper, heights.astype(np.float16), *turned)


def _outline(tops: Points, bottoms: Points) -> Points:
    return np.concatenate([tops, bottoms[::-1]])


def _strip(cell: Cell) -> tuple[Points, Points]:
    """Return the outline of a cell's band, and the unit vector of its reading direction."""
    middles, upright = (cell.tops + cell.bottoms) / 2, cell.bottoms - cell.tops
    whole = middles[-1] - middles[0]
    length = max(float(np.linalg.norm(whole)), 1e-6)
    inset = min(_SHORTER * cell.height, _SHORTER * length)
    middles = middles.copy()
    for end, beside in ((0, 1), (-1, -2)):
        step = middles[beside] - middles[end]
        middles[end] += step / max(float(np.linalg.norm(step)), 1e-6) * inset
    share = max(_BAND, min(1.0, _LEAST * PER_VALUE / max(cell.height, 1e-3)))
    return _outline(middles - upright * share / 2, middles + upright * share / 2), whole / length


def _fill(image: NDArray[np.uint8] | NDArray[np.float32], polygon: Points, value: float) -> None:
    """Fill a polygon, in pixels of the crop, of a map."""
    # OpenCV puts (0, 0) at the centre of the first value, we put it at its corner.
    corners = ((polygon / PER_VALUE - 0.5) * (1 << _BITS)).clip(-_FAR, _FAR)
    cv2.fillPoly(image, [np.rint(corners).astype(np.int32)], value, cv2.LINE_8, _BITS)
