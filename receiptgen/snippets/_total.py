"""A total and its amount."""

from receiptgen.commerce.countries.locales import Locale
from receiptgen.core.dice import Dice
from receiptgen.core.distributions import Weights
from receiptgen.snippets._fields import Texts
from receiptgen.snippets._label import LabelledAmount


class Total(LabelledAmount):
    """The label of a total and an amount."""

    labels: Texts = Weights(
        {
            "Total": 8, "Grand Total": 3, "Subtotal": 3, "Sub Total": 2, "Sub-Total": 1.5, "Tot": 2, "Total Due": 1.5,
            "Amount Due": 1.5, "Balance Due": 1, "Due": 1.5, "Balance": 1.5, "Net Total": 1, "Total Amount": 1.5,
            "Amount": 1.5, "Total Sales": 0.5, "To Pay": 0.5, "Total Payable": 0.5, "Order Total": 0.5,
            "Bill Total": 0.5, "Payment Due": 0.5, "Invoice Total": 0.5, "locale": 2,
        }
    )  # fmt: skip

    def total(self, dice: Dice, locale: Locale, side: str) -> str:
        """Draw label and amount, its currency sign ``left`` or ``right``."""
        return self.join(dice, locale, self.label(dice, locale, "total"), self.priced(dice, locale, side))
