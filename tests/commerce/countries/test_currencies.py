"""Receipts in currencies whose amounts have no decimal places, or three."""

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from receiptgen.commerce.basket import BasketSpec, Receipt, draw
from receiptgen.commerce.countries.currencies import Currency, is_money
from receiptgen.commerce.countries.locales import Locale, locale
from receiptgen.commerce.given.given_country import country_of
from receiptgen.commerce.given.given_receipt import GivenReceipt
from receiptgen.commerce.sale.money import rounded
from receiptgen.core.assets import packaged_names
from receiptgen.core.dice import Dice
from receiptgen.core.distributions import Range
from receiptgen.core.errors import ValuesError
from receiptgen.elements import draw_voice

SHOPS = packaged_names("shops")
FORINT = {
    "code": "HUF", "sign": "Ft", "side": "right", "space": True, "scale": "400", "cash_step": "5", "places": 0,
    "notes": [20000, 10000, 5000, 2000, 1000, 500, 200, 100, 50, 20, 10, 5],
}  # fmt: skip
DINAR = {
    "code": "KWD", "sign": "KD", "scale": "0.33", "places": 3,
    "notes": ["20", "10", "5", "1", "0.5", "0.25", "0.1", "0.05", "0.02", "0.01", "0.005", "0.001"],
}  # fmt: skip
SPEC = {
    "item_discount": "0.3", "coupon": "0.5", "member": "0.5", "service": "0.5", "tip": "0.5",
    "tender": {"cash": 3, "card": 1, "voucher": 1}, "weighed": "0.3",
}  # fmt: skip


def with_currency(place: str, currency: dict[str, object]) -> Locale:
    country = locale(place)
    money = Currency.model_validate(currency)
    return country.model_copy(update={"currency": money, "name": f"{place}_{money.code}"})


def amounts_of(drawn: Receipt) -> list[Decimal]:
    found = [
        drawn.subtotal,
        drawn.net,
        drawn.tax,
        drawn.total,
        drawn.rounding,
        drawn.payable,
        drawn.change,
        drawn.saved,
    ]
    found += [amount for item in drawn.items for amount in (item.unit_price, item.gross, item.amount)]
    found += [item.discount.amount for item in drawn.items if item.discount]
    found += [charge.amount for charge in (drawn.service, drawn.tip, *drawn.discounts) if charge]
    found += [tender.amount for tender in drawn.tenders]
    return found + [amount for line in drawn.taxes for amount in (line.net, line.tax)]


@pytest.mark.parametrize(
    ("place", "currency"), [("de_DE", FORINT), ("en_US", FORINT), ("en_GB", DINAR), ("en_US", DINAR)]
)
@settings(max_examples=60, deadline=None)
@given(seed=st.integers(0, 2**64 - 1), shop=st.sampled_from(packaged_names("shops")))
def test_amounts_have_the_places_of_their_currency_and_agree(
    place: str, currency: dict[str, object], seed: int, shop: str
) -> None:
    country = with_currency(place, currency)
    drawn = draw(BasketSpec.model_validate({**SPEC, "shop": shop}), Dice(seed), country)
    places = country.currency.places
    assert {-int(amount.as_tuple().exponent) for amount in amounts_of(drawn)} == {places}
    taken = sum(discount.amount for discount in drawn.discounts)
    extra = sum(charge.amount for charge in (drawn.service, drawn.tip) if charge)
    assert drawn.subtotal == sum(item.amount for item in drawn.items)
    assert drawn.total == drawn.subtotal - taken + extra + (0 if drawn.inclusive else drawn.tax)
    assert drawn.net + drawn.tax == drawn.total - (drawn.tip.amount if drawn.tip else 0)
    assert (
        drawn.payable == drawn.total + drawn.rounding == sum(tender.amount for tender in drawn.tenders) - drawn.change
    )
    for item in drawn.items:
        assert item.unit_price > 0
        assert item.gross == rounded(item.quantity * item.unit_price, country.currency.quantum)


def test_amounts_without_places_are_printed_without_a_decimal_sign() -> None:
    country = with_currency("de_DE", FORINT)
    voice = draw_voice(country, country.taxes[0], Dice(1))._replace(signed="none", minus="front")
    assert country.money(Decimal(12345)) == "12.345 Ft"
    assert voice.amount(Decimal(-980)) == "-980"
    assert voice.unit_price(Decimal(980)) == "980"


def test_amounts_of_thousandths_are_printed_with_three_places() -> None:
    country = with_currency("en_GB", DINAR)
    assert country.money(Decimal("1234.500")) == "KD1,234.500"
    assert draw_voice(country, country.taxes[0], Dice(1)).unit_price(Decimal("1.250")) == "1.250"


def test_codes_of_money_are_told_from_others() -> None:
    assert all(is_money(locale(name).currency.code) for name in packaged_names("locales"))
    assert all(is_money(code) for code in ("KES", "XOF", "UYI", "DEM", "HRK"))
    assert not any(is_money(code) for code in ("ZZZ", "XXX", "XTS", "XAU", "", "E", "EUR USD", "eur"))


@given(st.decimals(-(10**6), 10**6, places=4), st.integers(0, 20_000), st.sampled_from(["de_DE", "ja_JP"]))
def test_steps_within_a_range_are_all_its_amounts(low: Decimal, width: int, place: str) -> None:
    currency, high = locale(place).currency, low + Decimal(width).scaleb(-4)
    steps = currency.steps_within(Range(float(low), float(high)))
    assert all(low <= step * currency.quantum <= high for step in steps)
    assert (steps.start - 1) * currency.quantum < low
    assert steps.stop * currency.quantum > high


def test_the_money_of_a_locale_may_be_given_whatever_its_code() -> None:
    own = with_currency("de_DE", FORINT | {"code": "ZZZ"})
    assert country_of(GivenReceipt(currency="ZZZ"), own, {}, Dice(1)) is own
    with pytest.raises(ValuesError, match=r"^currency: expected money of ISO 4217 such as EUR, .* got 'ZZZ'$"):
        country_of(GivenReceipt(currency="ZZZ"), locale("de_DE"), {"de_DE": 1}, Dice(1))
