"""Sharpening with its halos."""

from typing import Annotated, NamedTuple

import cv2
import numpy as np

from receiptgen.config.records import Record
from receiptgen.core.dice import Dice
from receiptgen.core.distributions import Spread, between
from receiptgen.effects import EFFECTS, EffectStep, draw_record
from receiptgen.imaging.page import Page


class SharpenDrawn(NamedTuple):
    """How much of the difference from the blurred image is added, and sigma of the blur in pixels."""

    amount: float
    sigma: float


@EFFECTS.register
class Sharpen(Record):
    """Unsharp mask, as scanner drivers and phones do: strokes get darker and bright halos.

    Attributes:
        amount: Multiple of the difference from the blurred image that is added, 0 to 5.
        sigma: Standard deviation of the blur in pixels, 0.3 to 10.
    """

    amount: Annotated[Spread, between(0, 5)] = Spread(0.2, 1.5)
    sigma: Annotated[Spread, between(0.3, 10)] = Spread(0.6, 2.0)

    def draw(self, dice: Dice) -> tuple[EffectStep, ...]:
        """Draw strength and width."""
        return (EffectStep(self, draw_record(SharpenDrawn, self, dice)),)

    def apply(self, page: Page, drawn: SharpenDrawn) -> Page:
        """Sharpen every pixel; regions stay."""
        image, side = page.image, 2 * int(2 * drawn.sigma + 0.5) + 1
        soft = cv2.GaussianBlur(image, (side, side), drawn.sigma, borderType=cv2.BORDER_REPLICATE)
        return page.with_image(np.asarray(cv2.addWeighted(image, 1 + drawn.amount, soft, -drawn.amount, 0), np.uint8))
