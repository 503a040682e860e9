"""Wood: boards with rings, fibres, pores and knots, in the tones of common kinds."""

import cv2
import numpy as np

from receiptgen.core.dice import Dice
from receiptgen.imaging.noise import curve
from receiptgen.scenery._patterns import Colors, Levels, Size, lit, noise, offset, painted, palette, varied

# From the darkest latewood to the lightest: oak, beech, pine, walnut, mahogany, stained dark, grey by weather, painted.
_TONES = (
    ((96, 62, 34), (158, 112, 66), (196, 152, 98)),
    ((150, 98, 58), (196, 146, 98), (222, 180, 134)),
    ((158, 98, 44), (212, 160, 92), (236, 196, 134)),
    ((40, 24, 16), (84, 54, 36), (122, 84, 58)),
    ((52, 16, 8), (112, 46, 24), (160, 84, 48)),
    ((14, 9, 7), (38, 26, 20), (66, 48, 38)),
    ((84, 78, 70), (136, 128, 116), (176, 168, 154)),
    ((170, 164, 152), (214, 208, 196), (234, 230, 220)),
)
_WEIGHTS = (4, 2, 2, 3, 3, 2, 1, 1)


def wood(size: Size, zoom: float, dice: Dice) -> Colors:
    """Draw a table of boards or veneer, along the lines of text or upright."""
    upright = dice.chance(0.5)
    height, width = size[::-1] if upright else size
    dark, middle, light = (varied(color, dice) for color in _TONES[dice.weigh_index(_WEIGHTS)])
    board = dice.uniform(350, 1100) * zoom if dice.chance(0.65) else 1e6
    gap, contrast = dice.uniform(1, 4) * zoom, dice.uniform(0.5, 1.1)
    levels, top = np.empty((height, width), np.float32), -dice.uniform(0, min(board, height))
    while top < height:
        first, last = max(0, round(top)), min(height, round(top + board))
        if last > first:
            levels[first:last] = _board((last - first, width), zoom, contrast, dice)
            _joint(levels, top, gap, zoom)
        top += board
    image = painted(levels, palette(dark, middle, light))
    worn = noise(size[::-1] if upright else size, 400 * zoom, 250 * zoom, dice) * np.float32(0.06) + 1
    image = lit(image, worn)
    return np.asarray(cv2.transpose(image), np.uint8) if upright else image


def _board(size: Size, zoom: float, contrast: float, dice: Dice) -> Levels:
    """Return levels 0 to 1 of one board, its fibres along the rows."""
    height, _ = size
    ring = dice.uniform(10, 36) * zoom
    y = np.arange(height, dtype=np.float32)[:, None]
    bent = noise(size, dice.uniform(500, 1400) * zoom, dice.uniform(90, 260) * zoom, dice)
    depth = bent * np.float32(ring * dice.uniform(1, 4)) + noise(size, 90 * zoom, 24 * zoom, dice) * np.float32(
        ring * 0.12
    )
    depth += y
    knots = _knots(depth, ring, zoom, dice) if dice.chance(0.3) else None
    # A ring grows pale and ends dark; each is as wide and as dark as its year was.
    phase = depth * np.float32(32 / ring)
    steps = np.arange(2048)
    wide = 1 + 0.5 * curve(2048, 60, offset(dice))
    saw = (steps / 32 * wide.mean()) % 1
    years = curve(2048, 40, offset(dice)) * 0.5 + (0.35 - saw**3) * (0.7 + 0.5 * curve(2048, 70, offset(dice)))
    # Forth and back, so that the bank has no seam.
    table = np.concatenate([years, years[::-1]]).astype(np.float32)
    levels = table[phase.astype(np.int32) & 4095] * np.float32(0.26 * contrast)
    levels += noise(size, 160 * zoom, 2.2 * zoom, dice) * np.float32(0.075 * contrast)
    levels += noise(size, 420 * zoom, 9 * zoom, dice) * np.float32(0.07 * contrast)
    pores = noise(size, 22 * zoom, 1.4 * zoom, dice)
    levels -= np.maximum(pores - 0.9, 0) * np.float32(dice.uniform(0, 0.3))
    levels += np.float32(0.52 + dice.uniform(-0.1, 0.1))
    if knots is not None:
        levels -= knots
    return np.asarray(levels, np.float32)


def _knots(depth: Levels, ring: float, zoom: float, dice: Dice) -> Levels:
    """Bend the rings round a knot or two in place; return how much darker they are."""
    height, width = depth.shape
    dark = np.zeros_like(depth)
    for _ in range(dice.integer(1, 2)):
        across, down = dice.uniform(40, 110) * zoom, dice.uniform(18, 40) * zoom
        x = (np.arange(width, dtype=np.float32) - np.float32(dice.uniform(0, width))) / np.float32(across)
        y = (np.arange(height, dtype=np.float32)[:, None] - np.float32(dice.uniform(0, height))) / np.float32(down)
        near = np.exp(-(x * x)) * np.exp(-(y * y))
        depth += near * np.float32(ring * dice.uniform(4, 7)) * np.sign(y)
        dark += np.maximum(near - 0.55, 0) * np.float32(dice.uniform(0.5, 1.1))
    return dark


def _joint(levels: Levels, top: float, gap: float, zoom: float) -> None:
    """Darken the joint above a board in place, and round its edge."""
    first, last = round(top - gap / 2), round(top - gap / 2 + max(1.0, gap))
    edge = max(1, round(3 * zoom))
    levels[max(0, first) : max(0, last)] -= 0.42
    levels[max(0, first - edge) : max(0, first)] -= 0.1
    levels[max(0, last) : max(0, last + edge)] += 0.06
