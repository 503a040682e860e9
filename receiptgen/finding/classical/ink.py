"""Binarisation of a page, the height of its letters and its skew; classical computer vision without a network."""

import math
from collections.abc import Callable
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from receiptgen.imaging.geometry import Pixels, shrink

# Ink is darker than the paper around it by this share of the strongest ink near it, by this many levels, and by this
# multiple of the median depth, which is the noise of the paper. Where noise is above the last value, the image is
# smoothed.
_SHARE, _SHARE_NOISE, _LEAST, _NOISE, _GRAINY = (0.18, 0.45), 0.025, 14, 2.2, 6
# Sides of the squares, relative to a letter's height, in which paper and the strongest ink are looked for.
_PAPER, _NEAR = 3.0, 3.0
# Factor by which the image is reduced to look for the strongest ink.
_COARSE = 4
# Fewer letters than this are too few to measure their size.
_FEW = 20
# Skew: range in degrees to either side; longest sides of the images in which it is searched, and the steps in each.
_TURN, _STEPS = 45, ((450, (1.0,)), (900, (0.3, 0.1)))


def find_ink(image: Pixels, letter: float) -> Pixels:
    """Separate ink from paper, whatever the level of either.

    Args:
        image: Grey image uint8 (H, W), ink dark.
        letter: Approximate height of a capital, in pixels.

    Returns:
        uint8 (H, W), 1 where there is ink.
    """
    side = int(letter * _PAPER) | 1
    paper = cv2.morphologyEx(image, cv2.MORPH_CLOSE, np.ones((side, side), np.uint8))
    paper = cv2.blur(paper, (side, side))
    depth = cv2.subtract(paper, image)
    near = max(3, int(letter * _NEAR) // _COARSE | 1)
    height, width = image.shape
    small = -(-width // _COARSE), -(-height // _COARSE)
    coarse = cv2.resize(depth, small, interpolation=cv2.INTER_AREA)
    noise = float(np.median(coarse))
    if noise > _GRAINY:
        depth = cv2.subtract(paper, cv2.GaussianBlur(image, (3, 3), 0))
        coarse = cv2.resize(depth, small, interpolation=cv2.INTER_AREA)
    strongest = cv2.blur(cv2.dilate(coarse, np.ones((near, near), np.uint8)), (near, near))
    strongest = cv2.resize(strongest, (width, height), interpolation=cv2.INTER_LINEAR)
    share = min(_SHARE[1], _SHARE[0] + _SHARE_NOISE * noise)
    # The largest depth of paper beside ink of each strength.
    paper_depths = np.maximum(np.arange(256) * share, max(_LEAST, _NOISE * noise)).clip(0, 255).astype(np.uint8)
    return np.asarray(depth > cv2.LUT(strongest, paper_depths), np.uint8)


def letter_height(ink: Pixels) -> float | None:
    """Return the usual height of letters in pixels: the median of possible letters, weighted by their height.

    Args:
        ink: Ink mask, uint8 (H, W) of 0 and 1.

    Returns:
        None where there is next to no text.
    """
    _, _, stats, _ = cv2.connectedComponentsWithStats(ink, connectivity=8)
    width, height, area = (stats[1:, column] for column in (cv2.CC_STAT_WIDTH, cv2.CC_STAT_HEIGHT, cv2.CC_STAT_AREA))
    heights = height[(height >= 5) & (width < 4 * height) & (height < 6 * width + 4) & (area > 0.12 * width * height)]
    return weighted_median(heights, heights) if len(heights) >= _FEW else None


def weighted_median(values: NDArray[Any], weights: NDArray[Any]) -> float:
    """Return the value below and above which half of the weight lies; there is at least one value."""
    order = np.argsort(values, kind="stable")
    below = np.cumsum(weights[order])
    return float(values[order][np.searchsorted(below, below[-1] / 2)])


def skew(ink: Pixels) -> float:
    """Return the degrees by which rows fall to the right, -45 to 45: rotated back, rows of pixels differ most in ink.

    Args:
        ink: Ink mask, uint8 (H, W) of 0 and 1, letters only.
    """
    best, reach = 0.0, float(_TURN)
    for longest, steps in _STEPS:
        contrast = _row_contrast(ink, longest)
        for step in steps:
            count = round(reach / step)
            best = max((best + step * index for index in range(-count, count + 1)), key=contrast)
            reach = step
    return max(-_TURN, min(_TURN, round(best, 1)))


def _row_contrast(ink: Pixels, longest: int) -> Callable[[float], float]:
    """Return a function from degrees to the difference of neighbouring rows after that rotation, on a smaller image."""
    small = shrink(ink * np.float32(1), longest / max(ink.shape))
    down, across = np.nonzero(small)
    weights = small[down, across]
    down, across = down - small.shape[0] / 2, across - small.shape[1] / 2
    middle = math.hypot(*small.shape) / 2 + 1

    def contrast(degrees: float) -> float:
        angle = math.radians(degrees)
        positions = down * math.cos(angle) - across * math.sin(angle) + middle
        rows = positions.astype(np.intp)
        # Ink between two rows is shared by both; otherwise an upright grid of pixels would be sharper than any other.
        later = (positions - rows) * weights
        size = int(2 * middle) + 2
        sums = np.bincount(rows, weights - later, size) + np.bincount(rows + 1, later, size)
        return float((np.diff(sums) ** 2).sum())

    return contrast
