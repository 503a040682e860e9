"""Which greys the ink and the paper come out at."""

from typing import Annotated, NamedTuple

import cv2
import numpy as np

from receiptgen.config.records import Record
from receiptgen.core.dice import Dice
from receiptgen.core.distributions import Spread, between
from receiptgen.effects import EFFECTS, EffectStep
from receiptgen.imaging.page import Page

_LEAST = 12.0


class LevelsDrawn(NamedTuple):
    """Levels of paper and ink, 0 black to 255 white."""

    paper: float
    ink: float


@EFFECTS.register
class Levels(Record):
    """White comes out at one level, black at another, and all between in proportion; at least 12 levels apart.

    Attributes:
        paper: Level of what was white, 0 to 255.
        ink: Level of what was black, 0 to 255; one above the paper is drawn down to 12 below it.
        contrast: Paper minus ink in levels, 0 to 255; where given, ``ink`` follows from it and is not used.
    """

    paper: Annotated[Spread, between(0, 255)] = Spread(225, 245, 252, 255, 255)
    ink: Annotated[Spread, between(0, 255)] = Spread(0, 8, 93, 134, 180)
    contrast: Annotated[Spread, between(0, 255)] | None = None

    def draw(self, dice: Dice) -> tuple[EffectStep, ...]:
        """Draw both levels."""
        paper = max(_LEAST, dice.spread(self.paper))
        ink = dice.spread(self.ink) if self.contrast is None else paper - dice.spread(self.contrast)
        return (EffectStep(self, LevelsDrawn(paper, round(min(max(0.0, ink), paper - _LEAST), 4))),)

    def apply(self, page: Page, drawn: LevelsDrawn) -> Page:
        """Map every pixel alike; regions stay."""
        # Never below 0 for levels of 0 and above, so the absolute value changes nothing.
        slope = (drawn.paper - drawn.ink) / 255
        return page.with_image(np.asarray(cv2.convertScaleAbs(page.image, alpha=slope, beta=drawn.ink), np.uint8))
