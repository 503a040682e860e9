"""Narrow counters filled with ink."""

from typing import Annotated, NamedTuple

import cv2
import numpy as np
from pydantic import Field

from receiptgen.config.records import Record
from receiptgen.core.dice import Dice
from receiptgen.core.distributions import Spread, between
from receiptgen.effects import EFFECTS, EffectStep, draw_record
from receiptgen.effects.printing._print import box_of, chars_among
from receiptgen.imaging.noise import chance
from receiptgen.imaging.page import Page


class FillDrawn(NamedTuple):
    """Share of letters, dots of the widest gap that fills, how dark it becomes, and an offset in the noise."""

    share: float
    width: int
    strength: float
    offset: int


@EFFECTS.register
class Fill(Record):
    """Fill gaps between strokes of a letter: the middle of an M is closed and looks like an H's.

    Elements that stay hot between two strokes print what is between them. Ink stays within the boxes of characters.

    Attributes:
        share: Share of the letters in question, 0 to 1.
        width: Dots of the widest gap that fills, along a row, 1 to 8.
        strength: Darkness of the filling, as a share of the strokes beside it, 0 to 1.
        chars: Letters in question; others that fill are e, a, 8 and B.
    """

    share: Annotated[Spread, between(0, 1)] = Spread(0.3, 1)
    width: Annotated[Spread, between(1, 8)] = Spread(1, 2.5)
    strength: Annotated[Spread, between(0, 1)] = Spread(0.4, 0.9)
    chars: str = Field(default="MWmw", min_length=1)

    def draw(self, dice: Dice) -> tuple[EffectStep, ...]:
        """Draw share, width, strength and an offset in the noise."""
        return (EffectStep(self, draw_record(FillDrawn, self, dice)),)

    def apply(self, page: Page, drawn: FillDrawn) -> Page:
        """Add ink inside some letters; regions stay."""
        found = chars_among(page.regions, self.chars)
        if not found:
            return page
        image, quads, width = page.image.copy(), page.regions.char_quads, drawn.width
        filled = chance((1, len(found)), drawn.offset, drawn.share)[0].tolist()
        bridge = np.ones((1, width + 1), np.uint8)
        for index, is_filled in zip(found, filled, strict=True):
            x0, y0, x1, y1 = box_of(quads[index], image.shape)
            if not is_filled or x0 >= x1 or y0 >= y1:
                continue
            part = image[y0:y1, x0:x1]
            # Paper all round, or a gap between a stroke and the edge of the box would count as one between strokes.
            padded = cv2.copyMakeBorder(part, 0, 0, width, width, cv2.BORDER_CONSTANT, value=(255,))
            closed = cv2.morphologyEx(padded, cv2.MORPH_OPEN, bridge)[:, width:-width]
            beside = cv2.convertScaleAbs(closed, alpha=drawn.strength, beta=255 * (1 - drawn.strength))
            np.minimum(part, np.asarray(beside, np.uint8), out=part)
        return page.with_image(image)
