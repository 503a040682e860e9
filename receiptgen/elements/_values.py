"""A receipt's values in print: every text knows which of them it says."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from typing import Any, NamedTuple

from receiptgen.elements._voice import Voice
from receiptgen.typography.blocks import PrintedValue


@dataclass(frozen=True, slots=True)
class Phrase:
    """A text to print; phrases and words of the cash register's own are joined by ``+``.

    Attributes:
        text: The text; empty where the receipt has nothing to say.
        values: Values of the receipt that it says.
        short: Text that says them on narrow paper; empty for none.
    """

    text: str
    values: tuple[PrintedValue, ...] = ()
    short: str = ""

    def __add__(self, other: "Phrase | str") -> "Phrase":
        if isinstance(other, str):
            return Phrase(self.text + other, self.values)
        return Phrase(self.text + other.text, self.values + other.values)

    def __radd__(self, other: str) -> "Phrase":
        return Phrase(other + self.text, self.values)

    def without(self, prefix: str) -> "Phrase":
        """Return the phrase without a beginning that is none of its values."""
        return Phrase(self.text.removeprefix(prefix), self.values)


def join(between: str, phrases: Iterable[Phrase]) -> Phrase:
    """Return one phrase of several, those that are empty left out."""
    spoken = [phrase for phrase in phrases if phrase.text]
    return Phrase(
        between.join([phrase.text for phrase in spoken]), tuple([said for phrase in spoken for said in phrase.values])
    )


class Values(NamedTuple):
    """Prints what a receipt, or a record in it, holds: value and path are looked up as one, so they can't differ.

    A path is given step by step: names of attributes and keys, indices of entries.

    Attributes:
        voice: How it is printed.
        record: What is printed: the receipt or a part of it.
        path: Where that part stands in the receipt.
    """

    voice: Voice
    record: Any
    path: tuple[str | int, ...] = ()

    def of(self, *steps: str | int) -> "Values":
        """Return the values of a part."""
        return Values(self.voice, self._at(steps), (*self.path, *steps))

    def text(self, *steps: str | int) -> Phrase:
        """Print a text or a whole number as it stands."""
        value = self._at(steps)
        return self.said(str(value), value, *steps)

    def words(self, *steps: str | int) -> Phrase:
        """Print a text in the cash register's case."""
        text = self.voice.say(self._at(steps))
        return self.said(text, text, *steps)

    def number(self, *steps: str | int) -> Phrase:
        """Print an amount without a sign of the currency."""
        value = self._at(steps)
        return self.said(self.voice.unsigned(value), value, *steps)

    def money(self, *steps: str | int) -> Phrase:
        """Print an amount with the sign of the currency."""
        value = self._at(steps)
        return self._signed(self.said(self.voice.money(value), value, *steps))

    def amount(self, *steps: str | int, total: bool = False, label: "Phrase | str" = "") -> Phrase:
        """Print an amount of an item, or of the totals, without the sign of a currency that its label names."""
        value = self._at(steps)
        if label and self.voice.names_currency(label if isinstance(label, str) else label.text):
            return self.said(self.voice.unsigned(value), value, *steps)
        phrase = self.said(self.voice.amount(value, total), value, *steps)
        return self._signed(phrase) if self.voice.signs(total) else phrase

    def taken_off(self, *steps: str | int, total: bool = False) -> Phrase:
        """Print an amount that is taken off, with a minus."""
        value = self._at(steps)
        phrase = self.said(self.voice.amount(-value, total), value, *steps)
        return self._signed(phrase) if self.voice.signs(total) else phrase

    def unit_price(self, *steps: str | int) -> Phrase:
        """Print a price of one."""
        value = self._at(steps)
        return self.said(self.voice.unit_price(value), value, *steps)

    def quantity(self, *steps: str | int) -> Phrase:
        """Print a quantity with the places that it was measured in."""
        value = self._at(steps)
        return self.said(self.voice.quantity(value), value, *steps)

    def unit(self, *steps: str | int) -> Phrase:
        """Print a measure in the country's words."""
        value = self._at(steps)
        return self.said(self.voice.locale.unit(value), value, *steps)

    def rate(self, *steps: str | int) -> Phrase:
        """Print a rate in per cent."""
        value = self._at(steps)
        return self.said(self.voice.rate(value), value.normalize(), *steps)

    def day(self, moment: datetime, *steps: str | int) -> Phrase:
        """Print the date of a moment."""
        return self.said(self.voice.day(moment), moment.date().isoformat(), *steps)

    def date(self, day: date, *steps: str | int) -> Phrase:
        """Print a day, on narrow paper without its year."""
        moment = datetime.combine(day, time())
        return replace(self.day(moment, *steps), short=self.voice.short_day(moment))

    def clock(self, moment: datetime, *steps: str | int) -> Phrase:
        """Print the time of a moment."""
        return self.said(self.voice.clock(moment), self._iso_time(moment), *steps)

    def moment(self, *steps: str | int) -> Phrase:
        """Print date and time as one value."""
        moment = self._at(steps)
        text = f"{self.voice.day(moment)} {self.voice.clock(moment)}"
        return self.said(text, f"{moment.date().isoformat()}T{self._iso_time(moment)}", *steps)

    def said(self, text: str, value: object, *steps: str | int) -> Phrase:
        """Return a text that says a value in a form of its own; an empty one says nothing."""
        return Phrase(text, (PrintedValue((*self.path, *steps), value),)) if text else Phrase("")

    def _signed(self, amount: Phrase) -> Phrase:
        """Return an amount that says its currency too."""
        currency = PrintedValue(("currency",), self.voice.locale.currency.code)
        return Phrase(amount.text, (*amount.values, currency))

    def _at(self, steps: tuple[str | int, ...]) -> Any:
        value = self.record
        for step in steps:
            value = getattr(value, step) if isinstance(step, str) and not isinstance(value, Mapping) else value[step]
        return value

    def _iso_time(self, moment: datetime) -> str:
        """Return the time as exactly as it is printed."""
        return moment.time().isoformat("seconds" if "%S" in self.voice.time else "minutes")
