"""One word of random characters in brackets."""

from receiptgen.commerce.countries.locales import Locale
from receiptgen.core.dice import Dice
from receiptgen.snippets import SNIPPETS
from receiptgen.snippets._charset import RandomWord


@SNIPPETS.register
class WordBracket(RandomWord):
    """Random characters in round brackets, such as ``(k7;Rq)``."""

    def text(self, dice: Dice, locale: Locale) -> str:
        """Draw one word and bracket it."""
        return f"({self.word(dice, locale)})"
