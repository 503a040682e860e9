"""Words of thanks, returns, opening hours, and a template's own lines."""

from collections.abc import Iterator, Mapping
from typing import Annotated, ClassVar, Literal

from pydantic import Field

from receiptgen.config.printed import PRINTED
from receiptgen.config.records import Record
from receiptgen.core.dice import Dice
from receiptgen.core.distributions import Share
from receiptgen.elements import ELEMENTS, ElementContext
from receiptgen.elements._print import text_row
from receiptgen.elements._values import Phrase
from receiptgen.typography.blocks import PLAIN, Align, Block, Style

Say = Literal["thanks", "goodbye", "returns", "survey", "hours", "url", "copy", "terms", "signature", "you_saved"]


@ELEMENTS.register
class Text(Record):
    """Free lines.

    Attributes:
        say: Keys of the locale's words, in order; ``url`` is the shop's, ``you_saved`` needs a discount.
        lines: Lines of the template's own, printed as they stand after ``say``.
        align: Alignment of the lines.
        style: Print style.
        around: Share of lines set between asterisks.
    """

    renamed: ClassVar[Mapping[str, str]] = {"looks": "style"}
    say: tuple[Say, ...] = Field(default=(), max_length=100)
    lines: Annotated[tuple[Annotated[str, Field(max_length=1000)], ...], PRINTED] = Field(default=(), max_length=200)
    align: Align = "center"
    style: Style = PLAIN
    around: Share = 0.0

    def rows(self, context: ElementContext, dice: Dice) -> Iterator[Block]:
        """Yield a row a line."""
        receipt, voice, values = context.receipt, context.voice, context.values
        for key in self.say:
            if key == "url":
                phrase, role = values.text("merchant", "url"), "merchant.url"
            elif key == "you_saved":
                if not receipt.saved:
                    continue
                phrase, role = f"{voice.word(key, dice)} " + values.amount("saved", total=True), "saved"
            else:
                phrase, role = Phrase(voice.word(key, dice)), f"footer.{key}"
            if phrase.text:
                around = dice.chance(self.around)
                yield text_row("*** " + phrase + " ***" if around else phrase, role, self.align, self.style)
        for line in self.lines:
            yield text_row(line, "text", self.align, self.style)
