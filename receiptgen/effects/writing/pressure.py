"""Strokes that are thick and dark where the pen presses."""

from typing import Annotated, NamedTuple

import cv2
import numpy as np

from receiptgen.config.records import Record
from receiptgen.core.dice import Dice
from receiptgen.core.distributions import Spread, between
from receiptgen.effects import EFFECTS, EffectStep, draw_record
from receiptgen.effects.writing._line import measures
from receiptgen.imaging.noise import curve
from receiptgen.imaging.page import Page

_CROSS = np.array([[0, 1, 0], [1, 1, 1], [0, 1, 0]], np.uint8)
# Standard deviation of a curve's values; letters from one independent value to the next.
_CURVE, _LETTERS = 0.8, 1.5
# What the thinnest stroke keeps of its ink: one pixel wide, it is all edge, and must not vanish.
_KEPT = 0.35


class PressureDrawn(NamedTuple):
    """Mean pressure, its standard deviation, and an offset in the noise."""

    weight: float
    uneven: float
    offset: int


@EFFECTS.register
class Pressure(Record):
    """Let strokes swell and thin out along the line, as a hand presses on the pen.

    Ink leaves the boxes of its characters by up to 1 pixel on each side.

    Attributes:
        weight: Pressure, -1 to 1: above 0 ink grows by so much of a pixel on each side, below 0 it loses so much of
            its edges.
        uneven: Standard deviation of the pressure from letter to letter, 0 to 1.
    """

    weight: Annotated[Spread, between(-1, 1)] = Spread(-0.4, 0.6)
    uneven: Annotated[Spread, between(0, 1)] = Spread(0, 0.4)

    def draw(self, dice: Dice) -> tuple[EffectStep, ...]:
        """Draw the pressure."""
        return (EffectStep(self, draw_record(PressureDrawn, self, dice)),)

    def apply(self, page: Page, drawn: PressureDrawn) -> Page:
        """Let ink grow or shrink, column by column; regions stay."""
        image, line = page.image, measures(page)
        pitch = line.pitch if line else image.shape[1] / 20
        wave = curve(image.shape[1], max(1.0, _LETTERS * pitch), drawn.offset) * np.float32(drawn.uneven / _CURVE)
        pressure = np.clip(wave + np.float32(drawn.weight), -1, 1)
        thick, thin = cv2.erode(image, _CROSS).astype(np.float32), cv2.dilate(image, _CROSS).astype(np.float32)
        pressed = image + np.maximum(pressure, 0) * (thick - image)
        pressed += np.maximum(-pressure, 0) * np.float32(1 - _KEPT) * (thin - image)
        return page.with_image(np.asarray(np.rint(pressed), np.uint8))
