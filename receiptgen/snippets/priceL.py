"""The words of an item and its price, the currency sign on the left."""  # noqa: N999  # the kind's name in YAML

from receiptgen.commerce.countries.locales import Locale
from receiptgen.core.dice import Dice
from receiptgen.snippets import SNIPPETS
from receiptgen.snippets._words import PricedWords


@SNIPPETS.register
class ItemPriceLeft(PricedWords):
    """An item and its price such as ``coffee beans $12.34``."""

    def text(self, dice: Dice, locale: Locale) -> str:
        """Draw one item."""
        return f"{self.phrase(dice, locale)} {self.priced(dice, locale, 'left')}"
