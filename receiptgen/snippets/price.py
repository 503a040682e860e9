"""An amount of money, its currency sign on either side."""

from receiptgen.commerce.countries.locales import Locale
from receiptgen.core.dice import Dice
from receiptgen.core.distributions import Weights
from receiptgen.snippets import SNIPPETS
from receiptgen.snippets._amount import Amount
from receiptgen.snippets._fields import Sides


@SNIPPETS.register
class Price(Amount):
    """An amount such as ``$12.34`` or ``12.34$``.

    Attributes:
        sides: Side of the currency sign: ``left``, ``right``, or as the sample's ``locale`` has it.
    """

    sides: Sides = Weights({"left": 1, "right": 1})

    def text(self, dice: Dice, locale: Locale) -> str:
        """Draw one amount."""
        return self.priced(dice, locale, dice.weigh(self.sides))
