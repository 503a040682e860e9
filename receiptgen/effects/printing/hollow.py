"""Thick strokes whose middle is paler than their edge."""

from typing import Annotated, NamedTuple

import cv2
import numpy as np

from receiptgen.config.records import Record
from receiptgen.core.dice import Dice
from receiptgen.core.distributions import Spread, between
from receiptgen.effects import EFFECTS, EffectStep, draw_record
from receiptgen.imaging.page import Page

_BLOCK = np.ones((3, 3), np.uint8)


class HollowDrawn(NamedTuple):
    """Share of ink left inside strokes."""

    strength: float


@EFFECTS.register
class Hollow(Record):
    """Make thick strokes look outlined: ink, or a ribbon, that was pressed out to their edges.

    Only dots with ink on all eight sides are paler, so strokes must be 3 dots thick or more; others stay as they are.

    Attributes:
        strength: Share of the ink that is left inside, 0 to 1.
    """

    strength: Annotated[Spread, between(0, 1)] = Spread(0.25, 0.7)

    def draw(self, dice: Dice) -> tuple[EffectStep, ...]:
        """Draw the strength."""
        return (EffectStep(self, draw_record(HollowDrawn, self, dice)),)

    def apply(self, page: Page, drawn: HollowDrawn) -> Page:
        """Take ink from the middle of strokes; regions stay."""
        inside = cv2.dilate(page.image, _BLOCK, borderType=cv2.BORDER_CONSTANT, borderValue=(255,))
        taken = 1 - drawn.strength
        # An inner dot loses a share of the ink that the palest of its neighbours has.
        left = cv2.addWeighted(page.image, 1, cv2.bitwise_not(inside), taken, 0)
        return page.with_image(np.asarray(left, np.uint8))
