"""What is bought: the basket of a template, and the goods that were read as a list."""

import csv
from collections.abc import Sequence
from decimal import Decimal, InvalidOperation
from io import StringIO
from typing import Any

from receiptgen.commerce.countries.locales import Locale
from receiptgen.drafting.elements import Drafted
from receiptgen.extraction.fields import Field, ItemFields, ReceiptFields

# Digits of the longest codes of each kind.
_CODES = ((5, "plu"), (8, "sku"), (14, "ean"))
# Goods that make a list, letters of a name, longest name.
_LISTED, _LETTERS, _LONGEST = 2, 3, 100


def basket_of(fields: ReceiptFields, drafted: Drafted, shop: str, goods: str) -> dict[str, Any]:
    """Return the keys of a template's basket.

    Args:
        fields: What the receipt says.
        drafted: What its elements print.
        shop: Kind of shop.
        goods: Path of a list of goods; empty for none.
    """
    items, parts = fields.items, drafted.parts
    count = drafted.table.count if drafted.table else max(len(items), 1)
    several = sum(_number(item.quantity) not in (None, Decimal(1)) for item in items)
    names = [item.name.text for item in items if item.name]
    kinds = [tender.kind for tender in fields.tenders]
    dates = f"{fields.date.value[:4]}-01-01..{fields.date.value[:4]}-12-31" if fields.date else ""
    return {
        "shop": shop, **({"goods": goods} if goods else {}), "items": f"{max(1, count // 2)}..{count + count // 2}",
        "multiples": round(several / len(items), 2) if items else 0.2, "weighed": 0.1 if _is_weighed(items) else 0.0,
        "names": {"upper": 1} if names and all(name == name.upper() for name in names) else {"full": 1},
        "codes": _codes(items, drafted), "item_discount": 0.0, "coupon": 0.0, "member": 0.0,
        "discount": 0.5 if "discounts" in parts else 0.0, "service": 1.0 if "service" in parts else 0.0,
        "tip": 1.0 if "tip" in parts else 0.0, "notes": 0.0,
        **({"tender": {kind: kinds.count(kind) for kind in dict.fromkeys(kinds)}} if kinds else {}),
        **({"dates": dates} if dates else {}),
    }  # fmt: skip


def goods_of(fields: ReceiptFields, country: Locale) -> str:
    """Return the goods that were read as CSV, as a template's list of goods; empty where they are too few."""
    rows: dict[str, Decimal] = {}
    for item in fields.items:
        price = _price(item)
        name = " ".join(item.name.text.split())[:_LONGEST] if item.name else ""
        if price and sum(map(str.isalpha, name)) >= _LETTERS:
            rows.setdefault(name, price)
    if len(rows) < _LISTED:
        return ""
    text = StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(["name", "price"])
    writer.writerows((name, f"{price:.{country.currency.places}f}") for name, price in rows.items())
    return text.getvalue()


def _price(item: ItemFields) -> Decimal | None:
    """Return the price of one of an item; None where it is not known, or nothing."""
    price, amount, quantity = (_number(field) for field in (item.unit_price, item.amount, item.quantity))
    if price is None and amount is not None:
        price = amount / quantity if quantity else amount
    return price if price and price > 0 else None


def _number(field: Field | None) -> Decimal | None:
    try:
        return field.decimal if field else None
    except InvalidOperation:
        return None


def _is_weighed(items: Sequence[ItemFields]) -> bool:
    quantities = [_number(item.quantity) for item in items]
    return any(quantity is not None and quantity % 1 for quantity in quantities)


def _codes(items: Sequence[ItemFields], drafted: Drafted) -> dict[str, int]:
    table = drafted.table
    digits = [sum(map(str.isdigit, item.code.text)) for item in items if item.code]
    if not digits or table is None or "code" not in (*table.first, *table.second):
        return {"none": 1}
    usual = sorted(digits)[len(digits) // 2]
    return {next((kind for most, kind in _CODES if usual <= most), "ean"): 1}
