"""Taxes, discounts, charges and payments of a page."""

import pytest

from receiptgen.extraction.assembly.charges import charges_of, taxes_of, tenders_of
from receiptgen.extraction.fields import ChargeFields, Field, TaxFields, TenderFields
from receiptgen.extraction.labelling.scored_words import ScoredWords
from tests.support.scored_pages import scored_page


def _values(*fields: Field | None) -> tuple[str | None, ...]:
    return tuple(field.value if field else None for field in fields)


def _charge(charge: ChargeFields) -> tuple[str | None, ...]:
    return _values(charge.label, charge.percent, charge.amount)


def _tax(tax: TaxFields) -> tuple[str | None, ...]:
    return _values(tax.name, tax.code, tax.percent, tax.net, tax.tax, tax.gross)


def _taxes(page: ScoredWords) -> list[tuple[str | None, ...]]:
    return [_tax(tax) for tax in taxes_of(page)]


def _tender(tender: TenderFields) -> tuple[str | None, ...]:
    return tender.kind, *_values(tender.label, tender.amount)


@pytest.mark.smoke
def test_charges_have_label_percentage_and_an_amount_above_nothing() -> None:
    page = scored_page(
        "Happy~label hour:~label 10%~discounts.percent -1.50~discounts.amount",
        "Service~label 5%~service.percent 0.70~service.amount",
    )
    assert [_charge(one) for one in charges_of(page, "discounts")] == [("Happy hour", "10", "1.50")]
    assert [_charge(one) for one in charges_of(page, "service")] == [("Service", "5", "0.70")]
    assert charges_of(page, "tip") == ()


def test_a_charge_that_is_told_twice_is_one_and_two_alike_of_other_names_are_two() -> None:
    row = "Coupon~label -1.50~discounts.amount"
    assert len(charges_of(scored_page(row, "Thanks", row), "discounts")) == 1
    assert len(charges_of(scored_page(row, "Staff~label -1.50~discounts.amount"), "discounts")) == 2


def test_a_percentage_on_a_row_of_its_own_belongs_to_the_amount_beside_it() -> None:
    before = scored_page("Discount~label 10%~discounts.percent", "-1.50~discounts.amount")
    after = scored_page("Discount~label -1.50~discounts.amount", "10%~discounts.percent")
    assert [_charge(one) for one in charges_of(before, "discounts")] == [(None, "10", "1.50")]
    assert [_charge(one) for one in charges_of(after, "discounts")] == [("Discount", "10", "1.50")]


def test_a_percentage_without_its_sign_has_no_thousands() -> None:
    page = scored_page("QST~label 9.975~taxes.percent 2.50~taxes.tax")
    assert _taxes(page) == [("QST", None, "9.975", None, "2.50", None)]


def test_rows_of_taxes_are_taxes() -> None:
    page = scored_page(
        "A~taxes.code 19%~taxes.percent 20.00~taxes.net 3.80~taxes.tax 23.80~taxes.gross",
        "B~taxes.code 7%~taxes.percent 10.00~taxes.net 0.70~taxes.tax 10.70~taxes.gross",
    )
    assert _taxes(page) == [
        (None, "A", "19", "20.00", "3.80", "23.80"),
        (None, "B", "7", "10.00", "0.70", "10.70"),
    ]


def test_where_amounts_have_cents_other_numbers_are_no_taxes_and_no_tips() -> None:
    row = "SR~taxes.code 27.27~taxes.net 6~taxes.tax 1.64~taxes.tax 28.91~taxes.gross 1~taxes.gross"
    assert _taxes(scored_page(row)) == [(None, "SR", None, "27.27", "1.64", "28.91")]
    assert _taxes(scored_page("3.00~taxes.code 27.27~taxes.net 1.64~taxes.tax 28.91~taxes.gross"))[0][1] is None
    assert charges_of(scored_page(row, "GB3~label 600~tip.amount"), "tip") == ()
    # A page without cents has sums without them.
    assert _taxes(scored_page("SR~taxes.code 27~taxes.net 6~taxes.tax"))[0][3:] == ("27", "6", None)


def test_a_tax_among_the_sums_and_in_a_table_is_one() -> None:
    page = scored_page(
        "MwSt~label 19%~taxes.percent 3.80~taxes.tax", "A~taxes.code 19%~taxes.percent 20.00~taxes.net 3.80~taxes.tax"
    )
    assert _taxes(page) == [("MwSt", "A", "19", "20.00", "3.80", None)]


def test_parts_of_one_rate_are_two_taxes() -> None:
    page = scored_page("CGST~label 9%~taxes.percent 4.50~taxes.tax", "SGST~label 9%~taxes.percent 4.50~taxes.tax")
    assert [tax[0] for tax in _taxes(page)] == ["CGST", "SGST"]
    again = scored_page("GST~label 9%~taxes.percent 4.50~taxes.tax", "GST~label 9%~taxes.percent 4.50~taxes.tax")
    assert len(_taxes(again)) == 1


def test_payments_are_told_by_their_kind_and_once() -> None:
    page = scored_page(
        "Cash:~label 5.00~tenders.cash", "VISA~label 7.50~tenders.card", "Slip", "Amount~label 7.50~tenders.card",
        "Voucher~label 5.00~tenders.voucher",
    )  # fmt: skip
    assert [_tender(one) for one in tenders_of(page)] == [
        ("cash", "Cash", "5.00"), ("card", "VISA", "7.50"), ("voucher", "Voucher", "5.00"),
    ]  # fmt: skip
    assert tenders_of(scored_page("Thanks")) == ()


def test_the_sum_of_a_rate_is_no_payment() -> None:
    page = scored_page("Total~label 0%~taxes.percent 9.40~tenders.card", "Card~label 5.60~tenders.card")
    assert [_tender(one) for one in tenders_of(page)] == [("card", "Card", "5.60")]
