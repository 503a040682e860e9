"""Classes of goods, their parts, and the rates that schemes give them."""

import pytest

from receiptgen.commerce.locales import locale
from receiptgen.commerce.shelves import Shelf
from receiptgen.commerce.taxes import TaxScheme
from receiptgen.config.records import loads
from receiptgen.core.errors import ConfigError

SCHEME = """
inclusive: true
summary: VAT
rates: {full: {parts: {VAT: 27}}, middle: {parts: {VAT: 18}}, low: {parts: {VAT: 5}}}
classes: {standard: full, food: middle, food.milk: low}
"""


@pytest.mark.parametrize(
    ("tax_class", "rate"),
    [
        ("food", "middle"), ("food.milk", "low"), ("food.bread", "middle"), ("food.milk.fresh", "low"),
        ("goods", "full"), ("drink.juice", "full"),
    ],
)  # fmt: skip
def test_a_part_of_a_class_has_its_own_rate_or_that_of_the_class(tax_class: str, rate: str) -> None:
    assert loads(SCHEME, TaxScheme, name="scheme.yaml").rate_of(tax_class) == rate


@pytest.mark.parametrize(
    ("place", "year", "tax_class", "percent"),
    [
        ("hu_HU", 2026, "food", 27), ("hu_HU", 2026, "food.bread", 18), ("hu_HU", 2026, "food.meat", 5),
        ("hu_HU", 2019, "lodging", 18), ("hu_HU", 2020, "lodging", 5),
        ("cs_CZ", 2022, "prepared.drink", 10), ("cs_CZ", 2024, "prepared.drink", 21), ("cs_CZ", 2024, "prepared", 12),
        ("cs_CZ", 2019, "book", 10), ("cs_CZ", 2024, "book", 0),
        ("pl_PL", 2023, "food", 0), ("pl_PL", 2023, "food.sweets", 23), ("pl_PL", 2026, "food", 5),
        ("ro_RO", 2022, "prepared", 5), ("ro_RO", 2023, "prepared", 9), ("ro_RO", 2026, "prepared", 11),
        ("ro_RO", 2026, "drink.sweet", 21), ("ro_RO", 2026, "drink", 11),
    ],
)  # fmt: skip
def test_a_year_has_the_rates_of_its_law(place: str, year: int, tax_class: str, percent: int) -> None:
    schemes = [scheme for scheme in locale(place).taxes if scheme.years.low <= year <= scheme.years.high]
    assert {scheme.rates[scheme.rate_of(tax_class)].percent for scheme in schemes} == {percent}


def test_a_good_of_an_unknown_class_is_refused_with_its_place() -> None:
    with pytest.raises(ConfigError) as error:
        loads("goods:\n  - {name: Kenyér, price: 1..2, tax_class: fod.bread}\n", Shelf, name="goods.yaml")
    assert str(error.value) == "goods.yaml:2:44: goods[0].tax_class: unknown class 'fod.bread'; did you mean 'food'?"
