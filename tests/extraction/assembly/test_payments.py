"""Payments that can't be right are doubted, and say nothing against a total that other sums bear out."""

from decimal import Decimal

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from receiptgen.extraction.assembly.identities import SINGLES, Identity, identities
from receiptgen.extraction.assembly.payments import Payment, possible_payment, with_signs
from receiptgen.extraction.assembly.terms import terms_of
from receiptgen.extraction.fields import Field, ItemFields, ReceiptFields, TenderFields
from receiptgen.extraction.values.amounts import parse_amount

CENTS = st.integers(1, 10**6).map(lambda cents: Decimal(cents) / 100)


def _field(value: str | Decimal, word: int = 0) -> Field:
    return Field(str(value), str(value), 0.8, (word,))


def _receipt(
    total: str | Decimal, *paid: str | Decimal, change: str | Decimal | None = None, items: bool = True
) -> ReceiptFields:
    return ReceiptFields(
        items=(ItemFields(amount=_field(total, 0)),) if items else (),
        total=_field(total, 1),
        tenders=tuple(TenderFields("cash", amount=_field(amount, 2)) for amount in paid),
        change=None if change is None else _field(change, 3),
    )


def _sums(fields: ReceiptFields) -> list[Identity]:
    singles = {name: field.decimal if (field := getattr(fields, name)) else None for name in SINGLES}
    return list(identities(singles, terms_of(fields)))


def _looked_at(fields: ReceiptFields, *others: str) -> Payment:
    words = [field.text for field in (fields.total, fields.total, fields.tenders[0].amount, fields.change) if field]
    return possible_payment(fields, _sums(fields), [parse_amount(word) for word in (*words, *others)])


def _alternatives(fields: ReceiptFields) -> dict[str, str]:
    return {path: field.alternative for path, field in fields.each() if field.alternative}


@pytest.mark.smoke
@given(total=CENTS, change=CENTS, paid=CENTS)
def test_cash_below_a_total_that_is_borne_out_is_misread(total: Decimal, change: Decimal, paid: Decimal) -> None:
    assume(paid < total)
    for cash in (Decimal("0.00"), paid):
        # The rest that is printed elsewhere, or both together, tell of something else.
        assume(cash - change != total and cash + change != total)
        found = _looked_at(_receipt(total, cash, change=change))
        assert _alternatives(found.fields) == {"tenders.0.amount": f"{total + change:f}"}
        assert all(identity.holds for identity in found.identities)
        assert f"{total + change:f} paid would add up" in found.note
        amount = found.fields.tenders[0].amount
        assert amount
        assert (amount.checked, amount.confidence < 0.8) == (False, True)


@given(total=CENTS, change=CENTS, more=CENTS)
def test_a_payment_that_adds_up_is_left_alone(total: Decimal, change: Decimal, more: Decimal) -> None:
    for fields in (_receipt(total, total + change, change=change), _receipt(total, total, change="0.00")):
        assert _looked_at(fields) == (fields, tuple(_sums(fields)), "")
    # More than is owed may be right, and the total wrong; less than a coin is rounding.
    assume(more >= Decimal("0.05"))
    fields = _receipt(total, total + change + more, change=change)
    assert _looked_at(fields).fields == fields
    assert not all(identity.holds for identity in _looked_at(fields).identities)


def test_a_total_that_nothing_bears_out_may_be_what_is_misread() -> None:
    fields = _receipt("90.00", "10.00", change="1.00", items=False)
    assert _looked_at(fields).note == ""
    # Nothing at all can't have been paid, whatever the total is.
    for cash in ("0.00", "1.00"):
        found = _looked_at(_receipt("9.00", cash, change="1.00", items=False))
        assert (_alternatives(found.fields), found.identities) == ({"tenders.0.amount": "10.00"}, ())


def test_a_rest_that_is_printed_may_be_the_total() -> None:
    fields = _receipt("9.00", "8.00", change="1.50")
    assert _looked_at(fields, "6.50").note == ""
    assert _looked_at(fields, "6.00").note
    # The change itself is not the rest.
    assert _looked_at(_receipt("9.00", "3.00", change="1.50")).note


def test_a_payment_beside_another_that_was_taken_for_change_is_left_alone() -> None:
    assert _looked_at(_receipt("25.67", "25.00", change="0.67")).note == ""


def test_change_of_all_that_was_paid_is_misread() -> None:
    found = _looked_at(_receipt("4.00", "5.00", change="7.00"))
    assert _alternatives(found.fields) == {"change": "1.00"}
    assert found.note == "paid 5.00, 7.00 handed back can't be: 4.00 is owed; 1.00 handed back would add up"


def test_of_several_payments_none_is_blamed() -> None:
    fields = _receipt("9.00", "0.00", "5.00", change="1.00")
    assert _looked_at(fields).fields == fields


@given(total=CENTS, change=CENTS)
def test_payments_and_change_with_a_minus_are_what_was_paid(total: Decimal, change: Decimal) -> None:
    paid = total + change
    for cash, back in ((-paid, change), (paid, -change), (-paid, -change)):
        fields = _receipt(total, cash, change=back)
        assert all(identity.holds for identity in _sums(fields))
        assert with_signs(fields).values() == _receipt(total, paid, change=change).values()


def test_a_refund_and_what_is_handed_back_among_payments_keep_their_sign() -> None:
    for fields in (_receipt("-9.00", "-9.00"), _receipt("9.00", "10.00", "-1.00")):
        assert with_signs(fields) == fields
        assert all(identity.holds for identity in _sums(fields))
    nothing = ReceiptFields(tenders=(TenderFields("cash", amount=_field("-9.00")),))
    assert with_signs(nothing) == nothing
