"""The sums of receipts: those that are true hold, and none holds that is not."""

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from receiptgen.extraction.assembly.assembled import fields_of_scores
from receiptgen.extraction.assembly.checks import verdict
from receiptgen.extraction.assembly.identities import SINGLES, Identity, TaxAmounts, Terms, identities
from receiptgen.extraction.assembly.terms import terms_of
from receiptgen.extraction.fields import ReceiptFields
from tests.support.set_receipts import set_receipt, sure_scores

# Without the one that prints 24-09-15, of which nobody can tell the year.
RECEIPTS = (*range(25), 26)
NOTHING: dict[str, Decimal | None] = dict.fromkeys(SINGLES)
CENTS = st.integers(1, 10**6).map(lambda cents: Decimal(cents) / 100)


def _found(terms: Terms | None = None, **singles: str | Decimal) -> list[Identity]:
    amounts = NOTHING | {name: Decimal(value) for name, value in singles.items()}
    return list(identities(amounts, terms or Terms(None)))


def _terms(*items: str, **more: Any) -> Terms:
    return Terms(tuple(map(Decimal, items)) or None, **more)


def _verdicts(found: list[Identity]) -> dict[tuple[str, ...], bool]:
    return {identity.paths: identity.holds for identity in found}


def _true(index: int) -> ReceiptFields:
    labelled = set_receipt(index).labelled
    return fields_of_scores(labelled.words, sure_scores(labelled))


def _singles(fields: ReceiptFields) -> dict[str, Decimal | None]:
    return {name: field.decimal if (field := getattr(fields, name)) else None for name in SINGLES}


@pytest.mark.smoke
@pytest.mark.parametrize("index", RECEIPTS)
def test_sums_of_true_receipts_hold_and_a_misread_total_is_found(index: int) -> None:
    fields = _true(index)
    singles, terms = _singles(fields), terms_of(fields)
    found = list(identities(singles, terms))
    assert [identity.told for identity in found if not identity.holds] == []
    about = [
        identity for identity in found if identity.paths[-1] == "total" and identity.paths[0] in {"items", "subtotal"}
    ]
    if not about:
        return
    assert singles["total"]
    wrong = list(identities(singles | {"total": singles["total"] + 70000}, terms))
    failed = [identity for identity in wrong if not identity.holds and identity.paths[-1] == "total"]
    assert failed
    assert all(identity.told for identity in failed)


@given(items=st.lists(CENTS, min_size=1, max_size=6), off=CENTS)
def test_items_add_up_to_the_subtotal(items: list[Decimal], off: Decimal) -> None:
    whole, terms = sum(items, Decimal(0)), Terms(tuple(items))
    assert _found(terms, subtotal=whole) == [
        (("items", "subtotal"), True, whole, _found(terms, subtotal=whole)[0].told)
    ]
    (wrong,) = _found(terms, subtotal=whole + off)
    assert (wrong.holds, wrong.due) == (False, whole)
    assert wrong.told == f"items add up to {whole:f}, subtotal says {whole + off:f}"


@given(
    subtotal=CENTS, less=CENTS, service=CENTS, tip=CENTS, tax=CENTS, rounding=st.sampled_from(["-0.02", "0.00", "0.03"])
)
def test_the_total_is_what_is_added_and_taken_off(
    subtotal: Decimal, less: Decimal, service: Decimal, tip: Decimal, tax: Decimal, rounding: str
) -> None:
    terms = Terms(None, discounts=(less,), service=service, tip=tip)
    base = subtotal - less + service + tip
    for total in (base, base + tax, base + tax + Decimal(rounding)):
        found = _found(terms, subtotal=subtotal, total=total, tax=tax, rounding=rounding)
        (about,) = [identity for identity in found if identity.paths[-1] == "total"]
        assert about.holds
    (wrong,) = _found(terms, subtotal=subtotal, total=base + 10**7, tax=tax, rounding=rounding)
    assert (wrong.holds, wrong.due) == (False, base + Decimal(rounding))


def test_what_the_total_is_made_of_is_told_with_it() -> None:
    terms = _terms("5.00", "7.50", discounts=(Decimal("1.00"),), service=Decimal("1.15"))
    assert _verdicts(_found(terms, total="12.65")) == {("items", "discounts", "service", "total"): True}
    assert _verdicts(_found(_terms("5.00"), total="5.40", tax="0.40")) == {("items", "tax", "taxes", "total"): True}
    # Prices that contain the tax.
    assert _verdicts(_found(_terms("5.00"), total="5.00", tax="0.40")) == {("items", "total"): True}


def test_discounts_may_be_taken_off_before_the_subtotal() -> None:
    terms = _terms("5.00", "7.50", discounts=(Decimal("1.00"),))
    for subtotal in ("12.50", "11.50"):
        assert _verdicts(_found(terms, subtotal=subtotal)) == {("items", "subtotal"): True}
    assert _verdicts(_found(terms, subtotal="11.00")) == {("items", "subtotal"): False}


def test_net_and_tax_make_the_total_or_what_is_called_gross() -> None:
    assert _verdicts(_found(net="20.00", tax="3.80", total="23.80")) == {("net", "tax", "total"): True}
    assert _verdicts(_found(net="20.00", tax="3.80", gross="23.80", total="24.00")) == {("net", "tax", "gross"): True}
    assert _verdicts(_found(Terms(None, tip=Decimal(2)), net="20.00", tax="3.80", total="25.80")) == {
        ("net", "tax", "total"): True
    }
    (wrong,) = _found(net="20.00", tax="3.80", total="28.80")
    assert (wrong.holds, wrong.due) == (False, Decimal("23.80"))


def _tax(percent: str = "", net: str = "", tax: str = "", gross: str = "") -> TaxAmounts:
    return TaxAmounts(*(Decimal(value) if value else None for value in (percent, net, tax, gross)))


def test_taxes_add_up_and_are_their_rates() -> None:
    lines = _tax("19", "100.00", "19.00", "119.00"), _tax("7", "10.00", "0.70", "10.70")
    assert all(_verdicts(_found(Terms(None, taxes=lines), tax="19.70")).values())
    assert _verdicts(_found(Terms(None, taxes=lines), tax="19.00"))["taxes", "tax"] is False
    assert _verdicts(_found(Terms(None, taxes=(_tax("19", "100.00", "16.00"),)))) == {("taxes.0",): False}
    assert _verdicts(_found(Terms(None, taxes=(_tax("", "100.00", "16.00", "117.00"),)))) == {("taxes.0",): False}
    # The base is not printed: a share of the total holds, and all else tells nothing.
    assert _verdicts(_found(Terms(None, taxes=(_tax("19", "", "19.00"),)), total="119.00")) == {("taxes.0",): True}
    assert _found(Terms(None, taxes=(_tax("19", "", "5.00"),)), total="119.00") == []


@given(net=CENTS, percent=st.sampled_from(["5", "6", "7.7", "9.975", "19", "23"]))
def test_a_rounded_tax_is_that_of_its_rate(net: Decimal, percent: str) -> None:
    tax = (net * Decimal(percent) / 100).quantize(Decimal("0.01"))
    line = TaxAmounts(Decimal(percent), net, tax, net + tax)
    assert all(identity.holds for identity in _found(Terms(None, taxes=(line,))))
    assert not all(identity.holds for identity in _found(Terms(None, taxes=(line._replace(tax=tax + 1),))))


def _paid(*tenders: str) -> Terms:
    return Terms(None, tenders=tuple(map(Decimal, tenders)))


def test_payments_less_change_are_what_is_paid() -> None:
    assert _verdicts(_found(_paid("20.00"), total="12.50", change="7.50")) == {("tenders", "change", "total"): True}
    assert _verdicts(_found(_paid("10.00", "2.50"), total="12.50")) == {("tenders", "total"): True}
    (wrong,) = _found(_paid("20.00"), total="17.50", change="7.50")
    assert (wrong.holds, wrong.due) == (False, Decimal("12.50"))
    assert wrong.told == "paid less change is 12.50, total says 17.50"


def test_cash_may_be_rounded_to_the_smallest_coin() -> None:
    assert _verdicts(_found(_paid("12.50"), total="12.52"))["tenders", "total"]
    assert not _verdicts(_found(_paid("12.50"), total="12.56"))["tenders", "total"]
    assert _verdicts(_found(_paid("12.50"), total="12.52", rounding="-0.02"))["tenders", "total"]
    assert _verdicts(_found(_paid("12.50"), total="12.52", rounding="-0.02", payable="12.50")) == {
        ("total", "rounding", "payable"): True,
        ("tenders", "payable"): True,
    }


def test_what_is_payable_is_not_rounded_again() -> None:
    found = _found(_paid("12.48"), total="12.52", rounding="-0.02", payable="12.50")
    assert _verdicts(found)["tenders", "payable"] is False


@given(total=CENTS, more=CENTS)
def test_a_tax_a_charge_or_a_tip_is_not_more_than_the_total(total: Decimal, more: Decimal) -> None:
    part = total + more
    for path, terms, tax in (
        ("tax", Terms(None), part), ("service", Terms(None, service=part), Decimal(0)),
        ("tip", Terms(None, tip=part), Decimal(0)),
        ("taxes.0", Terms(None, taxes=(TaxAmounts(None, None, part, None),)), Decimal(0)),
    ):  # fmt: skip
        (failed,) = _found(terms, total=total, tax=tax)
        assert (failed.paths, failed.holds) == ((path,), False)
        assert failed.told.endswith(f" of {part:f} is more than the total of {total:f}")
        # Of a refund nothing is told.
        assert _found(terms, total=-total, tax=tax) == []


def test_nothing_is_told_where_nothing_is_printed_twice() -> None:
    for alone in SINGLES:
        assert _found(**{alone: "12.50"}) == []
    assert _found(_terms("5.00", discounts=(Decimal(1),))) == []


def test_a_receipt_adds_up_where_a_sum_leads_to_the_total_and_none_fails() -> None:
    right, wrong = (Identity(("items", "total"), holds, Decimal(5), "") for holds in (True, False))
    beside, failed = (Identity(("taxes.0",), holds, Decimal(5), "") for holds in (True, False))
    assert verdict([right, beside]) is True
    assert verdict([right, failed]) is verdict([wrong]) is verdict([failed]) is False
    assert verdict([beside]) is verdict([]) is None
    again = Identity(("subtotal", "total"), True, Decimal(9), "")
    assert verdict([again]) is verdict([again, beside]) is None
    assert verdict([again, Identity(("items", "subtotal"), True, Decimal(9), "")]) is True
