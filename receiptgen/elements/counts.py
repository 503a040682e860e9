"""How many pieces were bought."""

from collections.abc import Iterator

from receiptgen.config.records import Record
from receiptgen.core.dice import Dice
from receiptgen.elements import ELEMENTS, ElementContext
from receiptgen.elements._print import PLAIN, Form, StyleSpec, pair_rows
from receiptgen.typography.blocks import Block


@ELEMENTS.register
class Counts(Record):
    """Number of pieces; what is weighed counts as one.

    Attributes:
        form: How label and number stand to each other.
        looks: How they are struck.
    """

    form: Form = "inline"
    looks: StyleSpec = PLAIN

    def rows(self, ticket: ElementContext, dice: Dice) -> Iterator[Block]:
        """Yield one row."""
        voice = ticket.voice
        count = sum(1 if item.unit else int(item.quantity) for item in ticket.receipt.items)
        yield from pair_rows([(voice.label("items_sold", dice), str(count), "items_sold")], self.form, self.looks)
