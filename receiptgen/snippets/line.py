"""Several words of random characters."""

from receiptgen.commerce.countries.locales import Locale
from receiptgen.core.dice import Dice
from receiptgen.core.distributions import Range
from receiptgen.snippets import SNIPPETS
from receiptgen.snippets._charset import Characters
from receiptgen.snippets._fields import Length


@SNIPPETS.register
class Line(Characters):
    """Words of random characters with a space between each two.

    Attributes:
        length: Characters of the whole line, spaces included.
        words: Characters of each word; the last two take what room is left.
    """

    length: Length = Range(25, 40)
    words: Length = Range(1, 10)

    def text(self, dice: Dice, locale: Locale) -> str:
        """Draw one line, exactly as long as drawn."""
        left = dice.count(self.length)
        words = []
        while left:
            size = min(dice.count(self.words), left)
            if left - size == 1:
                # One place is too few for a space and a word: fill it, or leave room for both.
                size = left if left <= self.words.high or size == 1 else size - 1
            words.append(self.characters(dice, locale, size))
            left -= min(size + 1, left)
        return " ".join(words)
