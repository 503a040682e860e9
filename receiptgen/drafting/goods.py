"""What is bought: the basket of a template, and the goods that were read as a list."""

import csv
import re
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
from receiptgen.extraction.values.amounts import parse_amount

# Digits of the longest codes of each kind.
_CODES = ((5, "plu"), (8, "sku"), (14, "ean"))
# Pieces of a good at most; a code of goods or of taxes beside a name.
_PIECES = 99
_CODE = re.compile(r"[A-Z]{0,2}\d{6,14}-?")
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
        price, name = price_of(item, country), _name(item, country)
        if price and name:
            rows.setdefault(name, price)
    if len(rows) < _LISTED:
        return ""
    text = StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(["name", "price"])
    writer.writerows((name, f"{price:.{country.currency.places}f}") for name, price in rows.items())
    return text.getvalue()


def unlisted(fields: ReceiptFields, country: Locale) -> list[str]:
    """Return what was read as goods and is in no list: without a name that is no unit, or a price that fits."""
    return [
        text for item in fields.items if not (price_of(item, country) and _name(item, country))
        for text in [" ".join(field.text for field in (item.name, item.amount) if field)] if text
    ]  # fmt: skip


def _name(item: ItemFields, country: Locale) -> str:
    """Return the name of an item without codes and signs between quantity and price; empty for a unit, or none."""
    words = [word for word in item.name.text.split() if word not in TIMES] if item.name else []
    taxes = {rate.code for scheme in country.taxes for rate in scheme.rates.values() if len(rate.code) > 1}
    while words and (words[0] in taxes or _CODE.fullmatch(words[0].strip(EDGES))):
        words.pop(0)
    while words and (words[-1] in taxes or _CODE.fullmatch(words[-1].strip(EDGES))):
        words.pop()
    name = "".join(char for char in " ".join(words)[:_LONGEST] if char.isprintable()).strip(f"{EDGES}@")
    units = all(word.strip(EDGES).casefold() in _UNITS for word in words)
    priced = any(amount and amount.is_money for amount in map(parse_amount, words))
    return name if not units and not priced and sum(map(str.isalpha, name)) >= _LETTERS else ""


def price_of(item: ItemFields, country: Locale) -> Decimal | None:
    """Return the price of one of an item that fits its amount and quantity; None where none does, or for nothing.

    A number that does not fit is misread, and which one it is nothing tells: unless the amount is a whole number of
    prices, which is no chance.
    """
    price, amount, gross = (_money(field, country) for field in (item.unit_price, item.amount, item.gross))
    amounts = [each for each in (amount, gross) if each is not None]
    quantity = _number(item.quantity)
    step = Decimal(1).scaleb(-country.currency.places)
    if price is None and amounts:
        one = (amounts[0] / quantity if quantity else amounts[0]).quantize(step)
        return one if one > 0 and (quantity is None or _fits(one, quantity, amounts[0], step)) else None
    if price is None or price <= 0:
        return None
    if not amounts or (quantity and any(_fits(price, quantity, each, step) for each in amounts)):
        return price
    return price if any(each % price == 0 and 1 <= each / price <= _PIECES for each in amounts) else None


def _fits(price: Decimal, quantity: Decimal, amount: Decimal, step: Decimal) -> bool:
    """Tell whether price, quantity and amount agree, as far as they are rounded."""
    return 0 < quantity <= _PIECES and abs(price * quantity - amount) <= step / 2 * (quantity + 1)


def _money(field: Field | None, country: Locale) -> Decimal | None:
    """Return a value that is printed as the country prints money; None for another, as one without its point."""
    if field is None:
        return None
    printed = [parse_amount(word) for word in field.text.split()]
    whole = country.currency.places == 0
    return _number(field) if whole or any(amount and amount.is_money for amount in printed) else None


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
