"""A time of day."""

from receiptgen.commerce.countries.locales import Locale
from receiptgen.config.records import Record
from receiptgen.core.dice import Dice
from receiptgen.core.distributions import Range, Weights
from receiptgen.snippets import SNIPPETS
from receiptgen.snippets._country import left_to
from receiptgen.snippets._moment import Patterns, draw_moment

# A time of day shows no year; any will do.
_YEARS = Range(2000, 2000)


@SNIPPETS.register
class Time(Record):
    """A time of day such as ``18:24``, ``12:01:43`` or ``8:13:39 PM``.

    Attributes:
        formats: Patterns (``%H %I %M %S %p %P %-I %-H``); ``locale`` is one of the sample's locale, as are
            all where no formats are given and the country has a script of its own.
    """

    formats: Patterns = Weights(
        {
            "%H:%M": 5, "%H:%M:%S": 5, "%I:%M:%S %p": 1.5, "%I:%M %p": 1.5, "%I:%M%p": 1, "%-I:%M:%S %p": 1,
            "%-I:%M %p": 1, "%-I:%M%p": 0.5, "%H.%M": 0.3,
        }
    )  # fmt: skip

    def text(self, dice: Dice, locale: Locale) -> str:
        """Draw one time."""
        pattern = "locale" if left_to(locale, self, "formats") else dice.weigh(self.formats)
        if pattern == "locale":
            pattern = dice.weigh(locale.times)
        return locale.stamp(draw_moment(dice, _YEARS), pattern)
