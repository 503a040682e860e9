"""Strokes of a pen: smooth, a little shaky, of varying pressure."""

from collections.abc import Sequence
from typing import NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from receiptgen.core.dice import Dice
from receiptgen.imaging.noise import OFFSETS, curve

_SIXTEENTHS = 4  # fractional bits of OpenCV's points


class Stroke(NamedTuple):
    """A line of points float64 (N, 2) in pixels, and how wide it is at each, float64 (N,)."""

    points: NDArray[np.float64]
    widths: NDArray[np.float64]


def through(points: Sequence[Sequence[float]], samples: int = 14) -> NDArray[np.float64]:
    """Return a smooth curve float64 (N, 2) through some points, by Catmull and Rom's splines."""
    knots = np.array(points, np.float64)
    knots = np.concatenate([2 * knots[:1] - knots[1:2], knots, 2 * knots[-1:] - knots[-2:-1]])
    t = np.linspace(0, 1, samples, endpoint=False)[None, :, None]
    before, start, end, after = (knots[i : len(knots) - 3 + i][:, None] for i in range(4))
    square, cube = 2 * before - 5 * start + 4 * end - after, 3 * (start - end) + after - before
    along = start + t / 2 * (end - before + t * (square + t * cube))
    return np.asarray(np.concatenate([along.reshape(-1, 2), knots[-2:-1]]))


def by_hand(points: NDArray[np.float64], width: float, shake: float, dice: Dice) -> Stroke:
    """Return a stroke along a curve as a hand draws it.

    Args:
        points: float64 (N, 2) in pixels.
        width: Usual width in pixels.
        shake: Deviation of the hand, in pixels.
        dice: Draws offsets in the noise.
    """
    count = len(points)
    offsets = [dice.integer(0, OFFSETS) for _ in range(3)]
    strayed = np.stack([curve(count, 7, offset) for offset in offsets[:2]], axis=1) * shake
    pressure = 1 + 0.22 * curve(count, 10, offsets[2])
    ends = np.minimum(np.arange(count), np.arange(count)[::-1])
    pressure *= 0.6 + 0.4 * np.minimum(1, ends / 4)
    return Stroke(points + strayed, np.asarray(width * pressure, np.float64))


def draw_strokes(strokes: Sequence[Stroke]) -> tuple[NDArray[np.uint8], int, int]:
    """Draw strokes.

    Returns:
        uint8 (h, w), 255 where the pen was; column and row where it belongs on the page. Narrow parts are paler.
    """
    widest = max(float(stroke.widths.max()) for stroke in strokes)
    low = np.floor(np.min([stroke.points.min(axis=0) for stroke in strokes], axis=0) - widest).astype(int)
    high = np.ceil(np.max([stroke.points.max(axis=0) for stroke in strokes], axis=0) + widest).astype(int)
    # Fine strokes are drawn larger and shrunk, for lines of whole widths alone would not swell.
    finer = max(1, min(4, round(14 / widest)))
    columns, rows = (high - low).tolist()
    canvas = np.zeros((rows * finer, columns * finer), np.uint8)
    for points, widths in strokes:
        spots = np.rint((points - low) * finer * 16 - 8).astype(int).tolist()
        tones = np.clip(255 * np.sqrt(widths / widths.mean()), 150, 255).tolist()
        sizes = np.maximum(1, np.rint(widths * finer)).astype(int).tolist()
        for i in range(len(spots) - 1):
            cv2.line(canvas, spots[i], spots[i + 1], (tones[i],), sizes[i], cv2.LINE_AA, _SIXTEENTHS)
    alpha = cv2.resize(canvas, (columns, rows), interpolation=cv2.INTER_AREA)
    return np.asarray(alpha, np.uint8), int(low[0]), int(low[1])
