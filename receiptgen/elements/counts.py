"""Number of pieces bought."""

from collections.abc import Iterator, Mapping
from typing import ClassVar

from receiptgen.config.records import Record
from receiptgen.core.dice import Dice
from receiptgen.elements import ELEMENTS, ElementContext
from receiptgen.elements._print import Form, pair_rows
from receiptgen.typography.blocks import PLAIN, Block, Style


@ELEMENTS.register
class Counts(Record):
    """Number of pieces; what is weighed counts as one.

    Attributes:
        form: Arrangement of label and number.
        style: Print style.
    """

    renamed: ClassVar[Mapping[str, str]] = {"looks": "style"}
    form: Form = "inline"
    style: Style = PLAIN

    def rows(self, context: ElementContext, dice: Dice) -> Iterator[Block]:
        """Yield one row."""
        count = context.values.text("items_sold")
        yield from pair_rows([(context.voice.label("items_sold", dice), count, "items_sold")], self.form, self.style)
