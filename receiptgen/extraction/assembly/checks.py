"""Fields marked by the sums that they belong to."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

from receiptgen.extraction.assembly.identities import SINGLES, Identity
from receiptgen.extraction.fields import ChargeFields, Field, ReceiptFields, TaxFields


def verdict(found: Iterable[Identity]) -> bool | None:
    """Tell whether a sum leads to the total and none fails; None where none leads to it and none fails.

    A subtotal that is the total is no sum but the same number again, unless the items add up to it.
    """
    sums = list(found)
    if not all(identity.holds for identity in sums):
        return False
    paths = {identity.paths for identity in sums}
    if ("items", "subtotal") not in paths:
        paths.discard(("subtotal", "total"))
    return True if any({"total", "payable"} & set(path) for path in paths) else None


def checked(fields: ReceiptFields, found: Sequence[Identity]) -> ReceiptFields:
    """Mark fields by the sums that they belong to: right where one holds, wrong where all fail."""
    held = {path for identity in found if identity.holds for path in identity.paths}
    failed = {path for identity in found if not identity.holds for path in identity.paths}

    def mark(field: Field | None, *paths: str) -> Field | None:
        if field is None or not (held | failed).intersection(paths):
            return field
        right = bool(held.intersection(paths))
        # A sum that holds leaves little doubt; one that fails leaves as much as there was, and more.
        sure = 1 - (1 - field.confidence) * 0.25 if right else field.confidence * 0.6
        return replace(field, checked=right, confidence=sure)

    def tax_of(index: int, tax: TaxFields) -> TaxFields:
        paths = ("taxes", f"taxes.{index}")
        numbers = {name: mark(getattr(tax, name), *paths) for name in ("percent", "net", "tax", "gross")}
        return replace(tax, **numbers)

    def charge(one: ChargeFields | None, path: str) -> ChargeFields | None:
        return one and replace(one, amount=mark(one.amount, path))

    singles: dict[str, Any] = {name: mark(getattr(fields, name), name) for name in SINGLES}
    return replace(
        fields,
        **singles,
        items=tuple(replace(item, amount=mark(item.amount, "items"), gross=mark(item.gross, "items"))
                    for item in fields.items),
        discounts=tuple(replace(one, amount=mark(one.amount, "discounts")) for one in fields.discounts),
        service=charge(fields.service, "service"), tip=charge(fields.tip, "tip"),
        taxes=tuple(tax_of(index, tax) for index, tax in enumerate(fields.taxes)),
        tenders=tuple(replace(tender, amount=mark(tender.amount, "tenders")) for tender in fields.tenders),
    )  # fmt: skip
