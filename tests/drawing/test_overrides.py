"""What a command or a program says goes before the templates, sample by sample."""

from collections.abc import Mapping
from datetime import date
from typing import Any

import pytest
from receipt_leaves import drawn

from receiptgen import Receipts, Snippets
from receiptgen.core.errors import ConfigError
from receiptgen.drawing.overrides import Overrides
from receiptgen.drawing.template import receipt_template


def values_of(count: int, template: str = "supermarket", **settings: Any) -> list[Mapping[str, Any]]:
    receipts = Receipts(template, seed=4, **settings)
    return [drawn(receipts.draw(index)) for index in range(count)]


def test_locales_are_those_that_are_said() -> None:
    assert {values["locale"] for values in values_of(12, locales=["de_DE", "nl_NL"])} == {"de_DE", "nl_NL"}
    assert {sample.locale for _, sample in zip(range(4), Snippets("date", locales="fr_FR"), strict=False)} == {"fr_FR"}


def test_days_lie_within_their_range_ends_included() -> None:
    days = {values["date"] for values in values_of(30, "parking", dates="2025-12-30..2026-01-01")}
    assert days == {"2025-12-30", "2025-12-31", "2026-01-01"}
    assert values_of(1, dates=date(2025, 3, 1))[0]["date"] == "2025-03-01"


def test_a_range_of_days_draws_the_taxes_of_its_years() -> None:
    for values in values_of(10, "bakery_gst", locales="en_MY", dates="2016-06-01..2016-08-31"):
        assert "2016-06-01" <= values["date"] <= "2016-08-31"
        assert {line["percent"] for line in values["taxes"]} <= {"0", "6"}


def test_countries_that_know_nothing_of_the_days_are_not_drawn() -> None:
    days = "2005-01-01..2005-12-31"
    assert {values["locale"] for values in values_of(12, "bakery_gst", dates=days)} == {"en_IN", "en_AU"}
    with pytest.raises(ConfigError, match=r"basket.dates: 'bg_BG' knows taxes and money of 2026-01-01..2099-12-31"):
        values_of(1, "bakery_gst", dates=days, locales="bg_BG")


def test_the_number_of_items_is_that_which_is_said() -> None:
    assert [len(values["items"]) for values in values_of(2, items=80)] == [80, 80]
    assert {len(values["items"]) for values in values_of(12, items="1..2")} == {1, 2}


@pytest.mark.parametrize("share", [0, 1])
def test_shares_of_discounts_tips_and_cash_are_those_that_are_said(share: int) -> None:
    for values in values_of(6, "restaurant", discount=share, tip=share, cash=share):
        assert bool(values.get("discounts")) == bool(values.get("tip")) == bool(share)
        assert ({tender["kind"] for tender in values["tenders"]} == {"cash"}) == bool(share)


def test_what_is_not_said_stays_as_it_was_drawn() -> None:
    plain, cash = (values_of(4, **settings) for settings in ({}, {"cash": 0.5}))
    for one, other in zip(plain, cash, strict=True):
        assert [one[key] for key in ("merchant", "items", "total", "date")] == [
            other[key] for key in ("merchant", "items", "total", "date")
        ]


def test_no_override_leaves_the_template_itself() -> None:
    template = receipt_template("cafe").value
    assert Overrides().of(template) is template


@pytest.mark.parametrize(
    ("settings", "fault"),
    [
        ({"locales": "de_DD"}, r"^locales: unknown locale 'de_DD'; did you mean 'de_DE'\?$"),
        (
            {"dates": "yesterday"},
            r"^dates: 'yesterday' is not a day or a range of days such as 2025-01-01..2025-12-31$",
        ),
        ({"items": "0..3"}, r"^items: expected whole numbers from 1 to 400, got 0..3$"),
        (
            {"total": "0.1..0.9", "locales": "ja_JP"},
            r"^cafe: basket.total: 0.1..0.9 holds no amount of JPY, which has no decimal places; take other totals",
        ),
        ({"tip": 7}, r"^tip: expected at most 1.0, got '7'$"),
        ({"contradictions": "prnt"}, r"^contradictions: 'prnt' is not 'refuse' or 'print'; did you mean 'print'\?$"),
    ],
)
def test_a_wrong_override_is_told_in_one_line(settings: Mapping[str, Any], fault: str) -> None:
    with pytest.raises(ConfigError, match=fault):
        Receipts("cafe", **settings)
