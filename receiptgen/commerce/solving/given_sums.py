"""What follows from the sums of given values: what is owed and paid, and refunds as sales."""

from decimal import Decimal
from typing import Any, TypeVar

from receiptgen.commerce.countries.currencies import Currency
from receiptgen.commerce.given.given_receipt import GivenItem, GivenReceipt
from receiptgen.commerce.given.overlay import with_places
from receiptgen.commerce.sale.money import ZERO
from receiptgen.config.records import Record
from receiptgen.core.counts import counted
from receiptgen.core.errors import ValuesError

Given = TypeVar("Given", bound=Record)
# Numbers that are no amounts of money.
_NO_AMOUNTS = {"percent", "quantity"}
# Prices that may be no whole number of the smallest coin.
_FINER = {"unit_price"}


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


def has_amounts(given: Record) -> bool:
    """Tell whether anything is given whose sign is that of a sale or refund: an amount, or the pieces in all."""
    for name in given.model_fields_set:
        value = getattr(given, name)
        if (isinstance(value, Decimal) and value and name not in _NO_AMOUNTS) or (name == "items_sold" and value):
            return True
        records = value if isinstance(value, tuple) else (value,)
        if any(isinstance(each, Record) and has_amounts(each) for each in records):
            return True
    return False


def in_places(given: Given, currency: Currency, path: str = "") -> Given:
    """Return given values whose amounts have the decimal places of the currency; prices of one may have more.

    Args:
        given: What is given.
        currency: Money of the receipt.
        path: Where it stands in the values, with a point at its end.

    Raises:
        ValuesError: An amount has more places than the currency.
    """
    changes: dict[str, Any] = {}
    if isinstance(given, GivenItem):
        _check_price(given, currency, path)
    for name in given.model_fields_set:
        value = getattr(given, name)
        if isinstance(value, Decimal) and name not in _NO_AMOUNTS:
            changes[name] = _in_places(value, name, currency, path)
        elif isinstance(value, Record):
            changes[name] = in_places(value, currency, f"{path}{name}.")
        elif isinstance(value, tuple) and value and isinstance(value[0], Record):
            changes[name] = tuple([in_places(each, currency, f"{path}{name}.{i}.") for i, each in enumerate(value)])
    return given.model_copy(update=changes)


def _check_price(given: GivenItem, currency: Currency, path: str) -> None:
    """Check that a piece costs whole units where money has no smaller ones; what is measured may cost parts of one."""
    price = given.unit_price
    open_sum = given.gross is None and given.amount is None
    if price is None or currency.places or given.unit or not open_sum or price == price.to_integral_value():
        return
    places = counted(-int(price.normalize().as_tuple().exponent), "decimal place")
    raise ValuesError(f"{path}unit_price: {price:f} has {places}, {currency.code} has none; say 'unit' for a measure")


def _in_places(value: Decimal, name: str, currency: Currency, path: str) -> Decimal:
    if name in _FINER:
        return with_places(value, currency.quantum)
    found = value.quantize(currency.quantum)
    if found != value:
        places = -int(value.normalize().as_tuple().exponent)
        fault = f"{value:f} has {counted(places, 'decimal place')}"
        raise ValuesError(f"{path}{name}: {fault}, {currency.code} has {currency.places or 'none'}")
    return found


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
