"""A summary of each receipt for people: who, when, what, how much, and whether it adds up."""

from collections.abc import Callable, Iterator, Mapping
from itertools import chain, islice
from typing import ClassVar

from receiptgen.extraction.fields import Field, ItemFields, ReceiptFields
from receiptgen.reading.field_outputs import FIELD_OUTPUTS, Receipts
from receiptgen.reading.field_outputs._tables import joined_address

# What stands between labels and amounts at least.
_GAP = "  "
Row = tuple[str, str]
# What an amount is usually called, what the paper calls it, and the amount.
_Sum = tuple[str, Field | None, Field | None]


@FIELD_OUTPUTS.register
class Text:
    """Aligned rows; several receipts stand below their names."""

    suffix: ClassVar[str] = ".txt"
    is_text: ClassVar[bool] = True
    beside: ClassVar[Mapping[str, Callable[[Receipts], Iterator[str]]]] = {}

    def render(self, receipts: Receipts) -> Iterator[str]:
        """Yield one receipt after the other."""
        receipts = iter(receipts)
        first = list(islice(receipts, 2))
        for index, (name, fields) in enumerate(chain(first, receipts)):
            if len(first) > 1:
                yield f"{'' if index == 0 else chr(10)}== {name} ==\n"
            yield "".join(f"{line}\n" for line in _lines(fields))


def _lines(fields: ReceiptFields) -> list[str]:
    if next(fields.each(), None) is None:
        return ["no receipt"]
    merchant = fields.merchant
    head = [
        _joined([merchant.name, merchant.branch], " "),
        joined_address(merchant.address),
        "  ".join(filter(None, [_joined([fields.date, fields.time], " "), _numbered(fields.number)])),
    ]
    items, totals = [_item_row(item) for item in fields.items], _total_rows(fields)
    labels, amounts = (max((len(row[side]) for row in [*items, *totals]), default=0) for side in (0, 1))

    def aligned(rows: list[Row]) -> list[str]:
        return [f"{label:<{labels}}{_GAP}{amount:>{amounts}}".rstrip() for label, amount in rows]

    parts = [[line for line in head if line], aligned(items), aligned(totals), [_verdict(fields)]]
    return "\n\n".join("\n".join(part) for part in parts if part).split("\n")


def _item_row(item: ItemFields) -> Row:
    count = _joined([item.quantity, item.unit], " ")
    label = " x ".join(filter(None, [count, _value(item.name) or "?"]))
    return label, _value(item.amount or item.gross)


def _total_rows(fields: ReceiptFields) -> list[Row]:
    taken: list[_Sum] = [("discount", charge.label, charge.amount) for charge in fields.discounts]
    taxes: list[_Sum] = [("tax", tax.name, tax.tax) for tax in fields.taxes if tax.tax]
    paid = [(tender.kind, tender.label, tender.amount) for tender in fields.tenders]
    charges = [
        (name, charge.label, charge.amount)
        for name, charge in (("service", fields.service), ("tip", fields.tip))
        if charge
    ]
    rows: list[_Sum] = [
        ("subtotal", None, fields.subtotal), *taken, *charges,
        *(taxes or [("tax", None, fields.tax)]), ("rounding", None, fields.rounding),
        ("total", None, fields.total), ("to pay", None, fields.payable), *paid, ("change", None, fields.change),
    ]  # fmt: skip
    currency = f" {fields.currency.value}" if fields.currency else ""
    return [
        (
            f"{_value(label) or name}{currency if name == 'total' else ''}",
            f"{'-' if name == 'discount' else ''}{amount.value}",
        )
        for name, label, amount in rows
        if amount
    ]


def _verdict(fields: ReceiptFields) -> str:
    said = {True: "adds up", False: "doesn't add up", None: "nothing to add up"}[fields.checked]
    if not fields.notes:
        return said
    return f"{said}{', but' if fields.checked else ''}: {'; '.join(fields.notes)}"


def _numbered(number: Field | None) -> str:
    return f"no. {number.value}" if number else ""


def _joined(parts: "list[Field | None]", separator: str) -> str:
    return separator.join(part.value for part in parts if part)


def _value(field: Field | None) -> str:
    return field.value if field else ""
