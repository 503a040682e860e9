"""Crumpled paper: a surface of flat facets between points of random height."""

from typing import NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from receiptgen.imaging.noise import field

# Sigma of round facets as a share of their size, and how much steeper they are drawn, since blur flattens them.
_ROUND, _STEEPER = 0.3, 1.9
# Facets that a shadow reaches over, steps in which that is looked through, slope of the lamp's rays where usual slopes
# are 1, and the rise of a facet's size that hides all of the lamp.
_REACH, _STEPS, _LAMP, _PENUMBRA = 1.0, 8, 0.45, 0.4


class Slopes(NamedTuple):
    """How a surface rises to the right and downwards, float32 (h, w) each, and pixels from one to the next."""

    across: NDArray[np.float32]
    down: NDArray[np.float32]
    step: float


def facets(size: tuple[int, int], scale: float, offset: int) -> Slopes:
    """Return the slopes of a crumpled surface, with a standard deviation of about 1.

    Args:
        size: Height and width of the page in pixels.
        scale: Pixels across a facet.
        offset: Position in the noise.
    """
    step = max(1.0, scale / 28, max(size) / 1200)
    shape = (int(size[0] / step) + 2, int(size[1] / step) + 2)
    rows, columns = int(size[0] / scale) + 4, int(size[1] / scale) + 4
    # Noise at a scale of one pixel is the bank itself, each value by itself.
    strays = [field((rows, columns), 1, offset + i) for i in range(3)]
    down, across = np.mgrid[-1 : rows - 1, -1 : columns - 1]
    grain = scale / step
    x = (across + 0.28 * np.clip(strays[0], -1.4, 1.4)) * grain
    y = (down + 0.28 * np.clip(strays[1], -1.4, 1.4)) * grain
    corners = np.stack([x, y, strays[2] * grain * 0.5], axis=2)
    slopes = np.zeros((*shape, 2), np.float32)
    a, b, c, d = corners[:-1, :-1], corners[:-1, 1:], corners[1:, 1:], corners[1:, :-1]
    tilted = (np.add.outer(np.arange(rows - 1), np.arange(columns - 1)) % 2 == 0)[..., None]
    first = np.stack([a, b, np.where(tilted, c, d)], axis=2).reshape(-1, 3, 3)
    second = np.stack([np.where(tilted, a, b), c, d], axis=2).reshape(-1, 3, 3)
    triangles = np.concatenate([first, second])
    corners = np.rint(triangles[..., :2] * 16).astype(np.int32)
    for points, rise in zip(corners, _rises(triangles).tolist(), strict=True):
        cv2.fillConvexPoly(slopes, points, rise, cv2.LINE_8, 4)
    soft = np.asarray(cv2.GaussianBlur(slopes, (0, 0), max(0.6, 1.2 / step)), np.float32)
    return Slopes(np.ascontiguousarray(soft[..., 0]), np.ascontiguousarray(soft[..., 1]), step)


def rounded(slopes: Slopes, share: float, scale: float) -> Slopes:
    """Return the slopes of a surface whose facets are round, about as steep as before.

    Args:
        slopes: The slopes of flat facets.
        share: 0 leaves them flat, 1 leaves none of their edges.
        scale: Pixels across a facet.
    """
    if share <= 0:
        return slopes
    sigma = max(0.6, _ROUND * scale / slopes.step)
    parts = [cv2.GaussianBlur(part, (0, 0), sigma) for part in (slopes.across, slopes.down)]
    across, down = (
        cv2.addWeighted(flat, 1 - share, wave, share * _STEEPER, 0)
        for flat, wave in zip((slopes.across, slopes.down), parts, strict=True)
    )
    return Slopes(np.asarray(across, np.float32), np.asarray(down, np.float32), slopes.step)


def thrown(towards: NDArray[np.float32], degrees: float, scale: float) -> NDArray[np.float32]:
    """Return how far each point lies in the shadow of what rises between it and a low lamp.

    Args:
        towards: Slope by which the surface faces the lamp, float32 (h, w), about 1 at most places.
        degrees: Direction of the lamp, counter-clockwise from the right.
        scale: Points across a facet.

    Returns:
        float32 (h, w), 0 in the light to 1.
    """
    stride = max(1.0, _REACH * scale / _STEPS)
    across, down = stride * np.cos(np.deg2rad(degrees)), -stride * np.sin(np.deg2rad(degrees))
    rise, over = np.zeros_like(towards), np.zeros_like(towards)
    for count in range(1, _STEPS + 1):
        move = np.array([[1, 0, -across * count], [0, 1, -down * count]], np.float32)
        ahead = cv2.warpAffine(
            towards, move, towards.shape[::-1], flags=cv2.INTER_NEAREST, borderMode=cv2.BORDER_REPLICATE
        )
        # What faces the lamp falls on the way to it; the lamp itself stands as high as a usual slope.
        rise -= (ahead + np.float32(_LAMP)) * np.float32(stride)
        np.maximum(over, rise, out=over)
    shade = np.clip(over / np.float32(_PENUMBRA * scale), 0, 1)
    # Shadows of paper on paper are soft; and steps are not to be seen.
    return np.asarray(cv2.GaussianBlur(shade, (0, 0), max(0.6, stride / 2)), np.float32)


def _rises(triangles: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return for each triangle (N, 3, 3) of points x, y, z how its plane rises to the right and downwards."""
    one, two = triangles[:, 1] - triangles[:, 0], triangles[:, 2] - triangles[:, 0]
    area = one[:, 0] * two[:, 1] - one[:, 1] * two[:, 0]
    across = (one[:, 2] * two[:, 1] - two[:, 2] * one[:, 1]) / area
    down = (two[:, 2] * one[:, 0] - one[:, 2] * two[:, 0]) / area
    return np.clip(np.stack([across, down], axis=1), -3, 3)
