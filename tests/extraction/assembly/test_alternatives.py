"""Readings that would make a failed sum add up."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from receiptgen.extraction.assembly.alternatives import with_alternatives
from receiptgen.extraction.assembly.identities import Identity
from receiptgen.extraction.fields import Field, ItemFields, ReceiptFields, TenderFields


def _amount(value: str, confidence: float = 0.9, checked: bool | None = None) -> Field:
    return Field(value, value, confidence, (0,), checked)


def _items(*amounts: Field) -> tuple[ItemFields, ...]:
    return tuple(ItemFields(amount=amount) for amount in amounts)


def _failed(due: str, *paths: str) -> list[Identity]:
    return [Identity(paths, False, Decimal(due), "")]


def _alternatives(fields: ReceiptFields) -> dict[str, str]:
    return {path: field.alternative for path, field in fields.each() if field.alternative}


@pytest.mark.smoke
def test_a_total_with_one_other_digit_would_add_up() -> None:
    fields = ReceiptFields(total=_amount("17.50"))
    assert _alternatives(with_alternatives(fields, _failed("11.50", "subtotal", "total"))) == {"total": "11.50"}


@given(value=st.integers(10000, 99999), place=st.integers(1, 4), digit=st.integers(0, 9))
def test_one_digit_is_told_and_two_are_not(value: int, place: int, digit: int) -> None:
    digits = str(value)
    other = digits[:place] + str(digit) + digits[place + 1 :]
    said, due = (f"{text[:3]}.{text[3:]}" for text in (digits, other))
    fields = ReceiptFields(total=_amount(said))
    found = _alternatives(with_alternatives(fields, _failed(due, "subtotal", "total")))
    assert found == ({"total": due} if due != said else {})
    further = ("9" if other[0] != "9" else "8") + other[1:]
    two = _failed(f"{further[:3]}.{further[3:]}", "subtotal", "total")
    if other != digits:
        assert _alternatives(with_alternatives(fields, two)) == {}


def test_an_amount_that_other_sums_bear_out_has_none() -> None:
    fields = ReceiptFields(total=_amount("17.50", checked=True))
    assert _alternatives(with_alternatives(fields, _failed("11.50", "subtotal", "total"))) == {}


def test_the_item_that_accounts_for_the_difference_is_told() -> None:
    fields = ReceiptFields(
        items=_items(_amount("2.50"), _amount("3.70"), _amount("10.20")), subtotal=_amount("15.80", checked=True)
    )
    assert _alternatives(with_alternatives(fields, _failed("16.40", "items", "subtotal"))) == {"items.1.amount": "3.10"}


def test_of_several_items_the_one_that_is_read_worst_is() -> None:
    fields = ReceiptFields(
        items=_items(_amount("3.70", 0.9), _amount("2.70", 0.4), _amount("4.70", 0.8)),
        subtotal=_amount("10.50", checked=True),
    )
    assert _alternatives(with_alternatives(fields, _failed("11.10", "items", "subtotal"))) == {"items.1.amount": "2.10"}


def test_a_difference_of_more_digits_has_no_alternative() -> None:
    fields = ReceiptFields(items=_items(_amount("2.50")), total=_amount("9.99"))
    assert with_alternatives(fields, _failed("2.50", "items", "total")) == fields
    assert with_alternatives(fields, _failed("2.50", "tenders", "payable")) == fields
    assert with_alternatives(fields, []) == fields


def test_a_payment_or_change_with_one_other_digit_would_add_up() -> None:
    total = _amount("9.00", checked=True)
    fields = ReceiptFields(
        total=total, tenders=(TenderFields("cash", amount=_amount("70.00")),), change=_amount("1.00", 0.5)
    )
    assert _alternatives(with_alternatives(fields, _failed("69.00", "tenders", "change", "total"))) == {
        "tenders.0.amount": "10.00"
    }
    fields = ReceiptFields(
        total=total, tenders=(TenderFields("cash", amount=_amount("10.00")),), change=_amount("7.00", 0.5)
    )
    assert _alternatives(with_alternatives(fields, _failed("3.00", "tenders", "change", "total"))) == {"change": "1.00"}


@given(quantity=st.integers(10, 99), cents=st.integers(10000, 99999), place=st.integers(1, 4), digit=st.integers(0, 9))
def test_a_price_with_one_other_digit_would_make_the_amount(quantity: int, cents: int, place: int, digit: int) -> None:
    digits = str(cents)
    wrong = digits[:place] + str(digit) + digits[place + 1 :]
    price, read = (f"{text[:3]}.{text[3:]}" for text in (digits, wrong))
    amount = f"{quantity * Decimal(price):f}"
    item = ItemFields(quantity=_amount(str(quantity)), unit_price=_amount(read, 0.4), amount=_amount(amount))
    found = _alternatives(with_alternatives(ReceiptFields(items=(item,)), _failed(amount, "items.0")))
    assert found == ({"items.0.unit_price": price} if read != price else {})


def test_factors_of_nothing_or_of_any_length_have_no_alternative() -> None:
    for quantity, price in (("0", "0.00"), ("1." + "2" * 30, "9" * 12), ("3", "1." + "2" * 40)):
        item = ItemFields(quantity=_amount(quantity), unit_price=_amount(price), amount=_amount("12.00"))
        assert _alternatives(with_alternatives(ReceiptFields(items=(item,)), _failed("1", "items.0"))) == {}
