"""A percentage."""

from decimal import Decimal

from receiptgen.commerce.countries.locales import Locale
from receiptgen.core.dice import Dice
from receiptgen.snippets import SNIPPETS
from receiptgen.snippets._amount import Fixed, Size


@SNIPPETS.register
class Percentage(Fixed):
    """A percentage such as ``12.34%``."""

    low: Size = Decimal("0.50")
    high: Size = Decimal(100)

    def text(self, dice: Dice, locale: Locale) -> str:
        """Draw one percentage."""
        return f"{self.number(dice)}%"
