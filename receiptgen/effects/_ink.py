"""What effects do to ink and light, in few passes over the pixels of a page, grey or RGB."""

from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from receiptgen.imaging.colors import color_of, level_of, shaded, shades
from receiptgen.imaging.geometry import Level, Pixels

# Share of the level of an ink's colour below which it isn't drawn.
_DARKEST = 0.6


def over_channels(plane: Any, image: NDArray[np.uint8]) -> Any:
    """Return what is said of pixels (H, W), or of rows (H, 1) or columns (1, W), so that it fits an image.

    Args:
        plane: An array of any dtype that OpenCV merges, or a number, which fits any image.
        image: uint8 (H, W), for which the plane is right as it is, or (H, W, 3).
    """
    if image.ndim == 2 or np.ndim(plane) != 2:
        return plane
    # One value for all of a row is broadcast in one go; a plane of single values is faster once it is merged.
    return plane[..., None] if plane.shape[1] == 1 else cv2.merge((plane, plane, plane))


def tinted(levels: Pixels | Level, color: str) -> Any:
    """Return levels of grey, one or uint8 (H, W), as shades of a colour, a level each or uint8 (H, W, 3).

    Args:
        levels: The levels.
        color: The colour as ``#rrggbb``; empty leaves the levels as they are.
    """
    if not color:
        return levels
    base = color_of(color)
    if isinstance(levels, int):
        # Ink that is darker than its colour is still that colour.
        return tuple(shades(base)[max(levels, round(_DARKEST * level_of(base)))].tolist())
    return shaded(np.asarray(levels, np.uint8), shades(base))


def keep_ink(image: NDArray[np.uint8], share: NDArray[Any] | float, paper: Level = 255) -> NDArray[np.uint8]:
    """Return the image with only a share of its ink left.

    Args:
        image: uint8 (H, W) or (H, W, 3).
        share: 0 none to 1 all; a number, or float32 that broadcasts to (H, W).
        paper: Level or colour of what has no ink.
    """
    white = np.asarray(paper, np.int16) if paper != 255 else np.uint8(255)
    ink = (white - image) * over_channels(np.asarray(share, np.float32), image)
    np.rint(ink, out=ink)
    if paper == 255:
        return np.asarray(255 - ink.astype(np.uint8), np.uint8)
    return np.asarray(np.clip(white - ink, 0, 255).astype(np.uint8), np.uint8)


def light(image: NDArray[np.uint8], factor: NDArray[Any] | float) -> NDArray[np.uint8]:
    """Return the image under so much light, 1 as it was; float32 that broadcasts to (H, W), cut off at white."""
    lit = image * over_channels(np.asarray(factor, np.float32), image)
    np.rint(lit, out=lit)
    return np.asarray(np.clip(lit, 0, 255, out=lit).astype(np.uint8), np.uint8)


def blend(under: NDArray[np.uint8], over: NDArray[Any] | Level, share: NDArray[Any]) -> NDArray[np.uint8]:
    """Return ``over``, a level, a colour or pixels, laid on ``under``, share float32 (H, W) 0 to 1 of it."""
    laid = over_channels(np.asarray(over, np.float32), under)
    mixed = under + (laid - under) * over_channels(share, under)
    return np.asarray(np.clip(np.rint(mixed), 0, 255).astype(np.uint8), np.uint8)


def smooth(image: NDArray[np.uint8], sigma: float) -> NDArray[np.uint8]:
    """Return the image under a Gaussian blur of some pixels; beyond the edge the paper continues."""
    if sigma <= 0:
        return image
    # Two and a half sigmas to each side: OpenCV by itself takes three, and is slow for kernels above 5.
    side = 2 * int(2 * sigma + 0.9) + 1
    return np.asarray(cv2.GaussianBlur(image, (side, side), sigma, borderType=cv2.BORDER_REPLICATE), np.uint8)
