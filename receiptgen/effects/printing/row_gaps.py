"""White breaks between rows of dots, where the paper was fed unevenly."""

from typing import Annotated, NamedTuple

import numpy as np

from receiptgen.config.records import Record
from receiptgen.core.dice import Dice
from receiptgen.core.distributions import Spread, between
from receiptgen.effects import EFFECTS, EffectStep, draw_record
from receiptgen.effects._ink import keep_ink
from receiptgen.effects.printing._print import wave
from receiptgen.imaging.page import Page

# Dots from one stretch with breaks to the next; and about two deviations of ``wave``, within which it mostly is.
_SCALE, _REACH = 150, 0.9


class RowGapsDrawn(NamedTuple):
    """Dots from break to break, share of ink taken there, share of the rows that have them, an offset in the noise."""

    period: float
    depth: float
    share: float
    offset: int


@EFFECTS.register
class RowGaps(Record):
    """Leave horizontal breaks, one dot high, every few dots: a stepper that feeds too far at each step.

    Attributes:
        period: Dots from one break to the next, 3 to 48; need not be whole.
        depth: Share of the ink that is missing in a break, 0 to 1.
        share: Share of the page's height that lies in stretches with breaks, 0 to 1; they come and go softly.
    """

    period: Annotated[Spread, between(3, 48)] = Spread(4, 8, 16, 24)
    depth: Annotated[Spread, between(0, 1)] = Spread(0.25, 0.8)
    share: Annotated[Spread, between(0, 1)] = Spread(0.3, 1)

    def draw(self, dice: Dice) -> tuple[EffectStep, ...]:
        """Draw period, depth, share and an offset in the noise."""
        return (EffectStep(self, draw_record(RowGapsDrawn, self, dice)),)

    def apply(self, page: Page, drawn: RowGapsDrawn) -> Page:
        """Take ink from some rows; regions stay."""
        image, height = page.image, page.image.shape[0]
        first = drawn.offset % 997 / 997 * drawn.period
        rows = np.arange(first, height, drawn.period).astype(int)
        # 0 where there are no breaks, 1 where they are as deep as they get.
        depth = np.clip((wave(height, _SCALE, drawn.offset)[rows] / _REACH - 1 + 2 * drawn.share) * 3 + 0.5, 0, 1)
        if not depth.any():
            return page
        image = image.copy()
        image[rows] = keep_ink(image[rows], 1 - depth[:, None] * np.float32(drawn.depth))
        return page.with_image(image)
