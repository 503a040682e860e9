"""Payments against what is owed: signs of tills that take them off, and amounts that can't have been paid."""

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from typing import NamedTuple

from receiptgen.extraction.assembly.checks import verdict
from receiptgen.extraction.assembly.identities import Identity
from receiptgen.extraction.fields import Field, ReceiptFields
from receiptgen.extraction.values.amounts import Amount, plain

# How much less likely an amount is right that can't have been paid.
_DOUBTED = 0.6


class Payment(NamedTuple):
    """A payment that was looked at.

    Attributes:
        fields: The fields, of which the payment or the change is marked where it can't be right.
        identities: The sums without the one that fails for it.
        note: What is said of it; empty where it may be right.
    """

    fields: ReceiptFields
    identities: tuple[Identity, ...]
    note: str


def with_signs(fields: ReceiptFields) -> ReceiptFields:
    """Return fields whose payments and change are above 0 where something is owed: some tills print them with a minus.

    Among payments without a minus one with it stays: it may be what was handed back.
    """
    owed = fields.payable or fields.total
    if owed is None or owed.decimal <= 0:
        return fields
    tenders = fields.tenders
    if all(tender.amount is None or tender.amount.decimal <= 0 for tender in tenders):
        tenders = tuple(replace(tender, amount=_above_nothing(tender.amount)) for tender in tenders)
    return replace(fields, tenders=tenders, change=_above_nothing(fields.change))


def possible_payment(fields: ReceiptFields, found: Sequence[Identity], amounts: Sequence[Amount | None]) -> Payment:
    """Mark a payment, or its change, that can't be right: it says nothing against the total that others bear out.

    What is handed back is part of what was paid, and the rest is the total. Where nothing is left the payment or the
    change is misread. Where too little is left the total may be, too, unless other sums lead to it and the rest is
    printed nowhere.

    Args:
        fields: What was read.
        found: Its sums.
        amounts: What each word of the page says as a number.
    """
    sums = tuple(found)
    failed = [identity for identity in sums if identity.paths[0] == "tenders" and not identity.holds]
    payments, due = [tender.amount for tender in fields.tenders if tender.amount], owed_with_rounding(fields)
    if not failed or due <= 0 or len(payments) != 1:
        return Payment(fields, sums, "")
    others = tuple(identity for identity in sums if identity not in failed)
    paid, change = payments[0], fields.change.decimal if fields.change else Decimal(0)
    left = paid.decimal - change
    own = {*paid.words, *(fields.change.words if fields.change else ())}
    printed = {amount.value for index, amount in enumerate(amounts) if amount and index not in own}
    too_little = change > 0 and paid.decimal < due and verdict(others) and left not in printed
    # A payment and another that was taken for the change may make the total.
    if paid.decimal + change == due or not (left <= 0 or too_little):
        return Payment(fields, sums, "")
    back = f", {change:f} handed back" if fields.change else ""
    note = f"paid {paid.value}{back} can't be: {due:f} is owed"
    if paid.decimal >= due:
        assert fields.change
        fields = replace(fields, change=_doubted(fields.change, paid.decimal - due))
        return Payment(fields, others, f"{note}; {paid.decimal - due:f} handed back would add up")
    tenders = tuple(
        replace(tender, amount=_doubted(tender.amount, due + change) if tender.amount else None)
        for tender in fields.tenders
    )
    return Payment(replace(fields, tenders=tenders), others, f"{note}; {due + change:f} paid would add up")


def owed_with_rounding(fields: ReceiptFields) -> Decimal:
    """Return what is owed, rounded as it is paid; 0 without a total."""
    if fields.payable:
        return fields.payable.decimal
    return sum((field.decimal for field in (fields.total, fields.rounding) if field), Decimal(0))


def _doubted(field: Field, alternative: Decimal) -> Field:
    return replace(field, checked=False, confidence=field.confidence * _DOUBTED, alternative=plain(alternative))


def _above_nothing(field: Field | None) -> Field | None:
    return replace(field, value=plain(abs(field.decimal))) if field and field.decimal < 0 else field
