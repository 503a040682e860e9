"""The shop's name, drawn large."""

from collections.abc import Iterator

from receiptgen.config.records import Record
from receiptgen.core.dice import Dice
from receiptgen.core.distributions import Share
from receiptgen.elements import ELEMENTS, ElementContext
from receiptgen.elements._print import text_row
from receiptgen.typography.blocks import Block, Gap, Style


@ELEMENTS.register
class Logo(Record):
    """The shop's name in the receipt's second face.

    Attributes:
        upper: Share of receipts on which it is all capitals.
        inverse: Share on which it is white on black.
    """

    upper: Share = 0.5
    inverse: Share = 0.1

    def rows(self, context: ElementContext, dice: Dice) -> Iterator[Block]:
        """Yield the name and some air."""
        name = context.values.text("merchant", "name")
        style = Style(display=True, inverse=dice.chance(self.inverse))
        if dice.chance(self.upper):
            capitals = context.voice.locale.upper(name.text)
            name = context.values.said(capitals, capitals, "merchant", "name")
        yield text_row(name, "merchant.name", "center", style)
        yield Gap(0.3)
