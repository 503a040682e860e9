"""Totals of a range: its ends, refunds, and what is given beside them."""

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from receiptgen.commerce.basket import BasketSpec, Receipt, draw
from receiptgen.commerce.countries.locales import locale
from receiptgen.commerce.given.given_receipt import GivenReceipt
from receiptgen.commerce.sale.identities import broken_identities
from receiptgen.core.dice import Dice
from receiptgen.core.errors import ValuesError

# Taxes are in the prices there, so that every total can be reached.
PLACES = ["de_DE", "en_GB", "ja_JP"]
seeds = st.integers(0, 2**64 - 1)


def receipt(total: str, seed: int, place: str = "de_DE", values: dict[str, Any] | None = None, **spec: Any) -> Receipt:
    asked = BasketSpec.model_validate({"total": total, **spec})
    return draw(asked, Dice(seed), locale(place), GivenReceipt.model_validate(values or {}))


@pytest.mark.smoke
@settings(max_examples=25, deadline=None)
@given(seed=seeds, place=st.sampled_from(PLACES), shop=st.sampled_from(["supermarket", "restaurant", "fuel", "hotel"]))
def test_totals_below_0_are_of_refunds_within_the_range(seed: int, place: str, shop: str) -> None:
    drawn = receipt("-5000..-1000", seed, place, shop=shop, coupon="0.5", tip="0.5")
    assert -5000 <= drawn.total <= -1000
    assert drawn.change == 0
    assert sum(item.amount for item in drawn.items) < 0
    assert broken_identities(drawn) == ()


def test_a_range_around_0_is_of_sales_and_of_refunds() -> None:
    totals = [receipt("-30..30", seed).total for seed in range(16)]
    assert min(totals) < 0 < max(totals)
    assert all(-30 <= total <= 30 for total in totals)


def test_a_refund_mirrors_the_sale_of_its_total() -> None:
    for seed in range(4):
        sale, refund = receipt("17", seed), receipt("-17", seed)
        assert (refund.total, refund.payable) == (-sale.total, -sale.total)
        assert [item.amount for item in refund.items] == [-item.amount for item in sale.items]


def test_ends_between_amounts_are_not_rounded_out_of_the_range() -> None:
    assert {receipt("11.5..13.5", seed, "ja_JP").total for seed in range(12)} == {12, 13}


@pytest.mark.parametrize("values", [{}, {"merchant": {"name": "Our Shop"}}])
def test_a_range_without_an_amount_is_refused(values: dict[str, Any]) -> None:
    with pytest.raises(ValuesError, match=r"^total: 12.34 holds no amount of JPY, which has no decimal places; take"):
        receipt("12.34", 1, "ja_JP", values)


@pytest.mark.parametrize(
    "values", [{"merchant": {"name": "Our Shop"}}, {"items": [{"name": "Tea", "quantity": 2}, {}]}, {"taxes": [{}]}]
)
def test_given_values_without_a_sign_are_those_of_the_refund_that_is_drawn(values: dict[str, Any]) -> None:
    for seed in range(4):
        drawn = receipt("-50..-10", seed, values=values)
        assert drawn.total < 0
        assert broken_identities(drawn) == ()
        assert drawn.items[0].quantity == 2 or "items" not in values


@pytest.mark.parametrize(
    ("values", "total"), [({"total": "20"}, 20), ({"total": "-7"}, -7), ({"items": [{"amount": "3.20"}]}, "3.20")]
)
def test_given_sums_go_before_the_range(values: dict[str, Any], total: Any) -> None:
    assert receipt("-50..-10", 1, values=values, coupon=0, member=0).total == Decimal(total)
    assert receipt("0.001", 1, values=values, coupon=0, member=0).total == Decimal(total)


def test_amounts_of_a_sale_beside_a_drawn_refund_are_refused() -> None:
    fault = r"^total: -20.00 is of a refund, and a sale's amounts are given; give a total$"
    with pytest.raises(ValuesError, match=fault):
        receipt("-20", 1, values={"tip": {"amount": "1.00"}})
