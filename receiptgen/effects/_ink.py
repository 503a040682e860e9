"""What effects do to ink and light, in few passes over the pixels."""

from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray


def keep_ink(image: NDArray[np.uint8], share: NDArray[Any] | float) -> NDArray[np.uint8]:
    """Return the image with only a share of its ink left.

    Args:
        image: uint8 (H, W).
        share: 0 none to 1 all; a number, or float32 that broadcasts to (H, W).
    """
    ink = (255 - image) * np.asarray(share, np.float32)
    np.rint(ink, out=ink)
    return np.asarray(255 - ink.astype(np.uint8), np.uint8)


def light(image: NDArray[np.uint8], factor: NDArray[Any] | float) -> NDArray[np.uint8]:
    """Return the image under so much light, 1 as it was; float32 that broadcasts to (H, W), cut off at white."""
    lit = image * np.asarray(factor, np.float32)
    np.rint(lit, out=lit)
    return np.asarray(np.clip(lit, 0, 255, out=lit).astype(np.uint8), np.uint8)


def blend(under: NDArray[np.uint8], over: NDArray[Any] | int, share: NDArray[Any]) -> NDArray[np.uint8]:
    """Return ``over`` laid on ``under``, share float32 (H, W) 0 to 1 of it."""
    mixed = under + (np.asarray(over, np.float32) - under) * share
    return np.asarray(np.clip(np.rint(mixed), 0, 255).astype(np.uint8), np.uint8)


def smooth(image: NDArray[np.uint8], sigma: float) -> NDArray[np.uint8]:
    """Return the image under a Gaussian blur of some pixels; beyond the edge the paper continues."""
    if sigma <= 0:
        return image
    # Two and a half sigmas to each side: OpenCV by itself takes three, and is slow for kernels above 5.
    side = 2 * int(2 * sigma + 0.9) + 1
    return np.asarray(cv2.GaussianBlur(image, (side, side), sigma, borderType=cv2.BORDER_REPLICATE), np.uint8)
