"""What follows from the sums of given values: what is owed and paid, and refunds as sales."""

from decimal import Decimal
from typing import Any, TypeVar

from receiptgen.commerce.given.given_receipt import GivenItem, GivenReceipt
from receiptgen.commerce.given.overlay import with_places
from receiptgen.commerce.sale.money import ZERO
from receiptgen.config.records import Record

Given = TypeVar("Given", bound=Record)
# Numbers that are no amounts of money.
_NO_AMOUNTS = {"percent", "quantity"}


def owed(given: GivenReceipt) -> Decimal | None:
    """Return the total that is given, or that follows from what is paid; None where neither tells it."""
    if given.total is not None:
        return given.total
    rounding = given.rounding or ZERO
    if given.payable is not None:
        return given.payable - rounding
    amounts = [tender.amount for tender in given.tenders or ()]
    known = [amount for amount in amounts if amount is not None]
    cash = any(tender.kind in (None, "cash") for tender in given.tenders or ())
    if not amounts or len(known) < len(amounts) or (cash and given.change is None):
        return None
    return sum(known, ZERO) - (given.change or ZERO) - rounding


def paid_at_most(given: GivenReceipt) -> Decimal | None:
    """Return what is handed over where all of it is given: no more can be owed."""
    amounts = [tender.amount for tender in given.tenders or ()]
    known = [amount for amount in amounts if amount is not None]
    return sum(known, ZERO) if amounts and len(known) == len(amounts) else None


def is_refund(given: GivenReceipt) -> bool:
    """Tell whether what is given is paid out: its total, or whatever stands for it, is below 0."""
    sums = [owed(given), given.gross, given.net, given.subtotal]
    known = [value for value in sums if value is not None]
    if known or not given.items:
        return bool(known) and known[0] < 0
    amounts = [_amount(item) for item in given.items]
    return sum([amount for amount in amounts if amount is not None], ZERO) < 0


def _amount(item: GivenItem) -> Decimal | None:
    if item.amount is not None or item.gross is not None:
        return item.amount if item.amount is not None else item.gross
    return item.quantity * (item.unit_price or 1) if item.quantity is not None else item.unit_price


def in_places(given: Given, quantum: Decimal) -> Given:
    """Return given values whose amounts have the decimal places of the currency, or more."""
    changes: dict[str, Any] = {}
    for name in given.model_fields_set:
        value = getattr(given, name)
        if isinstance(value, Decimal) and name not in _NO_AMOUNTS:
            changes[name] = with_places(value, quantum)
        elif isinstance(value, Record):
            changes[name] = in_places(value, quantum)
        elif isinstance(value, tuple) and value and isinstance(value[0], Record):
            changes[name] = tuple([in_places(each, quantum) for each in value])
    return given.model_copy(update=changes)


def as_sale(given: GivenReceipt) -> GivenReceipt:
    """Return given values as those of a sale: of a refund, whose amounts are below 0, with the other sign."""
    if given.taxes == () and given.tax is None:
        given = given.model_copy(update={"tax": ZERO, "taxes": None})
    if not is_refund(given):
        return given
    changes = _mirrored(given)
    if given.items is not None:
        changes["items"] = tuple([_sold(item) for item in given.items])
    return given.model_copy(update=changes)


def _sold(item: GivenItem) -> GivenItem:
    changes = _mirrored(item)
    for name in ("quantity", "unit_price"):
        if (value := getattr(item, name)) is not None:
            changes[name] = abs(value)
    return item.model_copy(update=changes)


def _mirrored(record: Record) -> dict[str, Any]:
    changes: dict[str, Any] = {}
    for name in record.model_fields_set:
        value = getattr(record, name)
        if isinstance(value, Decimal) and name not in _NO_AMOUNTS:
            changes[name] = -value
        elif isinstance(value, Record):
            changes[name] = value.model_copy(update=_mirrored(value))
        elif isinstance(value, tuple) and value and isinstance(value[0], Record):
            changes[name] = tuple([each.model_copy(update=_mirrored(each)) for each in value])
    if isinstance(record, GivenReceipt) and record.items_sold is not None:
        changes["items_sold"] = abs(record.items_sold)
    return changes
