"""Elements that exclude each other."""

from collections.abc import Iterator

from pydantic import Field

from receiptgen.config.records import Record
from receiptgen.core.dice import Dice
from receiptgen.elements import ELEMENTS, ElementContext, Elements
from receiptgen.typography.blocks import Block


@ELEMENTS.register
class OneOf(Record):
    """Print one of several elements, each equally often.

    Attributes:
        of: The elements to choose from.
    """

    of: Elements = Field(min_length=1)

    def rows(self, context: ElementContext, dice: Dice) -> Iterator[Block]:
        """Yield the rows of the chosen one."""
        yield from dice.choose(self.of).rows(context, dice.fork("one"))
