import pytest
from code_pages import printable
from hypothesis import strategies as st

from receiptgen.commerce.countries.locales import locale
from receiptgen.commerce.countries.shelves import catalogue
from receiptgen.commerce.trade.stock import stock
from receiptgen.core.assets import packaged_names

LOCALES = packaged_names("locales")
SHOPS = packaged_names("shops")
LANGUAGES = packaged_names("catalogues")
seeds = st.integers(0, 2**64 - 1)


def test_americans_buy_gallons_and_pounds_and_drive_miles() -> None:
    assert set(stock("fuel", locale("en_US")).measured) == {"gal"}
    assert set(stock("supermarket", locale("en_US")).measured) == {"lb"}
    assert "mi" in stock("taxi", locale("en_US")).measured
    assert set(stock("supermarket", locale("en_GB")).measured) == {"kg"}


def test_malaysian_dishes_are_sold_in_malaysia_only() -> None:
    def dishes(place: str) -> set[str]:
        return {ware.name for ware in stock("restaurant", locale(place)).pieces}

    assert "Nasi Lemak" in dishes("en_MY")
    assert "Nasi Lemak" not in dishes("en_US")
    assert "Caesar Salad" in dishes("en_MY")


@pytest.mark.parametrize("language", LANGUAGES)
def test_catalogues_are_large_and_printable_and_without_doubles(language: str) -> None:
    english = language == "en"
    least = {"supermarket": 60, "restaurant": 40, "cafe": 25, "bakery": 25, "pharmacy": 25, "hardware": 25}
    if english:
        least = {
            "supermarket": 150,
            "restaurant": 80,
            "cafe": 50,
            "bakery": 50,
            "pharmacy": 60,
            "hardware": 80,
        }
    for shop in SHOPS:
        shelf = catalogue(language)[shop]
        assert len(shelf.goods) >= least.get(shop, 12 if english else 8), shop
        keys = [(good.name, good.countries) for good in shelf.goods]
        assert len(set(keys)) == len(keys)
        for good in shelf.goods:
            assert printable(" ".join((good.name, *good.sizes)), language), good.name
            assert good.price.low > 0


@pytest.mark.smoke
@pytest.mark.parametrize("place", LOCALES)
def test_every_locale_can_stock_every_shop(place: str) -> None:
    where = locale(place)
    for shop in SHOPS:
        found = stock(shop, where)
        assert found.pieces or found.measured
