"""A shop's mark without letters."""

from collections.abc import Iterator
from typing import Annotated

from receiptgen.config.records import Record
from receiptgen.core.dice import Dice
from receiptgen.core.distributions import Range, counts
from receiptgen.elements import ELEMENTS, ElementContext
from receiptgen.imaging.emblems import draw_emblem
from receiptgen.typography.blocks import Align, Block, Gap, Graphic


@ELEMENTS.register
class Emblem(Record):
    """A made-up mark of the shop without letters: a star, a leaf, a cup, alone or on a disc, a shield, in a ring.

    Attributes:
        size: Height and width in dots, most of which are 1/8 mm.
        align: Alignment.
    """

    size: Annotated[Range, counts(16, 600)] = Range(80, 170)
    align: Align = "center"

    def rows(self, context: ElementContext, dice: Dice) -> Iterator[Block]:
        """Yield the mark and some air."""
        yield Graphic("emblem", "", draw_emblem(dice, dice.count(self.size)), largest=1, align=self.align)
        yield Gap(0.3)
