"""Emblems of shops: marks without letters, as thermal printers print them above the name."""

from collections.abc import Callable
from math import cos, pi, sin

import cv2
import numpy as np
from numpy.typing import NDArray

from receiptgen.core.dice import Dice

Points = NDArray[np.float64]
# An emblem is drawn this many times as large, and its figure is this share of its ground.
_FINE, _INNER = 4, 0.62


def draw_emblem(dice: Dice, size: int) -> NDArray[np.bool_]:
    """Draw an emblem: a figure alone, or on a ground that is black, or a ring.

    Args:
        dice: Dice of the emblem.
        size: Height and width in dots, from 8.

    Returns:
        Dots bool (size, size), True is black.
    """
    canvas = np.zeros((size * _FINE, size * _FINE), np.uint8)
    ground, figure = dice.choose(("none", "disc", "ring", "square", "shield", "diamond")), dice.choose(_FIGURES)
    if ground == "none":
        _fill(canvas, figure(dice), 1.0, 255)
    else:
        _fill(canvas, _GROUNDS[ground](), 1.0, 255)
        if ground == "ring":
            _fill(canvas, _circle(), dice.uniform(0.82, 0.92), 0)
        _fill(canvas, figure(dice), _INNER, 255 if ground == "ring" else 0)
    dots = cv2.resize(canvas, (size, size), interpolation=cv2.INTER_AREA) > 127
    return np.asarray(dots, np.bool_)


def _fill(canvas: NDArray[np.uint8], shapes: list[Points], scale: float, level: int) -> None:
    """Fill polygons whose corners are -1 to 1 from the middle, y down, at a scale."""
    half = len(canvas) / 2
    for shape in shapes:
        corners = np.rint(half + shape * (half - 1) * scale).astype(np.int32)
        cv2.fillPoly(canvas, [corners], level)


def _arc(start: float, stop: float, radius: float = 1.0, x: float = 0.0, y: float = 0.0) -> Points:
    """Return points of an arc, by angles in turns, clockwise from the right."""
    angles = np.linspace(start, stop, 48) * 2 * pi
    return np.stack([x + radius * np.cos(angles), y + radius * np.sin(angles)], axis=1)


def _circle() -> list[Points]:
    return [_arc(0, 1)]


def _shield() -> list[Points]:
    return [
        np.concatenate(
            [[[-0.85, -0.95], [0.85, -0.95]], _arc(0, 0.5, 0.85) * np.array([1, 1.15]) - np.array([0, 0.02])]
        )
    ]


def _square() -> list[Points]:
    return [np.array([[-0.9, -0.9], [0.9, -0.9], [0.9, 0.9], [-0.9, 0.9]])]


def _diamond() -> list[Points]:
    return [np.array([[0.0, -1.0], [1.0, 0.0], [0.0, 1.0], [-1.0, 0.0]])]


def _star(dice: Dice) -> list[Points]:
    count, inner = dice.integer(4, 9), dice.uniform(0.35, 0.6)
    angles = np.arange(2 * count) * pi / count - pi / 2
    radii = np.where(np.arange(2 * count) % 2, inner, 1.0)
    return [np.stack([radii * np.cos(angles), radii * np.sin(angles)], axis=1)]


def _leaf(dice: Dice) -> list[Points]:
    lean, width = dice.uniform(-0.5, 0.5), dice.uniform(0.45, 0.7)
    along = np.linspace(-1, 1, 32)
    side = width * (1 - along**2)
    blade = np.concatenate([np.stack([side, along], axis=1), np.stack([-side, along], axis=1)[::-1]])
    turn = np.array([[cos(lean), sin(lean)], [-sin(lean), cos(lean)]])
    # Its vein is the gap between two halves.
    return [(half + np.array([gap, 0])) @ turn for half, gap in ((blade[:32], 0.05), (blade[32:], -0.05))]


def _cup(dice: Dice) -> list[Points]:
    steam = [np.array([[x, -0.95], [x + 0.1, -0.95], [x + 0.1, -0.5], [x, -0.5]]) for x in (-0.45, -0.1, 0.25)]
    bowl = np.array([[-0.75, -0.35], [0.55, -0.35], [0.4, 0.6], [-0.6, 0.6]])
    handle = np.concatenate([_arc(-0.25, 0.25, 0.35, 0.55, 0.02), _arc(0.25, -0.25, 0.2, 0.55, 0.02)])
    saucer = np.array([[-0.9, 0.72], [0.75, 0.72], [0.6, 0.86], [-0.75, 0.86]])
    return [*steam[: dice.integer(0, 3)], bowl, handle, saucer]


def _house(dice: Dice) -> list[Points]:
    eaves = dice.uniform(-0.2, 0.1)
    roof = np.array([[0.0, -0.95], [0.95, eaves], [-0.95, eaves]])
    walls = [np.array([[x, eaves], [x + 0.5, eaves], [x + 0.5, 0.9], [x, 0.9]]) for x in (-0.7, 0.2)]
    return [roof, *walls]


def _waves(dice: Dice) -> list[Points]:
    count, along = dice.integer(2, 4), np.linspace(-0.95, 0.95, 40)
    swing, thick = 0.4 / count, 0.45 / count
    rows = np.linspace(-0.6, 0.6, count)
    crests = [np.stack([along, row + swing * np.sin(along * pi * 2)], axis=1) for row in rows]
    return [np.concatenate([crest, crest[::-1] + np.array([0, thick])]) for crest in crests]


def _bars(dice: Dice) -> list[Points]:
    count = dice.integer(3, 6)
    lefts, step = np.linspace(-0.9, 0.9, count, endpoint=False), 1.8 / count
    tops = [dice.uniform(-0.9, 0.4) for _ in range(count)]
    return [
        np.array([[x, top], [x + 0.7 * step, top], [x + 0.7 * step, 0.9], [x, 0.9]])
        for x, top in zip(lefts, tops, strict=True)
    ]


def _fish(dice: Dice) -> list[Points]:
    body = np.concatenate([_arc(0.55, 0.95, 0.85, 0.1, 0.35), _arc(0.05, 0.45, 0.85, 0.1, -0.35)])
    tail = np.array([[-0.55, 0.0], [-0.98, -0.45], [-0.85, 0.0], [-0.98, 0.45]])
    return [body * np.array([1, dice.uniform(0.7, 1.0)]), tail]


_GROUNDS: dict[str, Callable[[], list[Points]]] = {
    "disc": _circle,
    "ring": _circle,
    "square": _square,
    "shield": _shield,
    "diamond": _diamond,
}
_FIGURES: tuple[Callable[[Dice], list[Points]], ...] = (_star, _leaf, _cup, _house, _waves, _bars, _fish)
