"""A bent tone curve."""

from typing import Annotated, NamedTuple

import cv2
import numpy as np

from receiptgen.config.records import Record
from receiptgen.core.dice import Dice
from receiptgen.core.distributions import Spread, between
from receiptgen.effects import EFFECTS, EffectStep, draw_record
from receiptgen.imaging.page import Page

_SHARES = np.arange(256, dtype=np.float32) / 255


class GammaDrawn(NamedTuple):
    """Exponent of the light."""

    gamma: float


@EFFECTS.register
class Gamma(Record):
    """Light to a power: below 1 lightens greys, above 1 darkens them; black and white stay.

    Attributes:
        gamma: The exponent, 0.2 to 5.
    """

    gamma: Annotated[Spread, between(0.2, 5)] = Spread(0.6, 1, 1.6)

    def draw(self, dice: Dice) -> tuple[EffectStep, ...]:
        """Draw the exponent."""
        return (EffectStep(self, draw_record(GammaDrawn, self, dice)),)

    def apply(self, page: Page, drawn: GammaDrawn) -> Page:
        """Map every pixel alike; regions stay."""
        curve = (_SHARES**drawn.gamma * 255 + 0.5).astype(np.uint8)
        return page.with_image(np.asarray(cv2.LUT(page.image, curve), np.uint8))
