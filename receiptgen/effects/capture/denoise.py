"""What phones do against the noise of their sensors."""

from typing import Annotated, NamedTuple

import cv2
import numpy as np

from receiptgen.config.records import Record
from receiptgen.core.dice import Dice
from receiptgen.core.distributions import Spread, between
from receiptgen.effects import EFFECTS, EffectStep, draw_record
from receiptgen.effects._ink import smooth
from receiptgen.imaging.page import Page

# Differences from the blurred image as bytes: halved, about this one.
_MIDDLE = 128
_DIFFERENCES = np.arange(256, dtype=np.float32) - _MIDDLE


class DenoiseDrawn(NamedTuple):
    """Levels of detail that is taken for noise, and sigma of the blur in pixels."""

    levels: float
    sigma: float


@EFFECTS.register
class Denoise(Record):
    """Detail of few levels is smoothed away and edges stay: pale print smears, bold print has clean outlines.

    Attributes:
        levels: Most levels by which detail differs from its surroundings and is still taken for noise, 0 to 80; what
            differs twice as much stays as it was.
        sigma: Standard deviation of the blur that tells surroundings, in pixels, 0.5 to 6.
    """

    levels: Annotated[Spread, between(0, 80)] = Spread(4, 10, 24)
    sigma: Annotated[Spread, between(0.5, 6)] = Spread(0.8, 2)

    def draw(self, dice: Dice) -> tuple[EffectStep, ...]:
        """Draw strength and width."""
        return (EffectStep(self, draw_record(DenoiseDrawn, self, dice)),)

    def apply(self, page: Page, drawn: DenoiseDrawn) -> Page:
        """Blur every pixel that is near its surroundings; regions stay."""
        if drawn.levels < 1:
            return page
        soft = smooth(page.image, drawn.sigma)
        detail = cv2.addWeighted(page.image, 0.5, soft, -0.5, _MIDDLE)
        # Firm shrinkage (Gao and Bruce, 1997): nothing up to the threshold, all from twice the threshold on.
        size = np.abs(_DIFFERENCES) * 2 / np.float32(drawn.levels)
        kept = np.rint(_DIFFERENCES * np.clip(size - 1, 0, 1) + _MIDDLE).astype(np.uint8)
        image = cv2.addWeighted(cv2.LUT(detail, kept), 2, soft, 1, -2 * _MIDDLE)
        return page.with_image(np.asarray(image, np.uint8))
