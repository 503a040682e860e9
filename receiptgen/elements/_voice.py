"""How one cash register prints: case, colons, signs, dates; drawn once a receipt."""

import re
from datetime import datetime
from decimal import Decimal
from typing import Annotated, Any, Literal, NamedTuple

from pydantic import AfterValidator, Field

from receiptgen.commerce.countries.locales import Locale
from receiptgen.commerce.countries.patterns import check_date, check_time
from receiptgen.commerce.countries.taxes import TaxScheme
from receiptgen.commerce.countries.words import KNOWN_WORDS, Words, one_line
from receiptgen.config.records import Record
from receiptgen.core.dice import Dice
from receiptgen.core.scripts import columns_of

Signed = Literal["none", "totals", "all"]
# Text between or around values: 10 characters, or a pattern of 60, at most.
_Sign = Annotated[str, Field(max_length=10), AfterValidator(one_line)]
_Pattern = Annotated[str, Field(max_length=60), AfterValidator(one_line)]
# Day and month of a pattern of dates, with the point or word after the second of them.
_DAY_AND_MONTH = re.compile(r"%-?[dmb][^yY]*%-?[dmb][.日일]?")


class Voice(NamedTuple):
    """Habits of one cash register.

    Attributes:
        locale: Country.
        scheme: Tax scheme, which has words of its own.
        upper: Whether all of its own words are capitals.
        colon: Sign between a label and its value.
        signed: Amounts that have the currency sign.
        minus: Position of an amount's minus.
        date: Pattern of dates.
        time: Pattern of times.
        percent: Form of a rate, around ``{}``.
        times: Sign between quantity and price.
    """

    locale: Locale
    scheme: TaxScheme
    upper: bool
    colon: str
    signed: Signed
    minus: Literal["front", "back"]
    date: str
    time: str
    percent: str
    times: str

    def say(self, text: str) -> str:
        """Print words of the cash register's own in its case."""
        return self.locale.upper(text) if self.upper else text

    def word(self, key: str, dice: Dice) -> str:
        """Draw one way to print a fixed word."""
        return self.say(self.locale.word(key, dice, self.scheme))

    def words_of(self, key: str) -> tuple[str, ...]:
        """Return all ways to print a fixed word."""
        return tuple([self.say(word) for word in self.scheme.words.get(key, self.locale.words[key])])

    def plain_word(self, key: str, dice: Dice) -> str:
        """Draw how to print a fixed word alone, in capitals or not: ``Total``, and not ``GRAND TOTAL`` or ``TOTAL $``.

        It is the first of the country's words that is one word, or else the first.
        """
        words = self.words_of(key)
        single = [word for word in words if " " not in word] or words[:1]
        return dice.choose([word for word in single if letters_of(word) == letters_of(single[0])])

    def names_currency(self, label: str) -> bool:
        """Tell whether a label has the currency's sign or code, as ``Change CHF``, ``TOTAL (€)`` and ``Resto euro``."""
        sign, code = self.locale.currency.sign.strip(".").casefold(), self.locale.currency.code.casefold()
        words = [word.strip("().:").casefold() for word in re.split(r"[\s(]", label)]
        return not {sign or code, code, f"{code}o", f"{code}os"}.isdisjoint(words)

    def heading(self, key: str, widest: int, dice: Dice) -> str:
        """Draw a fixed word that heads a column of values at most ``widest`` wide, abbreviated as cash registers do."""
        words = self.scheme.words.get(key, self.locale.words[key])
        fitting = [word for word in words if columns_of(word) <= widest + 2]
        return self.say(dice.choose(fitting) if fitting else min(words, key=columns_of))

    def label(self, key: str, dice: Dice) -> str:
        """Draw a fixed word with the cash register's colon after it."""
        return self.word(key, dice) + self.colon.rstrip()

    def signs(self, total: bool) -> bool:
        """Tell whether amounts of items, or of the totals, have the currency's sign."""
        return self.signed == "all" or (total and self.signed == "totals")

    def amount(self, value: Decimal, total: bool = False) -> str:
        """Print an amount of an item, or of the totals."""
        return self.money(value) if self.signs(total) else self.unsigned(value)

    def money(self, value: Decimal) -> str:
        """Print an amount with the currency's sign."""
        return self.with_minus(value, self.locale.money(abs(value)))

    def unsigned(self, value: Decimal) -> str:
        """Print an amount without the currency's sign."""
        return self.with_minus(value, self.locale.number(abs(value)))

    def with_minus(self, value: Decimal, text: str) -> str:
        """Return the text of an amount's size with a minus at its side where the amount is negative."""
        if value >= 0:
            return text
        return f"-{text}" if self.minus == "front" else f"{text}-"

    def unit_price(self, value: Decimal) -> str:
        """Print a price of one, with as many places as it has, at least those of amounts."""
        places = max(self.locale.currency.places, -int(value.as_tuple().exponent))
        return self.with_minus(value, self.locale.number(abs(value), places))

    def quantity(self, value: Decimal) -> str:
        """Print a quantity with the places that it was measured in."""
        return self.locale.number(value, max(0, -int(value.as_tuple().exponent)))

    def rate(self, value: Decimal) -> str:
        """Print a rate, as ``6%`` or ``9.975 %``."""
        value = value.normalize()
        return self.percent.format(self.locale.number(value, max(0, -int(value.as_tuple().exponent))))

    def day(self, moment: datetime) -> str:
        """Print a date."""
        return self.locale.stamp(moment, self.date)

    def short_day(self, moment: datetime) -> str:
        """Print a date without its year; empty where the pattern of dates has no day beside its month."""
        found = _DAY_AND_MONTH.search(self.date)
        return self.locale.stamp(moment, found[0]) if found else ""

    def clock(self, moment: datetime) -> str:
        """Print a time."""
        return self.locale.stamp(moment, self.time)


class VoiceSpec(Record):
    """Habits of a cash register that a template fixes.

    Attributes:
        upper: Whether all of its own words are capitals.
        colon: Sign between a label and its value, with its spaces, as ``": "``.
        signed: Amounts that have the currency's sign.
        minus: Position of an amount's minus.
        date: Pattern of dates, as ``%d/%m/%Y``.
        time: Pattern of times, as ``%H:%M``.
        times: Sign between quantity and price, with its spaces, as ``" x "``.
        words: Words in place of the country's, by their keys, as ``{total: [TO PAY]}``.
    """

    upper: bool | None = None
    colon: _Sign | None = None
    signed: Signed | None = None
    minus: Literal["front", "back"] | None = None
    date: Annotated[_Pattern, AfterValidator(check_date)] | None = None
    time: Annotated[_Pattern, AfterValidator(check_time)] | None = None
    times: _Sign | None = None
    words: Annotated[Words, KNOWN_WORDS] = Field(default_factory=dict)

    def spoken(self, locale: Locale) -> Locale:
        """Return a country with these words in place of its own."""
        return locale.model_copy(update={"words": {**locale.words, **self.words}}) if self.words else locale

    def applied(self, voice: Voice) -> Voice:
        """Return a voice with these habits in place of its own."""
        if not self.model_fields_set:
            return voice
        fixed: dict[str, Any] = {name: getattr(self, name) for name in type(self).model_fields if name != "words"}
        kept = {key: words for key, words in voice.scheme.words.items() if key not in self.words}
        scheme = voice.scheme.model_copy(update={"words": kept})
        return voice._replace(scheme=scheme, **{name: value for name, value in fixed.items() if value is not None})


def letters_of(text: str) -> str:
    """Return a label without its points, spaces and capitals, which make no other label of it; ``%`` does."""
    return "".join([char for char in text if char.isalnum() or char == "%"]).casefold()


def draw_voice(locale: Locale, scheme: TaxScheme, dice: Dice) -> Voice:
    """Draw a cash register's habits."""
    return Voice(
        locale=locale,
        scheme=scheme,
        upper=dice.chance(0.45),
        colon=dice.choose((": ", ": ", " : ", " : ", " ")),
        signed=dice.choose(("none", "none", "none", "totals", "all")),
        minus=dice.choose(("front", "front", "front", "back")),
        date=dice.weigh(locale.dates),
        time=dice.weigh(locale.times),
        percent=dice.choose(locale.percents),
        times=_sign_of(dice.choose((" x ", " X ", " @ ", "x", " * ")), locale),
    )


def _sign_of(times: str, locale: Locale) -> str:
    """Return a sign between quantity and price; from right to left no letter, which would take the price along."""
    return times if locale.direction == "ltr" else times.lower().replace("x", "*")
