"""The reflection of a flash or lamp."""

from typing import Annotated, NamedTuple

import cv2
import numpy as np

from receiptgen.config.records import Record
from receiptgen.core.dice import Dice
from receiptgen.core.distributions import Spread, between
from receiptgen.effects import EFFECTS, EffectStep
from receiptgen.effects._ink import over_channels
from receiptgen.imaging.page import Page

_SPAN = 300
_CELLS = 40


class GlareDrawn(NamedTuple):
    """Strength, centre, size and roundness as shares, tilt in degrees."""

    strength: float
    x: float
    y: float
    size: float
    roundness: float
    degrees: float


@EFFECTS.register
class Glare(Record):
    """A bright soft blob that washes out the ink under it; some contrast is always left.

    Attributes:
        strength: Share of the contrast that is lost at its heart, 0 to 0.9.
        x: Its centre as a share of the width, -0.5 to 1.5.
        y: Its centre as a share of the height, -0.5 to 1.5.
        size: Half its length as a share of the longer side, 0.02 to 2.
        roundness: Its width as a share of its length, 0.05 to 1; along the curl of glossy paper it is narrow.
        degrees: Turn of its length from along the lines of text, counter-clockwise, -360 to 360.
    """

    strength: Annotated[Spread, between(0, 0.9)] = Spread(0.2, 0.75)
    x: Annotated[Spread, between(-0.5, 1.5)] = Spread(0, 1)
    y: Annotated[Spread, between(-0.5, 1.5)] = Spread(0, 1)
    size: Annotated[Spread, between(0.02, 2)] = Spread(0.08, 0.4)
    roundness: Annotated[Spread, between(0.05, 1)] = Spread(0.3, 1)
    degrees: Annotated[Spread, between(-360, 360)] = Spread(0, 180)

    def draw(self, dice: Dice) -> tuple[EffectStep, ...]:
        """Draw strength, centre and shape."""
        spread = dice.spread
        centre = (spread(self.strength), spread(self.x), spread(self.y))
        shape = (spread(self.size), spread(self.roundness), spread(self.degrees))
        return (EffectStep(self, GlareDrawn(*centre, *shape)),)

    def apply(self, page: Page, drawn: GlareDrawn) -> Page:
        """Take darkness away, most at the centre; regions stay."""
        height, width = page.size
        span = max(height, width, _SPAN)
        rows, columns = (int(length * _CELLS / span) + 2 for length in (height, width))
        y = (np.linspace(0, height, rows, dtype=np.float32)[:, None] - drawn.y * height) / (drawn.size * span)
        x = (np.linspace(0, width, columns, dtype=np.float32) - drawn.x * width) / (drawn.size * span)
        angle = np.deg2rad(drawn.degrees)
        cos, sin = float(np.cos(angle)), float(np.sin(angle))
        far = (x * cos - y * sin) ** 2 + ((x * sin + y * cos) / drawn.roundness) ** 2
        # A lamp has a heart of even light.
        left = 1 - drawn.strength * np.minimum(1.25 * np.exp(-far), 1)
        kept = cv2.resize(left, (width, height), interpolation=cv2.INTER_LINEAR)
        dark = cv2.multiply(cv2.bitwise_not(page.image), over_channels(kept, page.image), dtype=cv2.CV_8U)
        return page.with_image(np.asarray(cv2.bitwise_not(dark), np.uint8))
