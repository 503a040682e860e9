"""A date, with or without time."""

from receiptgen.commerce.countries.locales import Locale
from receiptgen.config.records import Record
from receiptgen.core.dice import Dice
from receiptgen.core.distributions import Range, Share, Weights
from receiptgen.snippets import SNIPPETS
from receiptgen.snippets._country import left_to
from receiptgen.snippets._moment import Patterns, Years, draw_moment


@SNIPPETS.register
class Date(Record):
    """A date such as ``25/12/2018`` or ``27 MAR 2018 12:01:43``.

    Attributes:
        formats: Patterns (``%d %m %y %Y %b %a %H %I %M %S %p %P %-d %-m %-I %-H``); ``locale`` is one of the
            sample's locale, as are all where no formats are given and the country has a script of its own.
        years: First and last year.
        upper: Share of dates in capitals, which shows where months or days have names.
    """

    formats: Patterns = Weights(
        {
            "%d/%m/%Y": 10, "%d-%m-%y": 5, "%m/%d/%Y": 6, "%Y-%m-%d": 4, "%d.%m.%Y": 4, "%d %b %Y": 4,
            "%b %d, %Y": 4, "%d-%b-%Y": 3, "%d/%m/%y": 5, "%Y/%m/%d": 2, "%a %d %b %Y": 2, "%d-%m-%Y": 4,
            "%m-%d-%y": 2, "%m/%d/%y": 3, "%d.%m.%y": 2, "%-d/%-m/%Y": 2, "%d %b %y": 1, "%a, %b %d, %Y": 1,
            "%d/%m/%Y %H:%M": 3, "%d/%m/%Y %H:%M:%S": 3, "%d-%m-%y %H:%M": 2, "%m/%d/%Y %I:%M %p": 2,
            "%Y-%m-%d %H:%M:%S": 2, "%d.%m.%Y %H:%M": 2, "%d %b %Y %H:%M": 1, "%b %d, %Y %I:%M %p": 1,
            "%d/%m/%Y %I:%M:%S %p": 2, "%d-%b-%Y %H:%M:%S": 1, "%m/%d/%y %I:%M%p": 1, "%a %d %b %Y %H:%M": 1,
            "%-m/%-d/%Y %-I:%M %p": 1,
        }
    )  # fmt: skip
    years: Years = Range(2000, 2035)
    upper: Share = 0.3

    def text(self, dice: Dice, locale: Locale) -> str:
        """Draw one date."""
        pattern = "locale" if left_to(locale, self, "formats") else dice.weigh(self.formats)
        if pattern == "locale":
            pattern = dice.weigh(locale.dates)
        text = locale.stamp(draw_moment(dice, self.years), pattern)
        return locale.upper(text) if dice.random() < self.upper else text
