"""Tables of receipts and of their items: columns, and a row of texts for each receipt or item."""

from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import Literal, NamedTuple

from receiptgen.extraction.fields import Field, ItemFields, ReceiptFields
from receiptgen.reading.field_outputs import Receipts


class Column(NamedTuple):
    """A column of a table.

    Attributes:
        name: Its name for programs: the path of the value where it has one.
        title: Its name for people.
        kind: What its cells hold, be they not empty.
    """

    name: str
    title: str
    kind: Literal["text", "number", "amount", "date", "time", "truth"] = "text"


RECEIPTS = (
    Column("file", "File"),
    Column("merchant.name", "Merchant"),
    Column("merchant.address", "Address"),
    Column("date", "Date", "date"),
    Column("time", "Time", "time"),
    Column("number", "Number"),
    Column("currency", "Currency"),
    Column("subtotal", "Subtotal", "amount"),
    Column("discounts", "Discounts", "amount"),
    Column("service", "Service", "amount"),
    Column("tax", "Tax", "amount"),
    Column("tip", "Tip", "amount"),
    Column("total", "Total", "amount"),
    Column("payable", "Payable", "amount"),
    Column("tenders", "Paid by"),
    Column("change", "Change", "amount"),
    Column("checked", "Adds up", "truth"),
    Column("total.confidence", "Confidence of total", "number"),
    Column("notes", "Notes"),
)
ITEMS = (
    Column("file", "File"),
    Column("item", "Item", "number"),
    Column("name", "Name"),
    Column("code", "Code"),
    Column("quantity", "Quantity", "number"),
    Column("unit", "Unit"),
    Column("unit_price", "Unit price", "amount"),
    Column("discount", "Discount", "amount"),
    Column("amount", "Amount", "amount"),
    Column("tax_code", "Tax code"),
    Column("confidence", "Confidence", "number"),
)


def receipt_rows(receipts: Receipts) -> Iterator[tuple[str, ...]]:
    """Yield a row with the columns ``RECEIPTS`` for each receipt; what is not on the paper is empty."""
    return (_receipt_row(name, fields) for name, fields in receipts)


def item_rows(receipts: Receipts) -> Iterator[tuple[str, ...]]:
    """Yield a row with the columns ``ITEMS`` for each item of each receipt."""
    for name, fields in receipts:
        for number, item in enumerate(fields.items, 1):
            yield _item_row(name, number, item)


def joined_address(lines: Iterable[Field]) -> str:
    """Return the lines of an address on one, with commas between; many end in one on the paper."""
    texts = (line.value.rstrip(" ,") for line in lines)
    return ", ".join(text for text in texts if text)


def _receipt_row(name: str, fields: ReceiptFields) -> tuple[str, ...]:
    service, tip = (charge.amount if charge else None for charge in (fields.service, fields.tip))
    return (
        name,
        _value(fields.merchant.name),
        joined_address(fields.merchant.address),
        _value(fields.date),
        _value(fields.time),
        _value(fields.number),
        _value(fields.currency),
        _value(fields.subtotal),
        _sum(charge.amount for charge in fields.discounts),
        _value(service),
        _value(fields.tax) or _sum(tax.tax for tax in fields.taxes),
        _value(tip),
        _value(fields.total),
        _value(fields.payable),
        ", ".join(dict.fromkeys(tender.kind for tender in fields.tenders)),
        _value(fields.change),
        "" if fields.checked is None else str(fields.checked).lower(),
        f"{fields.total.confidence:.4f}" if fields.total else "",
        "; ".join(fields.notes),
    )


def _item_row(name: str, number: int, item: ItemFields) -> tuple[str, ...]:
    discount = item.discount.amount if item.discount else None
    said = (
        item.name, item.code, item.quantity, item.unit, item.unit_price, discount, item.amount, item.tax_code,
    )  # fmt: skip
    least = min((field.confidence for field in said if field), default=None)
    return (name, str(number), *map(_value, said), "" if least is None else f"{least:.4f}")


def _value(field: Field | None) -> str:
    return field.value if field else ""


def _sum(amounts: Iterable[Field | None]) -> str:
    """Return the sum of amounts; empty where there are none."""
    found = [field.decimal for field in amounts if field]
    return f"{sum(found, Decimal(0)):f}" if found else ""
