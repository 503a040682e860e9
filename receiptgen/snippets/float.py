"""A number with decimal places."""

from receiptgen.commerce.countries.locales import Locale
from receiptgen.core.dice import Dice
from receiptgen.snippets import SNIPPETS
from receiptgen.snippets._amount import Fixed


@SNIPPETS.register
class Float(Fixed):
    """A number such as ``407.16``; each count of digits is about equally common."""

    def text(self, dice: Dice, locale: Locale) -> str:
        """Draw one number."""
        return self.number(dice)
