"""Elements that only some receipts have."""

from collections.abc import Iterator

from receiptgen.config.records import Record
from receiptgen.core.dice import Dice
from receiptgen.core.distributions import Share
from receiptgen.elements import ELEMENTS, ElementContext, Elements
from receiptgen.typography.blocks import Block


@ELEMENTS.register
class Maybe(Record):
    """Print all of some elements, or none.

    Attributes:
        share: Share of receipts that have them, 0 to 1.
        of: The elements.
    """

    share: Share = 0.5
    of: Elements

    def rows(self, context: ElementContext, dice: Dice) -> Iterator[Block]:
        """Yield their rows, or nothing."""
        if dice.chance(self.share):
            for index, element in enumerate(self.of):
                yield from element.rows(context, dice.fork(str(index)))
