"""Readings that would make a failed sum add up: one digit taken for another, as ``7`` for ``1``."""

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any

from receiptgen.extraction.assembly.identities import SINGLES, Identity
from receiptgen.extraction.fields import Field, ReceiptFields
from receiptgen.extraction.values.amounts import plain


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
    return fields


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
