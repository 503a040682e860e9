"""What is given is kept, what is not is drawn, and all adds up."""

import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from receiptgen.commerce.basket import BasketSpec, Receipt, draw
from receiptgen.commerce.countries.locales import locale
from receiptgen.commerce.given.given_receipt import NOTHING, GivenReceipt, merge
from receiptgen.commerce.sale.identities import broken_identities
from receiptgen.commerce.sale.receipt_values import drawn_values
from receiptgen.commerce.trade.shops import shop_type
from receiptgen.core.assets import packaged_names
from receiptgen.core.dice import Dice
from receiptgen.core.errors import ValuesError

D = Decimal
PLACES, SHOPS = packaged_names("locales"), packaged_names("shops")
BUSY = {
    "item_discount": "0.3", "coupon": "0.5", "member": "0.5", "service": "0.3", "tip": "0.3", "weighed": "0.3",
    "tender": {"cash": 3, "card": 1, "voucher": 1},
}  # fmt: skip
seeds = st.integers(0, 2**64 - 1)


def receipt(values: Mapping[str, Any], seed: int = 1, place: str = "de_DE", **spec: Any) -> Receipt:
    """Draw a receipt that has given values."""
    return draw(BasketSpec.model_validate(spec), Dice(seed), locale(place), GivenReceipt.model_validate(values))


def few(count: int) -> Any:
    return settings(max_examples=count, deadline=None)


@few(60)
@given(seed=seeds, place=st.sampled_from(PLACES), shop=st.sampled_from(SHOPS))
def test_everything_drawn_and_given_back_is_the_same_receipt(seed: int, place: str, shop: str) -> None:
    spec = BasketSpec.model_validate({**BUSY, "shop": shop})
    drawn = draw(spec, Dice(seed), locale(place))
    assert broken_identities(drawn) == ()
    values = {**drawn_values(drawn), "shop": None}
    assert draw(spec, Dice(seed), locale(place), GivenReceipt.model_validate(values)) == drawn
    assert shop_type(shop).name == drawn.shop


@few(60)
@given(seed=seeds, place=st.sampled_from(PLACES), shop=st.sampled_from(SHOPS), units=st.integers(200, 50_000))
def test_a_total_alone_is_reached_by_every_shop_in_every_country(seed: int, place: str, shop: str, units: int) -> None:
    currency = locale(place).currency
    total = D(units) * max(currency.quantum, D("0.01"))
    drawn = receipt({"total": str(total)}, seed, place, shop=shop)
    assert drawn.total == total
    assert broken_identities(drawn) == ()
    assert min(item.amount for item in drawn.items) > 0


@few(60)
@given(
    seed=seeds, other=seeds, place=st.sampled_from(PLACES), shop=st.sampled_from(SHOPS),
    name=st.sampled_from(["subtotal", "gross", "total", "tip", "saved"]),
)  # fmt: skip
def test_a_sum_of_one_receipt_is_reached_by_another(seed: int, other: int, place: str, shop: str, name: str) -> None:
    spec = BasketSpec.model_validate({**BUSY, "shop": shop})
    value = drawn_values(draw(spec, Dice(seed), locale(place)))[name]
    if value is not None:
        drawn = draw(spec, Dice(other), locale(place), GivenReceipt.model_validate({name: value}))
        found = drawn_values(drawn)[name]
        # A label that differs by its capitals alone stays as it was drawn.
        assert found == ({**value, "label": found["label"]} if isinstance(value, dict) else value)
        assert broken_identities(drawn) == ()


@few(40)
@given(seed=seeds, units=st.integers(100, 30_000), share=st.integers(5, 95))
def test_a_total_with_the_taxes_of_two_rates_is_solved_for(seed: int, units: int, share: int) -> None:
    # Any sums of two rates: what they contain is rounded, as a cash register does.
    high, low = D(units * share // 100 + 5) / 100, D(units * (100 - share) // 100 + 5) / 100
    taxes = [
        (high * 19 / 119).quantize(D("0.01"), "ROUND_HALF_UP"),
        (low * 7 / 107).quantize(D("0.01"), "ROUND_HALF_UP"),
    ]
    asked = {
        "total": str(high + low), "currency": "EUR",
        "taxes": [{"percent": 19, "tax": str(taxes[0])}, {"percent": 7, "tax": str(taxes[1])}],
    }  # fmt: skip
    drawn = receipt(asked, seed, shop="supermarket", items="3..9", years="2022..2024")
    assert (drawn.total, [line.tax for line in drawn.taxes if line.percent]) == (high + low, taxes)
    assert broken_identities(drawn) == ()


CASES: dict[str, dict[str, Any]] = {
    "rates by number": {"total": "42.17", "taxes": [{}, {}]},
    "nets": {"taxes": [{"percent": 19, "net": "35.00"}, {"percent": 7, "net": "12.00"}]},
    "a rate that no country has": {"total": "42.17", "taxes": [{"percent": "12.34"}]},
    "tax alone": {"tax": "5.00"},
    "net and tax": {"net": "100.00", "tax": "20.00"},
    "gross and tax": {"gross": "119.00", "tax": "19.00"},
    "subtotal": {"subtotal": "33.33"},
    "names": {"items": [{"name": "Tea"}, {"name": "Cake"}], "total": "9.99"},
    "prices and quantities": {"items": [{"quantity": 3, "unit_price": "1.99"}, {}], "total": "20.00"},
    "three for ten": {"items": [{"quantity": 3, "amount": "10.00"}]},
    "a measure": {"items": [{"quantity": "0.532", "unit": "kg", "unit_price": "3.99"}]},
    "an item's discount": {"items": [{"gross": "10.00", "discount": {"percent": 25}}, {}], "total": "12.00"},
    "an item's sum off": {"items": [{"gross": "10.00", "amount": "8.50"}]},
    "discounts": {"total": "20.00", "discounts": [{"percent": 10}, {"amount": "1.00"}]},
    "a tip in per cent": {"total": "20.00", "tip": {"percent": 10}},
    "a tip": {"total": "20.00", "tip": {"amount": "2.00"}},
    "service": {"total": "20.00", "service": {"percent": "12.5"}},
    "cash": {"total": "20.00", "tenders": [{"kind": "cash", "amount": 50}]},
    "change": {"total": "20.00", "change": "7.50"},
    "payment without a total": {"tenders": [{"kind": "cash", "amount": "50"}], "change": "7.50"},
    "several tenders": {"total": "42.17", "tenders": [{"kind": "voucher", "amount": 20}, {"kind": "card"}]},
    "a rounded payment": {"payable": "19.95", "rounding": "-0.02"},
    "pieces": {"items_sold": 7, "total": "30.00"},
    "eighty items": {"items": [{}] * 80, "total": "333.33"},
    "a cent": {"total": "0.01"},
    "a million": {"total": "1000000.00"},
    "nothing": {"total": "0.00"},
    "no tax": {"taxes": [], "total": "42.17"},
    "a refund": {"total": "-42.17"},
    "a refund of items": {"items": [{"name": "Tea", "quantity": -2, "unit_price": "3.00"}, {"amount": "-4.00"}]},
    "a return among goods": {"items": [{"amount": "-5.00"}, {"amount": "20.00"}]},
}


@pytest.mark.parametrize("place", ["de_DE", "en_US"])
@pytest.mark.parametrize("values", CASES.values(), ids=CASES)
def test_what_is_given_is_kept_and_all_adds_up(values: dict[str, Any], place: str) -> None:
    for seed in range(2):
        drawn = receipt(values, seed, place, shop="cafe" if seed else "supermarket")
        assert broken_identities(drawn) == ()
        if "items" in values:
            assert len(drawn.items) == len(values["items"])
        assert not unlike(values, drawn), unlike(values, drawn)


def unlike(values: dict[str, Any], drawn: Receipt) -> list[str]:
    """Return the sums and items that differ from those given."""
    names = ["subtotal", "net", "tax", "gross", "total", "payable", "rounding", "change", "items_sold"]
    found = [name for name in names if name in values and getattr(drawn, name) != D(str(values[name]))]
    for given_item, item in zip(values.get("items", ()), drawn.items, strict=False):
        names = ["quantity", "unit_price", "gross", "amount"]
        found += [name for name in names if name in given_item and getattr(item, name) != D(str(given_item[name]))]
    return found


@pytest.mark.parametrize(
    ("values", "fault"),
    [
        ({"items": [{"amount": "40.00"}], "tax": "2.17", "total": "42.71"},
         "items 40.00 + tax 2.17 is 42.17, total says 42.71"),
        ({"items": [{"quantity": 2, "unit_price": 3, "amount": 7}]}, "items.0: 2 x 3.00 is 6.00, amount says 7.00"),
        ({"items": [{"amount": 3}, {"amount": 4}], "subtotal": 8}, "items add up to 7.00, subtotal says 8.00"),
        ({"total": 20, "payable": 21, "rounding": 0}, "total is 20.00, payable says 21.00"),
        ({"total": 20, "tenders": [{"kind": "card", "amount": 25}], "change": 0},
         "tenders add up to 25.00, payable says 20.00"),
        ({"items": [{"gross": 10, "discount": {"percent": 10, "amount": 2}}]},
         "items.0: 10% of 10.00 is 1.00, discount.amount says 2.00"),
        ({"items": [{"rate": "redced"}]}, "items.0.rate: unknown rate 'redced'; did you mean 'reduced'?"),
        ({"taxes": [{"percent": 19, "net": 100, "tax": 20}]}, "taxes.0: 19% of 100.00 is 19.00, tax says 20.00"),
        ({"net": 10, "tax": "1.9", "gross": 12}, "net 10.00 + tax 1.90 is 11.90, gross says 12.00"),
        ({"gross": 10, "tip": {"amount": 2}, "total": 13}, "gross 10.00 + tip 2.00 is 12.00, total says 13.00"),
        ({"taxes": [{"percent": 19, "tax": 2}, {"percent": 7, "tax": 1}], "tax": 4},
         "taxes add up to 3.00, tax says 4.00"),
        ({"items": [{"amount": 12}], "total": 13, "inclusive": True}, "items add up to 12.00, total says 13.00"),
        ({"total": 0, "tip": {"percent": 10}}, "tip of total 0.00 is nothing, tip says 10%"),
        ({"total": 0, "service": {"percent": 10}}, "service of total 0.00 is nothing, service says 10%"),
        ({"total": 0, "taxes": [{"percent": 19}, {"percent": 7}]}, "taxes.0 has nothing to tax, total says 0.00"),
        ({"total": 0, "tax": 1}, "taxes add up to 0.00, tax says 1.00"),
        ({"total": 20, "tip": {"amount": -1}}, "tip.amount -1.00 has another sign than total 20.00"),
        ({"total": -20, "service": {"amount": 1}}, "service.amount 1.00 has another sign than total -20.00"),
        ({"total": 20, "discounts": [{"amount": -1}]}, "discounts.0.amount -1.00 has another sign than total 20.00"),
        ({"items": [{"amount": 10}], "discounts": [{"amount": 1000}]},
         "discounts.0.amount 1000.00 has another sign than total -990.00"),
        ({"items": [{"gross": 10, "discount": {"amount": -1}}]},
         "items.0: discount -1.00 has another sign than gross 10.00"),
        ({"total": 20, "change": -1}, "change -1.00 has another sign than total 20.00"),
        ({"net": -1, "tax": 1, "total": 0}, "taxes add up to 0.00, tax says 1.00"),
    ],
)  # fmt: skip
def test_values_that_contradict_each_other_are_told_by_the_identity_that_fails(
    values: dict[str, Any], fault: str
) -> None:
    with pytest.raises(ValuesError, match=f"^{re.escape(fault)}$"):
        receipt(values, 3)
    if "rate" in fault:
        return
    printed = receipt(values, 3, contradictions="print")
    assert fault in printed.contradictions
    assert not unlike(values, printed)


@pytest.mark.parametrize(
    ("values", "place", "fault"),
    [
        ({"total": "0.001"}, "de_DE", "total: 0.001 has 3 decimal places, EUR has 2"),
        ({"total": "9", "tip": {"amount": "0.333"}}, "de_DE", "tip.amount: 0.333 has 3 decimal places, EUR has 2"),
        ({"items": [{}, {"discount": {"amount": "0.1250"}}]}, "de_DE",
         "items.1.discount.amount: 0.1250 has 3 decimal places, EUR has 2"),
        ({"rounding": "0.001"}, "de_DE", "rounding: 0.001 has 3 decimal places, EUR has 2"),
        ({"change": "0.5"}, "id_ID", "change: 0.5 has 1 decimal place, IDR has none"),
    ],
)  # fmt: skip
def test_amounts_of_more_places_than_the_currency_has_are_refused_by_their_path(
    values: dict[str, Any], place: str, fault: str
) -> None:
    for contradictions in ("refuse", "print"):
        with pytest.raises(ValuesError, match=f"^{re.escape(fault)}$"):
            receipt(values, place=place, contradictions=contradictions)


def test_zeros_behind_the_places_of_a_currency_and_finer_prices_are_taken() -> None:
    drawn = receipt({"total": "42.17000", "items": [{}, {"quantity": "2.000", "unit": "kg", "unit_price": "1.999"}]})
    assert f"{drawn.total:f}" == "42.17"
    assert (drawn.items[1].unit_price, f"{drawn.items[1].amount:f}") == (D("1.999"), "4.00")


@pytest.mark.parametrize("total", ["1000000000", "999999999999.99"])
def test_the_largest_totals_are_paid_in_cash(total: str) -> None:
    drawn = receipt({"total": total}, tender={"cash": 1})
    assert (drawn.total, drawn.tenders[0].kind) == (D(total), "cash")
    assert broken_identities(drawn) == ()


def test_a_charge_beside_a_total_of_nothing_is_told() -> None:
    for name in ("tip", "service"):
        values = {"total": 0, name: {"amount": 2}}
        with pytest.raises(ValuesError, match=rf"\+ {name} 2[.]00 is 2[.]00, total says 0[.]00$"):
            receipt(values)
        printed = receipt(values, contradictions="print")
        assert drawn_values(printed)[name]["amount"] == "2.00"
        assert printed.contradictions


@pytest.mark.parametrize(
    ("values", "fault"),
    [
        ({"total": 0, "change": 5}, "tenders 0.00 - change 5.00 is -5.00, payable says 0.00"),
        ({"taxes": [{"percent": 50, "rate": "standard"}, {"percent": 7, "rate": "standard"}]},
         "taxes: no receipt has these together; give each part of each rate once"),
        ({"net": 1000, "tax": 0, "discounts": [{"percent": 100}]}, None),
        ({"net": "999999999999", "payable": "-1000000000000"}, None),
    ],
)  # fmt: skip
def test_values_that_no_receipt_has_are_told_in_one_line(values: dict[str, Any], fault: str | None) -> None:
    with pytest.raises(ValuesError) as error:
        receipt(values, 3)
    assert fault in (None, str(error.value))


def test_a_drawn_discount_is_left_out_where_given_goods_cost_less() -> None:
    for seed in range(20):
        drawn = receipt({"items": [{"amount": "0.30"}]}, seed, shop="supermarket", coupon=1)
        assert 0 < drawn.total <= D("0.40")
        assert broken_identities(drawn) == ()


def test_a_total_that_no_goods_come_to_is_told_with_the_nearest() -> None:
    values = {"items": [{"quantity": 1}], "taxes": [{"percent": "8.25"}], "inclusive": False}
    # In cents: a tax on top leaves out every thirteenth total or so.
    reached = {net + int((net * D("0.0825")).quantize(D(1), "ROUND_HALF_UP")) for net in range(3800, 3960)}
    for units in range(4200, 4230):
        total = D(units) / 100
        if units in reached:
            assert receipt({**values, "total": str(total)}, 1, "en_US").total == total
            continue
        fault = f"come to total {total}; the nearest totals are {D(units - 1) / 100} and {D(units + 1) / 100}$"
        with pytest.raises(ValuesError, match=fault):
            receipt({**values, "total": str(total)}, 1, "en_US")
    assert {*range(4200, 4230)} - reached


def test_a_given_day_has_the_taxes_of_its_year() -> None:
    for day, rates in (("2016-05-01", {"6", "0"}), ("2026-03-01", {"10", "8", "6", "5", "0"})):
        drawn = receipt({"date": day}, 2, "en_MY", shop="supermarket")
        assert drawn.date.isoformat() == day
        assert {f"{line.percent}" for line in drawn.taxes} <= rates
        assert drawn.scheme.years.low <= drawn.date.year <= drawn.scheme.years.high


def test_texts_that_differ_by_capitals_stay_as_drawn_and_others_are_given() -> None:
    drawn = receipt({}, 5)
    same = receipt({"merchant": {"name": drawn.merchant.name.upper()}, "number": "A-1"}, 5)
    assert same.merchant == drawn.merchant
    assert same.number == "A-1"
    other = receipt({"merchant": {"name": "Teehaus Süd"}}, 5)
    assert other.merchant.name == "Teehaus Süd"
    assert "teehaussued" in other.merchant.url
    assert "teehaussued" in other.merchant.email


def test_drawn_totals_lie_in_their_range_and_move_nothing_else() -> None:
    for seed in range(20):
        plain, bounded = (
            receipt({}, seed),
            draw(BasketSpec.model_validate({"total": "5..50"}), Dice(seed), locale("de_DE")),
        )
        assert 5 <= bounded.total <= 50
        assert broken_identities(bounded) == ()
        assert (bounded.merchant, bounded.moment) == (plain.merchant, plain.moment)
        # A small total has fewer goods, the first of those drawn or a single cheap one, and a large one has more.
        names, others = [item.name for item in plain.items], [item.name for item in bounded.items]
        kept = min(len(names), len(others))
        assert len(others) == 1 or others[:kept] == names[:kept]


def test_given_values_merge_key_by_key() -> None:
    base = GivenReceipt.model_validate({"merchant": {"name": "A", "phone": "1"}, "total": 3, "items": [{}, {}]})
    over = GivenReceipt.model_validate({"merchant": {"name": "B"}, "items": [{"name": "Tea"}]})
    both = merge(base, over)
    assert (both.merchant.name, both.merchant.phone, both.total) == ("B", "1", D(3))
    assert [item.name for item in both.items or ()] == ["Tea"]
    assert merge(NOTHING, over) is over
    assert merge(base, NOTHING) is base


def test_a_good_of_which_the_name_alone_is_given_is_sold_by_the_piece() -> None:
    for seed in range(10):
        bread = receipt({"items": [{"name": "Bread"}], "total": "4.20"}, seed, weighed=1, multiples=0).items[0]
        assert (bread.name, bread.quantity, bread.unit) == ("Bread", 1, "")
        by_weight = receipt({"items": [{"name": "Bread", "unit": "kg"}]}, seed, weighed=1).items[0]
        assert by_weight.unit == "kg"


@pytest.mark.smoke
def test_a_refund_is_paid_out_exactly() -> None:
    for seed in range(12):
        drawn = receipt({"total": "-13.37"}, seed, tender={"cash": 1})
        assert drawn.change == 0
        assert sum(tender.amount for tender in drawn.tenders) == drawn.payable


def test_a_small_total_is_that_of_few_goods() -> None:
    for seed in range(12):
        drawn = receipt({"total": "3.00"}, seed, items="15..18")
        assert len(drawn.items) < 6
        assert drawn.total == D("3.00")


def test_goods_beyond_those_that_were_drawn_are_named_in_the_same_style() -> None:
    for seed in range(6):
        names = [item.name for item in receipt({"items": [{}] * 30}, seed, items=3, names="upper").items]
        assert [name.upper() for name in names] == names


@pytest.mark.parametrize("shop", ["supermarket", "restaurant"])
def test_a_total_of_nothing_is_that_of_a_gift(shop: str) -> None:
    receipt = draw(BasketSpec(shop=shop, service=1.0), Dice(4), locale("de_DE"), GivenReceipt(total="0"))
    assert not receipt.discounts
    assert [item.amount for item in receipt.items] == [0]
    assert (receipt.total, receipt.tenders) == (0, ())


@pytest.mark.parametrize(
    ("values", "fault"),
    [
        ({"items": [{"quantity": 3, "unit_price": "10.5"}]},
         "items.0.unit_price: 10.5 has 1 decimal place, JPY has none; say 'unit' for a measure"),
    ],
)  # fmt: skip
def test_a_piece_costs_whole_yen(values: dict[str, object], fault: str) -> None:
    with pytest.raises(ValuesError) as caught:
        draw(BasketSpec(), Dice(1), locale("ja_JP"), GivenReceipt.model_validate(values))
    assert str(caught.value) == fault
    values["items"][0]["unit"] = "L"  # type: ignore[index]
    assert draw(BasketSpec(), Dice(1), locale("ja_JP"), GivenReceipt.model_validate(values)).items[0].gross == 32


@pytest.mark.parametrize(
    ("item", "fault"), [({"quantity": 1_000_000}, "99999"), ({"name": " "}, "expected a name that can be seen")]
)
def test_what_no_line_prints_is_refused(item: dict[str, object], fault: str) -> None:
    with pytest.raises(ValidationError, match=fault):
        GivenReceipt.model_validate({"items": [item]})
