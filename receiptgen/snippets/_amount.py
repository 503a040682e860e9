"""Numbers and amounts of money: drawn as integers, printed without floats."""

from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from functools import cached_property
from typing import Annotated, Self

from pydantic import Field, model_validator

from receiptgen.commerce.countries.currencies import Currency
from receiptgen.commerce.countries.locales import Locale
from receiptgen.commerce.sale.money import rounded
from receiptgen.config.records import Record
from receiptgen.core.dice import Dice
from receiptgen.core.distributions import Range, Share, Weights, counts
from receiptgen.snippets._country import left_to
from receiptgen.snippets._fields import Signs

# Up to here a float, which a draw goes through, still tells integers apart when scaled by 10**4.
Size = Annotated[Decimal, Field(ge=0, le=10**9)]
# Cents on which most shelf prices end.
_ENDINGS = (0, 50, 90, 95, 99)


def log_uniform(dice: Dice, low: int, high: int) -> int:
    """Draw an integer so that each decade is about equally common; 0 counts as the start of the first."""
    shift = 0 if low else 1
    start = low + shift
    value = int(start * ((high + shift + 1) / start) ** dice.random()) - shift
    return value if value < high else high


def units(low: Decimal, high: Decimal, places: int) -> tuple[int, int]:
    """Return the first and last multiple of ``10**-places`` between two ends, as integers.

    Raises:
        ValueError: There is none.
    """
    first = int(low.scaleb(places).to_integral_value(ROUND_CEILING))
    last = int(high.scaleb(places).to_integral_value(ROUND_FLOOR))
    if last < first:
        raise ValueError(f"nothing with {places} decimal places lies between low {low} and high {high}")
    return first, last


def _in_money(value: Decimal, currency: Currency) -> Decimal:
    """Turn an amount of dollars into one of a size that is as usual in a currency, with the same cents."""
    whole = value.to_integral_value(ROUND_FLOOR)
    return rounded(value * currency.scale, Decimal(1)) + (value - whole if currency.places else 0) or currency.quantum


class Fixed(Record):
    """A number with decimal places, log-uniform between its ends.

    Attributes:
        low: Smallest number, 0 or more.
        high: Largest number, at most 10^9.
        places: Decimal places, 0 to 4.
    """

    low: Size = Decimal(0)
    high: Size = Decimal("99999.99")
    places: Annotated[Range, counts(0, 4)] = Range(2, 2)

    @cached_property
    def spans(self) -> tuple[tuple[int, int, int, int], ...]:
        """For each count of decimal places: the count, units in 1, smallest and largest number in units."""
        counts = range(int(self.places.low), int(self.places.high) + 1)
        return tuple((places, 10**places, *units(self.low, self.high, places)) for places in counts)

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        _ = self.spans  # raises where the ends leave nothing
        return self

    def number(self, dice: Dice) -> str:
        """Draw one number, with a decimal point."""
        places, scale, low, high = dice.choose(self.spans)
        value = log_uniform(dice, low, high)
        return f"{value // scale}.{value % scale:0{places}}" if places else str(value)


class Amount(Record):
    """An amount of money, log-uniform between its ends.

    Attributes:
        low: Smallest amount, 0 or more, in the currency's main unit.
        high: Largest amount, at most 10^9.
        endings: Share of amounts that end as shelf prices do: ``.00 .50 .90 .95 .99``.
        signs: Currency signs. ``locale`` prints sign, gap and separators as the sample's locale does; an
            empty one prints none. Where none are given, countries with a script of their own have their sign.
        spaced: Share of amounts with a space between sign and number, except for the sign ``locale``.
    """

    low: Size = Decimal("0.05")
    high: Size = Decimal("999.99")
    endings: Share = 0.5
    signs: Signs = Weights({"$": 90, "\u00a3": 4, "\u20ac": 4, "RM": 2})
    spaced: Share = 0.0

    @cached_property
    def span(self) -> tuple[int, int]:
        """Smallest and largest amount in cents."""
        return units(self.low, self.high, 2)

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        _ = self.span  # raises where the ends leave nothing
        return self

    def cents(self, dice: Dice) -> int:
        """Draw an amount in cents."""
        low, high = self.span
        value = log_uniform(dice, low, high)
        if dice.random() < self.endings:
            rounded = value - value % 100 + dice.choose(_ENDINGS)
            return rounded if low <= rounded <= high else value
        return value

    def parts(self, dice: Dice, locale: Locale) -> tuple[str, str, str]:
        """Draw sign, gap and number of an amount."""
        cents = self.cents(dice)
        sign = "locale" if left_to(locale, self, "signs") else dice.weigh(self.signs)
        if sign == "locale":
            currency = locale.currency
            gap = " " if currency.space else ""
            value = Decimal(cents).scaleb(-2)
            if left_to(locale, self, "signs") and left_to(locale, self, "low") and left_to(locale, self, "high"):
                value = _in_money(value, currency)
            return currency.sign, gap, locale.number(rounded(value, currency.quantum))
        gap = " " if sign and dice.random() < self.spaced else ""
        return sign, gap, f"{cents // 100:,}.{cents % 100:02}"

    def priced(self, dice: Dice, locale: Locale, side: str) -> str:
        """Draw an amount with its sign ``left``, ``right`` or where the ``locale`` puts it."""
        sign, gap, number = self.parts(dice, locale)
        if side == "locale":
            side = locale.currency.side
        return f"{sign}{gap}{number}" if side == "left" else f"{number}{gap}{sign}"
