"""Rubber stamps as patches: a text in a frame, a ring of letters, or bare."""

import cv2
import numpy as np

from receiptgen.core.dice import Dice
from receiptgen.effects.handling._lettering import lettering
from receiptgen.imaging.geometry import Pixels
from receiptgen.imaging.noise import field, grain
from receiptgen.typography.typeface import Face


def stacked(rows: list[Pixels], gap: int, margin: int) -> Pixels:
    """Return patches one under the other, centred, with a margin round them."""
    width = max(row.shape[1] for row in rows) + 2 * margin
    height = sum(row.shape[0] for row in rows) + gap * (len(rows) - 1) + 2 * margin
    patch, y = np.zeros((height, width), np.uint8), margin
    for row in rows:
        x = (width - row.shape[1]) // 2
        patch[y : y + row.shape[0], x : x + row.shape[1]] = row
        y += row.shape[0] + gap
    return patch


def framed(patch: Pixels, line: int, *, double: bool) -> Pixels:
    """Return a patch with a frame round it, of one line or two."""
    lines = 2 * line + 2 if double else line
    height, width = patch.shape
    grown = np.zeros((height + 2 * lines, width + 2 * lines), np.uint8)
    grown[lines : lines + height, lines : lines + width] = patch
    for inset in (0, line + 2) if double else (0,):
        corner = (grown.shape[1] - 1 - inset - line // 2, grown.shape[0] - 1 - inset - line // 2)
        cv2.rectangle(grown, (inset + line // 2, inset + line // 2), corner, (255.0,), line)
    return grown


def ringed(text: str, middle: str, face: Face, height: float, line: int) -> Pixels:
    """Return a round stamp: a text along the upper part of a ring, another in the middle."""
    strip = lettering(text, face, height)
    inner = lettering(middle, face, 0.75 * height)
    # The text takes up to 0.8 of a turn, and the middle must fit.
    radius = max(strip.shape[1] / (0.8 * 2 * np.pi), 0.55 * inner.shape[1] + 0.3 * height, 1.8 * height)
    outer = radius + strip.shape[0] + 0.35 * height
    side = 2 * int(np.ceil(outer + line)) + 1
    at = np.arange(side, dtype=np.float32) - side // 2
    away = np.sqrt(at[None] ** 2 + at[:, None] ** 2)
    angle = np.arctan2(at[None], -at[:, None])
    along = (angle * (radius + strip.shape[0] / 2) + strip.shape[1] / 2).astype(np.float32)
    down = (radius + strip.shape[0] - away).astype(np.float32)
    patch = np.asarray(cv2.remap(strip, along, down, cv2.INTER_LINEAR, borderValue=(0.0,)), np.uint8)
    for ring in (outer, radius - 0.35 * height):
        cv2.circle(patch, (side // 2, side // 2), round(ring), (255.0,), line, cv2.LINE_AA)
    y, x = (side - inner.shape[0]) // 2, (side - inner.shape[1]) // 2
    patch[y : y + inner.shape[0], x : x + inner.shape[1]] |= inner
    return patch


def inked(patch: Pixels, opacity: float, offset: int, dice: Dice) -> Pixels:
    """Return a stamp as it prints: paler where the pad was dry or the hand pressed less, and full of tiny gaps."""
    height, width = patch.shape
    shape = (height, width)
    pressure = 1 + 0.35 * field(shape, max(4.0, width / 3), offset) + 0.25 * field(shape, 9, offset + 1)
    lean = np.linspace(-1, 1, width, dtype=np.float32) * np.float32(dice.uniform(-0.3, 0.3))
    gaps = grain(shape, offset) < 55 * (pressure + lean)
    share = np.clip(pressure + lean, 0.15, 1.15) * np.float32(opacity)
    speckled = np.where(gaps, share, 0.35 * share) * cv2.GaussianBlur(patch, (0, 0), 0.6)
    return np.asarray(np.clip(speckled, 0, 255).astype(np.uint8))
