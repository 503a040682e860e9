"""What a receipt says: values by their paths, and as JSON has them."""

import json
from datetime import date, time
from decimal import Decimal

import pytest

from receiptgen.extraction.fields import (
    ChargeFields,
    Field,
    IdentifierFields,
    ItemFields,
    MerchantFields,
    ReceiptFields,
    TaxFields,
    TenderFields,
)


def _field(value: str, place: int = 0, **more: object) -> Field:
    return Field(value, value.upper(), 0.98765, (place,), **more)  # type: ignore[arg-type]


RECEIPT = ReceiptFields(
    merchant=MerchantFields(
        name=_field("Shop"), address=(_field("Street 1"), _field("Town")),
        tax_ids=(IdentifierFields(number=_field("12")),),
    ),
    date=_field("2018-01-08"), time=_field("13:29:41"),
    items=(
        ItemFields(name=_field("Tea"), amount=_field("2.50", checked=True)),
        ItemFields(amount=_field("3.10", alternative="3.70"), discount=ChargeFields(amount=_field("0.40"))),
    ),
    taxes=(TaxFields(percent=_field("7")),), tenders=(TenderFields("cash", amount=_field("5.60")),),
    total=_field("5.60", 7), checked=False, notes=("items add up to 5.60, total says 5.70",),
)  # fmt: skip


@pytest.mark.smoke
def test_each_field_has_its_path() -> None:
    assert [path for path, _ in RECEIPT.each()] == [
        "merchant.name", "merchant.address.0", "merchant.address.1", "merchant.tax_ids.0.number", "date", "time",
        "items.0.name", "items.0.amount", "items.1.discount.amount", "items.1.amount", "taxes.0.percent", "total",
        "tenders.0.amount",
    ]  # fmt: skip
    assert dict(RECEIPT.each())["total"] is RECEIPT.total
    assert list(ReceiptFields().each()) == []


def test_values_are_those_of_a_receipt() -> None:
    values = RECEIPT.values()
    assert {name: value for name, value in values.items() if value is not None} == {
        "merchant": {"name": "Shop", "address": ["Street 1", "Town"], "tax_ids": [{"number": "12"}]},
        "date": "2018-01-08", "time": "13:29:41",
        "items": [{"name": "Tea", "amount": "2.50"}, {"discount": {"amount": "0.40"}, "amount": "3.10"}],
        "taxes": [{"percent": "7"}], "total": "5.60", "tenders": [{"kind": "cash", "amount": "5.60"}],
    }  # fmt: skip
    assert values["subtotal"] is None
    assert list(values) == list(ReceiptFields().values())
    assert not {"checked", "notes"} & set(values)
    assert set(ReceiptFields().values().values()) == {None}


def test_an_item_of_which_nothing_is_known_keeps_its_number() -> None:
    items = (ItemFields(), ItemFields(name=_field("Tea")))
    assert ReceiptFields(items=items).values()["items"] == [{}, {"name": "Tea"}]


def test_a_dictionary_tells_of_each_field() -> None:
    told = RECEIPT.to_dict()
    assert json.loads(json.dumps(told)) == told
    assert told["values"] == RECEIPT.values()
    assert (told["checked"], told["notes"]) == (False, list(RECEIPT.notes))
    assert set(told["fields"]) == {path for path, _ in RECEIPT.each()}
    assert told["fields"]["total"] == {
        "value": "5.60", "text": "5.60", "confidence": 0.9877, "checked": None, "words": [7],
    }  # fmt: skip
    assert told["fields"]["items.0.amount"]["checked"] is True
    assert told["fields"]["items.1.amount"]["alternative"] == "3.70"


def test_values_are_read_as_what_they_are() -> None:
    assert RECEIPT.date
    assert RECEIPT.time
    assert RECEIPT.total
    assert RECEIPT.date.date == date(2018, 1, 8)
    assert RECEIPT.time.time == time(13, 29, 41)
    assert RECEIPT.total.decimal == Decimal("5.60")
    with pytest.raises(ValueError, match="Shop"):
        _ = _field("Shop").date
