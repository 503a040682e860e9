"""Smooth grounds: brushed metal, painted and plastic tables, and what is too far away to be in focus."""

import cv2
import numpy as np

from receiptgen.core.dice import Dice
from receiptgen.scenery._patterns import (
    Color,
    Colors,
    Size,
    fine_grain,
    fractal,
    lit,
    noise,
    painted,
    palette,
    varied,
)


def metal(size: Size, zoom: float, dice: Dice) -> Colors:
    """Draw brushed steel, light or dark: fine lines along one side, and bands of reflected light across them."""
    upright = dice.chance(0.5)
    height, width = size[::-1] if upright else size
    steel = varied(dice.choose(((150, 152, 154), (186, 186, 184), (92, 94, 98), (44, 46, 50), (168, 158, 142))), dice)
    lines = noise((height, width), 900 * zoom, 1, dice) * np.float32(0.09)
    lines += noise((height, width), 240 * zoom, 2.4 * zoom, dice) * np.float32(0.05)
    bands = noise((height, width), dice.uniform(150, 500) * zoom, 4000 * zoom, dice)
    scratches = np.maximum(noise((height, width), 60 * zoom, 1, dice) - 1.15, 0)
    dark: Color = tuple(round(level * 0.45) for level in steel)  # type: ignore[assignment]  # three levels
    light: Color = tuple(min(255, round(level * 1.3 + 12)) for level in steel)  # type: ignore[assignment]  # three levels
    levels = 0.5 + lines + bands * np.float32(dice.uniform(0.08, 0.22)) + scratches * np.float32(0.1)
    image = painted(levels, palette(dark, steel, light))
    return np.asarray(cv2.transpose(image), np.uint8) if upright else image


def plastic(size: Size, zoom: float, dice: Dice) -> Colors:
    """Draw a painted or plastic table, dull or with the soft reflection of a lamp, and with dust."""
    paints: tuple[Color, ...] = (
        (236, 234, 230), (222, 218, 208), (20, 20, 22), (34, 34, 38), (70, 74, 80), (168, 32, 34), (36, 74, 132),
        (196, 204, 208), (120, 124, 120),
    )  # fmt: skip
    paint = varied(dice.choose(paints), dice)
    grained = fine_grain(size, dice) * np.float32(0.012) + noise(size, 2.5, 2.5, dice) * np.float32(0.02)
    image = np.empty((*size, 3), np.uint8)
    image[:] = paint
    image = lit(image, 1 + grained + fractal(size, 700 * zoom, dice, 2) * np.float32(0.07))
    gloss = np.maximum(noise(size, 700 * zoom, 500 * zoom, dice) - 0.1, 0) * np.float32(dice.uniform(0, 50))
    dust = np.maximum(noise(size, 4 * zoom, 4 * zoom, dice) - 1.3, 0) * np.float32(dice.uniform(0, 40))
    return np.asarray(cv2.add(image, cv2.merge([gloss + dust] * 3), dtype=cv2.CV_8U), np.uint8)


def distance(size: Size, zoom: float, dice: Dice) -> Colors:
    """Draw what is far behind paper that is held in the air: a floor, walls, furniture and lamps, out of focus."""
    rows, columns = (max(8, round(length / (16 * zoom))) for length in size)
    tones: tuple[Color, ...] = (
        (92, 84, 78), (150, 138, 124), (60, 58, 60), (186, 176, 160), (72, 88, 76), (96, 66, 48), (54, 62, 78),
        (206, 204, 200), (34, 32, 34), (128, 56, 48),
    )  # fmt: skip
    small = np.empty((rows, columns, 3), np.uint8)
    small[:] = dice.choose(tones)
    for _ in range(dice.integer(6, 14)):
        centre = (dice.uniform(0, columns), dice.uniform(0, rows))
        sides = (dice.uniform(0.1, 0.7) * columns, dice.uniform(0.1, 0.7) * rows)
        box = cv2.boxPoints((centre, sides, dice.uniform(-25, 25)))
        cv2.fillPoly(
            small, [np.rint(box * 16).astype(np.int32)], varied(dice.choose(tones), dice, 0.25), cv2.LINE_AA, 4
        )
    small = np.asarray(cv2.GaussianBlur(small, (0, 0), dice.uniform(3, 6)), np.uint8)
    image = cv2.resize(small, size[::-1], interpolation=cv2.INTER_CUBIC)
    if dice.chance(0.4):
        image = _lamps(np.asarray(image, np.uint8), zoom, dice)
    return lit(np.asarray(image, np.uint8), 1 + fractal(size, 500 * zoom, dice, 2) * np.float32(0.1))


def _lamps(image: Colors, zoom: float, dice: Dice) -> Colors:
    """Add discs of light, as lenses make of far lamps."""
    glow = np.zeros_like(image)
    for _ in range(dice.integer(2, 9)):
        centre = (dice.integer(0, image.shape[1]), dice.integer(0, image.shape[0]))
        color = dice.choose(((255, 214, 150), (255, 240, 214), (190, 214, 255), (255, 120, 90)))
        share = dice.uniform(0.2, 0.7)
        disc = np.zeros_like(image)
        cv2.circle(
            disc, centre, round(dice.uniform(18, 60) * zoom), [level * share for level in color], -1, cv2.LINE_AA
        )
        glow = np.asarray(cv2.add(glow, disc), np.uint8)
    return np.asarray(cv2.add(image, cv2.GaussianBlur(glow, (0, 0), max(1.0, 4 * zoom))), np.uint8)
