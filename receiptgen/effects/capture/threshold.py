"""A scan in black and white."""

from typing import Annotated, NamedTuple

import cv2
import numpy as np

from receiptgen.config.records import Record
from receiptgen.core.dice import Dice
from receiptgen.core.distributions import Spread, between
from receiptgen.effects import EFFECTS, EffectStep, draw_record
from receiptgen.effects.capture._levels import ink_and_paper
from receiptgen.imaging.channels import grey, in_color
from receiptgen.imaging.noise import GRAIN_SIGMA, grain_bytes
from receiptgen.imaging.page import Page

# Levels of a ramp without softness: so few that hardly any pixel, noise included, falls on it.
_SHARP = 0.02


class ThresholdDrawn(NamedTuple):
    """Share of the way from ink to paper, width of the ramp and sigma of the noise in levels, offset of the noise."""

    level: float
    softness: float
    noise: float
    offset: int


@EFFECTS.register
class Threshold(Record):
    """Near-binary scan: what is lighter than a threshold turns white, all else black.

    Noise comes first, so that edges are jagged and thin strokes break or fill.

    Attributes:
        level: Threshold as a share of the way from the ink's to the paper's level, 0 to 1; higher is bolder.
        softness: Width of the ramp of greys round the threshold in levels, 0 to 255; 0 leaves black and white.
        noise: Standard deviation of the noise in levels of a print in full contrast, 0 to 100.
    """

    level: Annotated[Spread, between(0.02, 0.98)] = Spread(0.45, 0.75)
    softness: Annotated[Spread, between(0, 255)] = Spread(0, 40)
    noise: Annotated[Spread, between(0, 100)] = Spread(2, 18)

    def draw(self, dice: Dice) -> tuple[EffectStep, ...]:
        """Draw threshold, ramp and noise."""
        return (EffectStep(self, draw_record(ThresholdDrawn, self, dice)),)

    def apply(self, page: Page, drawn: ThresholdDrawn) -> Page:
        """Spread the ramp over all levels; what is beyond its ends saturates. Regions stay."""
        ink, paper = ink_and_paper(page)
        reach = paper - ink
        slope = 255 / max(_SHARP, drawn.softness * reach / 255)
        noise = drawn.noise * reach / 255 / GRAIN_SIGMA * slope
        offset = 127.5 - slope * (ink + drawn.level * reach)
        grains = grain_bytes(page.size, drawn.offset)
        image = cv2.addWeighted(grey(page.image), slope, grains, noise, offset - 128 * noise)
        bilevel = np.asarray(image, np.uint8)
        return page.with_image(in_color(bilevel) if page.color else bilevel)
