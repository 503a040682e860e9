"""Strokes thicker or thinner than the font has them."""

from typing import Annotated, NamedTuple

import cv2
import numpy as np

from receiptgen.config.records import Record
from receiptgen.core.dice import Dice
from receiptgen.core.distributions import Spread, between
from receiptgen.effects import EFFECTS, EffectStep, draw_record
from receiptgen.imaging.page import Page

_CROSS = np.array([[0, 1, 0], [1, 1, 1], [0, 1, 0]], np.uint8)
# What an edge keeps at the least: strokes one dot wide are all edge, and must not vanish.
_KEPT = 0.3


class StrokeDrawn(NamedTuple):
    """Dots that ink grows by on each side; below 0, how far edges are eaten."""

    weight: float


@EFFECTS.register
class Stroke(Record):
    """Dot gain or starvation: ink grows into its neighbours, or strokes are eaten from their edges.

    Ink leaves the boxes of its characters by up to 1 dot on each side where the weight is above 0, and is the paler
    there the smaller the weight; it never leaves them below 0.

    Attributes:
        weight: -1 to 1. Above 0, how dark the dots beside ink become, as a share of it: at 1 strokes are 2 dots
            wider. Below 0, how far the outermost dots of strokes are eaten: at -1 they keep 0.3 of their ink.
    """

    weight: Annotated[Spread, between(-1, 1)] = Spread(-0.5, 0.6)

    def draw(self, dice: Dice) -> tuple[EffectStep, ...]:
        """Draw the weight."""
        return (EffectStep(self, draw_record(StrokeDrawn, self, dice)),)

    def apply(self, page: Page, drawn: StrokeDrawn) -> Page:
        """Let ink grow or shrink; regions stay."""
        image, weight = page.image, drawn.weight
        if weight > 0:
            beside = cv2.convertScaleAbs(cv2.erode(image, _CROSS), alpha=weight, beta=255 * (1 - weight))
            return page.with_image(np.minimum(image, np.asarray(beside, np.uint8)))
        if weight < 0:
            eaten = -weight * (1 - _KEPT)
            left = cv2.addWeighted(image, 1 - eaten, cv2.dilate(image, _CROSS), eaten, 0)
            return page.with_image(np.asarray(left, np.uint8))
        return page
