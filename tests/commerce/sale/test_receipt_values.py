"""Values of a receipt, parted into printed and not printed."""

from dataclasses import fields, replace
from decimal import Decimal

import pytest

from receiptgen.commerce.basket import BasketSpec, Receipt, draw
from receiptgen.commerce.countries.locales import locale
from receiptgen.commerce.sale.receipt_values import drawn_values, part_values
from receiptgen.core.dice import Dice


@pytest.fixture
def receipt() -> Receipt:
    return draw(BasketSpec(shop="supermarket"), Dice(3), locale("en_GB"))


def test_what_was_drawn_is_all_that_a_receipt_holds(receipt: Receipt) -> None:
    # The moment is parted into date and time; of the rules of the taxes only the taxes are told.
    own = {field.name for field in fields(receipt)} - {"moment", "scheme", "contradictions"}
    assert {*drawn_values(receipt)} == own | {"date", "time"}


def test_where_nothing_is_printed_nothing_is_said(receipt: Receipt) -> None:
    said, unsaid, names = part_values(receipt, {})
    assert (said, names) == ({}, {})
    assert unsaid["total"] == str(receipt.total)
    assert [item["name"] for item in unsaid["items"]] == [item.name for item in receipt.items]
    # Where there is neither table nor note nor tip, none went unprinted.
    assert {"table", "guests", "tip"}.isdisjoint(unsaid)


def test_a_value_is_said_as_it_is_printed(receipt: Receipt) -> None:
    printed = {("total",): Decimal("1.50"), ("time",): "10:15", ("merchant", "address", 0): "1 HIGH ST"}
    said, unsaid, names = part_values(receipt, printed)
    assert said == {"merchant": {"address": ["1 HIGH ST"]}, "time": "10:15", "total": "1.50"}
    assert [*names.values()] == ["merchant.address.0", "time", "total"]
    assert {"total", "time"}.isdisjoint(unsaid)
    assert unsaid["merchant"]["address"] == [*receipt.merchant.address[1:]]


def test_entries_that_are_printed_close_up_and_those_that_are_not_come_last(receipt: Receipt) -> None:
    receipt = replace(receipt, taxes=tuple([replace(receipt.taxes[0], name=name) for name in "ABCDE"]))
    said, unsaid, names = part_values(receipt, {("taxes", 2, "name"): "C", ("taxes", 4, "name"): "E"})
    assert said == {"taxes": [{"name": "C"}, {"name": "E"}]}
    assert names == {("taxes", 2, "name"): "taxes.0.name", ("taxes", 4, "name"): "taxes.1.name"}
    assert [line.get("name") for line in unsaid["taxes"]] == [None, None, "A", "B", "D"]
    assert all("percent" in line for line in unsaid["taxes"])


def test_items_keep_their_numbers(receipt: Receipt) -> None:
    said, unsaid, names = part_values(receipt, {("items", 2, "name"): "TEA"})
    assert said == {"items": [{"name": "TEA"} if index == 2 else {} for index in range(len(receipt.items))]}
    assert names == {("items", 2, "name"): "items.2.name"}
    assert [item["amount"] for item in unsaid["items"]] == [str(item.amount) for item in receipt.items]


def test_print_that_is_no_value_of_a_receipt_is_a_fault_of_its_element(receipt: Receipt) -> None:
    with pytest.raises(LookupError, match="no value \\('points',\\)"):
        part_values(receipt, {("points",): 12})
