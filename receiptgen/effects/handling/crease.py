"""Creases: thin lines where the paper was bent sharply."""

from typing import Annotated, NamedTuple

import numpy as np
from numpy.typing import NDArray

from receiptgen.config.records import Record
from receiptgen.core.dice import Dice
from receiptgen.core.distributions import Range, Spread, between, counts
from receiptgen.effects import EFFECTS, EffectStep
from receiptgen.effects.handling._blank_paper import bare_paper
from receiptgen.effects.handling._folds import Line, crack, ridge
from receiptgen.imaging.noise import OFFSETS
from receiptgen.imaging.page import Page


class CreaseDrawn(NamedTuple):
    """Whether it runs along the feed; its middle as a share of the page; degrees, dots wide, depth, ink lost; noise."""

    along: bool
    at: float
    degrees: float
    width: float
    depth: float
    lost: float
    offset: int


@EFFECTS.register
class Crease(Record):
    """Thin creases across or along the page: a bright and a dark line side by side, with ink cracked off.

    Attributes:
        count: Number of creases, 0 to 20.
        along: Share of creases that run along the feed rather than across it, 0 to 1.
        degrees: Turn from straight, -60 to 60.
        width: Half the width of the pair in dots, 0.3 to 6.
        depth: Share of the light that changes, 0 to 0.9; dark shows on white paper, bright on grey alone.
        lost: Share of the ink lost on the crease, 0 to 1.
    """

    count: Annotated[Range, counts(0, 20)] = Range(1, 2)
    along: Annotated[Spread, between(0, 1)] = Spread(0.4)
    degrees: Annotated[Spread, between(-60, 60)] = Spread(-25, -2, 2, 25)
    width: Annotated[Spread, between(0.3, 6)] = Spread(0.6, 1.0, 1.8)
    depth: Annotated[Spread, between(0, 0.9)] = Spread(0.05, 0.14, 0.35)
    lost: Annotated[Spread, between(0, 1)] = Spread(0.2, 0.8)

    def draw(self, dice: Dice) -> tuple[EffectStep, ...]:
        """Draw each crease, a step each."""
        steps = []
        for _ in range(dice.count(self.count)):
            drawn = CreaseDrawn(
                dice.chance(dice.spread(self.along)),
                round(dice.uniform(0.03, 0.97), 4),
                dice.spread(self.degrees),
                dice.spread(self.width),
                dice.spread(self.depth),
                dice.spread(self.lost),
                dice.integer(0, OFFSETS),
            )
            steps.append(EffectStep(self, drawn))
        return tuple(steps)

    def apply(self, page: Page, drawn: CreaseDrawn) -> Page:
        """Crack ink and change light along one line; regions stay."""
        paper = bare_paper(page)
        line = Line(drawn.along, drawn.at, drawn.degrees, 1.5 * drawn.width, drawn.offset)

        def change(strip: NDArray[np.uint8], distance: NDArray[np.float32]) -> NDArray[np.uint8]:
            cracked = crack(strip, distance, 1.3 * drawn.width, drawn.lost, drawn.offset, paper)
            return ridge(cracked, distance, drawn.width, drawn.depth)

        return page.with_image(line.change(page.image, 4 * drawn.width, change))
