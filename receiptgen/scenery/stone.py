"""Stone: granite of several minerals, marble with veins, terrazzo with chips, speckled worktops."""

import cv2
import numpy as np

from receiptgen.core.dice import Dice
from receiptgen.scenery._patterns import (
    Color,
    Colors,
    Levels,
    Size,
    cells,
    fine_grain,
    fractal,
    lit,
    mixed,
    noise,
    painted,
    palette,
    varied,
)

# Minerals from the first to the last level: dark ones, feldspar, quartz.
_GRANITES: tuple[tuple[Color, ...], ...] = (
    ((34, 30, 28), (98, 78, 54), (168, 138, 92), (206, 186, 146), (232, 222, 200)),
    ((24, 24, 26), (74, 74, 76), (132, 130, 128), (176, 174, 170), (214, 212, 208)),
    ((10, 10, 12), (22, 22, 24), (34, 35, 37), (58, 60, 62), (120, 124, 126)),
    ((52, 36, 32), (118, 78, 66), (172, 124, 106), (204, 172, 156), (228, 212, 202)),
    ((20, 26, 24), (46, 62, 56), (78, 94, 86), (122, 132, 122), (180, 184, 174)),
)
_MARBLES: tuple[tuple[Color, Color, Color], ...] = (
    ((118, 120, 124), (206, 206, 206), (238, 237, 234)),
    ((150, 120, 84), (220, 206, 182), (240, 232, 216)),
    ((196, 190, 178), (48, 46, 48), (22, 21, 23)),
    ((206, 210, 204), (58, 84, 72), (30, 52, 44)),
)
_CHIPS: tuple[Color, ...] = (
    (58, 54, 52), (112, 104, 98), (164, 146, 124), (196, 182, 162), (150, 96, 72), (216, 208, 196), (96, 108, 104),
)  # fmt: skip


def granite(size: Size, zoom: float, dice: Dice) -> Colors:
    """Draw polished granite: grains of several minerals, blotches where one of them gathers."""
    minerals = tuple(varied(color, dice) for color in dice.choose(_GRANITES))
    scale = dice.uniform(14, 48) * zoom
    levels = fractal(size, scale, dice, 3, 0.75) * np.float32(0.26)
    levels += noise(size, scale * 5, scale * 5, dice) * np.float32(dice.uniform(0.04, 0.16))
    _, far = cells(size, scale * 0.7, dice)
    levels += (far - 0.38) * np.float32(0.5)
    levels += np.float32(dice.uniform(0.42, 0.58))
    # Grains have edges: levels are drawn towards the middles of some steps.
    steps = np.float32(len(minerals) - 0.01)
    whole = np.floor(levels * steps)
    part = np.clip((levels * steps - whole - 0.5) * 3 + 0.5, 0, 1)
    image = painted((whole + part) / steps, palette(*minerals))
    dark = np.maximum(noise(size, 7 * zoom, 7 * zoom, dice) - 0.95, 0) * np.float32(dice.uniform(0.3, 1.2))
    return lit(image, 1 - np.minimum(dark, 0.7) + fine_grain(size, dice) * np.float32(0.035))


def marble(size: Size, zoom: float, dice: Dice) -> Colors:
    """Draw marble: veins along one direction, which branch, fade and cross a clouded ground."""
    vein, cloud, ground = dice.choose(_MARBLES)
    clouds = fractal(size, dice.uniform(250, 500) * zoom, dice, 3) * np.float32(0.2)
    slant, turn = dice.uniform(-1.2, 1.2), dice.uniform(120, 320) * zoom
    height, width = size
    x, y = np.arange(width, dtype=np.float32), np.arange(height, dtype=np.float32)[:, None]
    levels = 0.82 + clouds
    for share, period in ((0.75, dice.uniform(300, 700)), (0.4, dice.uniform(90, 200))):
        bent = fractal(size, turn, dice, 4, 0.42) * np.float32(turn * 0.42)
        phase = (x + y * np.float32(slant) + bent) * np.float32(3.1416 / (period * zoom))
        ridge = np.abs(np.sin(phase))
        strong = np.clip(noise(size, turn, turn, dice) + 0.4, 0, 1.3)
        levels -= np.exp(-ridge * np.float32(dice.uniform(8, 20))) * strong * np.float32(share)
    image = painted(levels, palette(vein, cloud, ground, at=(0.0, 0.55, 1.0)))
    return lit(image, 1 + fine_grain(size, dice) * np.float32(0.01))


def terrazzo(size: Size, zoom: float, dice: Dice) -> Colors:
    """Draw chips of several stones and sizes in cement."""
    cement = dice.choose(((214, 208, 198), (188, 184, 178), (232, 228, 220), (92, 92, 94), (196, 180, 160)))
    clouded = np.clip(fractal(size, 90 * zoom, dice, 3) * np.float32(0.12) + 0.5, 0, 1)
    image = painted(clouded, palette(varied(cement, dice), varied(cement, dice, 0.04)))
    chosen = [varied(color, dice) for color in dice.sample(_CHIPS, 4)]
    for scale in (dice.uniform(10, 16), dice.uniform(20, 34), dice.uniform(45, 90)):
        image = _chips(image, scale * zoom, dice.uniform(0.15, 0.4), chosen, dice)
    return lit(image, 1 + fine_grain(size, dice) * np.float32(0.02))


def worktop(size: Size, zoom: float, dice: Dice) -> Colors:
    """Draw a worktop or laminate with small specks, or with hardly any."""
    grounds = ((226, 222, 214), (196, 184, 164), (150, 148, 146), (70, 72, 74), (212, 200, 176), (176, 190, 196))
    ground = varied(dice.choose(grounds), dice)
    dark, light = (tuple(round(level * share) for level in ground) for share in (0.7, 1.12))
    levels = fractal(size, dice.uniform(6, 16) * zoom, dice, 2, 0.7) * np.float32(dice.uniform(0.03, 0.1)) + 0.5
    image = painted(levels, palette(dark, ground, tuple(min(255, level) for level in light)))  # type: ignore[arg-type]  # three levels
    if dice.chance(0.7):
        specks = [varied(color, dice) for color in dice.sample(_CHIPS, 3)]
        image = _chips(image, dice.uniform(5, 12) * zoom, dice.uniform(0.04, 0.2), specks, dice)
    return lit(image, 1 + fine_grain(size, dice) * np.float32(0.015))


def _chips(image: Colors, scale: float, share: float, colors: list[Color], dice: Dice) -> Colors:
    """Lay chips of some colours into a share of cells of some pixels."""
    size = image.shape[0], image.shape[1]
    names, far = cells(size, scale, dice)
    # A cell's number, mixed, says whether it holds a chip, how large it is, and which.
    key = np.arange(2**16, dtype=np.uint32) * np.uint32(2654435761)
    key = np.asarray(key ^ np.uint32(dice.integer(0, 2**31)), np.uint32)
    key = np.asarray((key ^ (key >> 15)) * np.uint32(2246822519), np.uint32)
    drawn = (key >> 8 & 0xFFFF) / np.float32(65536)
    reach = np.where(drawn < share, 0.25 + 0.35 * (key & 0xFF) / 255, -1).astype(np.float32)
    kinds = ((key >> 24) % np.uint32(len(colors))).astype(np.uint8)
    edge = (reach[names] + noise(size, scale / 3, scale / 3, dice) * np.float32(0.08) - far) * np.float32(scale)
    table = np.zeros((256, 3), np.uint8)
    table[: len(colors)] = colors
    chips = np.asarray(cv2.applyColorMap(kinds[names], table[:, None]), np.uint8)
    return mixed(image, chips, np.clip(edge, 0, 1))


def tiles(size: Size, zoom: float, dice: Dice) -> Colors:
    """Draw glazed tiles with grout between them, each a little lighter or darker."""
    glazes = ((232, 230, 224), (206, 192, 168), (120, 132, 138), (178, 108, 78), (64, 66, 70), (150, 172, 168))
    glaze, grout = dice.choose(glazes), dice.choose(((176, 172, 164), (120, 118, 114), (214, 210, 204)))
    side, gap = dice.uniform(180, 800) * zoom, dice.uniform(10, 26) * zoom
    height, width = size
    levels = fractal(size, dice.uniform(40, 160) * zoom, dice, 3) * np.float32(dice.uniform(0.02, 0.14)) + 0.5
    image = painted(levels, palette(varied(glaze, dice, 0.2), glaze, varied(glaze, dice, 0.15)))
    near: list[Levels] = []
    numbers = []
    for length in (height, width):
        along = np.arange(length, dtype=np.float32) + np.float32(dice.uniform(0, side))
        inside = along % np.float32(side)
        near.append(np.minimum(inside, np.float32(side) - inside).astype(np.float32))
        numbers.append((along // side).astype(int))
    tones = 1 + noise((64, 64), 1, 1, dice) * np.float32(0.05)
    edge = np.minimum(near[0][:, None], near[1])
    bevel = np.clip((edge - gap / 2) / np.float32(8 * zoom), 0, 1)
    image = lit(image, tones[np.ix_(numbers[0] % 64, numbers[1] % 64)] * (0.82 + 0.18 * bevel))
    share = np.clip(np.float32(gap / 2) - edge + noise(size, 5 * zoom, 5 * zoom, dice) * np.float32(0.6 * zoom), 0, 1)
    rough = painted(fine_grain(size, dice) * np.float32(0.1) + 0.5, palette(varied(grout, dice, 0.2), grout, grout))
    return mixed(image, rough, np.asarray(share, np.float32))


def concrete(size: Size, zoom: float, dice: Dice) -> Colors:
    """Draw concrete, plaster or asphalt: clouds, pores and grains."""
    ground = varied(dice.choose(((150, 148, 142), (112, 110, 106), (74, 74, 76), (178, 170, 156))), dice)
    levels = fractal(size, 320 * zoom, dice, 5, 0.6) * np.float32(0.12) + 0.5
    levels += noise(size, 3 * zoom, 3 * zoom, dice) * np.float32(dice.uniform(0.02, 0.06))
    pores = np.maximum(noise(size, 9 * zoom, 9 * zoom, dice) - 1.05, 0)
    dark, light = (tuple(round(min(255, level * share)) for level in ground) for share in (0.6, 1.3))
    return painted(levels - pores * np.float32(0.4), palette(dark, ground, light))  # type: ignore[arg-type]  # three levels
