"""Numbers, dates and names of the sale."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from decimal import Decimal
from typing import Annotated, ClassVar

from pydantic import AfterValidator, Field

from receiptgen.commerce.locales import WORDS
from receiptgen.config.records import Record
from receiptgen.core.dice import Dice
from receiptgen.core.distributions import Share
from receiptgen.core.suggestions import hint
from receiptgen.elements import ELEMENTS, ElementContext
from receiptgen.elements._print import Form, Pair, pair_rows, text_row
from receiptgen.typography.blocks import PLAIN, Block, Style

_OWN = {
    "datetime",
    "date",
    "time",
    "receipt_no",
    "invoice_no",
    "cashier",
    "server",
    "till",
    "table",
    "guests",
}


def _known(key: str) -> str:
    if key not in WORDS | _OWN:
        raise ValueError(f"unknown field {key!r}{hint(key, WORDS | _OWN, 0)}")
    return key


@ELEMENTS.register
class Fields(Record):
    """Label and value, row by row.

    Attributes:
        show: Which: ``receipt_no invoice_no date time datetime cashier server till table guests``, or a fact that
            the kind of shop has (``pump room arrival ...``); what the receipt lacks is left out.
        form: Arrangement of label and value.
        per_row: Pairs side by side, for the form ``inline``.
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
            if not value:
                continue
            role = {"datetime": "date"}.get(key, key)
            if key in {"datetime", "date", "time"} and dice.chance(self.bare):
                yield text_row(value, role, "left", self.style)
                continue
            pairs.append((context.voice.label(role, dice), value, role))
        yield from pair_rows(pairs, self.form, self.style, self.per_row)


def _value(key: str, context: ElementContext) -> str:
    receipt, voice = context.receipt, context.voice
    if key in {"date", "time", "datetime"}:
        day, clock = voice.day(receipt.moment), voice.clock(receipt.moment)
        return {"date": day, "time": clock, "datetime": f"{day} {clock}"}[key]
    own = {
        "receipt_no": receipt.number,
        "invoice_no": receipt.invoice,
        "cashier": receipt.cashier,
        "server": receipt.cashier,
        "till": receipt.till,
        "table": receipt.table,
        "guests": str(receipt.guests or ""),
    }
    if key in own:
        return voice.say(own[key])
    facts = receipt.facts
    if key not in facts:
        return ""
    fact = facts[key]
    if isinstance(fact, datetime):
        return (
            voice.day(fact) if key in {"due_date", "arrival", "departure"} else f"{voice.day(fact)} {voice.clock(fact)}"
        )
    if key == "duration":
        minutes = int(str(fact))
        return f"{minutes // 60}h {minutes % 60:02d}min" if minutes > 99 else f"{minutes} min"
    text = voice.quantity(fact) if isinstance(fact, Decimal) else str(fact)
    return f"{text} {facts[unit]}" if (unit := f"{key}_unit") in facts else text
