"""Boxes and quads round other things."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from receiptgen.imaging.geometry import Pixels, Quads, boxes_of_quads

# x0, y0, x1, y1 in pixels; the last two are not included.
Box = tuple[int, int, int, int]
# Pixels; a line whose image has a shorter side can't be read.
SHORTEST_SIDE = 4
# Corner after each corner of a quad, and before it; several times as fast as np.roll.
_NEXT, _BEFORE = np.array([1, 2, 3, 0]), np.array([3, 0, 1, 2])


def upright_box(quad: Sequence[float]) -> Box:
    """Return the upright box ``x0, y0, x1, y1`` round a flat quad, whole pixels."""
    x0, y0, x1, y1 = boxes_of_quads(np.asarray(quad, np.float64).reshape(1, 4, 2))[0].tolist()
    return int(x0 // 1), int(y0 // 1), int(-(-x1 // 1)), int(-(-y1 // 1))


def cut_box(image: Pixels, box: Box, grow: int = 0) -> Pixels:
    """Return a view of what of an image lies in a box that is grown by some pixels on each side; empty if nothing."""
    height, width = image.shape
    x0, y0, x1, y1 = box[0] - grow, box[1] - grow, box[2] + grow, box[3] + grow
    return image[max(0, y0) : max(0, min(height, y1)), max(0, x0) : max(0, min(width, x1))]


def unions(boxes: NDArray[Any], starts: Sequence[int]) -> NDArray[Any]:
    """Return the smallest box round boxes (N, 4) from each start, rising from 0, to the next, or to the end."""
    if len(starts) == len(boxes):
        return boxes
    low = np.minimum.reduceat(boxes[:, :2], starts)
    return np.concatenate([low, np.maximum.reduceat(boxes[:, 2:], starts)], axis=1)


def enclosing_quads(quads: Quads, points: NDArray[Any]) -> Quads:
    """Return quads whose edges were moved outwards, each in parallel, as far as points of theirs lie beyond them.

    Args:
        quads: (N, 4, 2), clockwise as seen, none without area.
        points: Points of each, (N, P, 2).
    """
    edges = quads[:, _NEXT] - quads
    normals = np.stack([edges[..., 1], -edges[..., 0]], axis=-1)
    # A point p is inside an edge where normal . p is at most the level of the edge.
    levels = np.maximum((normals * quads).sum(axis=-1), (normals @ points.transpose(0, 2, 1)).max(axis=-1))
    (x, y), level = np.moveaxis(normals, -1, 0), levels
    before_x, before_y, before = (values[:, _BEFORE] for values in (x, y, level))
    area = before_x * y - before_y * x
    corners = (before * y - level * before_y) / area, (before_x * level - x * before) / area
    return np.stack(corners, axis=-1)
