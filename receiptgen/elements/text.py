"""Words of thanks, returns, opening hours, and a template's own lines."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Annotated, ClassVar, Literal

from pydantic import Field, model_validator

from receiptgen.commerce.given.fixed_values import given_at
from receiptgen.commerce.trade.due_dates import terms_of
from receiptgen.config.diagnostics import MemberError, misfit, quote
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
    """Free lines; with a role and a value, what they say is what the receipt has.

    Attributes:
        say: Keys of the locale's words, in order; ``url`` is the shop's, ``you_saved`` needs a discount;
            ``terms`` are those that agree with the due date, if any do.
        lines: Lines of the template's own, printed as they stand after ``say``.
        role: Which value of the receipt the lines say, as ``merchant.name`` or ``facts.wine``: it is no longer drawn.
        value: That value; it is the one line, or stands in one of ``lines``.
        align: Alignment of the lines.
        style: Print style.
        around: Share of lines set between asterisks.
    """

    renamed: ClassVar[Mapping[str, str]] = {"looks": "style"}
    say: tuple[Say, ...] = Field(default=(), max_length=100)
    lines: Annotated[tuple[Annotated[str, Field(max_length=1000)], ...], PRINTED] = Field(default=(), max_length=200)
    role: Annotated[str, Field(max_length=100)] = ""
    value: Annotated[str, Field(max_length=1000), PRINTED] = ""
    align: Align = "center"
    style: Style = PLAIN
    around: Share = 0.0

    @model_validator(mode="after")
    def _check(self) -> "Text":
        """Check that the value is one that the receipt can have, and is said."""
        if bool(self.role) != bool(self.value):
            missing, there = ("value", "role") if self.role else ("role", "value")
            raise ValueError(f"{missing!r} belongs to {there!r}; say which value of the receipt the lines print")
        if self.role:
            try:
                given_at(self.role, self.value)
            except ValueError as error:
                key = "role" if self.role in str(error) else "value"
                raise MemberError([misfit((key,), getattr(self, key), str(error))]) from None
            if self.lines and not any(self.value in line for line in self.lines):
                text = f"no line says the value {quote(self.value)}; leave 'lines' out or write it in one"
                raise MemberError([misfit(("lines",), self.lines, text)])
        return self

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
            elif key == "terms":
                fitting = terms_of(receipt, voice.words_of(key))
                phrase, role = Phrase(dice.choose(fitting) if fitting else ""), "footer.terms"
            else:
                phrase, role = Phrase(voice.word(key, dice)), f"footer.{key}"
            if phrase.text:
                around = dice.chance(self.around)
                yield text_row("*** " + phrase + " ***" if around else phrase, role, self.align, self.style)
        said = self._phrase(context) if self.role else Phrase("")
        for line in self.lines or ([self.value] if self.role else ()):
            if said.text and said.text in line:
                yield text_row(replace(said, text=line), self.role, self.align, self.style)
                said = Phrase("")
            else:
                yield text_row(line, "text", self.align, self.style)

    def _phrase(self, context: ElementContext) -> Phrase:
        """Return the value as the receipt has it, which is what the template says."""
        *above, name = self.role.split(".", 1)
        values = context.values.of(*above)
        drawn = values.record[name] if isinstance(values.record, Mapping) else getattr(values.record, name)
        exact = drawn if isinstance(drawn, int | Decimal) else self.value
        return values.said(self.value, exact, name)
