"""The structure that the values of a receipt have in ``items.json``, as far as they are compared."""

from collections.abc import Mapping
from typing import Any

# A text or a number; a record by its keys, of which others may have any value; a list of what its one entry is.
_TEXT = "text"


def _texts(*names: str) -> dict[str, Any]:
    return dict.fromkeys(names, _TEXT)


_CHARGE = _texts("percent", "amount")
_STRUCTURE: Mapping[str, Any] = {
    **_texts(
        "number", "invoice", "date", "time", "currency", "items_sold", "subtotal", "net", "tax", "gross", "total",
        "rounding", "payable", "change", "saved",
    ),
    "merchant": {
        **_texts("name", "legal_name", "branch", "phone", "fax", "email", "url"),
        "address": [_TEXT], "tax_ids": [_texts("number")], "company_ids": [_texts("number")],
    },
    "items": [{
        **_texts("name", "code", "quantity", "unit", "unit_price", "gross", "amount", "tax_code", "note"),
        "discount": _CHARGE,
    }],
    "discounts": [_CHARGE], "service": _CHARGE, "tip": _CHARGE,
    "taxes": [_texts("code", "percent", "net", "tax", "gross")], "tenders": [_texts("amount")],
}  # fmt: skip


def check_values(values: Mapping[str, Any]) -> None:
    """Check that values have their structure; null is as good as a key that is missing.

    Raises:
        ValueError: They have another; the message names the path.
    """
    _check_record(values, _STRUCTURE, "")


def _check_record(values: Mapping[str, Any], structure: Mapping[str, Any], path: str) -> None:
    for key, member in structure.items():
        if values.get(key) is not None:
            _check(values[key], member, f"{path}{key}")


def _check(value: Any, structure: Any, path: str) -> None:
    if isinstance(structure, Mapping):
        if not isinstance(value, Mapping):
            raise ValueError(f"{path} is no record")
        _check_record(value, structure, f"{path}.")
    elif isinstance(structure, list):
        if not isinstance(value, list):
            raise ValueError(f"{path} is no list")
        for index, entry in enumerate(value):
            _check(entry, structure[0], f"{path}.{index}")
    elif isinstance(value, bool) or not isinstance(value, str | int | float):
        raise ValueError(f"{path} is no text")
