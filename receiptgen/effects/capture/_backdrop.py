"""What a receipt lies on when it is photographed: synthetic, never photographed."""

from collections.abc import Callable
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from receiptgen.core.dice import Dice
from receiptgen.effects._ink import over_channels
from receiptgen.imaging.noise import GRAIN_SIGMA, OFFSETS, curve, field, grain

Size = tuple[int, int]
Texture = Callable[[Size, Dice], NDArray[np.float32]]
# Number of pixels above which a texture is drawn at half the size.
_LARGE = 400_000
# How far the darkness under the paper's edge reaches in dots, the most light lost there, and how soon it is lost.
_FOOT, _FOOT_DEPTH, _FOOT_STEEP = 5.0, 0.55, 4.0


def texture(name: str, size: Size, seed: int) -> NDArray[np.uint8]:
    """Return uint8 (H, W) of a ground.

    Args:
        name: One of ``TEXTURES``.
        size: Height and width.
        seed: Seed of its own dice.
    """
    height, width = size
    dice = Dice(seed)
    part = ((height + 1) // 2, (width + 1) // 2) if height * width > _LARGE else size
    levels = TEXTURES[name](part, dice)
    if part != size:
        levels = np.asarray(cv2.resize(levels, (width, height), interpolation=cv2.INTER_LINEAR), np.float32)
    share = dice.uniform(0.5, 3) / GRAIN_SIGMA
    noise = grain(size, dice.integer(0, OFFSETS))
    return np.asarray(cv2.addWeighted(levels, 1, noise, share, 0, dtype=cv2.CV_8U), np.uint8)


def outlined(image: NDArray[np.uint8], corners: NDArray[np.float64], level: int) -> None:
    """Fill a polygon (N, 2) in place, with a soft edge."""
    points = np.rint((corners - 0.5) * 16).astype(np.int32)
    cv2.fillPoly(image, [points], level, cv2.LINE_AA, 4)


def shadowed(image: NDArray[np.uint8], corners: NDArray[np.float64], depth: float, dice: Dice) -> NDArray[np.uint8]:
    """Return the image, grey or RGB, with the soft shadow of a polygon that lies a little above it."""
    if depth <= 0:
        return image
    height, width = image.shape[:2]
    shrink = 1 + max(height, width) // 200
    mask = np.zeros((height // shrink + 1, width // shrink + 1), np.uint8)
    angle = dice.uniform(0, 6.2832)
    fall = np.array([np.cos(angle), np.sin(angle)]) * dice.uniform(0.002, 0.009) * max(height, width)
    outlined(mask, (corners + fall) / shrink, 255)
    soft = cv2.GaussianBlur(mask, (0, 0), dice.uniform(0.8, 1.6)).astype(np.float32)
    factor = cv2.resize(1 - soft * np.float32(depth / 255), (width, height), interpolation=cv2.INTER_LINEAR)
    return np.asarray(cv2.multiply(image, over_channels(factor, image), dtype=cv2.CV_8U), np.uint8)


def touched(image: NDArray[np.uint8], corners: NDArray[np.float64], depth: float, zoom: float) -> NDArray[np.uint8]:
    """Return the image, RGB, at some pixels a dot, darker close to a polygon that lies on it."""
    height, width = image.shape[:2]
    mask = np.zeros((height // 2 + 1, width // 2 + 1), np.uint8)
    outlined(mask, corners / 2, 255)
    near = cv2.GaussianBlur(mask, (0, 0), max(0.6, _FOOT * zoom / 2)).astype(np.float32)
    dark = np.float32(min(1, depth * _FOOT_STEEP) * _FOOT_DEPTH / 255)
    factor = cv2.resize(1 - near * dark, (width, height), interpolation=cv2.INTER_LINEAR)
    return np.asarray(cv2.multiply(image, over_channels(factor, image), dtype=cv2.CV_8U), np.uint8)


def _noise(dice: Dice) -> int:
    return dice.integer(0, OFFSETS)


def _plain(low: float, high: float, uneven: float) -> Texture:
    def drawn(size: Size, dice: Dice) -> NDArray[np.float32]:
        return dice.uniform(low, high) + uneven * field(size, max(size) / 4 + 1, _noise(dice))

    return drawn


def _wood(size: Size, dice: Dice) -> NDArray[np.float32]:
    """Boards along the lines of text, or upright: rings stretched along the board, fine fibres, dark joints."""
    upright = dice.chance(0.5)
    height, width = size[::-1] if upright else size
    level, depth = dice.uniform(70, 190), dice.uniform(4, 14)
    narrow = field((height, width // 24 + 2), dice.uniform(20, 60), _noise(dice))
    bent = cv2.resize(narrow, (width, height), interpolation=cv2.INTER_LINEAR)
    rings = bent * dice.uniform(15, 50) + np.arange(height, dtype=np.float32)[:, None] * dice.uniform(1, 3)
    profile = curve(256, dice.uniform(3, 10), _noise(dice)) * depth + level
    # Rings turn back at the end of the profile, so that it has no seam.
    profile = np.concatenate([profile[::2], profile[::-2]]).astype(np.float32)
    shown: NDArray[Any] = cv2.LUT(rings.astype(np.int32).astype(np.uint8), profile)
    fibres = grain((height, width // 40 + 2), _noise(dice)).astype(np.float32)
    shown += cv2.resize(fibres, (width, height), interpolation=cv2.INTER_LINEAR) * np.float32(depth / 3 / GRAIN_SIGMA)
    board = dice.integer(60, 220)
    for top in range(dice.integer(0, board), height, board):
        shown[top : top + 2] *= 0.55
        shown[top : top + board] += dice.uniform(-10, 10)
    return np.asarray(shown.T if upright else shown, np.float32, order="C")


def _cloth(size: Size, dice: Dice) -> NDArray[np.float32]:
    """Threads under and over each other, unequally thick, in soft folds."""
    height, width = size
    level, depth, period = dice.uniform(40, 220), dice.uniform(4, 16), dice.uniform(3, 6)
    y, x = (np.sin(np.arange(length, dtype=np.float32) * np.float32(6.2832 / period)) for length in size)
    over = y[:, None] * x * np.float32(depth)
    over += (curve(height, period / 2, _noise(dice)) * depth / 3)[:, None] + curve(
        width, period / 2, _noise(dice)
    ) * depth / 3
    return np.asarray(over + field(size, max(size) / 5 + 1, _noise(dice)) * 9 + np.float32(level), np.float32)


def _table(size: Size, dice: Dice) -> NDArray[np.float32]:
    """Laminate or stone: blotches of several sizes and specks."""
    level, depth = dice.uniform(60, 215), dice.uniform(3, 12)
    shown = field(size, dice.uniform(2, 4), _noise(dice)) * depth
    shown += field(size, dice.uniform(8, 30), _noise(dice)) * depth * 0.7
    specks = field(size, dice.uniform(2, 3), _noise(dice))
    shown += (specks > 1.3) * np.float32(dice.uniform(-4, 4) * depth)
    return shown + field(size, max(size) / 2 + 1, _noise(dice)) * 10 + np.float32(level)


def _paper(size: Size, dice: Dice) -> NDArray[np.float32]:
    """Another sheet of paper peeks in from a side, empty, on a plain ground."""
    height, width = size
    ground = _plain(15, 170, 6)(size, dice).clip(0, 255).astype(np.uint8)
    for _ in range(dice.integer(1, 2)):
        turn, far = dice.uniform(-0.35, 0.35), dice.uniform(0.2, 0.55) * (1 if dice.chance(0.5) else -1)
        centre = np.array([width * (0.5 + far), height * dice.uniform(0.2, 0.8)])
        half = np.array([width, height]) * [dice.uniform(0.25, 0.45), dice.uniform(0.3, 0.7)]
        corners = np.array([[-1, -1], [1, -1], [1, 1], [-1, 1]]) * half
        corners = corners @ np.array([[np.cos(turn), np.sin(turn)], [-np.sin(turn), np.cos(turn)]]) + centre
        ground = shadowed(ground, corners, dice.uniform(0.2, 0.6), dice)
        outlined(ground, corners, dice.integer(205, 252))
    return ground.astype(np.float32)


TEXTURES: dict[str, Texture] = {
    "black": _plain(4, 40, 3),
    "white": _plain(225, 253, 3),
    "grey": _plain(80, 200, 9),
    "wood": _wood,
    "cloth": _cloth,
    "table": _table,
    "paper": _paper,
}
