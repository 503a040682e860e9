"""What a drawn receipt says, as a reader of fields that makes no mistakes would tell it."""

from collections.abc import Mapping
from dataclasses import fields, replace
from typing import Any

from receiptgen.annotations.true_receipts import DrawnTruth
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

# Records by the keys under which they, or lists of them, are.
_RECORDS: Mapping[str, type[Any]] = {
    "merchant": MerchantFields, "tax_ids": IdentifierFields, "company_ids": IdentifierFields, "items": ItemFields,
    "discount": ChargeFields, "discounts": ChargeFields, "service": ChargeFields, "tip": ChargeFields,
    "taxes": TaxFields,
}  # fmt: skip


def true_fields(truth: DrawnTruth) -> ReceiptFields:
    """Return the values of a drawn receipt with confidences of 1; a note names those that nobody can read."""
    values = {key: value for key, value in truth.values.items() if key != "tenders"}
    said: ReceiptFields = _record(ReceiptFields, values)
    hidden = ", ".join(sorted(truth.hidden))
    return replace(said, tenders=_tenders(truth), notes=(f"can't be seen: {hidden}",) if hidden else ())


def _tenders(truth: DrawnTruth) -> tuple[TenderFields, ...]:
    """Return the payments; values don't say of which kind they are."""
    found = []
    for index, values in enumerate(truth.values.get("tenders") or ()):
        said: Any = {key: _said(key, values[key]) for key in ("label", "amount") if values.get(key) is not None}
        kind: Any = truth.tender_kinds.get(index, "")
        found.append(TenderFields(kind, **said))
    return tuple(found)


def _record(kind: type[Any], values: Mapping[str, Any]) -> Any:
    """Return a record of what it has a place for; null is as good as a key that is missing."""
    names = {one.name for one in fields(kind)}
    return kind(**{key: _said(key, value) for key, value in values.items() if key in names and value is not None})


def _said(key: str, value: Any) -> Any:
    if isinstance(value, list):
        return tuple(_said(key, entry) for entry in value)
    return _record(_RECORDS[key], value) if isinstance(value, Mapping) else Field(str(value), str(value), 1.0)
