"""Numbers, dates and names of the sale."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from decimal import Decimal
from typing import Annotated, ClassVar

from pydantic import AfterValidator, Field

from receiptgen.commerce.countries.words import WORDS
from receiptgen.config.records import Record
from receiptgen.core.dice import Dice
from receiptgen.core.distributions import Share
from receiptgen.core.suggestions import hint
from receiptgen.elements import ELEMENTS, ElementContext, Voice
from receiptgen.elements._print import Form, Pair, pair_rows, text_row
from receiptgen.elements._values import Phrase
from receiptgen.elements._voice import letters_of
from receiptgen.typography.blocks import PLAIN, Block, Style

_MOMENTS = {"datetime", "date", "time"}
# Fields that every receipt may have, with the names of their values; all others are facts.
_OWN = {
    "receipt_no": "number",
    "invoice_no": "invoice",
    "cashier": "cashier",
    "server": "cashier",
    "till": "till",
    "table": "table",
    "guests": "guests",
}
_KNOWN = WORDS | _MOMENTS | _OWN.keys()
# Facts of which the day matters, not the time.
_DAYS = {"due_date", "arrival", "departure"}


def _known(key: str) -> str:
    if key not in _KNOWN:
        raise ValueError(f"unknown field {key!r}{hint(key, _KNOWN, 0)}")
    return key


@ELEMENTS.register
class Fields(Record):
    """Label and value, row by row.

    Attributes:
        show: Which: ``receipt_no invoice_no date time datetime cashier server till table guests``, or a fact that
            the kind of shop has (``pump room arrival ...``); what the receipt lacks is left out.
        form: Arrangement of label and value.
        per_row: Pairs side by side, for the forms ``inline`` and ``tabbed``.
        bare: Share of dates and times without a label.
        style: Print style.
    """

    renamed: ClassVar[Mapping[str, str]] = {"looks": "style"}
    show: tuple[Annotated[str, AfterValidator(_known)], ...]
    form: Form = "inline"
    per_row: int = Field(default=1, ge=1, le=8)
    bare: Share = 0.0
    style: Style = PLAIN

    def rows(self, context: ElementContext, dice: Dice) -> Iterator[Block]:
        """Yield a row for each (or each two) of them."""
        pairs: list[Pair] = []
        for key in self.show:
            value = _value(key, context)
            if not value.text:
                continue
            role = {"datetime": "date"}.get(key, key)
            if key in _MOMENTS and dice.chance(self.bare):
                yield text_row(value, role, "left", self.style)
                continue
            pairs.append((_label(role, value.text, context.voice, dice), value, role))
        yield from pair_rows(pairs, self.form, self.style, self.per_row)


def _label(key: str, value: str, voice: Voice, dice: Dice) -> str:
    """Draw the label of a value; one that the value says itself, as ``klo 12.30`` does, only if there is no other."""
    label = voice.word(key, dice)
    if _says(value, label, key):
        label = next((word for word in voice.words_of(key) if not _says(value, word, key)), label)
    return label + voice.colon.rstrip()


def _says(value: str, label: str, key: str) -> bool:
    """Tell whether a value begins with its label; a time may begin with an abbreviation, as ``kl.`` for ``Klockan``."""
    first, whole = letters_of(value.partition(" ")[0]), letters_of(label)
    if key != "time" or not first.isalpha():
        return first == whole
    rest = iter(whole)
    return whole[:1] == first[:1] and all(char in rest for char in first)


def _value(key: str, context: ElementContext) -> Phrase:
    receipt, values = context.receipt, context.values
    if key in _MOMENTS:
        day, clock = values.day(receipt.moment, "date"), values.clock(receipt.moment, "time")
        return {"date": day, "time": clock, "datetime": day + " " + clock}[key]
    if name := _OWN.get(key):
        own = getattr(receipt, name)
        return values.words(name) if isinstance(own, str) else values.text(name) if own else Phrase("")
    if key not in receipt.facts:
        return Phrase("")
    fact, facts = receipt.facts[key], values.of("facts")
    if isinstance(fact, datetime):
        return facts.day(fact, key) if key in _DAYS else facts.moment(key)
    if key == "duration":
        minutes = int(str(fact))
        hour, minute = context.voice.locale.unit("h"), context.voice.locale.unit("min")
        text = f"{minutes // 60}{hour} {minutes % 60:02d}{minute}" if minutes > 99 else f"{minutes} {minute}"
        return facts.said(text, text, key)
    value = facts.quantity(key) if isinstance(fact, Decimal) else facts.text(key)
    return value + " " + facts.unit(unit) if (unit := f"{key}_unit") in receipt.facts else value
