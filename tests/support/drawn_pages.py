"""Receipts as people would photograph them."""

from receiptgen.core.dice import Dice
from receiptgen.drawing.profile import profile
from receiptgen.drawing.receipt_pages import draw_receipt
from receiptgen.drawing.template import receipt_template
from receiptgen.imaging.sample import Sample


def drawn(profile_name: str, key: int = 5, template: str = "cafe", tidy: bool = False) -> Sample:
    """Draw a receipt of a profile; a tidy one has the leading and the print styles of its template."""
    chosen = profile(profile_name).value
    if tidy:
        chosen = chosen.model_validate({**chosen.model_dump(), "habits": None})
    return draw_receipt(receipt_template(template).value, Dice(key), profile=chosen)
