"""Bands of rows, or one side of the paper, that are paler."""

from typing import Annotated, NamedTuple

import numpy as np

from receiptgen.config.records import Record
from receiptgen.core.dice import Dice
from receiptgen.core.distributions import Spread, between
from receiptgen.effects import EFFECTS, EffectStep
from receiptgen.effects._ink import keep_ink
from receiptgen.imaging.noise import OFFSETS
from receiptgen.imaging.page import Page


class FadeDrawn(NamedTuple):
    """Bands for each 1000 dots of height, dots each is high, share of ink taken there and at one side, and a seed."""

    bands: float
    height: float
    depth: float
    offset: int
    side: float


@EFFECTS.register
class Fade(Record):
    """Make whole bands of rows paler, softly: a battery that runs down, paper that slips on the roller, a head askew.

    A snippet lies in a band, or one's edge crosses it, as often as a line of a long receipt.

    Attributes:
        bands: Bands for each 1000 dots of the paper's length, 0 to 20.
        height: Dots that a band is high, from where half of its depth is reached, 8 to 1000.
        depth: Share of the ink that is missing in its middle, 0 to 1.
        side: Share that is missing at the left or right edge of the paper, less and less towards the other, 0 to 1.
    """

    bands: Annotated[Spread, between(0, 20)] = Spread(0.5, 4)
    height: Annotated[Spread, between(8, 1000)] = Spread(20, 60, 180)
    depth: Annotated[Spread, between(0, 1)] = Spread(0.15, 0.65)
    side: Annotated[Spread, between(0, 1)] = Spread(0)

    def draw(self, dice: Dice) -> tuple[EffectStep, ...]:
        """Draw the bands' number, height and depth, and a seed for where they are."""
        bands, height, depth = (dice.spread(spread) for spread in (self.bands, self.height, self.depth))
        offset, side = dice.integer(0, OFFSETS), dice.fork("side").spread(self.side)
        return (EffectStep(self, FadeDrawn(bands, height, depth, offset, side)),)

    def apply(self, page: Page, drawn: FadeDrawn) -> Page:
        """Take ink from the rows of each band, and from the columns of one side; regions stay."""
        dice, height = Dice(drawn.offset), page.image.shape[0]
        # Bands whose middle is up to a height away reach into the page.
        count = int(drawn.bands * (height + 2 * drawn.height) / 1000 + dice.random())
        rows, kept = np.arange(height, dtype=np.float32), np.ones(height, np.float32)
        for _ in range(count):
            middle = dice.uniform(-drawn.height, height + drawn.height)
            away = (rows - np.float32(middle)) * np.float32(2 / drawn.height)
            # Flat in the middle, and half as deep at its nominal edge.
            kept *= 1 - np.float32(drawn.depth) / (1 + away**4)
        if not count and not drawn.side:
            return page
        share = kept[:, None]
        if drawn.side:
            away = np.linspace(0, 1, page.image.shape[1], dtype=np.float32)[:: 1 if drawn.offset % 2 else -1]
            share = share * (1 - np.float32(drawn.side) * (1 - away) ** 2)
        return page.with_image(keep_ink(page.image, share))
