"""Rates hold on their days, also where they changed within a year."""

from datetime import date, timedelta

import pytest

from receiptgen.commerce.basket import BasketSpec, draw
from receiptgen.commerce.given_receipt import GivenReceipt
from receiptgen.commerce.locales import locale
from receiptgen.core.days import Days
from receiptgen.core.dice import Dice


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


def test_food_in_sweden_is_taxed_at_6_per_cent_from_april_2026():
    sweden = locale("sv_SE")
    for day, percent in (("2026-03-31", 12), ("2026-04-01", 6), ("2027-12-31", 6), ("2028-01-01", 12)):
        receipt = draw(BasketSpec(shop="supermarket"), Dice(3), sweden, GivenReceipt(date=day))
        assert receipt.moment.date() == date.fromisoformat(day)
        rate = receipt.scheme.rates[receipt.scheme.classes["food"]]
        assert rate.percent == percent


@pytest.mark.parametrize("name", ["sv_SE", "nb_NO", "da_DK", "fi_FI"])
def test_rates_are_known_without_a_gap(name):
    schemes = locale(name).taxes
    first, last = min(scheme.days.first for scheme in schemes), date(2026, 12, 31)
    ends = {scheme.days.last for scheme in schemes if scheme.days.last < last}
    starts = {first, last, *(end + timedelta(days=1) for end in ends)}
    assert [day for day in sorted(starts) if not any(day in scheme.days for scheme in schemes)] == []
