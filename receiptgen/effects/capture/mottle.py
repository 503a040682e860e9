"""Paper that looks cloudy to a scanner."""

from typing import Annotated, NamedTuple

import cv2
import numpy as np

from receiptgen.config.records import Record
from receiptgen.core.dice import Dice
from receiptgen.core.distributions import Spread, between
from receiptgen.effects import EFFECTS, EffectStep, draw_record
from receiptgen.effects._ink import over_channels
from receiptgen.imaging.noise import field
from receiptgen.imaging.page import Page


class MottleDrawn(NamedTuple):
    """Pixels from cloud to cloud, levels that the dark ones take, levels added everywhere, an offset in the noise."""

    size: float
    depth: float
    lift: float
    offset: int


@EFFECTS.register
class Mottle(Record):
    """Clouds on the paper: fibres and creases that a scanner's light picks out, most of it saturated to white.

    Attributes:
        size: Pixels from one cloud to the next, 1.5 to 200.
        depth: Levels by which the paper wanders, as a standard deviation, 0 to 60.
        lift: Levels added to all, so that the light side of the clouds is cut off at white, 0 to 60.
    """

    size: Annotated[Spread, between(1.5, 200)] = Spread(4, 12, 40)
    depth: Annotated[Spread, between(0, 60)] = Spread(0, 2, 8)
    lift: Annotated[Spread, between(0, 60)] = Spread(0, 6)

    def draw(self, dice: Dice) -> tuple[EffectStep, ...]:
        """Draw size, depth, lift and an offset in the noise."""
        return (EffectStep(self, draw_record(MottleDrawn, self, dice)),)

    def apply(self, page: Page, drawn: MottleDrawn) -> Page:
        """Add the clouds to every pixel and cut off at black and white; regions stay."""
        image = page.image
        # A field's own deviation is about 0.6.
        clouds = field(page.size, drawn.size, drawn.offset)
        levels = cv2.convertScaleAbs(clouds, alpha=drawn.depth / 0.6, beta=128 + drawn.lift)
        return page.with_image(np.asarray(cv2.addWeighted(image, 1, over_channels(levels, image), 1, -128), np.uint8))
