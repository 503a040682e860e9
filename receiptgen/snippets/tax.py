"""A tax and its amount."""

from decimal import Decimal
from typing import Annotated

from receiptgen.commerce.countries.locales import Locale
from receiptgen.core.dice import Dice
from receiptgen.core.distributions import Range, Share, Weights
from receiptgen.snippets import SNIPPETS
from receiptgen.snippets._amount import Size
from receiptgen.snippets._fields import Sides, Texts, placeholders
from receiptgen.snippets._label import LabelledAmount
from receiptgen.snippets.percentage import Percentage


@SNIPPETS.register
class Tax(LabelledAmount):
    """A tax and its amount, such as ``Sales Tax: $1.20`` or ``GST (6%) 1.20$``.

    Attributes:
        sides: Side of the currency sign: ``left``, ``right``, or as the sample's ``locale`` has it.
        rated: Share of labels with the rate.
        rate: The rate, a snippet of the kind ``percentage``.
        rated_labels: Texts with ``{label} {rate}`` for labels with the rate.
    """

    low: Size = Decimal("0.01")
    high: Size = Decimal("199.99")
    endings: Share = 0.0
    labels: Texts = Weights(
        {
            "Sales Tax": 6, "Tax": 4, "Federal Tax": 2, "State Tax": 2, "VAT": 2, "GST": 2, "Service Tax": 1,
            "Local Tax": 0.5, "City Tax": 0.5, "County Tax": 0.5, "Tax Total": 1, "Total Tax": 1, "Tax Amount": 1,
            "Fed Tax": 0.5, "HST": 0.5, "PST": 0.5, "QST": 0.5, "SST": 0.5, "CGST": 0.5, "SGST": 0.5, "locale": 2,
        }
    )  # fmt: skip
    sides: Sides = Weights({"left": 3, "right": 2})
    rated: Share = 0.35
    rate: Percentage = Percentage(low=Decimal(1), high=Decimal(28), places=Range(0, 2))
    rated_labels: Annotated[Texts, placeholders("label", "rate")] = Weights(
        {
            "{label} {rate}": 4, "{label} ({rate})": 2, "{label} @ {rate}": 1, "{label}@{rate}": 0.5,
            "{label}({rate})": 0.5, "{rate} {label}": 1,
        }
    )  # fmt: skip

    def text(self, dice: Dice, locale: Locale) -> str:
        """Draw one tax."""
        label = self.label(dice, locale, "tax")
        if dice.random() < self.rated:
            label = dice.weigh(self.rated_labels).format(label=label, rate=self.rate.text(dice, locale))
        return self.join(dice, locale, label, self.priced(dice, locale, dice.weigh(self.sides)))
