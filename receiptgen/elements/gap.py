"""Empty paper."""

from collections.abc import Iterator
from typing import Annotated

from receiptgen.config.records import Record
from receiptgen.core.dice import Dice
from receiptgen.core.distributions import Range, between
from receiptgen.elements import ELEMENTS, ElementContext
from receiptgen.typography.blocks import Block
from receiptgen.typography.blocks import Gap as GapBlock


@ELEMENTS.register
class Gap(Record):
    """Empty lines.

    Attributes:
        lines: Number of lines; parts of a line are possible.
    """

    lines: Annotated[Range, between(0, 100)] = Range(0.5, 1.0)

    def rows(self, context: ElementContext, dice: Dice) -> Iterator[Block]:
        """Yield the gap."""
        yield GapBlock(dice.within(self.lines))
