"""What a pen draws on a receipt: ticks, rings, lines and signatures, as curves without width."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from receiptgen.core.dice import Dice
from receiptgen.effects.handling._strokes import through

Curve = NDArray[np.float64]
Bounds = tuple[float, float, float, float]


def tick(box: Bounds, body: float, dice: Dice) -> list[Curve]:
    """Draw a tick before, after or on a text."""
    x0, y0, x1, y1 = box
    size = body * dice.uniform(1.3, 3.2)
    x = dice.choose((x0 - 0.9 * size, x1 + 0.1 * size, dice.uniform(x0, x1)))
    y = (y0 + y1) / 2
    corner = (x + 0.28 * size, y + 0.45 * size)
    end = (x + size * dice.uniform(0.9, 1.3), y - size * dice.uniform(0.5, 0.9))
    middle = ((corner[0] + end[0]) / 2 - 0.06 * size, (corner[1] + end[1]) / 2 + 0.03 * size)
    down = through([(x, y + size * dice.uniform(-0.05, 0.2)), corner], 8)
    return [np.concatenate([down, through([corner, middle, end], 10)[1:]])]


def ring(box: Bounds, body: float, dice: Dice) -> list[Curve]:
    """Draw an ellipse round a text, or through it, that does not quite close."""
    x0, y0, x1, y1 = box
    width, height = (x1 - x0) / 2 * 1.15, (y1 - y0) / 2
    wide = width + body * dice.uniform(0.1, 1.0)
    high = height + body * dice.uniform(0.15, 0.8)
    x, y = (x0 + x1) / 2 + dice.uniform(-0.3, 0.3) * body, (y0 + y1) / 2 + dice.uniform(-0.25, 0.25) * body
    start, turns = dice.uniform(0, 2 * np.pi), dice.uniform(0.96, 1.3)
    t = np.linspace(0, 1, int(64 * turns))
    angle = start - 2 * np.pi * turns * t
    swell = 1 + dice.uniform(-0.12, 0.12) * (t - 0.5) + 0.05 * np.sin(2 * angle + dice.uniform(0, 6))
    tilt = dice.uniform(-0.25, 0.1) * high / wide
    across, down = wide * swell * np.cos(angle), high * swell * np.sin(angle)
    return [np.stack([x + across, y + down + tilt * across], axis=1)]


def underline(box: Bounds, body: float, dice: Dice) -> list[Curve]:
    """Draw one or two lines under a text."""
    x0, _, x1, y1 = box
    lines, y = [], y1 + body * dice.uniform(0.05, 0.25)
    for _ in range(1 + dice.chance(0.35)):
        left, right = x0 - body * dice.uniform(-0.1, 0.6), x1 + body * dice.uniform(-0.1, 0.8)
        lines.append(_line(left, y, right, y + dice.uniform(-0.05, 0.02) * (right - left), body, dice))
        y += body * dice.uniform(0.2, 0.35)
    return lines


def cross_out(box: Bounds, body: float, dice: Dice) -> list[Curve]:
    """Draw one or a few lines through a text, or go back and forth over it."""
    x0, y0, x1, y1 = box
    high = y1 - y0
    if dice.chance(0.35):
        count = max(4, min(16, int((x1 - x0) / body / 0.45)))
        xs = np.linspace(x0 - 0.2 * body, x1 + 0.2 * body, count)
        ys = [dice.uniform(0.0, 0.3) if i % 2 else dice.uniform(0.7, 1.0) for i in range(count)]
        return [through([(x, y0 + high * y) for x, y in zip(xs.tolist(), ys, strict=True)], 8)]
    lines = []
    for _ in range(dice.integer(1, 3)):
        start, end = (y0 + high * dice.uniform(0.25, 0.75) for _ in range(2))
        lines.append(_line(x0 - dice.uniform(0, 0.5) * body, start, x1 + dice.uniform(0, 0.5) * body, end, body, dice))
    return lines


def signature(box: Bounds, body: float, dice: Dice) -> list[Curve]:
    """Draw a name that nobody can read, over and beyond a text: loops that shrink, and a flourish."""
    x0, y0, x1, y1 = box
    high, loops = body * dice.uniform(1.6, 3.2), dice.integer(3, 7)
    step = high * dice.uniform(0.35, 0.7)
    x, y = (x0 + x1) / 2 - step * loops / 2, (y0 + y1) / 2
    rise = dice.uniform(-0.12, 0.03)
    points = [(x - 0.3 * high, y + 0.2 * high), (x + 0.1 * high, y - high)]
    for number in range(loops):
        tall = high * dice.uniform(0.8, 1.0) if dice.chance(0.25) else high * dice.uniform(0.15, 0.5)
        points.append((x + step * dice.uniform(-0.2, 0.2), y + tall * dice.uniform(0.2, 0.9)))
        points.append((x + step * dice.uniform(0.3, 1.2), y - tall * dice.uniform(0.6, 1.0)))
        x, y, high = x + step, y + rise * step, high * (0.93 if number else 0.75)
    points.append((x + step * dice.uniform(1.0, 3.5), y + high * dice.uniform(-0.4, 0.2)))
    curves = [through(points, 10)]
    if dice.chance(0.4):
        left = (x0 + x1) / 2 - step * loops * dice.uniform(0.2, 0.5)
        curves.append(_line(left, y + high * 1.3, x + step, y + high * dice.uniform(0.7, 1.2), body, dice))
    return curves


def _line(x0: float, y0: float, x1: float, y1: float, body: float, dice: Dice) -> Curve:
    """Return a line that bends a little."""
    t = np.linspace(0, 1, 40)
    bow = dice.uniform(-0.12, 0.12) * body * 4 * t * (1 - t)
    return np.stack([x0 + (x1 - x0) * t, y0 + (y1 - y0) * t + bow], axis=1)


SCRIBBLES: dict[str, Callable[[Bounds, float, Dice], list[Curve]]] = {
    "tick": tick, "circle": ring, "underline": underline, "cross_out": cross_out, "signature": signature,
}  # fmt: skip
