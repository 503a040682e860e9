"""Elements of the print head that are dead or weak."""

from typing import Annotated, NamedTuple

from receiptgen.config.records import Record
from receiptgen.core.dice import Dice
from receiptgen.core.distributions import Share, Spread, between
from receiptgen.effects import EFFECTS, EffectStep
from receiptgen.effects.printing._print import weaken
from receiptgen.imaging.noise import OFFSETS
from receiptgen.imaging.page import Page


class DeadDotsDrawn(NamedTuple):
    """Elements without full heat for each 100 dots of width, and a seed for which they are."""

    rate: float
    offset: int


@EFFECTS.register
class DeadDots(Record):
    """Leave vertical lines, white or pale, through the whole page: each element of the head prints one column.

    Attributes:
        count: Such lines for each 100 dots of the page's width, 0 to 50.
        dead: Share of them that print nothing, 0 to 1; the others are weak.
        strength: Share of the ink that a weak one prints, 0 to 1.
        double: Share of them that are 2 dots wide rather than 1, 0 to 1.
    """

    count: Annotated[Spread, between(0, 50)] = Spread(0.1, 1.2)
    dead: Share = 0.4
    strength: Annotated[Spread, between(0, 1)] = Spread(0.2, 0.8)
    double: Share = 0.1

    def draw(self, dice: Dice) -> tuple[EffectStep, ...]:
        """Draw how many, and a seed for where."""
        return (EffectStep(self, DeadDotsDrawn(dice.spread(self.count), dice.integer(0, OFFSETS))),)

    def apply(self, page: Page, drawn: DeadDotsDrawn) -> Page:
        """Take ink from some columns, from the first row to the last; regions stay."""
        dice, width = Dice(drawn.offset), page.image.shape[1]
        # A fraction of a line is a chance of one.
        count = int(drawn.rate * width / 100 + dice.random())
        if not count:
            return page
        image = page.image.copy()
        for _ in range(count):
            at = dice.integer(0, width - 1)
            strength = 0.0 if dice.chance(self.dead) else dice.spread(self.strength)
            weaken(image[:, at : at + (2 if dice.chance(self.double) else 1)], strength)
        return page.with_image(image)
