"""One word of random characters."""

from receiptgen.commerce.countries.locales import Locale
from receiptgen.core.dice import Dice
from receiptgen.snippets import SNIPPETS
from receiptgen.snippets._charset import RandomWord


@SNIPPETS.register
class Word(RandomWord):
    """Random characters such as ``k7;Rq``."""

    def text(self, dice: Dice, locale: Locale) -> str:
        """Draw one word."""
        return self.word(dice, locale)
