"""A tax and its amount."""

from decimal import Decimal

from receiptgen.commerce.locales import Locale
from receiptgen.core.dice import Dice
from receiptgen.core.distributions import Share, Weights
from receiptgen.snippets import SNIPPETS
from receiptgen.snippets._amount import Size
from receiptgen.snippets._fields import Sides, Texts
from receiptgen.snippets._label import LabelledAmount


@SNIPPETS.register
class Tax(LabelledAmount):
    """A tax and its amount, such as ``Sales Tax: $1.20``.

    Attributes:
        sides: Side of the currency sign: ``left``, ``right``, or as the sample's ``locale`` has it.
    """

    low: Size = Decimal("0.01")
    high: Size = Decimal("199.99")
    endings: Share = 0.0
    labels: Texts = Weights(
        {
            "Sales Tax": 6, "Tax": 4, "VAT": 2, "GST": 2, "Service Tax": 1, "State Tax": 1, "Local Tax": 0.5,
            "City Tax": 0.5, "Tax Total": 1, "Total Tax": 1, "Tax Amount": 1, "HST": 0.5, "PST": 0.5,
        }
    )  # fmt: skip
    sides: Sides = Weights({"left": 1})

    def text(self, dice: Dice, locale: Locale) -> str:
        """Draw one tax."""
        return self.entry(dice, locale, "tax", dice.weigh(self.sides))
