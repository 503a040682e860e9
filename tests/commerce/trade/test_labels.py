"""Prices end as those of their country do, in the forms that a currency's prices have."""

from decimal import Decimal

import pytest

from receiptgen.commerce.countries.currencies import Currency
from receiptgen.commerce.countries.locales import locale
from receiptgen.commerce.trade.labels import SHELF_ENDINGS, price_of
from receiptgen.commerce.trade.shops import shop_type
from receiptgen.commerce.trade.stock import stock
from receiptgen.core.dice import Dice

FORMS = {
    "shelf": [{"step": 1, "endings": ["0.9", "0.5"]}, {"above": 100, "step": 10, "endings": [9]}],
    "menu": [{"step": 5}],
    "fuel": [{"step": 1, "endings": ["0.9"]}],
}


def prices(shop: str, menu: bool, unit: str = "", **currency: object) -> set[Decimal]:
    """Prices of all that a German shop sells, in a currency of 20 units a euro."""
    place = locale("de_DE")
    money = {**place.currency.model_dump(), "scale": 20, "prices": FORMS, **currency}
    place = place.model_copy(update={"currency": Currency.model_validate(money), "name": f"test {currency}"})
    wares = stock(shop, place).measured[unit] if unit else stock(shop, place).pieces
    return {price_of(ware, seed / 40, menu, Dice(seed), place.currency) for ware in wares for seed in range(40)}


def test_small_and_large_prices_of_a_shelf_have_their_own_forms() -> None:
    drawn = prices("supermarket", menu=False)
    assert {price % 1 for price in drawn if price < 100} == {Decimal("0.9"), Decimal("0.5")}
    large = {price for price in drawn if price > 101}
    assert large
    assert {price % 10 for price in large} == {9}
    assert {price.as_tuple().exponent for price in drawn} == {-2}


def test_prices_of_a_menu_are_whole_steps_above_nothing() -> None:
    drawn = prices("cafe", menu=True)
    assert min(drawn) > 0
    assert {price % 5 for price in drawn} == {0}


def test_fuel_may_have_more_places_than_amounts() -> None:
    drawn = prices("fuel", menu=False, unit="L", places=0)
    assert {price % 1 for price in drawn} == {Decimal("0.9")}


@pytest.mark.parametrize(
    ("place", "shop", "endings"),
    [
        ("sv_SE", "cafe", {0}),
        ("sv_SE", "supermarket", {0, 50, 90, 95}),
        ("da_DK", "supermarket", {0, 25, 50, 75, 95}),
        ("de_DE", "supermarket", set(SHELF_ENDINGS)),
    ],
)
def test_prices_end_as_those_of_the_country_do(place: str, shop: str, endings: set[int]) -> None:
    where, kind = locale(place), shop_type(shop)
    wares = [ware for ware in stock(shop, where).pieces if ware.low >= 1]
    prices = [price_of(ware, 0.5, kind.menu, Dice(key), where.currency) for key, ware in enumerate(wares)]
    assert {int(price * 100) % 100 for price in prices} <= endings


@pytest.mark.parametrize(
    ("place", "places", "last"),
    [
        ("nb_NO", 2, {4, 9}), ("fi_FI", 3, {9}), ("pl_PL", 2, set(range(10))), ("cs_CZ", 2, {0}), ("hu_HU", 1, {9}),
    ],
)  # fmt: skip
def test_prices_of_fuel_have_the_places_of_the_country(place: str, places: int, last: set[int]) -> None:
    where = locale(place)
    for ware in stock("fuel", where).measured["L"]:
        price = price_of(ware, 0.5, False, Dice(1), where.currency)
        assert -int(price.as_tuple().exponent) == places
        assert price.as_tuple().digits[-1] in last
        assert ware.low - 1 < price < ware.high + 1
