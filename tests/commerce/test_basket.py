import json
from datetime import datetime
from decimal import Decimal

import pytest
from code_pages import printable
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from receiptgen.commerce.basket import BasketSpec, Receipt, draw
from receiptgen.commerce.countries.locales import locale
from receiptgen.commerce.sale.money import ean13, notes_for, part_taxes, rounded, tax_bases
from receiptgen.commerce.sale.receipt_values import drawn_values
from receiptgen.commerce.trade.payment import in_coins
from receiptgen.core.assets import packaged_names
from receiptgen.core.dice import Dice

LOCALES = packaged_names("locales")
SHOPS = packaged_names("shops")
# Settings under which everything that may happen to a sum happens often.
BUSY = {
    "item_discount": "0.3", "coupon": "0.5", "member": "0.5", "service": "0.5", "tip": "0.5",
    "service_percent": ["10", "12.5"], "tender": {"cash": 3, "card": 1, "voucher": 1}, "weighed": "0.3",
}  # fmt: skip
seeds = st.integers(0, 2**64 - 1)
shops = st.sampled_from(SHOPS)


def busy(shop: str = "supermarket", **values: object) -> BasketSpec:
    return BasketSpec.model_validate({**BUSY, "shop": shop, **values})


def receipt(seed: int, place: str = "en_US", spec: BasketSpec | None = None) -> Receipt:
    return draw(spec or busy(), Dice(seed), locale(place))


def times(drawn: Receipt, *keys: str) -> list[datetime]:
    found = [fact for key in keys if isinstance(fact := drawn.facts[key], datetime)]
    assert len(found) == len(keys)
    return found


def every_locale(test: object) -> object:
    """Run a property for every packaged locale, with a few seeds and shops each."""
    few = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
    return pytest.mark.parametrize("place", LOCALES)(given(seed=seeds, shop=shops)(few(test)))  # type: ignore[arg-type]


@every_locale
def test_sums_agree(place: str, seed: int, shop: str) -> None:
    drawn = receipt(seed, place, busy(shop))
    taken = sum(discount.amount for discount in drawn.discounts)
    service = drawn.service.amount if drawn.service else 0
    tip = drawn.tip.amount if drawn.tip else 0
    assert sum(item.amount for item in drawn.items) == drawn.subtotal
    assert drawn.total == drawn.subtotal - taken + service + (0 if drawn.inclusive else drawn.tax) + tip
    assert drawn.net + drawn.tax == drawn.total - tip
    assert sum(line.tax for line in drawn.taxes) == drawn.tax
    assert sum({line.rate: line.net for line in drawn.taxes}.values()) == drawn.net
    assert drawn.payable == drawn.total + drawn.rounding
    assert sum(tender.amount for tender in drawn.tenders) - drawn.change == drawn.payable
    assert drawn.saved == taken + sum(item.discount.amount for item in drawn.items if item.discount)


@every_locale
def test_items_are_quantity_times_price_less_discount(place: str, seed: int, shop: str) -> None:
    quantum = locale(place).currency.quantum
    for item in receipt(seed, place, busy(shop)).items:
        assert item.gross == rounded(item.quantity * item.unit_price, quantum)
        assert item.amount == item.gross - (item.discount.amount if item.discount else 0)
        if item.discount:
            assert item.discount.percent is not None
            assert item.discount.amount == rounded(item.gross * item.discount.percent / 100, quantum)


@every_locale
def test_no_amount_is_negative_and_every_amount_has_the_currencys_places(place: str, seed: int, shop: str) -> None:
    drawn = receipt(seed, place, busy(shop))
    above = [item.amount for item in drawn.items] + [item.unit_price for item in drawn.items]
    above += [tender.amount for tender in drawn.tenders] + [discount.amount for discount in drawn.discounts]
    above += [charge.amount for charge in (drawn.service, drawn.tip) if charge]
    above += [drawn.subtotal, drawn.total, drawn.payable]
    rest = [drawn.net, drawn.tax, drawn.change, drawn.saved, *(line.net for line in drawn.taxes)]
    rest += [line.tax for line in drawn.taxes]
    assert min(above) > 0
    assert min(rest) >= 0
    prices = {id(item.unit_price) for item in drawn.items}
    for amount in [*(value for value in above if id(value) not in prices), *rest, drawn.rounding]:
        assert amount.as_tuple().exponent == -drawn.locale.currency.places


@every_locale
def test_each_tax_follows_its_rule_to_the_cent(place: str, seed: int, shop: str) -> None:
    drawn = receipt(seed, place, busy(shop))
    quantum = drawn.locale.currency.quantum
    taken = sum((discount.amount for discount in drawn.discounts), Decimal(0))
    bases = tax_bases([(item.rate, item.amount) for item in drawn.items], taken, drawn.tax_rounding, quantum)
    if drawn.service:
        bases.append((drawn.scheme.classes["standard"], drawn.service.amount))
    for name, rate in drawn.scheme.rates.items():
        amounts = [amount for rated, amount in bases if rated == name]
        lines = [line for line in drawn.taxes if line.rate == name]
        assert bool(lines) == bool(amounts)
        if not amounts:
            continue
        if drawn.tax_rounding == "total":
            amounts = [sum(amounts, Decimal(0))]
        taxed = [part_taxes(amount, rate, inclusive=drawn.inclusive, quantum=quantum) for amount in amounts]
        parts = [taxes or [Decimal(0)] for taxes in taxed]
        assert [line.tax for line in lines] == [sum(column) for column in zip(*parts, strict=True)]
        assert [line.percent for line in lines] == (list(rate.parts.values()) or [Decimal(0)])
        assert sum(amounts) == lines[0].net + (sum(line.tax for line in lines) if drawn.inclusive else 0)


@every_locale
def test_cash_is_payable_in_coins_and_sensibly_handed_over(place: str, seed: int, shop: str) -> None:
    drawn = receipt(seed, place, busy(shop, tender={"cash": 4, "voucher": 1}))
    currency = drawn.locale.currency
    kinds = {tender.kind for tender in drawn.tenders}
    if kinds == {"cash"} and currency.cash_step:
        assert drawn.payable % currency.cash_step == 0
        assert drawn.payable == in_coins(drawn.total, currency)
    else:
        assert drawn.rounding == 0
    last = drawn.tenders[-1]
    assert drawn.change >= 0
    if drawn.change:
        assert last.kind == "cash"
        counted = notes_for(last.amount, currency.notes)
        assert sum(note * count for note, count in counted) == last.amount
        assert min(note for note, _ in counted) > drawn.change


@every_locale
def test_printed_money_reads_back_as_the_same_amount(place: str, seed: int, shop: str) -> None:
    drawn = receipt(seed, place, busy(shop))
    for amount in (drawn.total, drawn.rounding, drawn.change, *(item.amount for item in drawn.items)):
        assert drawn.locale.parse(drawn.locale.money(amount)) == amount
        assert drawn.locale.parse(drawn.locale.number(amount)) == amount
    for item in drawn.items:
        places = -int(item.quantity.as_tuple().exponent)
        assert drawn.locale.parse(drawn.locale.number(item.quantity, places)) == item.quantity
        assert drawn.locale.parse(drawn.locale.number(item.unit_price, 3)) == item.unit_price


@every_locale
def test_payment_is_later_than_every_fact_but_the_due_date(place: str, seed: int, shop: str) -> None:
    drawn = receipt(seed, place, busy(shop))
    for key, fact in drawn.facts.items():
        if isinstance(fact, datetime):
            assert (fact > drawn.moment) == (key == "due_date"), key


@every_locale
def test_a_receipt_is_fit_for_json_and_a_function_of_the_dice(place: str, seed: int, shop: str) -> None:
    first, second = receipt(seed, place, busy(shop)), receipt(seed, place, busy(shop))
    assert first == second
    values = json.loads(json.dumps(drawn_values(first)))
    assert values["locale"] == place
    assert values["total"] == str(first.total)
    assert values["items"][0]["unit_price"] == str(first.items[0].unit_price)
    assert f"{values['date']}T{values['time']}" == first.moment.isoformat()


@every_locale
def test_all_text_is_of_the_code_page_of_its_language(place: str, seed: int, shop: str) -> None:
    for item in receipt(seed, place, busy(shop)).items:
        assert printable(item.full_name, locale(place).language)
        assert printable(item.name, locale(place).language)
        assert item.name.strip() == item.name != ""


@given(seeds)
@settings(max_examples=40, deadline=None)
def test_a_hotel_bills_every_night_between_arrival_and_departure(seed: int) -> None:
    drawn = receipt(seed, spec=busy("hotel"))
    arrival, departure = times(drawn, "arrival", "departure")
    nights = drawn.facts["nights"]
    assert (departure.date() - arrival.date()).days == nights
    assert sum(item.quantity for item in drawn.items if item.unit == "night") == nights


@given(seeds, st.sampled_from(["en_US", "en_GB", "en_MY"]))
@settings(max_examples=40, deadline=None)
def test_a_taxi_bills_the_distance_and_time_that_it_drove(seed: int, place: str) -> None:
    drawn = receipt(seed, place, busy("taxi"))
    facts = drawn.facts
    pickup, dropoff = times(drawn, "pickup_time", "dropoff_time")
    driven = [item for item in drawn.items if item.unit == facts["distance_unit"]]
    assert [item.quantity for item in driven] == [facts["distance"]]
    assert (dropoff - pickup).total_seconds() / 60 == facts["duration"]
    assert all(item.quantity == facts["duration"] for item in drawn.items if item.unit == "min")


@given(seeds)
@settings(max_examples=40, deadline=None)
def test_parking_is_billed_by_the_hour_or_day_begun(seed: int) -> None:
    drawn = receipt(seed, "de_DE", busy("parking"))
    entry, leave = times(drawn, "entry", "exit")
    minutes = (leave - entry).total_seconds() / 60
    assert minutes == drawn.facts["duration"]
    item = drawn.items[0]
    unit = {"h": 60, "day": 1440}[item.unit]
    assert (item.quantity - 1) * unit < minutes <= item.quantity * unit


@given(seeds)
@settings(max_examples=20, deadline=None)
def test_german_fuel_has_a_price_in_tenths_of_a_cent(seed: int) -> None:
    item = receipt(seed, "de_DE", busy("fuel")).items[0]
    assert item.unit == "L"
    assert str(item.unit_price)[-1] == "9"
    assert item.unit_price.as_tuple().exponent == -3


@pytest.mark.parametrize(("kind", "lengths"), [("none", {0}), ("plu", {4, 5}), ("sku", {6, 7, 8}), ("ean", {13})])
def test_codes_have_the_digits_of_their_kind(kind: str, lengths: set[int]) -> None:
    for seed in range(20):
        for item in receipt(seed, spec=busy(codes=kind)).items:
            assert len(item.code) in lengths
            assert kind != "ean" or ean13(item.code[:12]) == item.code


def test_lines_and_quantities_keep_within_their_ranges() -> None:
    spec = busy(items="5..7", quantity="1..3", multiples="1", weighed="0")
    for seed in range(30):
        items = receipt(seed, spec=spec).items
        assert 5 <= len(items) <= 7
        assert {int(item.quantity) for item in items} <= {2, 3}


@pytest.mark.parametrize("share", ["coupon", "member", "service", "tip", "item_discount"])
def test_a_share_of_nothing_never_happens(share: str) -> None:
    for seed in range(30):
        drawn = receipt(seed, spec=busy(**{share: "0"}))
        happened = {
            "coupon": any(discount.percent is None for discount in drawn.discounts),
            "member": any(discount.percent is not None for discount in drawn.discounts),
            "service": drawn.service is not None,
            "tip": drawn.tip is not None,
            "item_discount": any(item.discount for item in drawn.items),
        }
        assert not happened[share]


def test_tip_and_service_leave_goods_and_merchant_as_they_are() -> None:
    plain, rich = (receipt(5, spec=busy("restaurant", tip=share, service=share)) for share in ("0", "1"))
    assert (plain.items, plain.merchant, plain.moment) == (rich.items, rich.merchant, rich.moment)
    assert rich.tip


def test_names_print_in_full_or_upper_case_or_as_on_a_till() -> None:
    full, upper, till = (receipt(7, spec=busy(names=style, name_length="14")) for style in ("full", "upper", "till"))
    assert [item.name for item in full.items] == [item.full_name for item in full.items]
    assert [item.name for item in upper.items] == [item.full_name.upper() for item in full.items]
    assert all(len(item.name) <= 14 and item.name.upper() == item.name for item in till.items)


def test_a_kind_of_payment_that_does_not_exist_is_refused_with_a_near_miss() -> None:
    with pytest.raises(ValidationError, match="did you mean 'voucher'"):
        BasketSpec.model_validate({"tender": {"vouchr": 1}})


def test_a_share_beyond_one_is_refused() -> None:
    with pytest.raises(ValidationError, match="less than or equal to 1"):
        BasketSpec.model_validate({"tip": "1.5"})


def test_served_drinks_have_the_rate_of_the_table_and_bottles_that_of_the_shop() -> None:
    rates = {
        shop: {
            item.rate
            for seed in range(40)
            for item in receipt(seed, "fr_BE", busy(shop)).items
            if "Eau" in item.full_name
        }
        for shop in ("supermarket", "restaurant")
    }
    assert rates["supermarket"] == {"reduced"}
    assert "standard" in rates["restaurant"]
