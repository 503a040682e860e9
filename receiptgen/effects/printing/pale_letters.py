"""Letters of a line that are paler than the rest, or gone in part."""

from typing import Annotated, NamedTuple

import numpy as np
from numpy.typing import NDArray

from receiptgen.config.records import Record
from receiptgen.core.dice import Dice
from receiptgen.core.distributions import Share, Spread, between
from receiptgen.effects import EFFECTS, EffectStep, draw_record
from receiptgen.effects._ink import keep_ink
from receiptgen.effects.printing._print import box_of, chars_of, weaken
from receiptgen.imaging.page import Page

# Letters in a run, both ends included, and the dots over which a letter that is gone in part comes back.
_SHORTEST, _LONGEST, _SOFT = 3, 8, 3


class PaleLettersDrawn(NamedTuple):
    """Share of letters, the share of ink that these keep, and a seed for which they are."""

    share: float
    strength: float
    offset: int


@EFFECTS.register
class PaleLetters(Record):
    """Print some letters paler, now and then a run of neighbours: paper that lost touch with the head.

    Attributes:
        share: Share of the letters, 0 to 1.
        strength: Share of their ink that is left, 0 to 1; each letter's own is within a third of it.
        run: Share of the positions where 3 to 8 neighbours of a line are pale rather than one, 0 to 1.
        part: Share of the positions where only one side is pale, left or right, 0 to 1.
    """

    share: Annotated[Spread, between(0, 1)] = Spread(0, 0.15)
    strength: Annotated[Spread, between(0, 1)] = Spread(0.2, 0.6)
    run: Share = 0.3
    part: Share = 0.4

    def draw(self, dice: Dice) -> tuple[EffectStep, ...]:
        """Draw share, strength and a seed."""
        return (EffectStep(self, draw_record(PaleLettersDrawn, self, dice)),)

    def apply(self, page: Page, drawn: PaleLettersDrawn) -> Page:
        """Take ink from some letters, and up to a dot round them; regions stay."""
        dice, regions, image = Dice(drawn.offset), page.regions, page.image.copy()
        begins = drawn.share / (1 + self.run * ((_SHORTEST + _LONGEST) / 2 - 1))
        for line in regions.lines:
            at, stop = chars_of(line, regions)
            while at < stop:
                if not dice.chance(begins):
                    at += 1
                    continue
                count = dice.integer(_SHORTEST, _LONGEST) if dice.chance(self.run) else 1
                x0, y0, x1, y1 = box_of(regions.char_quads[at : min(stop, at + count)], image.shape, 1)
                at += count
                strength = min(1.0, drawn.strength * dice.uniform(0.67, 1.33))
                side = dice.choose((-1, 1)) if dice.chance(self.part) else 0
                edge = dice.uniform(0.35, 0.65)
                if x0 < x1 and y0 < y1:
                    _bleach(image[y0:y1, x0:x1], strength, side, edge)
        return page.with_image(image)


def _bleach(part: NDArray[np.uint8], strength: float, side: int, edge: float) -> None:
    """Take ink from a part of an image: all over, or to the left (-1) or right (1) of an edge."""
    if not side:
        weaken(part, strength)
        return
    across = np.arange(part.shape[1], dtype=np.float32) - np.float32(edge * part.shape[1])
    kept = np.clip(0.5 - side * across / _SOFT, 0, 1) * (1 - strength) + strength
    part[...] = keep_ink(part, kept)
