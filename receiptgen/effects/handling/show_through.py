"""The print on the back shines through."""

from typing import Annotated, NamedTuple

import cv2
import numpy as np

from receiptgen.config.records import Record
from receiptgen.core.dice import Dice
from receiptgen.core.distributions import Spread, between
from receiptgen.effects import EFFECTS, EffectStep
from receiptgen.effects._ink import over_channels, smooth
from receiptgen.effects.handling._blank_paper import paper_level
from receiptgen.imaging.channels import grey
from receiptgen.imaging.colors import level_of
from receiptgen.imaging.page import Page


class ShowThroughDrawn(NamedTuple):
    """Share of the back's ink seen, sigma of its blur in dots, shift as a share of the page, whether upside down."""

    contrast: float
    blur: float
    shift: float
    upside_down: bool


@EFFECTS.register
class ShowThrough(Record):
    """Mirrored print of the back, blurred and pale. The back says what the front says, elsewhere.

    Attributes:
        contrast: Share of the back's ink that is seen, 0 to 0.6.
        blur: Standard deviation of the blur in dots, 0 to 20.
        shift: Distance of the back's rows below the front's, as a share of the page's height, 0 to 1.
        upside_down: Share of backs that run the other way, 0 to 1.
    """

    contrast: Annotated[Spread, between(0, 0.6)] = Spread(0.03, 0.06, 0.13)
    blur: Annotated[Spread, between(0, 20)] = Spread(1.2, 3)
    shift: Annotated[Spread, between(0, 1)] = Spread(0.05, 0.95)
    upside_down: Annotated[Spread, between(0, 1)] = Spread(0.3)

    def draw(self, dice: Dice) -> tuple[EffectStep, ...]:
        """Draw how the back lies and how far it is seen."""
        drawn = ShowThroughDrawn(
            dice.spread(self.contrast),
            dice.spread(self.blur),
            dice.spread(self.shift),
            dice.chance(dice.spread(self.upside_down)),
        )
        return (EffectStep(self, drawn),)

    def apply(self, page: Page, drawn: ShowThroughDrawn) -> Page:
        """Multiply the page by its own back; regions stay, for nobody is to read that."""
        back = cv2.flip(grey(page.image), -1 if drawn.upside_down else 1)
        shift = round(drawn.shift * back.shape[0]) % back.shape[0]
        if shift:
            back = cv2.vconcat([back[-shift:], back[:-shift]])
        back = cv2.convertScaleAbs(back, alpha=drawn.contrast, beta=255 * (1 - drawn.contrast))
        level = paper_level(page)
        white = level if isinstance(level, int) else level_of(level)
        # The paper's own tone is on the page already; only ink darker than it comes through.
        paper = 255 - drawn.contrast * (255 - white)
        back = smooth(np.asarray(back, np.uint8), drawn.blur)
        return page.with_image(
            np.asarray(cv2.multiply(page.image, over_channels(back, page.image), scale=1 / paper), np.uint8)
        )
