"""Given sums are reached with goods and quantities before prices become such as no good has."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import pytest

from receiptgen.commerce.basket import BasketSpec, Receipt, draw
from receiptgen.commerce.countries.locales import locale
from receiptgen.commerce.given.given_receipt import GivenReceipt
from receiptgen.commerce.sale.identities import broken_identities
from receiptgen.commerce.trade.stock import stock
from receiptgen.core.dice import Dice

D = Decimal
SEEDS = range(8)


def receipt(values: Mapping[str, Any], seed: int, place: str, **spec: Any) -> Receipt:
    drawn = draw(BasketSpec.model_validate(spec), Dice(seed), locale(place), GivenReceipt.model_validate(values))
    assert broken_identities(drawn) == ()
    return drawn


@pytest.mark.parametrize(("total", "place"), [("312.00", "en_US"), ("311.99", "en_GB"), ("312.00", "de_DE")])
def test_one_named_good_of_a_large_total_is_bought_often_at_its_price(total: str, place: str) -> None:
    for seed in SEEDS:
        drawn = receipt({"items": [{"name": "Cappuccino"}], "total": total}, seed, place, shop="cafe")
        (item,) = drawn.items
        assert drawn.total == D(total)
        assert item.quantity > 20
        assert 1 < item.unit_price < 10


@pytest.mark.parametrize("total", ["0.90", "7.50", "60.00", "250.00", "700.00"])
def test_goods_of_a_total_alone_cost_what_such_goods_cost(total: str) -> None:
    dearest = max(ware.high for ware in stock("cafe", locale("fr_FR")).pieces)
    for seed in SEEDS:
        drawn = receipt({"total": total}, seed, "fr_FR", shop="cafe", items="1..6")
        assert drawn.total == D(total)
        assert max(item.unit_price for item in drawn.items) < 2 * D(dearest)


def test_goods_of_which_nothing_is_given_are_dear_ones_where_much_is_left() -> None:
    prices = [
        max(
            item.unit_price
            for item in receipt({"items": [{}], "total": "30.00"}, seed, "fr_FR", shop="restaurant").items
        )
        for seed in SEEDS
    ]
    assert min(prices) > 7


def test_a_large_bill_of_fuel_is_of_a_large_tank() -> None:
    for seed in SEEDS:
        drawn = receipt({"total": "180.00"}, seed, "de_DE", shop="fuel")
        assert D("1") < drawn.items[0].unit_price < D("3.2")


def test_given_quantities_stay_and_prices_give_way() -> None:
    for seed in SEEDS:
        drawn = receipt(
            {"items": [{"name": "Tea", "quantity": 2}], "total": "90.00"},
            seed,
            "en_GB",
            shop="cafe",
            coupon=0,
            member=0,
        )
        assert drawn.items[0].quantity == 2


def test_a_known_good_has_a_price_of_its_own() -> None:
    for seed in SEEDS:
        (item,) = receipt({"items": [{"name": "Espresso"}]}, seed, "de_DE", shop="cafe").items
        assert item.unit_price < 8
