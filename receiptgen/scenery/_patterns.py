"""What all grounds are made of: noise that is longer one way than the other, cells, palettes, light on relief."""

from collections.abc import Callable, Sequence
from functools import lru_cache

import cv2
import numpy as np
from numpy.typing import NDArray

from receiptgen.core.dice import Dice
from receiptgen.imaging.noise import GRAIN_SIGMA, OFFSETS, field, grain

Size = tuple[int, int]
Levels = NDArray[np.float32]
Colors = NDArray[np.uint8]
Color = tuple[int, int, int]
# Draws RGB uint8 (H, W, 3) of a height and width, at some pixels a dot.
Scene = Callable[[Size, float, Dice], Colors]

# Height and width of the bank of cells, and the mean distance of their middles there.
_BANK, _CELL = 1024, 16
# Points from one independent value of noise to the next that are drawn as a curve.
_POINTS = 8.0


def offset(dice: Dice) -> int:
    """Draw an offset in the banks of noise."""
    return dice.integer(0, OFFSETS)


def noise(size: Size, across: float, down: float, dice: Dice) -> Levels:
    """Return float32 (H, W) that wanders smoothly round 0 with a standard deviation of about 0.7.

    Args:
        size: Height and width.
        across: Pixels from one independent value to the next along a row.
        down: Pixels along a column.
        dice: Draws where in the bank it lies.
    """
    # A smooth curve is as good from a few points a step, with lines between them, and drawn much faster.
    steps = [min(max(1.0, step), _POINTS) for step in (down, across)]
    part = [
        max(1, round(length * step / max(1.0, whole)))
        for length, step, whole in zip(size, steps, (down, across), strict=True)
    ]
    rows, columns = (int(length / step) + 3 for length, step in zip(part, steps, strict=True))
    knots = field((rows, columns), 1.0, offset(dice))
    grown = cv2.resize(knots, (round(columns * steps[1]), round(rows * steps[0])), interpolation=cv2.INTER_CUBIC)
    top, left = (int(step) for step in steps)
    coarse = grown[top : top + part[0], left : left + part[1]]
    if coarse.shape == size:
        return np.asarray(coarse, np.float32)
    return np.asarray(cv2.resize(coarse, size[::-1], interpolation=cv2.INTER_LINEAR), np.float32)


def fractal(size: Size, scale: float, dice: Dice, octaves: int = 3, gain: float = 0.5) -> Levels:
    """Return noise of several sizes, each half of the one before and ``gain`` times as strong."""
    total = noise(size, scale, scale, dice)
    for octave in range(1, octaves):
        part = scale / 2**octave
        total = cv2.addWeighted(total, 1, noise(size, part, part, dice), gain**octave, 0)  # type: ignore[assignment]  # still float32
    return total


def fine_grain(size: Size, dice: Dice) -> Levels:
    """Return float32 (H, W), noise of each pixel by itself with a standard deviation of 1."""
    return np.asarray(grain(size, offset(dice)) * np.float32(1 / GRAIN_SIGMA), np.float32)


@lru_cache(maxsize=1)
def _cell_bank() -> tuple[NDArray[np.uint16], NDArray[np.float32]]:
    """Return the number of the cell of each pixel, and the distance to its middle; built once a process."""
    drawn = np.random.Generator(np.random.PCG64(5))
    count = _BANK // _CELL
    rows, columns = np.mgrid[0:count, 0:count] * _CELL
    jitter = drawn.integers(0, _CELL, (2, count, count))
    seeds = np.full((_BANK, _BANK), 255, np.uint8)
    seeds[rows + jitter[0], columns + jitter[1]] = 0
    distance, labels = cv2.distanceTransformWithLabels(seeds, cv2.DIST_L2, 5, labelType=cv2.DIST_LABEL_PIXEL)
    names = labels.astype(np.uint16)
    names.setflags(write=False)
    distance.setflags(write=False)
    return names, np.asarray(distance, np.float32)


def cells(size: Size, scale: float, dice: Dice) -> tuple[NDArray[np.uint16], Levels]:
    """Return irregular cells.

    Args:
        size: Height and width.
        scale: Mean pixels from one cell's middle to the next.
        dice: Draws where in the bank they lie.

    Returns:
        The number of the cell of each pixel, and the distance to its middle as a share of the scale.
    """
    names, distance = _cell_bank()
    step = _CELL / scale
    rows, columns = (min(_BANK, int(length * step) + 2) for length in size)
    top, left = dice.integer(0, _BANK - rows), dice.integer(0, _BANK - columns)
    part = np.s_[top : top + rows, left : left + columns]
    # Larger than the bank: it is stretched; grounds of that size have larger chips.
    shape = (max(size[1], 1), max(size[0], 1))
    near = cv2.resize(names[part], shape, interpolation=cv2.INTER_NEAREST)
    far = cv2.resize(distance[part], shape, interpolation=cv2.INTER_LINEAR)
    return np.asarray(near, np.uint16), np.asarray(far * np.float32(1 / _CELL), np.float32)


def palette(*colors: Color, at: Sequence[float] = ()) -> Colors:
    """Return uint8 (256, 3): colours at some places 0 to 1, evenly spread by default, and those between them."""
    places = np.asarray(at or np.linspace(0, 1, len(colors)), np.float64) * 255
    channels = [np.interp(np.arange(256), places, [color[channel] for color in colors]) for channel in range(3)]
    return np.stack(channels, axis=1).round().astype(np.uint8)


def painted(levels: Levels, colors: Colors) -> Colors:
    """Return the colours of a palette (256, 3) by levels (H, W) 0 to 1; what is beyond takes the ends."""
    indices = cv2.convertScaleAbs(np.maximum(levels, 0), alpha=255)
    return np.asarray(cv2.applyColorMap(indices, colors[:, None]), np.uint8)


def lit(image: Colors, factor: Levels) -> Colors:
    """Return an image under so much light (H, W), 1 as it was."""
    return np.asarray(cv2.multiply(image, cv2.merge([factor, factor, factor]), dtype=cv2.CV_8U), np.uint8)


def slope(height: Levels, dice: Dice) -> Levels:
    """Return float32 (H, W), how far a surface of some height (H, W) turns to a light from one of the upper sides."""
    down = cv2.Sobel(height, cv2.CV_32F, 0, 1, ksize=3, scale=1 / 8)
    across = cv2.Sobel(height, cv2.CV_32F, 1, 0, ksize=3, scale=1 / 8)
    return np.asarray(cv2.addWeighted(down, 0.8, across, dice.uniform(-0.7, 0.7), 0), np.float32)


def varied(color: Color, dice: Dice, by: float = 0.08) -> Color:
    """Return a colour that is a little lighter or darker, and a little warmer or colder."""
    light, warm = dice.uniform(1 - by, 1 + by), dice.uniform(-by / 3, by / 3)
    red, green, blue = color
    shares = (red * light * (1 + warm), green * light, blue * light * (1 - warm))
    first, second, third = (min(255, max(0, round(share))) for share in shares)
    return first, second, third


def mixed(under: Colors, over: Colors | Color, share: Levels) -> Colors:
    """Return ``over`` laid on ``under``, share (H, W) 0 to 1 of it."""
    if isinstance(over, tuple):
        top = np.empty_like(under)
        top[:] = over
        over = top
    pictures = np.ascontiguousarray(under), np.ascontiguousarray(over)
    return np.asarray(cv2.blendLinear(*pictures, 1 - share, share), np.uint8)
