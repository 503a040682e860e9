"""What is bought: the basket of a template, and the goods that were read as a list."""

import csv
from collections.abc import Sequence
from decimal import Decimal, InvalidOperation
from io import StringIO
from typing import Any, get_args

from receiptgen.commerce.countries.locales import Locale
from receiptgen.commerce.trade.goods_list import Unit
from receiptgen.drafting.element_draft import Drafted
from receiptgen.drafting.item_table import ItemTable
from receiptgen.drafting.item_words import TIMES
from receiptgen.drafting.wording import EDGES
from receiptgen.extraction.fields import Field, ItemFields, ReceiptFields

# Digits of the longest codes of each kind.
_CODES = ((5, "plu"), (8, "sku"), (14, "ean"))
# Goods that make a list, letters of a name, longest name.
_LISTED, _LETTERS, _LONGEST = 2, 3, 100
# Words of quantities that are no goods.
_UNITS = frozenset(
    {*get_args(Unit), "pc", "pcs", "pce", "ea", "set", "pkt", "btl", "box", "ctn", "unit", "units", "stk"}
)


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
        "codes": _codes(items, drafted), "item_discount": _share(drafted.table, drafted.reduced),
        # A coupon has no percentage in its label, and so is most like what others take off.
        "coupon": 1.0 if "discounts" in parts else 0.0, "member": 0.0,
        "service": 1.0 if "service" in parts else 0.0, "tip": 1.0 if "tip" in parts else 0.0,
        "notes": _share(drafted.table, len(drafted.table.modifiers) if drafted.table else 0),
        **({"tender": {kind: kinds.count(kind) for kind in dict.fromkeys(kinds)}} if kinds else {}),
        **({"dates": dates} if dates else {}),
    }  # fmt: skip


def _share(table: ItemTable | None, count: int) -> float:
    """Return the share of goods that so many of them are."""
    return round(min(1.0, count / max(table.count, 1)), 2) if table else 0.0


def goods_of(fields: ReceiptFields, country: Locale) -> str:
    """Return the goods that were read as CSV, as a template's list of goods; empty where they are too few."""
    rows: dict[str, Decimal] = {}
    for item in fields.items:
        price, name = _price(item), _name(item)
        if price and name:
            rows.setdefault(name, price)
    if len(rows) < _LISTED:
        return ""
    text = StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(["name", "price"])
    writer.writerows((name, f"{price:.{country.currency.places}f}") for name, price in rows.items())
    return text.getvalue()


def unlisted(fields: ReceiptFields) -> list[str]:
    """Return what was read as goods and is in no list: without a price, or without a name that is more than a unit."""
    return [
        text for item in fields.items if not (_price(item) and _name(item))
        for text in [" ".join(field.text for field in (item.name, item.amount) if field)] if text
    ]  # fmt: skip


def _name(item: ItemFields) -> str:
    """Return the name of an item without signs between quantity and price; empty for a unit, or none."""
    words = [word for word in item.name.text.split() if word not in TIMES] if item.name else []
    name = "".join(char for char in " ".join(words)[:_LONGEST] if char.isprintable()).strip()
    units = all(word.strip(EDGES).casefold() in _UNITS for word in words)
    return name if not units and sum(map(str.isalpha, name)) >= _LETTERS else ""


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
