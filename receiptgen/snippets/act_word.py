"""Real words."""

from typing import ClassVar

from receiptgen.commerce.countries.locales import Locale
from receiptgen.core.dice import Dice
from receiptgen.snippets import SNIPPETS
from receiptgen.snippets._words import Words


@SNIPPETS.register
class ActWord(Words):
    """Dictionary words such as ``Paper Lantern``."""

    anywhere: ClassVar[bool] = True

    def text(self, dice: Dice, locale: Locale) -> str:
        """Draw some words."""
        return self.phrase(dice, locale)
