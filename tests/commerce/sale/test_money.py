from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from receiptgen.commerce.countries.currencies import CashRounding
from receiptgen.commerce.countries.taxes import Rate, TaxScheme
from receiptgen.commerce.sale.money import (
    allocate,
    cash_offers,
    ean13,
    notes_for,
    part_taxes,
    round_cash,
    rounded,
    share,
    tax_bases,
    tax_lines,
)

D = Decimal
EURO_NOTES = tuple(map(D, ("100", "50", "20", "10", "5", "2", "1", "0.50", "0.20", "0.10", "0.05", "0.02", "0.01")))
MALAYSIAN_NOTES = tuple(map(D, ("100", "50", "20", "10", "5", "1", "0.50", "0.20", "0.10", "0.05")))
money = st.integers(0, 200_000).map(lambda value: D(value) / 100)
paid = st.integers(1, 500_000).map(lambda value: (D(value) / 100).quantize(D("0.01")))


def scheme(*, inclusive: bool, rounding: str = "total") -> TaxScheme:
    return TaxScheme.model_validate(
        {
            "inclusive": inclusive,
            "rounding": rounding,
            "rates": {
                "standard": {"code": "A", "parts": {"GST": "5", "PST": "7"}},
                "low": {"code": "B", "parts": {"VAT": "7"}},
                "free": {"code": "C", "parts": {}},
            },
            "classes": {"standard": "standard"},
            "summary": "TAX",
        }
    )


@pytest.mark.parametrize(
    ("value", "expected"), [("0.005", "0.01"), ("0.0049", "0.00"), ("2.675", "2.68"), ("1", "1.00")]
)
def test_halves_round_up_to_cents(value: str, expected: str) -> None:
    assert str(rounded(D(value))) == expected


@pytest.mark.parametrize(
    ("amount", "step", "rounded"),
    [
        ("10.42", "0.05", "10.40"), ("10.43", "0.05", "10.45"), ("10.47", "0.05", "10.45"),
        ("10.48", "0.05", "10.50"), ("0.02", "0.05", "0.00"), ("99.50", "1", "100.00"),
        ("7.25", "0.10", "7.30"),
    ],
)  # fmt: skip
def test_cash_rounds_to_the_nearest_coin_halves_up(amount: str, step: str, rounded: str) -> None:
    assert str(round_cash(D(amount), D(step))) == rounded


@pytest.mark.parametrize(
    ("amount", "rounding", "rounded"),
    [
        ("1235", "half_down", "1230"), ("1236", "half_down", "1240"), ("1234", "half_down", "1230"),
        ("1235", "half_up", "1240"), ("1239", "down", "1230"), ("1230", "down", "1230"),
    ],
)  # fmt: skip
def test_countries_round_halves_of_a_coin_down_or_always_down(
    amount: str, rounding: CashRounding, rounded: str
) -> None:
    assert str(round_cash(D(amount), D(10), D(1), rounding)) == rounded


def test_tax_contained_in_a_price_is_the_tax_fraction_of_it() -> None:
    assert part_taxes(D("106.00"), Rate(parts={"GST": D(6)}), inclusive=True) == [D("6.00")]
    assert part_taxes(D("1.00"), Rate(parts={"MwSt": D(19)}), inclusive=True) == [D("0.16")]


def test_tax_on_top_is_rounded_for_each_part() -> None:
    rate = Rate(parts={"GST": D(5), "QST": D("9.975")})
    assert part_taxes(D("19.99"), rate, inclusive=False) == [D("1.00"), D("1.99")]


@given(money)
@settings(max_examples=60)
def test_contained_parts_add_up_to_the_tax_of_the_whole_rate(gross: Decimal) -> None:
    parts = {"CGST": D("2.5"), "SGST": D("2.5"), "CESS": D("0.37")}
    whole = part_taxes(gross, Rate(parts={"GST": D("5.37")}), inclusive=True)
    assert sum(part_taxes(gross, Rate(parts=parts), inclusive=True)) == whole[0]


def test_a_contained_rate_of_nothing_has_no_tax_in_any_part() -> None:
    assert part_taxes(D("9.99"), Rate(parts={"A": D(0), "B": D(0)}), inclusive=True) == [D(0), D(0)]


@given(st.lists(money, min_size=1, max_size=20).filter(any), st.floats(0, 1))
@settings(max_examples=80)
def test_allocated_parts_add_up_and_stay_within_their_shares(shares: list[Decimal], fraction: float) -> None:
    amount = rounded(sum(shares, D(0)) * D(fraction))
    parts = allocate(amount, shares)
    assert sum(parts) == amount
    for part, whole in zip(parts, shares, strict=True):
        exact = amount * whole / sum(shares)
        assert 0 <= part <= whole
        assert abs(part - exact) < D("0.01")


def test_the_first_of_equal_shares_gets_the_odd_cent() -> None:
    assert allocate(D("1.00"), [D(1), D(1), D(1)]) == [D("0.34"), D("0.33"), D("0.33")]


def test_a_discount_is_taken_from_the_totals_of_rates_where_tax_is_rounded_once() -> None:
    amounts = [("low", D("10.00")), ("standard", D("20.00")), ("low", D("30.00"))]
    assert tax_bases(amounts, D("6.00"), "total") == [("low", D("36.00")), ("standard", D("18.00"))]
    assert tax_bases(amounts, D("6.00"), "line") == [
        ("low", D("9.00")),
        ("standard", D("18.00")),
        ("low", D("27.00")),
    ]


def test_rounding_for_each_line_differs_from_rounding_the_total() -> None:
    amounts = [("low", D("0.07"))] * 10
    (once,) = tax_lines(amounts, scheme(inclusive=False, rounding="total"))
    (each,) = tax_lines(amounts, scheme(inclusive=False, rounding="line"))
    assert (once.tax, each.tax) == (D("0.05"), D("0.00"))
    assert once.net == each.net == D("0.70")


@given(st.lists(st.tuples(st.sampled_from(["standard", "low", "free"]), money), min_size=1), st.booleans())
@settings(max_examples=60)
def test_nets_and_taxes_add_up_to_what_is_charged(amounts: list[tuple[str, Decimal]], inclusive: bool) -> None:
    for rounding in ("line", "total"):
        lines = tax_lines(amounts, scheme(inclusive=inclusive, rounding=rounding))
        net = sum({line.rate: line.net for line in lines}.values())
        tax = sum(line.tax for line in lines)
        assert net + (tax if inclusive else 0) == sum(amount for _, amount in amounts)


def test_a_rate_without_parts_still_shows_what_it_applies_to() -> None:
    (line,) = tax_lines([("free", D("4.00"))], scheme(inclusive=False))
    assert (line.code, line.name, line.percent, line.net, line.tax) == ("C", "", D(0), D("4.00"), D(0))


@given(paid, st.sampled_from([EURO_NOTES, MALAYSIAN_NOTES]))
@settings(max_examples=100)
def test_nobody_gets_back_a_note_just_handed_over(payable: Decimal, notes: tuple[Decimal, ...]) -> None:
    exact, *more = cash_offers(payable, notes)
    assert exact == payable
    for offer in more:
        assert offer > payable
        counted = notes_for(offer, notes)
        assert sum(note * count for note, count in counted) == offer
        assert offer - min(note for note, _ in counted) < payable


def test_cash_offers_are_the_exact_sum_and_the_next_notes() -> None:
    assert cash_offers(D("17.83"), tuple(map(D, (100, 50, 20, 10, 5, 1)))) == [
        D("17.83"),
        D(20),
        D(50),
        D(100),
    ]


def test_notes_are_counted_not_listed_and_less_than_a_coin_offers_the_exact_sum_alone() -> None:
    assert notes_for(D("1000000070.005"), EURO_NOTES) == [(D(100), 10_000_000), (D(50), 1), (D(20), 1)]
    assert notes_for(D("0.005"), EURO_NOTES) == []
    assert cash_offers(D("0.001"), (D(5),), D("0.001")) == [D("0.001"), D(5)]
    assert cash_offers(D("0.001"), EURO_NOTES)[0] == D("0.001")


def test_share_of_an_amount_is_rounded_to_cents() -> None:
    assert share(D("33.33"), D("12.5")) == D("4.17")


@pytest.mark.parametrize("code", ["4006381333931", "9780201379624", "5901234123457"])
def test_ean_check_digit_is_that_of_known_codes(code: str) -> None:
    assert ean13(code[:12]) == code


@given(money, st.decimals(0, 60, places=2))
def test_a_tax_of_the_gross_price_is_a_share_of_what_is_paid(gross: Decimal, percent: Decimal) -> None:
    rate = Rate(parts={"ICMS": percent}, of="gross")
    [tax] = part_taxes(gross, rate, inclusive=True)
    assert tax == share(gross, percent)
    # On top of what is left, it comes to the same, but for the rounding of that.
    [again] = part_taxes(gross - tax, rate, inclusive=False)
    assert abs(again - tax) <= D("0.02")


def test_a_tax_of_the_whole_gross_price_is_refused() -> None:
    with pytest.raises(ValueError, match="leave no net price"):
        Rate(parts={"ICMS": D(60), "PIS": D(40)}, of="gross")
