"""A picture of a part of the paper."""

from typing import Annotated, NamedTuple

from pydantic import model_validator

from receiptgen.config.records import Record
from receiptgen.core.dice import Dice
from receiptgen.core.distributions import Spread, between
from receiptgen.effects import EFFECTS, EffectStep, draw_record
from receiptgen.imaging.page import Page


class PartDrawn(NamedTuple):
    """Where the picture begins and ends, as shares of the page's height."""

    top: float
    bottom: float


@EFFECTS.register
class Part(Record):
    """Only a part of the page is in the picture, as where a long receipt takes two; what is not is not printed.

    Comes after all that moves the page: it cuts the picture, not the paper.

    Attributes:
        top: Where it begins, as a share of the page's height, 0 to 1.
        bottom: Where it ends, likewise; always below the top.
    """

    top: Annotated[Spread, between(0, 1)] = Spread(0)
    bottom: Annotated[Spread, between(0, 1)] = Spread(0.5, 0.9)

    @model_validator(mode="after")
    def _check(self) -> "Part":
        if self.top.ends[1] >= self.bottom.ends[0]:
            raise ValueError("a part ends below where it begins: 'bottom' must be above 'top', whatever is drawn")
        return self

    def draw(self, dice: Dice) -> tuple[EffectStep, ...]:
        """Draw the part."""
        return (EffectStep(self, draw_record(PartDrawn, self, dice)),)

    def apply(self, page: Page, drawn: PartDrawn) -> Page:
        """Cut the part out; what is not on it lies outside."""
        height, width = page.size
        top = min(round(drawn.top * height), height - 1)
        return page.part((0, top, width, max(top + 1, round(drawn.bottom * height))))
