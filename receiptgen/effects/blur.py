"""A plain blur."""

from dataclasses import dataclass

import cv2
import numpy as np

from receiptgen.config import Record
from receiptgen.dice import Dice, Range
from receiptgen.effects import EFFECTS, Step
from receiptgen.sample import Page


@dataclass(frozen=True, slots=True)
class BlurDrawn:
    """Sigma of the Gaussian in pixels."""

    sigma: float


@EFFECTS.register
class Blur(Record):
    """Gaussian blur, as of a lens slightly out of focus; regions stay.

    Attributes:
        sigma: Standard deviation in pixels.
    """

    sigma: Range = Range(0.4, 1.2)

    def draw(self, dice: Dice) -> tuple[Step, ...]:
        """Draw the sigma."""
        return (Step(self, BlurDrawn(round(dice.within(self.sigma), 3))),)

    def apply(self, page: Page, drawn: BlurDrawn) -> Page:
        """Blur every pixel; beyond the edge the paper goes on."""
        if drawn.sigma <= 0:
            return page
        image = cv2.GaussianBlur(page.image, (0, 0), drawn.sigma, borderType=cv2.BORDER_REPLICATE)
        return Page(np.asarray(image, np.uint8), page.regions)
