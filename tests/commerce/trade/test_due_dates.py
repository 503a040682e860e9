"""Due dates, terms of payment and payments agree."""

from datetime import datetime

import pytest

from receiptgen.commerce.basket import BasketSpec, draw
from receiptgen.commerce.countries.locales import locale
from receiptgen.commerce.given.given_receipt import GivenReceipt
from receiptgen.commerce.trade.due_dates import days_told, terms_of
from receiptgen.core.assets import packaged_names
from receiptgen.core.dice import Dice


@pytest.mark.parametrize(
    ("terms", "days"),
    [
        ("Net 30 days", 30), ("Due on receipt", 0), ("14 Tage 2 % Skonto", None), ("Предоплата 100%", 0),
        ("お支払いは30日以内にお願いいたします", 30), ("C.O.D.", 0),
    ],
)  # fmt: skip
def test_terms_tell_in_how_many_days_one_pays(terms: str, days: int | None) -> None:
    assert days_told(terms) == days


@pytest.mark.parametrize("place", packaged_names("locales"))
def test_invoices_are_due_as_terms_of_their_country_say(place: str) -> None:
    country = locale(place)
    for seed in range(4):
        receipt = draw(BasketSpec(shop="office", tender={"card": 1}), Dice(seed), country)
        due = receipt.facts["due_date"]
        assert isinstance(due, datetime)
        days = (due.date() - receipt.moment.date()).days
        assert days > 0
        fitting = terms_of(receipt, country.words["terms"])
        assert fitting
        assert {days_told(terms) for terms in fitting} == {days}


@pytest.mark.parametrize("seed", range(6))
def test_nothing_is_due_of_what_was_paid_in_cash(seed: int) -> None:
    country, spec = locale("en_US"), BasketSpec(shop="office", cash=1)
    receipt = draw(spec, Dice(seed), country)
    assert "due_date" not in receipt.facts
    assert not any(map(days_told, terms_of(receipt, country.words["terms"])))
    given = GivenReceipt(facts={"due_date": "2025-03-01"}, date="2025-02-01")
    assert "due_date" in draw(spec, Dice(seed), country, given).facts
