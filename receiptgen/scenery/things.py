"""Things that lie on a table beside a receipt; none bears any text."""

from collections.abc import Callable

import cv2
import numpy as np

from receiptgen.core.dice import Dice
from receiptgen.scenery._patterns import Color, Colors, Levels, fine_grain, fractal, lit, mixed, noise, varied
from receiptgen.scenery.solids import Lamp, Solid, cover, dome, grid, lay, rounded

_STEEL: Color = (196, 198, 200)
# Colour, length and width in dots: paper, envelopes, sticky notes, napkins.
_SHEETS: tuple[tuple[Color, int, int], ...] = (
    ((244, 243, 240), 1500, 1100), ((196, 160, 112), 1760, 880), ((248, 226, 96), 600, 600),
    ((240, 236, 228), 1000, 1000), ((236, 240, 246), 1680, 560), ((232, 148, 160), 600, 600),
)  # fmt: skip
_CARDS: tuple[Color, ...] = ((24, 52, 110), (150, 24, 40), (40, 40, 44), (196, 170, 96), (30, 110, 96))


def strew(image: Colors, zoom: float, dice: Dice) -> None:
    """Lay some things on a table in place, mostly near its edges: the middle is where the receipt will be."""
    height, width = image.shape[:2]
    lamp = Lamp.draw(dice)
    for _ in range(dice.integer(1, 4)):
        thing = THINGS[dice.weigh_index(_WEIGHTS)](zoom, dice)
        # Beside the receipt to the left or right, or above or below it, and half under it at times.
        beside, along = dice.uniform(0.02, 0.3), dice.uniform(0.03, 0.97)
        x, y = (beside, along) if dice.chance(0.7) else (along, beside / 2)
        x, y = (x, y) if dice.chance(0.5) else (1 - x, 1 - y)
        lay(image, thing, (x * width, y * height), dice.uniform(0, 360), lamp)


def _flat(size: tuple[int, int], color: Color) -> Colors:
    image = np.empty((*size, 3), np.uint8)
    image[:] = color
    return image


def _bar(x: Levels, knots: tuple[tuple[float, float], ...]) -> Levels:
    """Return half widths (1, W) at x, by a line through places and half widths."""
    places, halves = zip(*knots, strict=True)
    straight = np.interp(x, places, halves).astype(np.float32)
    # Turned on a lathe or pressed, things have round edges.
    return np.asarray(cv2.blur(straight, (1 + 2 * (x.shape[1] // 60), 1), borderType=cv2.BORDER_REPLICATE), np.float32)


def _pen(zoom: float, dice: Dice) -> Solid:
    """A ball pen: barrel, grip, metal tip, and a clip."""
    long, half = dice.uniform(1060, 1160) * zoom, dice.uniform(34, 44) * zoom
    x, y = grid(long, 2 * half + 4)
    share = x / long
    width = _bar(share, ((0, 0.55), (0.02, 0.75), (0.04, 1), (0.72, 1), (0.86, 0.86), (0.95, 0.34), (1, 0.14))) * half
    barrel = varied(dice.choose(((24, 26, 30), (28, 60, 140), (170, 30, 34), (230, 230, 226), (38, 96, 72))), dice)
    grip: Color = tuple(level // 2 for level in barrel)  # type: ignore[assignment]  # three levels
    colors = _flat((len(y), x.shape[1]), barrel)
    colors[:, (share[0] > 0.64) & (share[0] < 0.87)] = grip
    colors[:, (share[0] >= 0.87) | (share[0] < 0.045)] = _STEEL
    height = dome(width, y)
    clip = (np.abs(y) < half * 0.22) & (share > 0.03) & (share < 0.3)
    colors[np.broadcast_to(clip, height.shape)] = _STEEL
    height = np.asarray(height + clip * np.float32(half * 0.3), np.float32)
    return Solid(colors, cover(width - np.abs(y)), height, 0.7, lift=2 * zoom)


def _coin(zoom: float, dice: Dice) -> Solid:
    """A coin with a rim and some relief."""
    radius = dice.uniform(66, 104) * zoom
    x, y = grid(2 * radius + 4, 2 * radius + 4)
    x = x - np.float32(radius + 2)
    far = np.sqrt(x * x + y * y)
    size = far.shape[0], far.shape[1]
    metal: Color = varied(dice.choose(((176, 110, 72), (198, 160, 84), (190, 190, 188))), dice)
    colors = _flat(size, metal)
    if dice.chance(0.25):
        colors[far < radius * 0.68] = (200, 200, 198)
    relief = fractal(size, radius * 0.3, dice, 3) * (far < radius * 0.72) * np.float32(radius * 0.016)
    head = np.exp(-(((x / (radius * 0.34)) ** 2 + (y / (radius * 0.46)) ** 2) ** 2)) * np.float32(radius * 0.05)
    rim = np.clip(1 - np.abs(far - radius * 0.93) / (radius * 0.06), 0, 1) * np.float32(radius * 0.07)
    height = cv2.GaussianBlur(relief + head + rim, (0, 0), max(0.6, radius * 0.012))
    worn = 1 + noise(size, radius * 0.4, radius * 0.4, dice) * np.float32(0.1)
    return Solid(lit(colors, worn), cover(radius - far), np.asarray(height, np.float32), 0.35, True, 9 * zoom)


def _cup(zoom: float, dice: Dice) -> Solid:
    """A cup from above, with coffee or tea, perhaps on a saucer."""
    radius, saucer = dice.uniform(270, 350) * zoom, dice.uniform(500, 620) * zoom if dice.chance(0.6) else 0.0
    reach = max(saucer, radius * 1.5) + 2
    x, y = grid(2 * reach, 2 * reach)
    x = x - np.float32(reach)
    far = np.sqrt(x * x + y * y)
    glaze = varied(dice.choose(((242, 240, 236), (232, 226, 214), (52, 62, 84), (150, 52, 44), (64, 66, 68))), dice)
    colors = _flat((far.shape[0], far.shape[1]), glaze)
    drink = dice.choose(((58, 34, 20), (146, 96, 56), (32, 20, 14), (150, 74, 26)))
    inside = cover(np.float32(radius * 0.88) - far)
    foam = np.clip(
        fractal((far.shape[0], far.shape[1]), radius * 0.6, dice, 2) * 0.14 + far**3 / radius**3 * 0.5, 0, 0.6
    )
    bright = np.rint(np.array(drink) + (np.array((206, 160, 108)) - drink) * foam[..., None]).astype(np.uint8)
    colors = mixed(colors, bright, inside)
    rim = np.clip(1 - np.abs(far - radius * 0.95) / (radius * 0.055), 0, 1)
    height = np.sqrt(rim) * np.float32(radius * 0.1) + (far < radius) * np.float32(radius * 0.06)
    alpha = cover(np.float32(max(saucer, radius)) - far)
    height = height + _handle(x, y, radius, alpha)
    if saucer:
        lip = np.clip(1 - np.abs(far - saucer * 0.97) / (saucer * 0.05), 0, 1)
        height = (
            height + np.sqrt(lip) * np.float32(saucer * 0.03) + np.maximum(far - saucer * 0.6, 0) * np.float32(0.12)
        )
        # The cup stands on its saucer and darkens it round its foot.
        colors = lit(
            colors, 1 - np.exp(-np.maximum(far - radius, 0) / (radius * 0.12)) * np.float32(0.45) * (far > radius)
        )
    return Solid(colors, alpha, np.asarray(height, np.float32), 0.65, lift=(14 if saucer else 50) * zoom)


def _handle(x: Levels, y: Levels, radius: float, alpha: Levels) -> Levels:
    """Return the height of a cup's handle, and add it to what the cup covers, in place."""
    half = np.float32(radius * 0.1)
    inside = np.where((x > radius * 0.9) & (x < radius * 1.4), half - np.abs(y), -1).astype(np.float32)
    np.maximum(alpha, cover(inside), out=alpha)
    return np.asarray(np.sqrt(np.maximum(inside, 0) / half) * half, np.float32)


def _phone(zoom: float, dice: Dice) -> Solid:
    """A telephone, its screen off: black glass in a frame, with a reflection."""
    long, wide = dice.uniform(1120, 1260) * zoom, dice.uniform(550, 610) * zoom
    x, y = grid(long, wide)
    inside = rounded(x, y, long, wide, 70 * zoom)
    size = inside.shape[0], inside.shape[1]
    frame = dice.choose(((38, 38, 42), (186, 184, 182), (210, 190, 170), (60, 70, 92)))
    glass = _flat(size, (13, 13, 16))
    slant = (x + y * np.float32(dice.uniform(-1, 1))) / np.float32(long)
    bright = np.clip(np.sin(slant * np.float32(dice.uniform(3, 7)) + np.float32(dice.uniform(0, 6))), 0, 1)
    glass = np.asarray(
        cv2.add(glass, cv2.merge([bright.astype(np.float32) * np.float32(34)] * 3), dtype=cv2.CV_8U), np.uint8
    )
    colors = mixed(_flat(size, frame), glass, cover(inside - np.float32(9 * zoom)))
    height = np.minimum(np.maximum(inside, 0), 8 * zoom) * np.float32(0.8)
    return Solid(colors, cover(inside), np.asarray(height, np.float32), 0.5, lift=26 * zoom)


def keyboard(zoom: float, dice: Dice) -> Solid:
    """A part of a keyboard, its keys blank."""
    pitch, rows, count = 152 * zoom, 4, dice.integer(6, 9)
    long, wide = pitch * (count + 0.3), pitch * (rows + 0.3)
    x, y = grid(long, wide)
    case, key = dice.choose(
        (((34, 34, 36), (20, 20, 22)), ((186, 188, 190), (238, 238, 238)), ((60, 62, 66), (36, 37, 40)))
    )
    down = y + np.float32(wide / 2 - 0.15 * pitch)
    row = np.floor(down / np.float32(pitch))
    along = x - np.float32(0.15 * pitch) + row % 3 * np.float32(pitch * 0.23)
    inside = rounded(
        along % np.float32(pitch),
        down % np.float32(pitch) - np.float32(pitch / 2),
        pitch * 0.98,
        pitch * 0.86,
        16 * zoom,
    )
    inside = np.where((row >= 0) & (row < rows), inside - 4 * zoom, -1).astype(np.float32)
    edge = rounded(x, y, long, wide, 30 * zoom)
    colors = mixed(_flat((edge.shape[0], edge.shape[1]), varied(case, dice)), varied(key, dice), cover(inside))
    height = np.clip(inside, 0, 11 * zoom) + np.clip(edge, 0, 10 * zoom)
    return Solid(colors, cover(edge), np.asarray(height, np.float32), 0.25, lift=40 * zoom)


def _cutlery(zoom: float, dice: Dice) -> Solid:
    """A knife, fork or spoon."""
    long, kind = dice.uniform(1350, 1650) * zoom, dice.integer(0, 2)
    heads = (
        ((0.52, 0.42), (0.56, 0.5), (0.94, 0.52), (0.99, 0.3), (1, 0.02)),
        ((0.66, 0.22), (0.74, 0.42), (0.8, 0.6), (0.96, 0.62), (0.975, 0.6), (1, 0.55)),
        ((0.68, 0.2), (0.74, 0.5), (0.84, 0.98), (0.92, 0.95), (0.98, 0.5), (1, 0.02)),
    )
    half = 90 * zoom
    x, y = grid(long, 2 * half + 4)
    share = x / np.float32(long)
    width = _bar(share, ((0, 0.1), (0.012, 0.36), (0.2, 0.42), (0.45, 0.24), *heads[kind])) * np.float32(half)
    inside = width - np.abs(y)
    if kind == 1:  # three slots between four tines
        slot = np.abs(y) % np.float32(half * 0.34) - np.float32(half * 0.07)
        slot = np.where((np.abs(y) < half * 0.45) & (share > 0.84), slot, np.float32(half))
        inside = np.minimum(inside, slot)
    height = np.sqrt(np.maximum(inside, 0) / np.float32(half)) * np.float32(half * 0.5)
    if kind == 2:  # the bowl sinks
        height = height * np.where(share > 0.72, np.float32(-0.9), np.float32(1))
    colors = _flat((inside.shape[0], inside.shape[1]), varied(_STEEL, dice))
    smooth = cv2.GaussianBlur(height.astype(np.float32), (0, 0), max(0.6, 3 * zoom))
    return Solid(colors, cover(inside), np.asarray(smooth, np.float32), 0.8, True, 10 * zoom)


def sheet(zoom: float, dice: Dice) -> Solid:
    """Another sheet: paper, an envelope, a sticky note, a napkin."""
    color, long, wide = dice.choose(_SHEETS)
    x, y = grid(long * zoom, wide * zoom)
    inside = rounded(x, y, long * zoom, wide * zoom, 4 * zoom)
    size = inside.shape[0], inside.shape[1]
    bent = fractal(size, 500 * zoom, dice, 2) * np.float32(26 * zoom)
    light = 1 + fine_grain(size, dice) * np.float32(0.012)
    return Solid(lit(_flat(size, varied(color, dice, 0.04)), light), cover(inside), bent, 0.0, lift=5 * zoom)


def _card(zoom: float, dice: Dice) -> Solid:
    """A bank card without any text: a chip, or a magnetic stripe."""
    long, wide = 684 * zoom, 432 * zoom
    x, y = grid(long, wide)
    inside = rounded(x, y, long, wide, 26 * zoom)
    size = inside.shape[0], inside.shape[1]
    first, second = (varied(dice.choose(_CARDS), dice, 0.2) for _ in range(2))
    share = np.clip((x / np.float32(long) + y / np.float32(wide)) * np.float32(0.7), 0, 1) + np.zeros(size, np.float32)
    colors = mixed(_flat(size, first), second, share)
    if dice.chance(0.5):
        chip = rounded(x - np.float32(70 * zoom), y + np.float32(20 * zoom), 96 * zoom, 74 * zoom, 14 * zoom)
        colors = mixed(colors, (206, 176, 104), cover(chip))
    else:
        stripe = (np.float32(46 * zoom) - np.abs(y + np.float32(110 * zoom))) + np.zeros(size, np.float32)
        colors = mixed(colors, (22, 20, 20), cover(stripe))
    height = np.clip(inside, 0, 3 * zoom)
    return Solid(colors, cover(inside), np.asarray(height, np.float32), 0.4, lift=5 * zoom)


def _cable(zoom: float, dice: Dice) -> Solid:
    """A cable in a loose bow."""
    length, half = dice.uniform(900, 1600) * zoom, dice.uniform(13, 18) * zoom
    bow = dice.uniform(60, 260) * zoom
    x, y = grid(length, 2 * (bow + half) + 4)
    middle = np.sin(
        x / np.float32(length) * np.float32(dice.uniform(2, 6)) + np.float32(dice.uniform(0, 6))
    ) * np.float32(bow)
    steep = np.sqrt(1 + np.gradient(middle[0]) ** 2).astype(np.float32)
    far = np.abs(y - middle) / steep
    height = np.sqrt(np.maximum(np.float32(half) ** 2 - far * far, 0))
    color = dice.choose(((236, 236, 234), (24, 24, 26), (90, 92, 96)))
    return Solid(
        _flat((far.shape[0], far.shape[1]), color),
        cover(np.float32(half) - far),
        np.asarray(height, np.float32),
        0.35,
        lift=zoom,
    )


def _plate(zoom: float, dice: Dice) -> Solid:
    """A plate, of which the rim is seen."""
    radius = dice.uniform(760, 1050) * zoom
    x, y = grid(2 * radius + 2, 2 * radius + 2)
    x = x - np.float32(radius + 1)
    far = np.sqrt(x * x + y * y) / np.float32(radius)
    glaze = varied(dice.choose(((244, 242, 238), (236, 230, 218), (158, 28, 34), (70, 86, 110))), dice)
    colors = _flat((far.shape[0], far.shape[1]), glaze)
    if dice.chance(0.4):
        colors = mixed(
            colors, dice.choose(((40, 70, 130), (180, 150, 80))), np.clip(1 - np.abs(far - 0.95) / 0.012, 0, 1)
        )
    height = np.interp(far.ravel(), (0, 0.6, 0.68, 0.97, 1), (0, 0, 0.035, 0.075, 0.06)).reshape(far.shape) * radius
    soft = cv2.GaussianBlur(height.astype(np.float32), (0, 0), max(0.6, radius * 0.008))
    return Solid(colors, cover((1 - far) * np.float32(radius)), np.asarray(soft, np.float32), 0.6, lift=16 * zoom)


THINGS: tuple[Callable[[float, Dice], Solid], ...] = (
    _pen, _coin, _cup, _phone, keyboard, _cutlery, sheet, _card, _cable, _plate,
)  # fmt: skip
_WEIGHTS = (4, 3, 2, 2, 1, 2, 4, 1, 2, 1)
