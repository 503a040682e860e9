"""A plain blur."""

from typing import Annotated, NamedTuple

from receiptgen.config.records import Record
from receiptgen.core.dice import Dice
from receiptgen.core.distributions import Spread, between
from receiptgen.effects import EFFECTS, EffectStep, draw_record
from receiptgen.effects._ink import smooth
from receiptgen.imaging.page import Page


class BlurDrawn(NamedTuple):
    """Sigma of the Gaussian in pixels."""

    sigma: float


@EFFECTS.register
class Blur(Record):
    """Gaussian blur, as of a lens slightly out of focus.

    Attributes:
        sigma: Standard deviation in pixels.
    """

    sigma: Annotated[Spread, between(0, 20)] = Spread(0.4, 1.2)

    def draw(self, dice: Dice) -> tuple[EffectStep, ...]:
        """Draw the sigma."""
        return (EffectStep(self, draw_record(BlurDrawn, self, dice)),)

    def apply(self, page: Page, drawn: BlurDrawn) -> Page:
        """Blur every pixel; beyond the edge the paper continues. Regions stay."""
        return page.with_image(smooth(page.image, drawn.sigma))
