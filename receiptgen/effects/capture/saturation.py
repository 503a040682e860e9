"""How vivid a phone makes colours."""

from typing import Annotated, NamedTuple

import cv2
import numpy as np

from receiptgen.config.records import Record
from receiptgen.core.dice import Dice
from receiptgen.core.distributions import Spread, between
from receiptgen.effects import EFFECTS, ONLY_IN_COLOR, EffectStep, draw_record
from receiptgen.imaging.page import Page

# Weights of red, green and blue in grey (luma as ITU-R BT.601).
_LUMA = np.array([0.299, 0.587, 0.114])


class SaturationDrawn(NamedTuple):
    """Factor of the distance of colours from their grey."""

    saturation: float


@EFFECTS.register
class Saturation(Record):
    """Colours nearer to their grey or farther from it, as cameras make them; how light they are stays as it was.

    Grey pages stay as they are, and their records don't mention it.

    Attributes:
        saturation: Distance from grey, as a share of what it was: 0 grey, 1 as it was, up to 3.
    """

    saturation: Annotated[Spread, between(0, 3)] = Spread(0.75, 1, 1.15, 1.4)

    def draw(self, dice: Dice) -> tuple[EffectStep, ...]:
        """Draw nothing yet: grey pages have no colours."""
        return (EffectStep(self, ONLY_IN_COLOR),)

    def draw_in_color(self, drawn: object, dice: Dice) -> SaturationDrawn:
        """Draw the factor."""
        return draw_record(SaturationDrawn, self, dice)

    def apply(self, page: Page, drawn: SaturationDrawn) -> Page:
        """Mix every pixel with its grey; regions stay."""
        if not page.color:
            return page
        mix = np.eye(3) * drawn.saturation + (1 - drawn.saturation) * _LUMA
        return page.with_image(np.asarray(cv2.transform(page.image, mix), np.uint8))
