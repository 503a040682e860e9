"""Rows in a box."""

from collections.abc import Iterator
from typing import Annotated

from pydantic import Field

from receiptgen.config.records import Record
from receiptgen.core.dice import Dice
from receiptgen.core.distributions import Weights
from receiptgen.elements import ELEMENTS, ElementContext, Elements
from receiptgen.elements._print import FramePatterns
from receiptgen.typography.blocks import Block, Frame


@ELEMENTS.register
class Framed(Record):
    """Print some elements in a box, drawn or of characters, as coupons and titles are.

    Attributes:
        of: The elements.
        pattern: Character of which the box is made, with weights, or ``solid`` for a drawn one; beside ``- = _`` stand
            bars.
    """

    of: Annotated[Elements, Field(min_length=1)]
    pattern: FramePatterns = Weights({"solid": 2, "*": 3, "-": 2, "=": 1, "#": 0.5})

    def rows(self, context: ElementContext, dice: Dice) -> Iterator[Block]:
        """Yield the box; nothing, where the elements say nothing."""
        pattern = dice.weigh(self.pattern)
        parts = [each.rows(context, dice.fork(f"framed {index}")) for index, each in enumerate(self.of)]
        if rows := tuple(block for part in parts for block in part):
            yield Frame(rows, "" if pattern == "solid" else pattern)
