"""Images at another size, and on paper of another size."""

import cv2
import numpy as np
from numpy.typing import NDArray

from receiptgen.imaging.geometry import Pixels

# Levels between the lightest and the darkest pixel of an edge from which there is ink among its pixels, and the share
# of lighter ones from which these are paper; below that, white was printed on black.
_INKED, _PAPER = 48, 0.25


def resize(image: Pixels, height: int, width: int) -> Pixels:
    """Return an image at another height and width: by the mean of areas where it shrinks, by cubics where it grows.

    Args:
        image: uint8 (H, W) or (H, W, 3).
        height: Pixels, at least 1.
        width: Pixels, at least 1.
    """
    # One axis after the other, since one may shrink while the other grows, and by cubics alone pixels would be skipped.
    for high, wide in ((height, image.shape[1]), (height, width)):
        if image.shape[:2] != (high, wide):
            shrinks = high < image.shape[0] or wide < image.shape[1]
            way = cv2.INTER_AREA if shrinks else cv2.INTER_CUBIC
            image = np.asarray(cv2.resize(image, (wide, high), interpolation=way), np.uint8)
    return image


def pad_with_paper(image: Pixels, height: int, width: int, left: int, top: int) -> Pixels:
    """Return an image on paper of the level of its own, as its edge shows it.

    Args:
        image: uint8 (H, W) or (H, W, 3).
        height: Height of the paper in pixels, at least ``top`` and the image's.
        width: Width of the paper in pixels, at least ``left`` and the image's.
        left: Pixels of paper to its left.
        top: Pixels of paper above it.
    """
    high, wide = image.shape[:2]
    if (high, wide) == (height, width):
        return image
    padded = np.empty((height, width, *image.shape[2:]), np.uint8)
    padded[:] = _paper_of(image)
    padded[top : top + high, left : left + wide] = image
    return padded


def _paper_of(image: Pixels) -> NDArray[np.float64]:
    """Return the level of an image's paper, or its three levels."""
    # All four sides together: a rule of a neighbour, or the stem of a letter, may fill one of them.
    edge = np.concatenate([image[0], image[-1], image[:, 0], image[:, -1]])
    grey = edge.reshape(len(edge), -1).mean(axis=1)
    darkest, lightest = grey.min(), grey.max()
    if lightest - darkest >= _INKED:
        light = grey > (darkest + lightest) / 2
        edge = edge[light if light.mean() >= _PAPER else ~light]
    return np.asarray(np.median(edge, axis=0), np.float64)
