"""What kind of paper this is."""

from collections.abc import Iterator, Mapping
from typing import Annotated, ClassVar, Literal

from receiptgen.config.printed import PRINTED
from receiptgen.config.records import Record
from receiptgen.core.dice import Dice
from receiptgen.core.distributions import Weights
from receiptgen.elements import ELEMENTS, ElementContext
from receiptgen.elements._print import text_row
from receiptgen.typography.blocks import PLAIN, Align, Block, Style


@ELEMENTS.register
class Heading(Record):
    """A title such as ``TAX INVOICE``.

    Attributes:
        word: Key of the locale's word.
        align: Alignment of the title.
        style: Print style.
        around: Signs that it is set between, with weights; ``{}`` is the title.
    """

    renamed: ClassVar[Mapping[str, str]] = {"looks": "style"}
    word: Literal["receipt", "invoice", "copy"] = "receipt"
    align: Align = "center"
    style: Style = PLAIN
    around: Annotated[Weights, PRINTED] = Weights({"{}": 4, "-{}-": 0.5, "*** {} ***": 1})

    def rows(self, context: ElementContext, dice: Dice) -> Iterator[Block]:
        """Yield the title."""
        title = dice.weigh(self.around).format(context.voice.word(self.word, dice))
        yield text_row(title, "title", self.align, self.style)
