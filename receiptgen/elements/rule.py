"""A line across the paper."""

from collections.abc import Iterator

from pydantic import Field

from receiptgen.config.records import Record
from receiptgen.core.dice import Dice
from receiptgen.core.distributions import Weights
from receiptgen.elements import ELEMENTS, ElementContext
from receiptgen.elements._print import RulePatterns
from receiptgen.typography.blocks import Block
from receiptgen.typography.blocks import Rule as RuleBlock


@ELEMENTS.register
class Rule(Record):
    """A rule of characters or a drawn one.

    Attributes:
        pattern: A character such as ``-``, or ``solid``, ``double``, ``dotted``, with weights. A receipt keeps to
            one of them.
        share: Part of the paper's width; a shorter one stands at the right.
    """

    pattern: RulePatterns = Weights({"-": 5, "=": 1, "*": 0.5, "_": 0.5, "solid": 1.5, "dotted": 1, "double": 0.3})
    share: float = Field(default=1.0, gt=0, le=1)

    def rows(self, context: ElementContext, dice: Dice) -> Iterator[Block]:
        """Yield the rule."""
        yield RuleBlock(dice.weigh(self.pattern), self.share)
