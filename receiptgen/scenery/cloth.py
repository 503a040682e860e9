"""Cloth: plain weave, checked table cloth, denim; and leather."""

import cv2
import numpy as np

from receiptgen.core.dice import Dice
from receiptgen.imaging.noise import curve
from receiptgen.scenery._patterns import (
    Color,
    Colors,
    Levels,
    Size,
    cells,
    fine_grain,
    fractal,
    lit,
    noise,
    offset,
    painted,
    palette,
    slope,
    varied,
)

_DYES: tuple[Color, ...] = (
    (224, 216, 200), (196, 178, 148), (120, 30, 34), (36, 52, 92), (60, 62, 66), (28, 28, 30), (84, 104, 88),
    (170, 164, 156), (186, 96, 60), (98, 76, 60),
)  # fmt: skip
_CHECKS: tuple[Color, ...] = ((178, 24, 32), (28, 58, 130), (30, 92, 62), (44, 44, 48), (196, 140, 40), (120, 60, 104))
_LEATHERS: tuple[Color, ...] = ((24, 22, 22), (60, 38, 26), (118, 72, 40), (96, 94, 92), (150, 128, 100), (44, 46, 52))


def _threads(size: Size, zoom: float, period: float, dice: Dice) -> Levels:
    """Return the light on threads that go over and under each other, unequally thick; about 1."""
    step = max(2.2, period * zoom)
    y, x = (
        np.sin(
            np.arange(length, dtype=np.float32) * np.float32(6.2832 / step)
            + curve(length, 40 * zoom + 2, offset(dice)) * np.float32(0.6)
        )
        for length in size
    )
    thick_y, thick_x = (curve(length, max(1.0, step / 2), offset(dice)) for length in size)
    woven = y[:, None] * x
    woven += noise(size, step * 9, step / 2, dice) * np.float32(0.3) + noise(
        size, step / 2, step * 9, dice
    ) * np.float32(0.3)
    return np.asarray(woven + (thick_y[:, None] + thick_x) * np.float32(0.3), np.float32)


def _folds(size: Size, zoom: float, dice: Dice) -> Levels:
    """Return the light on soft folds, about 1."""
    long, short = dice.uniform(500, 1100) * zoom, dice.uniform(150, 400) * zoom
    height = noise(size, long, short, dice) if dice.chance(0.5) else noise(size, short, long, dice)
    turned = slope(height * np.float32(dice.uniform(0.05, 0.25) * short), dice)
    # Deep folds are lit by what light they throw at each other.
    return np.asarray(1 + np.tanh(turned * np.float32(2.5)) * np.float32(0.3), np.float32)


def linen(size: Size, zoom: float, dice: Dice) -> Colors:
    """Draw a cloth of one dye, with threads and folds."""
    dye = varied(dice.choose(_DYES), dice)
    dark: Color = tuple(round(level * 0.72) for level in dye)  # type: ignore[assignment]  # three levels
    light: Color = tuple(min(255, round(level * 1.12 + 6)) for level in dye)  # type: ignore[assignment]  # three levels
    weave = _threads(size, zoom, dice.uniform(4, 9), dice) * np.float32(dice.uniform(0.12, 0.3)) + 0.5
    return lit(painted(weave, palette(dark, dye, light)), _folds(size, zoom, dice))


def checked(size: Size, zoom: float, dice: Dice) -> Colors:
    """Draw a checked table cloth: where stripes of both threads meet the colour is full, elsewhere half or none."""
    dye, white = np.array(varied(dice.choose(_CHECKS), dice), np.float32), np.array((240, 236, 228), np.float32)
    side = dice.uniform(40, 190) * zoom
    soft = np.float32(max(1.0, 2 * zoom))
    stripes = []
    for length in size:
        along = np.arange(length, dtype=np.float32) + np.float32(dice.uniform(0, 2 * side))
        along += curve(length, 200 * zoom, offset(dice)) * np.float32(2 * zoom)
        wave = np.float32(side / 2) - np.abs(along % np.float32(2 * side) - np.float32(side))
        stripes.append(np.clip(wave / soft + 0.5, 0, 1).astype(np.float32))
    share = (stripes[0][:, None] + stripes[1]) / 2
    weave = _threads(size, zoom, dice.uniform(4, 7), dice)
    share = np.clip(share + weave * np.float32(0.1) * (share > 0.2), 0, 1)
    image = painted(share, np.rint(white + (dye - white) * np.linspace(0, 1, 256)[:, None]).astype(np.uint8))
    turned = _turned(image, dice.uniform(-20, 20)) if dice.chance(0.5) else image
    return lit(turned, _folds(size, zoom, dice) + weave * np.float32(0.05))


def _turned(image: Colors, degrees: float) -> Colors:
    """Turn an image about its middle; beyond its edge it is mirrored."""
    height, width = image.shape[:2]
    matrix = cv2.getRotationMatrix2D((width / 2, height / 2), degrees, 1)
    return np.asarray(cv2.warpAffine(image, matrix, (width, height), borderMode=cv2.BORDER_REFLECT), np.uint8)


def denim(size: Size, zoom: float, dice: Dice) -> Colors:
    """Draw jeans: diagonal twill of blue and white threads, worn patches, perhaps a seam."""
    indigo = varied(dice.choose(((38, 54, 88), (58, 82, 122), (96, 122, 158), (26, 28, 36))), dice)
    pale: Color = tuple(min(255, round(level * 0.45 + 118)) for level in indigo)  # type: ignore[assignment]  # three levels
    height, width = size
    step = max(2.5, dice.uniform(5, 8) * zoom)
    x, y = np.arange(width, dtype=np.float32), np.arange(height, dtype=np.float32)[:, None]
    twill = np.sin(
        (x + y * np.float32(0.8) + noise(size, 60 * zoom, 60 * zoom, dice) * zoom) * np.float32(6.2832 / step)
    )
    levels = twill * np.float32(0.13) + noise(size, step * 0.7, step * 2.6, dice) * np.float32(0.13)
    levels += fractal(size, 260 * zoom, dice, 3) * np.float32(0.1) + fine_grain(size, dice) * np.float32(0.05)
    levels += np.float32(dice.uniform(0.22, 0.38))
    image = painted(levels, palette(indigo, pale))
    light = _folds(size, zoom, dice)
    if dice.chance(0.4):
        _seam(image, light, zoom, dice)
    return lit(image, light)


def _seam(image: Colors, light: Levels, zoom: float, dice: Dice) -> None:
    """Sew a double seam across in place."""
    height, width = light.shape
    at = dice.integer(0, width - 1)
    x = np.arange(width, dtype=np.float32) - at
    light *= 1 - np.exp(-((x / np.float32(9 * zoom)) ** 2)) * np.float32(0.28)
    light *= 1 + np.exp(-(((x - np.float32(16 * zoom)) / np.float32(9 * zoom)) ** 2)) * np.float32(0.16)
    thread = varied((196, 132, 62), dice)
    stitch, thick = max(3, round(22 * zoom)), max(1, round(5 * zoom))
    for side in (round(26 * zoom), round(74 * zoom)):
        for top in range(0, height, stitch + max(2, round(7 * zoom))):
            ends = (at + side, top), (at + side, top + stitch - thick)
            cv2.line(image, *ends, [level // 2 for level in thread], thick + 2, cv2.LINE_AA)
            cv2.line(image, *ends, thread, thick, cv2.LINE_AA)


def leather(size: Size, zoom: float, dice: Dice) -> Colors:
    """Draw leather, as of car seats and bags: pebbles, creases and a soft shine."""
    hide = varied(dice.choose(_LEATHERS), dice)
    scale = dice.uniform(5, 12) * zoom
    _, far = cells(size, max(3.0, scale), dice)
    height = (0.5 - far) * np.float32(scale * 0.8) + fractal(size, scale * 5, dice, 2) * np.float32(scale * 0.3)
    height = np.asarray(cv2.GaussianBlur(height, (0, 0), max(0.6, scale / 9)), np.float32)
    light = 1 + slope(height, dice) * np.float32(dice.uniform(0.3, 0.6))
    shine = np.maximum(fractal(size, 500 * zoom, dice, 2), 0) * np.float32(0.16)
    image = np.empty((*size, 3), np.uint8)
    image[:] = hide
    image = lit(image, light + fine_grain(size, dice) * np.float32(0.03))
    bright = shine * np.clip(light, 0, 1.6) * np.float32(150)
    image = np.asarray(cv2.add(image, cv2.merge([bright] * 3), dtype=cv2.CV_8U), np.uint8)
    if dice.chance(0.35):
        _stitches(image, zoom, dice)
    return lit(image, _folds(size, zoom, dice))


def _stitches(image: Colors, zoom: float, dice: Dice) -> None:
    """Sew two panels together in place: a groove with stitches beside it."""
    height, width = image.shape[:2]
    at, thread = dice.integer(0, height - 1), dice.choose(((210, 206, 200), (40, 40, 42), (150, 40, 36)))
    y = np.arange(height, dtype=np.float32) - at
    groove = 1 - np.exp(-((y / np.float32(7 * zoom)) ** 2)) * np.float32(0.7)
    groove += np.exp(-(((y - np.float32(20 * zoom)) / np.float32(12 * zoom)) ** 2)) * np.float32(0.2)
    image[:] = lit(image, np.repeat(groove.astype(np.float32)[:, None], width, axis=1))
    stitch, thick = max(4, round(26 * zoom)), max(1, round(6 * zoom))
    for left in range(0, width, stitch + max(2, round(9 * zoom))):
        ends = (left, at + round(34 * zoom)), (left + stitch - thick, at + round(34 * zoom))
        cv2.line(image, *ends, (0, 0, 0), thick + 2, cv2.LINE_AA)
        cv2.line(image, *ends, thread, thick, cv2.LINE_AA)
