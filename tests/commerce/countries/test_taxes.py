"""Classes of goods and their parts, the rates that schemes give them, and the days on which these hold."""

from datetime import date, timedelta

import pytest

from receiptgen.commerce.basket import BasketSpec, draw
from receiptgen.commerce.countries.known_days import nearest_year
from receiptgen.commerce.countries.locales import locale
from receiptgen.commerce.countries.shelves import Shelf
from receiptgen.commerce.countries.taxes import TaxScheme
from receiptgen.commerce.given.given_receipt import GivenReceipt
from receiptgen.config.records import loads
from receiptgen.core.days import Days
from receiptgen.core.dice import Dice
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
    ("place", "day", "tax_class", "percent"),
    [
        ("hu_HU", "2026-01-01", "food", 27), ("hu_HU", "2026-01-01", "food.bread", 18),
        ("hu_HU", "2026-01-01", "food.meat", 5), ("hu_HU", "2019-12-31", "lodging", 18),
        ("hu_HU", "2020-01-01", "lodging", 5),
        ("cs_CZ", "2020-04-30", "prepared", 15), ("cs_CZ", "2020-07-01", "prepared", 10),
        ("cs_CZ", "2023-12-31", "prepared.drink", 10), ("cs_CZ", "2024-01-01", "prepared.drink", 21),
        ("cs_CZ", "2024-01-01", "prepared", 12), ("cs_CZ", "2023-12-31", "book", 10),
        ("cs_CZ", "2024-01-01", "book", 0),
        ("pl_PL", "2022-01-31", "food", 5), ("pl_PL", "2022-02-01", "food", 0), ("pl_PL", "2022-02-01", "fuel", 8),
        ("pl_PL", "2023-01-01", "fuel", 23), ("pl_PL", "2024-03-31", "food", 0), ("pl_PL", "2024-04-01", "food", 5),
        ("pl_PL", "2024-03-31", "food.sweets", 23), ("pl_PL", "2024-03-31", "drink.juice", 0),
        ("ro_RO", "2018-10-31", "prepared", 9), ("ro_RO", "2018-11-01", "prepared", 5),
        ("ro_RO", "2023-01-01", "prepared", 9), ("ro_RO", "2025-07-31", "standard", 19),
        ("ro_RO", "2025-08-01", "standard", 21), ("ro_RO", "2025-08-01", "drink", 11),
        ("ro_RO", "2023-12-31", "food.sweets", 9), ("ro_RO", "2024-01-01", "food.sweets", 19),
    ],
)  # fmt: skip
def test_a_day_has_the_rates_of_its_law(place: str, day: str, tax_class: str, percent: int) -> None:
    schemes = [scheme for scheme in locale(place).taxes if scheme.holds_on(date.fromisoformat(day))]
    assert {scheme.rates[scheme.rate_of(tax_class)].percent for scheme in schemes} == {percent}


def test_a_good_of_an_unknown_class_is_refused_with_its_place() -> None:
    with pytest.raises(ConfigError) as error:
        loads("goods:\n  - {name: Kenyér, price: 1..2, tax_class: fod.bread}\n", Shelf, name="goods.yaml")
    assert str(error.value) == "goods.yaml:2:44: goods[0].tax_class: unknown class 'fod.bread'; did you mean 'food'?"


@pytest.mark.parametrize(
    ("place", "days", "shop", "percents"),
    [
        ("sv_SE", "2026-03-01..2026-03-31", "supermarket", {0, 6, 12, 25}),
        ("fi_FI", "2024-08-01..2024-08-31", "hardware", {24}),
        ("fi_FI", "2024-09-01..2024-09-30", "hardware", {25.5}),
        ("nb_NO", "2020-03-15..2020-03-31", "taxi", {12}),
        ("nb_NO", "2020-04-01..2021-09-30", "taxi", {6}),
        ("nb_NO", "2021-10-01..2021-10-31", "taxi", {12}),
    ],
)
def test_a_receipt_has_the_rates_of_its_day(place, days, shop, percents):
    spec, asked = BasketSpec(shop=shop, dates=days), Days.parse(days)
    for seed in range(12):
        receipt = draw(spec, Dice(seed), locale(place))
        assert receipt.moment.date() in asked
        assert {float(tax.percent) for tax in receipt.taxes} <= percents


@pytest.mark.parametrize(("place", "first"), [("bg_BG", "2026-01-01"), ("hr_HR", "2023-01-01")])
@pytest.mark.parametrize("years", ["2000..2024", "2015..2022"])
def test_where_a_template_knows_earlier_years_alone_money_and_rates_are_of_the_day(place, first, years):
    for seed in range(6):
        receipt = draw(BasketSpec(shop="bakery", years=years), Dice(seed), locale(place))
        assert receipt.scheme.holds_on(receipt.moment.date())
        assert receipt.moment.date() >= date.fromisoformat(first)


def test_a_year_after_all_that_are_known_gives_the_last_of_them():
    scheme = loads(SCHEME.replace("summary: VAT", "summary: VAT\nyears: 2010..2019"), TaxScheme, name="scheme.yaml")
    assert nearest_year([scheme], Days.parse("2024-01-01..2026-12-31")) == Days.parse("2019-01-01..2019-12-31")
    assert nearest_year([scheme], Days.parse("1995-01-01..1996-12-31")) == Days.parse("2010-01-01..2010-12-31")


def test_food_in_sweden_is_taxed_at_6_per_cent_from_april_2026():
    sweden = locale("sv_SE")
    for day, percent in (("2026-03-31", 12), ("2026-04-01", 6), ("2027-12-31", 6), ("2028-01-01", 12)):
        receipt = draw(BasketSpec(shop="supermarket"), Dice(3), sweden, GivenReceipt(date=day))
        assert receipt.moment.date() == date.fromisoformat(day)
        rate = receipt.scheme.rates[receipt.scheme.classes["food"]]
        assert rate.percent == percent


@pytest.mark.parametrize("name", ["sv_SE", "nb_NO", "da_DK", "fi_FI", "de_DE", "en_GB", "en_IE", "nl_NL"])
def test_rates_are_known_without_a_gap(name):
    spans = [span for scheme in locale(name).taxes for span in scheme.spans]
    first, last = min(span.first for span in spans), date(2026, 12, 31)
    ends = {span.last for span in spans if span.last < last}
    starts = {first, last, *(end + timedelta(days=1) for end in ends)}
    assert [day for day in sorted(starts) if not any(day in span for span in spans)] == []


def test_a_scheme_holds_in_several_ranges_and_receipts_are_of_them():
    text = SCHEME.replace("summary: VAT", "summary: VAT\ndates: [2020-01-01..2020-06-30, 2024-01-01]")
    scheme = loads(text, TaxScheme, name="scheme.yaml")
    assert [scheme.holds_on(date.fromisoformat(day)) for day in ("2020-06-30", "2020-07-01", "2024-01-01")] == [
        True, False, True,
    ]  # fmt: skip
    assert scheme.held_in(Days.parse("2020-06-01..2023-01-01")) == (Days.parse("2020-06-01..2020-06-30"),)
    with pytest.raises(ConfigError, match=r"dates\[1\]: '2024-13-01' is not a day"):
        loads(text.replace("2024-01-01]", "2024-13-01]"), TaxScheme, name="scheme.yaml")


@pytest.mark.parametrize("seed", range(12))
def test_german_meals_are_taxed_as_on_their_day(seed):
    spec = BasketSpec(shop="restaurant", dates="2019-06-01..2026-12-31")
    receipt = draw(spec, Dice(seed), locale("de_DE"))
    day = receipt.moment.date()
    assert receipt.scheme.holds_on(day)
    low = date(2020, 7, 1) <= day <= date(2023, 12, 31) or day >= date(2026, 1, 1)
    rate = receipt.scheme.rates[receipt.scheme.rate_of("prepared")].percent
    assert rate == (5 if day.year == 2020 and low else 7 if low else 19)


@pytest.mark.parametrize("seed", range(20))
def test_taxes_of_a_town_are_printed_there_alone(seed):
    receipt = draw(BasketSpec(), Dice(seed), locale("en_US"))
    where = " ".join(receipt.merchant.address)
    assert ("MTA TAX" in {tax.name for tax in receipt.taxes}) <= ("New York" in where or "Brooklyn" in where)


def test_invoices_alone_have_net_prices_in_europe():
    for seed in range(6):
        for shop in ("supermarket", "fuel", "restaurant", "hotel"):
            for name in ("de_DE", "fr_BE", "en_GB", "sv_SE"):
                assert draw(BasketSpec(shop=shop), Dice(seed), locale(name)).inclusive
    assert not all(draw(BasketSpec(shop="office"), Dice(seed), locale("en_GB")).inclusive for seed in range(60))


@pytest.mark.parametrize(
    ("place", "shop", "tax_class", "percent"),
    [
        ("de_CH", "cafe", "drink", 8.1), ("de_CH", "supermarket", "drink", 2.6), ("it_IT", "restaurant", "drink", 10),
        ("it_IT", "supermarket", "alcohol", 22), ("es_ES", "restaurant", "alcohol", 10),
        ("es_ES", "supermarket", "alcohol", 21),
    ],
)  # fmt: skip
def test_drinks_that_are_served_are_taxed_as_meals(place, shop, tax_class, percent):
    for seed in range(6):
        scheme = draw(BasketSpec(shop=shop, dates="2024-01-01..2026-12-31"), Dice(seed), locale(place)).scheme
        assert float(scheme.rates[scheme.rate_of(tax_class)].percent) == percent
