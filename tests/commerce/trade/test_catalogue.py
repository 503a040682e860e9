import pytest
from code_pages import printable
from hypothesis import strategies as st
from pydantic import ValidationError

from receiptgen.commerce.countries.locales import locale
from receiptgen.commerce.countries.shelves import Shelf, catalogue, catalogue_of
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


@pytest.mark.parametrize(
    "place", [place for place in LOCALES if locale(place).goods.names or locale(place).goods.without]
)
def test_what_a_country_calls_otherwise_is_in_its_catalogue(place: str) -> None:
    where = locale(place)
    shelves = catalogue(where.catalogue or catalogue_of(where.language)).values()
    common = [good for shelf in shelves for good in shelf.goods if not good.countries]
    names = {good.name for good in common} | {
        note for shelf in shelves for notes in shelf.notes.values() for note in notes
    }
    assert not {*where.goods.names, *where.goods.without} - names
    assert not set(where.goods.packs) - {pack for good in common for pack in good.sizes}
    for name in (*where.goods.names.values(), *where.goods.packs.values()):
        assert printable(name, where.language), name


def test_americans_buy_no_british_goods_and_no_grams() -> None:
    everywhere = [stock(shop, locale("en_US")) for shop in SHOPS]
    wares = [
        ware for one in everywhere for ware in (*one.pieces, *(ware for some in one.measured.values() for ware in some))
    ]
    words = {word.casefold() for ware in wares for word in ware.name.split()}
    assert not words & {
        "courgettes",
        "crisps",
        "crumpets",
        "rocket",
        "flapjack",
        "mince",
        "wholemeal",
        "nappy",
        "spanner",
    }
    sizes = {size for ware in wares if ware.tax_class.startswith("food") for size in ware.sizes}
    assert not any(size.rstrip("g")[-1:].isdigit() and size.endswith("g") for size in sizes)
    assert {"HALF GAL", "GALLON"} <= sizes
    assert "1 PT" in {size for ware in stock("supermarket", locale("en_GB")).pieces for size in ware.sizes}


def test_swiss_goods_have_no_sharp_s() -> None:
    for shop in SHOPS:
        found = stock(shop, locale("de_CH"))
        assert not [ware.name for ware in found.pieces if "ß" in ware.name + " ".join(ware.sizes)]


def test_modifiers_fit_their_goods() -> None:
    cafe, restaurant = stock("cafe", locale("en_GB")), stock("restaurant", locale("en_GB"))
    told = {ware.name: set(one.notes_of(ware)) for one in (cafe, restaurant) for ware in one.pieces}
    assert "extra shot" in told["Flat White"]
    assert not told["Soup of the Day"]
    assert not told["Merlot Bottle"]
    assert "no ice" not in told["Sirloin Steak"]
    assert "medium rare" in told["Sirloin Steak"]
    assert "medium rare" not in told["Mushroom Risotto"]
    assert not told["Butter Croissant"] & {"extra shot", "decaf"}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_kind_of_modifiers_has_goods(language: str) -> None:
    for shop in ("restaurant", "cafe"):
        shelf = catalogue(language)[shop]
        assert set(shelf.notes) == {good.kind for good in shelf.goods if good.kind}
        assert len(shelf.notes) >= 2


def test_a_kind_of_goods_without_modifiers_is_refused() -> None:
    good = {"name": "Espresso", "price": "1..2", "tax_class": "drink", "kind": "cofee"}
    with pytest.raises(ValidationError, match="no modifiers of kind 'cofee'; did you mean 'coffee'"):
        Shelf.model_validate({"notes": {"coffee": ["decaf"]}, "goods": [good]})
    assert Shelf.model_validate({"notes": ["decaf"], "goods": [good]}).notes == {"any": ("decaf",)}
