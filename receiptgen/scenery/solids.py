"""Solid things seen from above: a height over the table, colours and a gloss become light, shine and a shadow."""

from typing import Any, NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from receiptgen.core.dice import Dice
from receiptgen.scenery._patterns import Colors, Levels, lit, mixed

# Rows and columns.
Part = tuple[slice, slice]
# Light that comes from everywhere.
_AMBIENT = 0.42


class Solid(NamedTuple):
    """A thing in a patch of its own.

    Attributes:
        colors: RGB uint8 (H, W, 3), without light.
        alpha: float32 (H, W), how far the thing covers what is under it, 0 to 1.
        height: float32 (H, W), height of its surface in pixels.
        gloss: Strength of its highlights, 0 dull to 1 polished.
        metal: Whether it mirrors its surroundings.
        lift: Pixels by which its edges are above the table, which throw a shadow.
    """

    colors: Colors
    alpha: Levels
    height: Levels
    gloss: float = 0.3
    metal: bool = False
    lift: float = 4.0


class Lamp(NamedTuple):
    """Where light comes from: x to the right, y down, z up to it; the length is 1. And how soft shadows are, 0 to 1."""

    x: float
    y: float
    z: float
    soft: float

    @classmethod
    def draw(cls, dice: Dice) -> "Lamp":
        """Draw a lamp or window, mostly above the picture."""
        angle, steep = dice.uniform(0, 6.2832), dice.uniform(0.35, 0.75)
        x, y = np.cos(angle) * steep, -abs(np.sin(angle)) * steep
        return cls(float(x), float(y), float(np.sqrt(1 - x * x - y * y)), dice.uniform(0.3, 1))


def grid(length: float, width: float) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Return x (1, W) from 0 to ``length`` and y (H, 1) from minus to plus half the ``width``, at pixel centres."""
    columns, rows = max(4, int(np.ceil(length))), max(4, int(np.ceil(width)))
    x = np.arange(columns, dtype=np.float32)[None] + np.float32(0.5)
    return x, np.arange(rows, dtype=np.float32)[:, None] + np.float32(0.5 - rows / 2)


def dome(half: NDArray[np.float32], y: NDArray[np.float32], steep: float = 1.0) -> Levels:
    """Return the height of a round bar whose half width at each x is ``half`` (1, W)."""
    return np.asarray(np.sqrt(np.maximum(half * half - y * y, 0)) * np.float32(steep), np.float32)


def cover(inside: NDArray[np.floating]) -> Levels:
    """Return the share of a pixel that is covered, by its distance in pixels to an edge, above 0 inside."""
    return np.asarray(np.clip(inside + np.float32(0.5), 0, 1), np.float32)


def rounded(x: NDArray[np.float32], y: NDArray[np.float32], length: float, width: float, radius: float) -> Levels:
    """Return the distance to the edge of a box with round corners, above 0 inside; x from 0, y from the middle."""
    across = np.abs(x - np.float32(length / 2)) - np.float32(length / 2 - radius)
    down = np.abs(y) - np.float32(width / 2 - radius)
    beyond = np.sqrt(np.maximum(across, 0) ** 2 + np.maximum(down, 0) ** 2) + np.minimum(np.maximum(across, down), 0)
    return np.asarray(np.float32(radius) - beyond, np.float32)


def lay(image: Colors, solid: Solid, centre: tuple[float, float], degrees: float, lamp: Lamp) -> None:
    """Lay a solid on an image in place, turned counter-clockwise, its middle at x, y; what is beyond is cut off."""
    turned = turn(solid, degrees)
    height, width = turned.alpha.shape
    left, top = round(centre[0] - width / 2), round(centre[1] - height / 2)
    darkness, pad = shadow(turned, lamp)
    if inside := overlap(image, darkness, (left - pad, top - pad)):
        there, here = inside
        image[there] = lit(image[there], 1 - darkness[here])
    if inside := overlap(image, turned.alpha, (left, top)):
        there, here = inside
        cut = turned._replace(colors=turned.colors[here], alpha=turned.alpha[here], height=turned.height[here])
        image[there] = mixed(image[there], shaded(cut, lamp), cut.alpha)


def overlap(image: NDArray[Any], patch: NDArray[Any], corner: tuple[int, int]) -> tuple[Part, Part] | None:
    """Return where in an image a patch is seen whose left upper corner is at x, y, and which part of it; or None."""
    x0, y0 = max(0, corner[0]), max(0, corner[1])
    x1, y1 = min(image.shape[1], corner[0] + patch.shape[1]), min(image.shape[0], corner[1] + patch.shape[0])
    if x0 >= x1 or y0 >= y1:
        return None
    x, y = corner
    return (slice(y0, y1), slice(x0, x1)), (slice(y0 - y, y1 - y), slice(x0 - x, x1 - x))


def shaded(solid: Solid, lamp: Lamp) -> Colors:
    """Return the colours of a solid in the light of a lamp, RGB uint8 (H, W, 3)."""
    across = cv2.Sobel(solid.height, cv2.CV_32F, 1, 0, ksize=3, scale=1 / 8)
    down = cv2.Sobel(solid.height, cv2.CV_32F, 0, 1, ksize=3, scale=1 / 8)
    up = 1 / np.sqrt(across * across + down * down + 1)
    # The normal is (-across, -down, 1) * up: Lambert's law, and Blinn's for the highlight.
    facing = (lamp.z - across * np.float32(lamp.x) - down * np.float32(lamp.y)) * up
    light = _AMBIENT + (1 - _AMBIENT) / lamp.z * np.maximum(facing, 0)
    half = np.array([lamp.x, lamp.y, lamp.z + 1])
    half = half / np.linalg.norm(half)
    bright = np.maximum((half[2] - across * np.float32(half[0]) - down * np.float32(half[1])) * up, 0)
    shine = bright ** np.float32(12 + 60 * solid.gloss) * np.float32(210 * solid.gloss)
    if solid.metal:
        # What polished metal mirrors: dark below the horizon of the room, bright above, with a window or two.
        mirrored = np.sin(down * up * np.float32(4.2) + across * up * np.float32(2.3) + np.float32(0.6))
        light = light * (np.float32(0.82) + np.float32(0.38) * mirrored)
    image = solid.colors * light[..., None] + shine[..., None]
    return np.asarray(np.clip(image, 0, 255), np.uint8)


def turn(solid: Solid, degrees: float) -> Solid:
    """Turn a solid counter-clockwise, in a patch that just holds it."""
    height, width = solid.alpha.shape
    matrix = cv2.getRotationMatrix2D((width / 2 - 0.5, height / 2 - 0.5), degrees, 1)
    cos, sin = abs(matrix[0, 0]), abs(matrix[0, 1])
    size = int(np.ceil(width * cos + height * sin)) + 2, int(np.ceil(width * sin + height * cos)) + 2
    matrix[:, 2] += (size[0] - width) / 2, (size[1] - height) / 2
    colors = cv2.warpAffine(solid.colors, matrix, size, borderMode=cv2.BORDER_REPLICATE)
    alpha, high = (cv2.warpAffine(part, matrix, size) for part in (solid.alpha, solid.height))
    return solid._replace(
        colors=np.asarray(colors, np.uint8), alpha=np.asarray(alpha, np.float32), height=np.asarray(high, np.float32)
    )


def shadow(solid: Solid, lamp: Lamp) -> tuple[Levels, int]:
    """Draw the shadow of a turned solid: softly away from the lamp, and all round its foot.

    Returns:
        The share of light that is lost, float32 (H + 2 pad, W + 2 pad), and the pad.
    """
    reach = solid.lift + float(solid.height.max(initial=0)) * 0.6
    fall_x, fall_y = (-part / lamp.z * reach for part in (lamp.x, lamp.y))
    pad = int(np.ceil(reach * 2 + 4))
    height, width = solid.alpha.shape
    # Shadows are soft: a quarter of the pixels shows them as well.
    mask = cv2.resize(cv2.copyMakeBorder(solid.alpha, pad, pad, pad, pad, cv2.BORDER_CONSTANT), None, fx=0.5, fy=0.5)
    foot = cv2.GaussianBlur(mask, (0, 0), max(0.8, reach * 0.18))
    thrown = cv2.GaussianBlur(mask, (0, 0), max(0.8, reach * (0.12 + 0.3 * lamp.soft)))
    moved = cv2.warpAffine(thrown, np.array([[1, 0, fall_x / 2], [0, 1, fall_y / 2]], np.float32), mask.shape[::-1])
    dark = np.maximum(moved * np.float32(0.6 - 0.2 * lamp.soft), foot * np.float32(0.45))
    return np.asarray(cv2.resize(dark, (width + 2 * pad, height + 2 * pad)), np.float32), pad
