"""Fields as a reader without a fault would say them, made from the values of a receipt."""

from collections.abc import Mapping
from dataclasses import fields
from typing import Any

from receiptgen.extraction.fields import (
    ChargeFields,
    Field,
    IdentifierFields,
    ItemFields,
    MerchantFields,
    ReceiptFields,
    TaxFields,
    TenderFields,
)

_RECORDS: Mapping[str, Any] = {
    "merchant": MerchantFields, "tax_ids": IdentifierFields, "company_ids": IdentifierFields, "items": ItemFields,
    "discount": ChargeFields, "discounts": ChargeFields, "service": ChargeFields, "tip": ChargeFields,
    "taxes": TaxFields, "tenders": lambda **said: TenderFields("cash", **said),
}  # fmt: skip


def said(value: object, confidence: float = 0.9, words: tuple[int, ...] = ()) -> Field:
    """Return a field."""
    return Field(str(value), str(value), confidence, words)


def fields_of_values(values: Mapping[str, Any], **changes: Any) -> ReceiptFields:
    """Return the fields that say all of ``items.json`` that fields have a place for."""
    names = {field.name for field in fields(ReceiptFields)}
    found = {key: _made(key, value) for key, value in values.items() if key in names}
    return ReceiptFields(**(found | changes))


def _made(key: str, value: Any) -> Any:
    if isinstance(value, list):
        return tuple(_made(key, entry) for entry in value)
    if not isinstance(value, dict):
        return said(value)
    names = {"kind"} if key == "tenders" else set()
    places = {"label", "amount"} if key == "tenders" else {field.name for field in fields(_RECORDS[key])}
    return _RECORDS[key](**{name: _made(name, entry) for name, entry in value.items() if name in places - names})
