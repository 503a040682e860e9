"""An amount of money, its currency sign on the left."""

from receiptgen.commerce.countries.locales import Locale
from receiptgen.core.dice import Dice
from receiptgen.snippets import SNIPPETS
from receiptgen.snippets._amount import Amount


@SNIPPETS.register
class PriceLeft(Amount):
    """An amount such as ``$12.34``."""

    def text(self, dice: Dice, locale: Locale) -> str:
        """Draw one amount."""
        return self.priced(dice, locale, "left")
