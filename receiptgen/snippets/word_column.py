"""One word of random characters and a colon."""

from receiptgen.commerce.countries.locales import Locale
from receiptgen.core.dice import Dice
from receiptgen.snippets import SNIPPETS
from receiptgen.snippets._charset import RandomWord


@SNIPPETS.register
class WordColumn(RandomWord):
    """Random characters with a colon after them, such as ``k7;Rq:``."""

    def text(self, dice: Dice, locale: Locale) -> str:
        """Draw one word and put the colon after it."""
        return f"{self.word(dice, locale)}:"
