"""Upright boxes of whole pixels."""

from collections.abc import Sequence

import numpy as np

from receiptgen.imaging.geometry import Pixels, boxes_of_quads

# x0, y0, x1, y1 in pixels; the last two are not included.
Box = tuple[int, int, int, int]
# Pixels; a line whose image has a shorter side can't be read.
SHORTEST_SIDE = 4


def upright_box(quad: Sequence[float]) -> Box:
    """Return the upright box ``x0, y0, x1, y1`` round a flat quad, whole pixels."""
    x0, y0, x1, y1 = boxes_of_quads(np.asarray(quad, np.float64).reshape(1, 4, 2))[0].tolist()
    return int(x0 // 1), int(y0 // 1), int(-(-x1 // 1)), int(-(-y1 // 1))


def cut_box(image: Pixels, box: Box, grow: int = 0) -> Pixels:
    """Return a view of what of an image lies in a box that is grown by some pixels on each side; empty if nothing."""
    height, width = image.shape
    x0, y0, x1, y1 = box[0] - grow, box[1] - grow, box[2] + grow, box[3] + grow
    return image[max(0, y0) : max(0, min(height, y1)), max(0, x0) : max(0, min(width, x1))]
