"""Fields of a receipt as a reader of fields tells them, without one: fixed, and by the words that they stand on."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from receiptgen.extraction.fields import (
    ChargeFields,
    Field,
    ItemFields,
    MerchantFields,
    ReceiptFields,
    TaxFields,
    TenderFields,
)
from receiptgen.extraction.labelling.page_words import PageWords
from receiptgen.reading.page_fields import field_reader


def said(value: str, *words: int, confidence: float = 0.98, checked: bool | None = True) -> Field:
    """Return a field of a value, on some words."""
    return Field(value, value, confidence, words, checked)


def text(value: str, *words: int, confidence: float = 0.98) -> Field:
    """Return a field that no arithmetic can check."""
    return said(value, *words, confidence=confidence, checked=None)


RECEIPT = ReceiptFields(
    merchant=MerchantFields(name=text("Red Lantern", 0, 1), address=(text("1 High St"), text("London"))),
    number=text("0042"),
    date=text("2026-03-01", 2),
    time=text("18:17"),
    currency=text("GBP"),
    items=(
        ItemFields(name=text("Tea", 3), quantity=said("2"), unit_price=said("3.10"), amount=said("6.20", 4)),
        ItemFields(
            name=text("Cake, plum", 5), code=text("77"), gross=said("4.50"),
            discount=ChargeFields(amount=said("0.50")), amount=said("4.00"),
        ),
    ),
    subtotal=said("10.20"),
    taxes=(TaxFields(name=text("VAT"), percent=said("20"), tax=said("1.70")),),
    tax=said("1.70"),
    tip=ChargeFields(amount=said("1.80")),
    total=said("12.00", 6, confidence=0.9312),
    tenders=(TenderFields("cash", text("CASH"), said("20.00")),),
    change=said("8.00"),
    checked=True,
)  # fmt: skip
# What does not add up.
DOUBTFUL = ReceiptFields(
    merchant=MerchantFields(name=text("Kiosk")),
    currency=text("EUR"),
    items=(ItemFields(name=text("Water"), amount=said("1.00", checked=False)),),
    total=said("1.10", checked=False),
    checked=False,
    notes=("items 1.00 is not total 1.10",),
)
NOTHING = ReceiptFields()


@dataclass
class FixedReader:
    """A reader that tells the same fields of each page, or of the pages in turn; it keeps the words that it was shown.

    Attributes:
        answers: What it tells, again from the first after the last.
        shown: Words of the pages that it was shown.
    """

    answers: tuple[ReceiptFields, ...] = (RECEIPT,)
    shown: list[PageWords] = field(default_factory=list)

    def read(self, words: PageWords) -> ReceiptFields:
        self.shown.append(words)
        return self.answers[(len(self.shown) - 1) % len(self.answers)]


@contextmanager
def telling(*answers: ReceiptFields) -> Iterator[list[Path]]:
    """Have fields told by a fixed reader meanwhile; yields the weights that are opened."""
    opened: list[Path] = []
    reader = FixedReader(answers or (RECEIPT,))

    def open_fixed(weights: Path = Path("fields")) -> FixedReader:
        opened.append(weights)
        return reader

    field_reader.cache_clear()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("receiptgen.extraction.opened_reader.open_field_reader", open_fixed)
        yield opened
    field_reader.cache_clear()
