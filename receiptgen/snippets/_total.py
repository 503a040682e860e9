"""A total and its amount."""

from receiptgen.core.distributions import Weights
from receiptgen.snippets._fields import Texts
from receiptgen.snippets._label import LabelledAmount


class Total(LabelledAmount):
    """The label of a total and an amount."""

    labels: Texts = Weights(
        {
            "Total": 8, "Grand Total": 3, "Subtotal": 3, "Sub Total": 2, "Sub-Total": 1.5, "Total Due": 1.5,
            "Amount Due": 1.5, "Balance Due": 1, "Balance": 1, "Net Total": 1, "Total Amount": 1.5,
            "Amount": 1, "Total Sales": 0.5, "To Pay": 0.5, "Total Payable": 0.5, "Order Total": 0.5,
        }
    )  # fmt: skip
