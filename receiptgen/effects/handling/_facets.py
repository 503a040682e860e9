"""Crumpled paper: a surface of flat facets between points of random height."""

from typing import NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from receiptgen.imaging.noise import field


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


def _rises(triangles: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return for each triangle (N, 3, 3) of points x, y, z how its plane rises to the right and downwards."""
    one, two = triangles[:, 1] - triangles[:, 0], triangles[:, 2] - triangles[:, 0]
    area = one[:, 0] * two[:, 1] - one[:, 1] * two[:, 0]
    across = (one[:, 2] * two[:, 1] - two[:, 2] * one[:, 1]) / area
    down = (two[:, 2] * one[:, 0] - one[:, 2] * two[:, 0]) / area
    return np.clip(np.stack([across, down], axis=1), -3, 3)
