"""Paper on which nothing stands."""

from typing import ClassVar

from receiptgen.commerce.countries.locales import Locale
from receiptgen.config.records import Record
from receiptgen.core.dice import Dice
from receiptgen.core.distributions import Range
from receiptgen.snippets import SNIPPETS
from receiptgen.snippets._fields import Length


@SNIPPETS.register
class Blank(Record):
    """Empty paper, as large as an image of a text, with an empty label: where a reader is to learn to read nothing.

    All that a profile does is done to it, and tips of neighbours reach in, as they do with texts.

    Attributes:
        length: Characters of a text that the paper has room for.
    """

    anywhere: ClassVar[bool] = True
    length: Length = Range(1, 25)

    def room(self, dice: Dice) -> int:
        """Draw how many characters the paper has room for."""
        return dice.count(self.length)

    def text(self, dice: Dice, locale: Locale) -> str:
        """Return an empty text."""
        return ""
