"""Readings that would make a failed sum add up: one digit taken for another, as ``7`` for ``1``."""

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any

from receiptgen.extraction.assembly.identities import SINGLES, Identity
from receiptgen.extraction.assembly.payments import owed_with_rounding
from receiptgen.extraction.fields import Field, ItemFields, ReceiptFields
from receiptgen.extraction.values.amounts import plain

# Largest quantity or price that is sought, and its decimal places at most.
_MOST, _MOST_PLACES = 10**6, 6


def with_alternatives(fields: ReceiptFields, failed: Sequence[Identity]) -> ReceiptFields:
    """Return fields with an alternative for each amount of which another digit would mend a sum.

    Args:
        fields: What was read.
        failed: Sums that fail.
    """
    for identity in failed:
        name = identity.paths[-1]
        field: Field | None = getattr(fields, name) if name in SINGLES else None
        if field and not field.checked and _one_digit(field.decimal, identity.due):
            changed: dict[str, Any] = {name: replace(field, alternative=plain(identity.due))}
            fields = replace(fields, **changed)
        if "items" in identity.paths and field:
            fields = _with_item(fields, field.decimal - identity.due)
        if "tenders" in identity.paths and field and field.checked:
            fields = _with_payment(fields, owed_with_rounding(fields) - identity.due)
        if name.startswith("items."):
            index = int(name.partition(".")[2])
            items = list(fields.items)
            items[index] = _with_factor(items[index])
            fields = replace(fields, items=tuple(items))
    return fields


def _with_factor(item: ItemFields) -> ItemFields:
    """Mark the quantity or the price of which one digit mends their product; of both the one that is read worse."""
    result, quantity, price = item.gross or item.amount, item.quantity, item.unit_price
    if not (result and quantity and price):
        return item
    off = item.discount.amount if item.discount and not item.gross else None
    whole = result.decimal + (off.decimal if off else 0)
    ways: list[tuple[float, str, Field]] = []
    for name, field, other in (("quantity", quantity, price), ("unit_price", price, quantity)):
        due = _quotient(whole, other.decimal, field.decimal)
        if due is not None and _one_digit(field.decimal, due):
            ways.append((field.confidence, name, replace(field, alternative=plain(due))))
    if not ways:
        return item
    _, name, field = min(ways, key=lambda way: way[:2])
    changed: dict[str, Any] = {name: field}
    return replace(item, **changed)


def _quotient(whole: Decimal, part: Decimal, like: Decimal) -> Decimal | None:
    """Return one number through another with the places of a third; None where more places are left."""
    exponent = like.as_tuple().exponent
    if not part or abs(whole / part) > _MOST or not isinstance(exponent, int) or exponent < -_MOST_PLACES:
        return None
    found = (whole / part).quantize(like)
    return found if found * part == whole else None


def _with_payment(fields: ReceiptFields, off: Decimal) -> ReceiptFields:
    """Mark the payment or the change of which one digit accounts for the difference; of both the one read worse."""
    found = [
        (tender.amount.confidence, index)
        for index, tender in enumerate(fields.tenders)
        if tender.amount and _one_digit(tender.amount.decimal, tender.amount.decimal + off)
    ]
    change = fields.change
    if change and _one_digit(change.decimal, change.decimal - off):
        found.append((change.confidence, len(fields.tenders)))
    if not found:
        return fields
    index = min(found)[1]
    tenders = list(fields.tenders)
    if index == len(tenders):
        assert change
        return replace(fields, change=replace(change, alternative=plain(change.decimal - off)))
    amount = tenders[index].amount
    assert amount
    tenders[index] = replace(tenders[index], amount=replace(amount, alternative=plain(amount.decimal + off)))
    return replace(fields, tenders=tuple(tenders))


def _with_item(fields: ReceiptFields, off: Decimal) -> ReceiptFields:
    """Mark the item of which one digit accounts for the difference; of several the one that is read worst."""
    items = list(fields.items)
    found = [
        (item.amount.confidence, index)
        for index, item in enumerate(items)
        if item.amount and _one_digit(item.amount.decimal, item.amount.decimal + off)
    ]
    if not found:
        return fields
    index = min(found)[1]
    amount = items[index].amount
    assert amount
    items[index] = replace(items[index], amount=replace(amount, alternative=plain(amount.decimal + off)))
    return replace(fields, items=tuple(items))


def _one_digit(one: Decimal, other: Decimal) -> bool:
    """Tell whether two amounts differ by one digit."""
    first, second = plain(one), plain(other)
    return len(first) == len(second) and sum(a != b for a, b in zip(first, second, strict=True)) == 1
