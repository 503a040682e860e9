"""A hand that holds paper: a thumb lies on it, the fingers are behind it."""

from typing import NamedTuple

import cv2
import numpy as np

from receiptgen.core.dice import Dice
from receiptgen.scenery._patterns import Color, Colors, Levels, cells, fractal, lit, mixed, noise, varied
from receiptgen.scenery.solids import Solid, cover, grid

# Half the width of a thumb at places behind its tip, in dots: nail, joint, ball, and the hand that it grows out of.
_THUMB = (
    (0, 72), (60, 75), (110, 78), (160, 78), (230, 74), (300, 82), (360, 84), (450, 82), (600, 104), (760, 160),
    (900, 240), (1050, 300),
)  # fmt: skip
_FINGER = ((0, 60), (110, 67), (250, 64), (330, 72), (420, 70), (600, 76), (1050, 84))
# Where the nail ends and begins behind the tip, half its width, and where the joint's creases are.
# How far behind it the tip is round.
_NAIL_TIP, _NAIL_ROOT, _NAIL_HALF, _JOINT, _ROUND = 10, 124, 49, 335, 84
LENGTH = 1050


class HandLook(NamedTuple):
    """How one hand looks: its skin, how long its nails are as a share, and their varnish, or the skin's pink."""

    skin: Color
    nail: Color
    varnished: bool


def draw_look(skin: Color, dice: Dice) -> HandLook:
    """Draw the nails of a hand whose skin is known."""
    red, green, blue = skin
    pink = (min(255, round(red * 1.04 + 6)), round(green * 0.95 + 8), round(blue * 0.97 + 10))
    if dice.chance(0.12):
        return HandLook(
            skin, varied(dice.choose(((150, 22, 40), (214, 110, 130), (40, 40, 60), (200, 170, 150))), dice), True
        )
    return HandLook(skin, pink, False)


def thumb(look: HandLook, zoom: float, dice: Dice) -> Solid:
    """Draw a thumb from above, its tip to the right in the middle of the right edge."""
    return _digit(look, _THUMB, True, zoom, dice)


def finger(look: HandLook, zoom: float, dice: Dice) -> Solid:
    """Draw a finger from the side, its tip to the right in the middle of the right edge; its nail is not seen."""
    return _digit(look, _FINGER, False, zoom, dice)


def _digit(look: HandLook, outline: tuple[tuple[float, float], ...], nailed: bool, zoom: float, dice: Dice) -> Solid:
    places, halves = zip(*outline, strict=True)
    x, y = grid(LENGTH * zoom, 2 * (max(halves) + 40) * zoom)
    behind = np.asarray((np.float32(x.shape[1]) - x) / np.float32(zoom), np.float32)
    bow = dice.uniform(-70, 70)
    middle = np.float32(bow * zoom) * (behind / np.float32(LENGTH)) ** 2
    across = np.asarray((y - middle) / np.float32(zoom), np.float32)
    half = np.interp(behind, places, halves).astype(np.float32)
    round_tip = np.sqrt(1 - (1 - np.clip(behind / _ROUND, 0, 1)) ** 2)
    half = np.asarray(cv2.GaussianBlur(half, (0, 0), max(0.6, 12 * zoom)) * round_tip, np.float32)
    size = across.shape[0], x.shape[1]
    # A round bar, flatter than high; the joint and the ball bulge a little.
    share = np.clip(np.abs(across) / np.maximum(half, 1), 0, 1)
    height = np.sqrt(1 - share * share) * half * np.float32(0.72)
    height += np.exp(-(((behind - _JOINT) / 60) ** 2)) * np.float32(7) * (1 - share)
    height -= _creases(behind, across, half, dice)
    _, far = cells(size, max(3.0, 7 * zoom), dice)
    height += (0.5 - far) * np.float32(1.3) + fractal(size, 34 * zoom, dice, 2) * np.float32(0.45)
    colors = _skin(look, behind, share, size, zoom, dice)
    if nailed:
        colors, height = _nailed(colors, height, look, behind, across, dice)
    height = cv2.GaussianBlur(height * np.float32(zoom), (0, 0), max(0.5, 2.2 * zoom))
    alpha = cover((half - np.abs(across)) * np.float32(zoom))
    alpha = np.asarray(cv2.GaussianBlur(alpha, (0, 0), max(0.4, 1.2 * zoom)), np.float32)
    return Solid(colors, alpha, np.asarray(height, np.float32), 0.06, lift=12 * zoom)


def _creases(behind: Levels, across: Levels, half: Levels, dice: Dice) -> Levels:
    """Return the depth of the folds of skin over the joint, and of the cuticle's surroundings."""
    depth = np.zeros((across.shape[0], behind.shape[1]), np.float32)
    for _ in range(dice.integer(4, 7)):
        at, bow = _JOINT + dice.uniform(-48, 48), dice.uniform(-0.004, 0.004)
        reach = half * np.float32(dice.uniform(0.3, 0.8))
        line = behind - np.float32(at) - across * across * np.float32(bow)
        fades = np.clip(1 - np.abs(across - np.float32(dice.uniform(-20, 20))) / np.maximum(reach, 1), 0, 1)
        depth += np.exp(-((line / np.float32(dice.uniform(2.5, 5))) ** 2)) * fades * np.float32(dice.uniform(2, 5))
    return depth


def _skin(look: HandLook, behind: Levels, share: Levels, size: tuple[int, int], zoom: float, dice: Dice) -> Colors:
    """Return skin, redder at the tip, over the joint and along the edges, and mottled."""
    skin = np.empty((*size, 3), np.uint8)
    skin[:] = look.skin
    red, green, blue = look.skin
    flushed: Color = (min(255, round(red * 1.0)), round(green * 0.74), round(blue * 0.7))
    tip = np.exp(-np.maximum(behind, 0) / 90) * 0.5 + np.exp(-(((behind - _JOINT) / 70) ** 2)) * 0.4
    blood = tip + share**4 * 0.5 + fractal(size, 60 * zoom, dice, 3) * np.float32(0.16) + np.float32(0.08)
    colors = mixed(skin, flushed, np.clip(blood, 0, 1).astype(np.float32))
    return lit(colors, 1 + noise(size, 7 * zoom, 7 * zoom, dice) * np.float32(0.022))


def _nailed(
    colors: Colors, height: Levels, look: HandLook, behind: Levels, across: Levels, dice: Dice
) -> tuple[Colors, Levels]:
    """Set the nail into a thumb: a smooth plate with a pale moon and tip, a groove round it."""
    centre, half = (_NAIL_TIP + _NAIL_ROOT) / 2, (_NAIL_ROOT - _NAIL_TIP) / 2
    shape = (np.abs(behind - centre) / half) ** 2.6 + (np.abs(across) / _NAIL_HALF) ** 2.6
    inside = (1 - shape.astype(np.float32) ** np.float32(1 / 2.6)) * np.float32(half)
    share = np.clip(inside / 2 + np.float32(0.5), 0, 1)
    colors = mixed(colors, look.nail, share * np.float32(0.95 if look.varnished else 0.75))
    if not look.varnished:
        red, green, blue = look.nail
        pale: Color = (min(255, red + 22), min(255, green + 30), min(255, blue + 32))
        moon = np.clip((behind - np.float32(_NAIL_ROOT - 26) - across * across * np.float32(0.008)) / 5, 0, 1)
        white = np.clip((np.float32(_NAIL_TIP + 15) + across * across * np.float32(0.006) - behind) / 3, 0, 1)
        colors = mixed(colors, pale, share * np.maximum(moon * np.float32(0.5), white * np.float32(0.8)))
    groove = np.exp(-((inside / 2.6) ** 2)) * np.float32(dice.uniform(0.8, 2))
    shadow = np.exp(-((inside / 2.4) ** 2)) * np.float32(0.14)
    plate = np.sqrt(np.clip(1 - (across / 96) ** 2, 0, 1)) * np.float32(58) - np.float32(1.5)
    height = height * (1 - share) + plate * share
    return lit(colors, 1 - shadow), height - groove
