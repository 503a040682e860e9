"""Fields marked by the sums that they belong to."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

from receiptgen.extraction.assembly.identities import SINGLES, Identity
from receiptgen.extraction.fields import ChargeFields, Field, ItemFields, ReceiptFields, TaxFields

# What is left of the doubt about a field of which a sum holds, and of its confidence where all fail.
_LEFT, _DOUBT = 0.25, 0.6


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

    def mark(field: Field | None, *paths: str, left: float = _LEFT, doubt: float = _DOUBT) -> Field | None:
        if field is None or not (held | failed).intersection(paths):
            return field
        right = bool(held.intersection(paths))
        # A sum that holds leaves little doubt; one that fails leaves as much as there was, and more.
        sure = 1 - (1 - field.confidence) * left if right else field.confidence * doubt
        return replace(field, checked=right, confidence=sure)

    def tax_of(index: int, tax: TaxFields) -> TaxFields:
        paths = ("taxes", f"taxes.{index}")
        numbers = {name: mark(getattr(tax, name), *paths) for name in ("percent", "net", "tax", "gross")}
        return replace(tax, **numbers)

    def charge(one: ChargeFields | None, path: str) -> ChargeFields | None:
        return one and replace(one, amount=mark(one.amount, path))

    def item_of(index: int, item: ItemFields) -> ItemFields:
        path = f"items.{index}"
        # One price in two columns is a product, too: it leaves all doubt. Where quantity, price and result don't agree,
        # the result is right nearly always.
        left, doubt = _LEFT if "items" in held else 1.0, _DOUBT if "items" in failed else 1.0
        return replace(
            item, quantity=mark(item.quantity, path, left=1.0), unit_price=mark(item.unit_price, path, left=1.0),
            discount=item.discount and replace(item.discount, amount=mark(item.discount.amount, path, left=1.0)),
            gross=mark(item.gross, "items", path, left=left, doubt=doubt),
            amount=mark(item.amount, "items", path, left=left, doubt=doubt),
        )  # fmt: skip

    singles: dict[str, Any] = {name: mark(getattr(fields, name), name) for name in SINGLES}
    return replace(
        fields,
        **singles,
        items=tuple(item_of(index, item) for index, item in enumerate(fields.items)),
        discounts=tuple(replace(one, amount=mark(one.amount, "discounts")) for one in fields.discounts),
        service=charge(fields.service, "service"), tip=charge(fields.tip, "tip"),
        taxes=tuple(tax_of(index, tax) for index, tax in enumerate(fields.taxes)),
        tenders=tuple(replace(tender, amount=mark(tender.amount, "tenders")) for tender in fields.tenders),
    )  # fmt: skip
