"""To whom a bill is made out."""

from collections.abc import Iterator, Mapping
from typing import ClassVar

from receiptgen.config.records import Record
from receiptgen.core.dice import Dice
from receiptgen.elements import ELEMENTS, ElementContext
from receiptgen.elements._print import text_row
from receiptgen.typography.blocks import PLAIN, Block, Style


@ELEMENTS.register
class BillTo(Record):
    """Name and address of the customer, where the receipt knows them.

    Attributes:
        style: Print style of the label.
    """

    renamed: ClassVar[Mapping[str, str]] = {"looks": "style"}
    style: Style = PLAIN

    def rows(self, context: ElementContext, dice: Dice) -> Iterator[Block]:
        """Yield label, name and address."""
        facts, values = context.receipt.facts, context.values.of("facts")
        name = "customer" if facts.get("customer") else "guest"
        if not facts.get(name):
            return
        yield text_row(context.voice.label("bill_to", dice), "customer.label", "left", self.style)
        yield text_row(values.text(name), "customer.name")
        lines = facts.get("customer_address")
        for index in range(len(lines) if isinstance(lines, tuple) else 0):
            yield text_row(values.text("customer_address", index), "customer.address")
