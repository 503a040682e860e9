"""The coloured noise of small sensors."""

from typing import Annotated, NamedTuple

import cv2
import numpy as np

from receiptgen.config.records import Record
from receiptgen.core.dice import Dice
from receiptgen.core.distributions import Spread, between
from receiptgen.effects import EFFECTS, ONLY_IN_COLOR, EffectStep, draw_record
from receiptgen.imaging.noise import GRAIN_SIGMA, grain
from receiptgen.imaging.page import Page

# What green does so that the grey of red and blue noise is none (luma as ITU-R BT.601 weighs it).
_RED, _BLUE = -0.299 / 0.587, -0.114 / 0.587
# Changes the offset, so that blue has noise of its own.
_OTHER = 0x3C6EF372
# Share of the noise that is left in full light.
_BRIGHT = 0.35


class ChromaDrawn(NamedTuple):
    """Standard deviation in levels in the dark, size of its blobs in pixels, offset of the noise."""

    strength: float
    size: float
    offset: int


@EFFECTS.register
class Chroma(Record):
    """Soft blotches of red, green and blue, strongest in the dark; how light the pixels are stays as it was.

    Grey pages stay as they are, and their records don't mention it.

    Attributes:
        strength: Standard deviation of red and blue in the dark, in levels, 0 to 40.
        size: Size of the blotches in pixels, 1 to 24.
    """

    strength: Annotated[Spread, between(0, 40)] = Spread(0, 2, 7)
    size: Annotated[Spread, between(1, 24)] = Spread(1.5, 3, 7)

    def draw(self, dice: Dice) -> tuple[EffectStep, ...]:
        """Draw nothing yet: grey pages have no coloured noise."""
        return (EffectStep(self, ONLY_IN_COLOR),)

    def draw_in_color(self, drawn: object, dice: Dice) -> ChromaDrawn:
        """Draw how strong it is."""
        return draw_record(ChromaDrawn, self, dice)

    def apply(self, page: Page, drawn: ChromaDrawn) -> Page:
        """Add the noise and cut off at black and white; regions stay."""
        if not page.color or drawn.strength <= 0:
            return page
        height, width = page.size
        rows, columns = (max(1, round(length / drawn.size)) for length in (height, width))
        small = cv2.resize(page.image, (columns, rows), interpolation=cv2.INTER_AREA)
        dark = 1 - cv2.cvtColor(small, cv2.COLOR_RGB2GRAY) * np.float32((1 - _BRIGHT) / 255)
        weight = dark * np.float32(drawn.strength / GRAIN_SIGMA)
        red = grain((rows, columns), drawn.offset) * weight
        blue = grain((rows, columns), drawn.offset ^ _OTHER) * weight
        noise = cv2.merge([red, red * np.float32(_RED) + blue * np.float32(_BLUE), blue])
        grown = cv2.resize(noise, (width, height), interpolation=cv2.INTER_LINEAR)
        return page.with_image(np.asarray(cv2.add(page.image, grown, dtype=cv2.CV_8U), np.uint8))
