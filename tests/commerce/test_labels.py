"""Prices end as those of their country do."""

import pytest

from receiptgen.commerce.labels import SHELF_ENDINGS, price_of
from receiptgen.commerce.locales import locale
from receiptgen.commerce.shops import shop_type
from receiptgen.commerce.stock import stock
from receiptgen.core.dice import Dice


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


@pytest.mark.parametrize(("place", "last"), [("nb_NO", {4, 9}), ("fi_FI", {9})])
def test_prices_of_fuel_have_the_places_that_the_currency_says(place: str, last: set[int]) -> None:
    where = locale(place)
    for ware in stock("fuel", where).measured["L"]:
        price = price_of(ware, 0.5, False, Dice(1), where.currency)
        assert -price.as_tuple().exponent == where.currency.fuel_places
        assert price.as_tuple().digits[-1] in last
