"""A total, its currency sign on the left."""  # noqa: N999  # the file's name is the kind's name in YAML

from receiptgen.commerce.countries.locales import Locale
from receiptgen.core.dice import Dice
from receiptgen.snippets import SNIPPETS
from receiptgen.snippets._total import Total


@SNIPPETS.register
class TotalLeft(Total):
    """A total such as ``TOTAL: $12.34``."""

    def text(self, dice: Dice, locale: Locale) -> str:
        """Draw one total."""
        return self.total(dice, locale, "left")
