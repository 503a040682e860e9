"""Receipts as people would photograph them."""

from receiptgen.core.dice import Dice
from receiptgen.drawing.profile import profile
from receiptgen.drawing.receipt_pages import draw_receipt
from receiptgen.drawing.template import receipt_template
from receiptgen.imaging.sample import Sample


def drawn(profile_name: str, key: int = 5, template: str = "cafe") -> Sample:
    return draw_receipt(receipt_template(template).value, Dice(key), profile=profile(profile_name).value)
