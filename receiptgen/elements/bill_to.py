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
        facts, voice = context.receipt.facts, context.voice
        name = facts.get("customer") or facts.get("guest")
        if not name:
            return
        yield text_row(voice.label("bill_to", dice), "customer.label", "left", self.style)
        yield text_row(str(name), "customer.name")
        for line in str(facts.get("customer_address", "")).splitlines():
            yield text_row(line, "customer.address")
