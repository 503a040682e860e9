"""How much light the camera let in, and the curve that a phone lays over it."""

from typing import Annotated, NamedTuple

import cv2
import numpy as np

from receiptgen.config.records import Record
from receiptgen.core.dice import Dice
from receiptgen.core.distributions import Spread, between
from receiptgen.effects import EFFECTS, EffectStep, draw_record
from receiptgen.imaging.page import Page

_SHARES = np.arange(256, dtype=np.float64) / 255
# The exponent that is close to sRGB's curve (IEC 61966-2-1).
_GAMMA = 2.2


class ExposureDrawn(NamedTuple):
    """Stops, and how far greys are pushed apart."""

    stops: float
    contrast: float


@EFFECTS.register
class Exposure(Record):
    """A picture that is too dark or too light, with the contrast that a phone adds; what is too light is lost in white.

    Attributes:
        stops: Light in stops, -4 to 2; each doubles it, and -1 halves it.
        contrast: How far middle greys are pushed apart, 0 not at all to 1; below 0 they come closer, -0.8 at least.
    """

    stops: Annotated[Spread, between(-4, 2)] = Spread(-1.5, -0.5, 0, 0.4)
    contrast: Annotated[Spread, between(-0.8, 1)] = Spread(-0.1, 0.1, 0.5)

    def draw(self, dice: Dice) -> tuple[EffectStep, ...]:
        """Draw light and contrast."""
        return (EffectStep(self, draw_record(ExposureDrawn, self, dice)),)

    def apply(self, page: Page, drawn: ExposureDrawn) -> Page:
        """Map every level alike; regions stay."""
        shares = np.minimum(1, _SHARES * 2 ** (drawn.stops / _GAMMA))
        # The smooth step through black, middle grey and white.
        curve = shares + drawn.contrast * (shares * shares * (3 - 2 * shares) - shares)
        levels = np.rint(curve * 255).astype(np.uint8)
        return page.with_image(np.asarray(cv2.LUT(page.image, levels), np.uint8))
