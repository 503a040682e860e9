"""Brands stand on packed goods of their class alone."""

import pytest
from pydantic import ValidationError

from receiptgen.commerce.basket import BasketSpec, draw
from receiptgen.commerce.countries.locales import locale
from receiptgen.commerce.countries.shelves import BRANDED, Shelf, brands_for, catalogue
from receiptgen.commerce.trade.stock import stock
from receiptgen.core.assets import packaged_names
from receiptgen.core.dice import Dice

GOOD = {"name": "Soap", "price": "1..2", "tax_class": "goods"}


@pytest.mark.parametrize("name", packaged_names("catalogues"))
def test_no_brand_of_food_stands_on_household_goods(name: str) -> None:
    shelf = catalogue(name)["supermarket"]
    food = set(brands_for(shelf.brands, "food"))
    assert food
    assert brands_for(shelf.brands, "goods")
    assert not brands_for(shelf.brands, "alcohol")
    assert len(food & set(brands_for(shelf.brands, "goods"))) <= 2
    loose = {good.name for good in shelf.goods if not good.branded}
    assert loose or name == "it"


@pytest.mark.parametrize("tax_class", ["service", "book", "prepared", "fuel", "postage", "lodging"])
def test_services_and_newspapers_have_no_brand(tax_class: str) -> None:
    assert not brands_for({"any": ("Acme",)}, tax_class)


def test_a_part_of_a_class_has_the_brands_of_the_class() -> None:
    brands = {"food": ("Farm",), "food.bread": ("Mill",), "any": ("All",)}
    told = {name: brands_for(brands, name) for name in ("food.milk", "food.bread.rye", "drink")}
    assert told == {"food.milk": ("Farm",), "food.bread.rye": ("Mill",), "drink": ("All",)}


@pytest.mark.parametrize("place", ["fr_FR", "de_AT", "nl_NL", "ja_JP", "ko_KR"])
def test_deposits_bags_and_loose_fruit_are_called_by_their_names(place: str) -> None:
    found = stock("supermarket", locale(place))
    loose = {ware.name for ware in found.pieces if not ware.branded}
    brands = {brand for name in BRANDED for brand in brands_for(found.brands, name)}
    spec = BasketSpec(items="30", names={"full": 1}, weighed=0)
    for seed in range(6):
        for item in draw(spec, Dice(seed), locale(place)).items:
            brand = next((each for each in brands if item.full_name.startswith(f"{each} ")), "")
            assert not brand or item.full_name.removeprefix(f"{brand} ") not in loose


def test_brands_of_an_unknown_class_are_refused() -> None:
    with pytest.raises(ValidationError, match="no brands stand on goods of class 'fod'; did you mean 'food'"):
        Shelf.model_validate({"brands": {"fod": ["Farm"]}, "goods": [GOOD]})
    assert Shelf.model_validate({"brands": ["Farm"], "goods": [GOOD]}).brands == {"any": ("Farm",)}
