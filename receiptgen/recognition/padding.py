"""Line images padded with paper to one width."""

from collections.abc import Sequence
from math import lcm

import numpy as np
from numpy.typing import NDArray

PAPER = 255
# Widths up to the first value of a row become multiples of the second. Frameworks keep memory and plans for each
# shape they have met: hundreds of widths would fill gigabytes.
_STEPS = ((256, 16), (512, 32), (1 << 30, 64))


def padded_width(width: int, multiple: int = 1) -> int:
    """Return the width that a line is padded to when it is alone: a multiple, and one of few widths."""
    if width <= multiple:
        return multiple
    return width + -width % lcm(multiple, next(step for limit, step in _STEPS if width <= limit))


def pad(
    images: Sequence[NDArray[np.uint8]] | NDArray[np.uint8], width: int = 0, multiple: int = 1
) -> NDArray[np.uint8]:
    """Pad images of one height, (height, any width), with paper to one array (N, height, width).

    Args:
        images: Images, at least one.
        width: Smallest width in pixels.
        multiple: Divisor of the width, which is also rounded up to one of few widths.
    """
    widest = padded_width(max(width, *(image.shape[1] for image in images)), multiple)
    padded = np.full((len(images), images[0].shape[0], widest), PAPER, np.uint8)
    for row, image in zip(padded, images, strict=True):
        row[:, : image.shape[1]] = image
    return padded
