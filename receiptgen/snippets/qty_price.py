"""Quantity and price of an item."""

import re
from typing import Annotated, Final

from receiptgen.commerce.countries.locales import Locale
from receiptgen.core.dice import Dice
from receiptgen.core.distributions import Range, Weights
from receiptgen.snippets import SNIPPETS
from receiptgen.snippets._amount import Amount, log_uniform
from receiptgen.snippets._country import left_to
from receiptgen.snippets._fields import Number, Signs, Texts, placeholders

# English words for pieces in the usual forms.
_PIECES: Final = re.compile("pc|EA|PCS")


@SNIPPETS.register
class QtyPrice(Amount):
    """A quantity and the price of one, such as ``3 X 4.50``, ``2 X`` or ``7.90*3``.

    Attributes:
        quantity: Number of pieces; small numbers are more common.
        forms: Texts with ``{quantity} {price} {sign}``, the latter the currency sign.
    """

    signs: Signs = Weights({"$": 3, "RM": 2})
    quantity: Number = Range(1, 20)
    forms: Annotated[Texts, placeholders("quantity", "price", "sign")] = Weights(
        {
            "{quantity} X {price}": 6, "{quantity} X": 4, "{quantity}X{price}": 3, "{price}*{quantity}": 2,
            "{quantity} * {price}": 2, "{quantity} pc @ {price}": 2, "@{quantity} X {sign} {price}": 1,
            "{quantity} x {price}": 3, "{quantity}x": 1, "{quantity} @ {price}": 3,
            "{quantity} @ {sign}{price}": 2, "{quantity} x {sign}{price}": 2, "{quantity} X {sign}{price}": 1,
            "{quantity} EA @ {price}": 1, "{quantity} PCS X {price}": 1,
            "X{quantity}": 0.5, "{quantity} @ {price}/EA": 0.5,
        }
    )  # fmt: skip

    def text(self, dice: Dice, locale: Locale) -> str:
        """Draw one quantity, with or without price."""
        sign, _, price = self.parts(dice, locale)
        count = log_uniform(dice, int(self.quantity.low), int(self.quantity.high))
        form = dice.weigh(self.forms)
        if left_to(locale, self, "forms"):
            form = _PIECES.sub(locale.unit("pc"), form)
        text = form.format(quantity=count, price=price, sign=sign)
        # An empty sign leaves its spaces behind, and nothing at all where the form has just the sign.
        return " ".join(text.split()) or price
