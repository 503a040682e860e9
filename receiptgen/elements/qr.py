"""A QR code."""

from collections.abc import Iterator
from typing import Literal

import numpy as np
import segno

from receiptgen.config.records import Record
from receiptgen.core.dice import Dice
from receiptgen.elements import ELEMENTS, ElementContext
from receiptgen.typography.blocks import Block, Gap, Graphic


@ELEMENTS.register
class Qr(Record):
    """A code with the shop's address or the receipt's figures.

    Attributes:
        content: ``url``: a page of the shop about this receipt; ``figures``: seller, date, total and tax.
    """

    content: Literal["url", "figures"] = "url"

    def rows(self, context: ElementContext, dice: Dice) -> Iterator[Block]:
        """Yield the code."""
        receipt, values = context.receipt, context.values
        if self.content == "url":
            text = f"https://{receipt.merchant.url}/r/{dice.digits(10)}"
            said = values.text("merchant", "url")
        else:
            parts = (receipt.merchant.tax_ids[0].number if receipt.merchant.tax_ids else "", receipt.number)
            text = "|".join((*parts, f"{receipt.moment:%Y%m%d%H%M}", str(receipt.total), str(receipt.tax)))
            moment = values.day(receipt.moment, "date") + values.clock(receipt.moment, "time")
            said = values.text("number") + moment + values.text("total") + values.text("tax")
            if receipt.merchant.tax_ids:
                said += values.text("merchant", "tax_ids", 0, "number")
        # Level M, as manuals of receipt printers set it; micro codes are beyond most phones.
        code = segno.make(text, error="m", micro=False, boost_error=False)
        yield Graphic("qr", text, np.array([list(row) for row in code.matrix], bool), values=said.values)
        yield Gap(0.3)
