"""The sums of items: those that are true hold, a discount that contradicts them goes, and none fails silently."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from receiptgen.extraction.assembly.item_sums import item_sums, without_contradiction
from receiptgen.extraction.fields import ChargeFields, Field, ItemFields

CENTS = st.integers(1, 10**6).map(lambda cents: Decimal(cents) / 100)
PIECES = st.integers(1, 99)


def _field(value: str | Decimal | int) -> Field:
    return Field(str(value), str(value), 0.9, (0,))


def _item(off: str | Decimal = "", **values: str | Decimal | int) -> ItemFields:
    discount = ChargeFields(amount=_field(off)) if off else None
    return ItemFields(discount=discount, **{name: _field(value) for name, value in values.items()})  # type: ignore[arg-type]


def _told(item: ItemFields, *rates: str) -> list[str]:
    return [identity.told for identity in item_sums([item], list(map(Decimal, rates))) if not identity.holds]


@pytest.mark.smoke
@given(quantity=PIECES, price=CENTS, off=CENTS, wrong=CENTS)
def test_no_item_that_does_not_add_up_passes_silently(
    quantity: int, price: Decimal, off: Decimal, wrong: Decimal
) -> None:
    item = without_contradiction(_item(off, quantity=quantity, unit_price=price, amount=wrong))
    due = quantity * price - (off if item.discount else 0)
    slack = Decimal("0.01") + quantity * Decimal("0.005")
    assert bool(_told(item)) == (abs(abs(due) - wrong) > slack)


@given(quantity=PIECES, price=CENTS, off=CENTS)
def test_a_discount_that_is_in_the_amount_stays(quantity: int, price: Decimal, off: Decimal) -> None:
    item = _item(off, quantity=quantity, unit_price=price, amount=quantity * price - off)
    assert without_contradiction(item) == item
    assert _told(item) == []


@given(quantity=PIECES, price=CENTS, off=st.integers(200, 10**6).map(lambda cents: Decimal(cents) / 100))
def test_a_discount_without_which_the_amount_is_right_goes(quantity: int, price: Decimal, off: Decimal) -> None:
    if abs(abs(quantity * price - off) - quantity * price) <= 2:
        return
    item = without_contradiction(_item(off, quantity=quantity, unit_price=price, amount=quantity * price))
    assert item.discount is None
    assert _told(item) == []


def test_a_price_in_two_columns_is_no_discount() -> None:
    assert without_contradiction(_item("160.00", unit_price="160.00", amount="160.00")).discount is None
    assert without_contradiction(_item("18.00", quantity=2, unit_price="18.00", amount="36.00")).discount is None
    assert without_contradiction(_item("80.00", gross="80.00", amount="80.00")).discount is None
    # Nothing says what it is taken off, or what is left.
    for item in (_item("1.00", amount="5.00"), _item("1.00", gross="5.00"), _item("1.00", unit_price="5.00")):
        assert without_contradiction(item) == item


def test_what_fails_is_told_in_numbers() -> None:
    item = _item("1.00", quantity=2, unit_price="5.00", amount="7.50")
    assert _told(item) == ["item 1: 2 x 5.00 less 1.00 is 9.00, not 7.50"]
    assert _told(_item(gross="5.00", amount="4.00")) == ["item 1: 5.00 less nothing is 5.00, not 4.00"]
    assert _told(_item("1.00", quantity=3, unit_price="2.00", gross="5.00", amount="4.00")) == [
        "item 1: 3 x 2.00 is 6.00, not 5.00"
    ]


@given(grams=st.integers(1, 99999), price=CENTS)
def test_what_is_weighed_may_be_rounded(grams: int, price: Decimal) -> None:
    weight = Decimal(grams) / 1000
    for places in ("0.01", "1"):
        paid = (weight * price).quantize(Decimal(places))
        assert _told(_item(quantity=f"{weight:.3f}", unit_price=price, amount=paid)) == []


@given(quantity=PIECES, price=CENTS, rate=st.sampled_from(["6", "7.7", "19", "23"]))
def test_the_tax_may_be_in_the_amount_alone_or_in_the_price_alone(quantity: int, price: Decimal, rate: str) -> None:
    factor = 1 + Decimal(rate) / 100
    for amount in (quantity * price * factor, quantity * price / factor):
        assert _told(_item(quantity=quantity, unit_price=price, amount=amount.quantize(Decimal("0.01"))), rate) == []


def test_goods_that_are_taken_back_have_a_minus_anywhere() -> None:
    for quantity, price, amount in ((-1, "5.00", "-5.00"), (1, "5.00", "-5.00"), (1, "-5.00", "-5.00")):
        assert _told(_item(quantity=quantity, unit_price=price, amount=amount)) == []
    assert _told(_item("1.00", quantity=-1, unit_price="5.00", amount="-4.00")) == []


def test_numbers_of_any_length_are_taken() -> None:
    long = "1." + "2" * 40
    assert _told(_item(quantity=long, unit_price="9" * 12, amount=long))
    assert _told(_item(quantity="9" * 12, unit_price="9" * 12 + ".99", amount="1." + "2" * 40))
