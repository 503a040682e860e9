"""Where a paper ends."""

import numpy as np
from numpy.typing import NDArray

from receiptgen.core.dice import Dice
from receiptgen.imaging.geometry import Chain
from receiptgen.imaging.noise import OFFSETS, curve
from receiptgen.imaging.page import Page

EDGES = ("straight", "zigzag", "torn")
# Points on each edge of bent paper.
_POINTS = 24
# Share of the ground beside the paper that the paper's shadow leaves free.
_FREE = 0.5
# Pixels between ink and the deepest tear.
_CLEAR = 2.0


def is_whole(page: Page) -> bool:
    """Tell whether the paper is the whole image, upright."""
    height, width = page.size
    corners = np.array([[0, 0], [width, 0], [width, height], [0, height]])
    return bool(np.abs(page.regions.page_quad - corners).max() < 1)


def outline(page: Page, edge: str, depth: float, dice: Dice) -> NDArray[np.float64]:
    """Return the paper's outline (N, 2) in the image, clockwise.

    Args:
        page: The page.
        edge: One of ``EDGES``: how upright paper ends at top and bottom; other paper is as its maps left it.
        depth: Greatest depth of a tear, in pixels; it stays clear of the first and the last ink.
        dice: Draws the tear.
    """
    if not is_whole(page):
        return _bent(page)
    height, width = page.size
    quads = page.regions.content_quads
    first = float(quads[..., 1].min(initial=height / 2))
    last = float(quads[..., 1].max(initial=height / 2))
    upper = _edge(edge, min(depth, first - _CLEAR), width, dice)
    lower = _edge(edge, min(depth, height - last - _CLEAR), width, dice)
    lower[:, 1] = height - lower[:, 1]
    return np.concatenate([upper, lower[::-1]])


def continued(page: Page, corners: NDArray[np.float64]) -> tuple[NDArray[np.uint8], int, int]:
    """Return the image with as much more ground round it as some points (N, 2) need, and how much left and above.

    The ground continues as its own mirror image, without the paper and its shadow.
    """
    size, quad = page.size[::-1], page.regions.page_quad
    low, high = quad.min(axis=0), quad.max(axis=0)
    grown, before = page.image, []
    for axis, length in enumerate(size):
        needed = [-corners[:, axis].min(), corners[:, axis].max() - length]
        first, last = (int(np.ceil(np.clip(reach + 1, 0, 2 * max(size)))) for reach in needed)
        at = np.arange(-first, length + last)
        at = np.where(at < 0, _mirrored(-1 - at, int(low[axis] * _FREE)), at)
        at = np.where(at >= length, length - 1 - _mirrored(at - length, int((length - high[axis]) * _FREE)), at)
        grown = grown.take(at, 1 - axis)
        before.append(first)
    return grown, before[0], before[1]


def _mirrored(depth: NDArray[np.int_], strip: int) -> NDArray[np.int_]:
    """Fold depths of 0 and more back and forth into a strip of some pixels, at least one."""
    strip = max(1, strip)
    folded = depth % (2 * strip)
    return np.minimum(folded, 2 * strip - 1 - folded)


def _edge(edge: str, depth: float, width: int, dice: Dice) -> NDArray[np.float64]:
    """Return points (N, 2) from left to right, 0 to ``depth`` below 0."""
    if edge == "straight" or depth <= 0:
        return np.array([[0.0, 0.0], [float(width), 0.0]])
    if edge == "zigzag":
        pitch = max(4.0, depth * dice.uniform(1.2, 2.4))
        x = np.arange(0, width + pitch, pitch / 2) - dice.uniform(0, pitch / 2)
        y = np.where(np.arange(len(x)) % 2, depth, 0.0)
    else:
        x = np.linspace(0, width, max(4, width // 3))
        slow = curve(len(x), max(1.0, len(x) / 5), dice.integer(0, OFFSETS))
        fine = curve(len(x), 1.5, dice.integer(0, OFFSETS))
        y = np.clip(0.5 + 0.35 * slow + 0.08 * fine, 0, 1) * depth
    return np.stack([np.clip(x, 0, width), y], axis=1).astype(np.float64)


def _bent(page: Page) -> NDArray[np.float64]:
    """Follow the edges of the paper through all that has moved it."""
    flat = page.rectifier().points(page.regions.page_quad.astype(np.float64))
    share = np.linspace(0, 1, _POINTS, endpoint=False)[:, None]
    edges = [flat[n] + (flat[(n + 1) % 4] - flat[n]) * share for n in range(4)]
    return Chain(page.maps).points(np.concatenate(edges))
