"""To whom a bill is made out."""

from collections.abc import Iterator

from receiptgen.config.records import Record
from receiptgen.core.dice import Dice
from receiptgen.elements import ELEMENTS, ElementContext
from receiptgen.elements._print import PLAIN, StyleSpec, text_row
from receiptgen.typography.blocks import Block


@ELEMENTS.register
class BillTo(Record):
    """Name and address of the customer, where the receipt knows them.

    Attributes:
        looks: How the label is struck.
    """

    looks: StyleSpec = PLAIN

    def rows(self, ticket: ElementContext, dice: Dice) -> Iterator[Block]:
        """Yield label, name and address."""
        facts, voice = ticket.receipt.facts, ticket.voice
        name = facts.get("customer") or facts.get("guest")
        if not name:
            return
        yield text_row(voice.label("bill_to", dice), "customer.label", "left", self.looks)
        yield text_row(str(name), "customer.name")
        for line in str(facts.get("customer_address", "")).splitlines():
            yield text_row(line, "customer.address")
