"""Tips in per cent are suggested and paid where that is the custom; elsewhere people give round amounts."""

from decimal import Decimal

import pytest

from receiptgen.commerce.countries.locales import locale
from receiptgen.core.assets import packaged_names
from receiptgen.drawing.receipts import Receipts

COUNT = 12


@pytest.mark.smoke
@pytest.mark.parametrize(("country", "asked"), [("en_US", True), ("de_DE", False), ("fr_FR", False)])
def test_tips_are_suggested_where_the_country_has_that_custom(country: str, asked: bool) -> None:
    receipts = Receipts("restaurant", profile="clean", seed=4, locales=country, tip=0)
    said = {field.role for index in range(COUNT) for field in receipts.draw(index).page.regions.fields}
    assert ("tip.suggestion" in said) is asked


@pytest.mark.parametrize(("country", "shares"), [("en_US", True), ("de_DE", False), ("nl_NL", False)])
def test_tips_are_shares_or_round_amounts(country: str, shares: bool) -> None:
    receipts = Receipts("taxi", profile="clean", seed=4, locales=country, tip=1)
    for index in range(COUNT):
        tip = receipts.draw(index).values["tip"]
        assert ("percent" in tip) is shares
        assert shares or Decimal(tip["amount"]) in {
            Decimal(step) * coin for step in (1, 2, 3, 4, 5) for coin in notes(country)
        }


def notes(country: str) -> tuple[Decimal, ...]:
    return locale(country).currency.notes


def test_suggested_tips_are_shares() -> None:
    assert {name: locale(name).tips for name in packaged_names("locales") if locale(name).tips}.keys() == {
        "en_CA", "en_GB", "en_US", "en_ZA", "es_CL", "es_MX", "he_IL", "pt_BR",
    }  # fmt: skip
