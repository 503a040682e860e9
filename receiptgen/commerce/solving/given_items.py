"""Goods of which some values are given, laid over those that were drawn."""

from dataclasses import replace
from decimal import Decimal
from typing import NamedTuple

from receiptgen.commerce.given.given_receipt import GivenItem
from receiptgen.commerce.given.overlay import overlay, same_text, with_places
from receiptgen.commerce.sale.money import HUNDRED, rounded, share
from receiptgen.commerce.sale.receipt import Discount, Item
from receiptgen.commerce.solving.draft import DraftItem

# Places of measures, and of prices that are no whole number of the smallest coin.
_MEASURE, _FINER = Decimal("0.001"), Decimal("0.001")


class _Numbers(NamedTuple):
    """Numbers of an item; None where they are neither given nor follow from what is."""

    quantity: Decimal | None
    price: Decimal | None
    gross: Decimal | None
    amount: Decimal | None
    off: Decimal | None


def lay_over(item: Item, given: GivenItem, label: str, quantum: Decimal) -> DraftItem:
    """Return a drawn item with what is given, and which of its numbers that fixes.

    Args:
        item: The item as drawn; what is not given, and agrees with what is, stays.
        given: What is given.
        label: Word for a discount.
        quantum: Smallest unit of the currency.
    """
    if item.unit and _names_another(item, given):
        item = _one_piece(item, quantum)
    texts = {name: getattr(given, name) for name in ("name", "full_name", "code", "unit", "note", "day")}
    item = replace(item, **{name: overlay(getattr(item, name), text) for name, text in texts.items()})
    if given.name is not None and given.full_name is None and item.name == given.name:
        item = replace(item, full_name=given.name)
    asked = (given.quantity, given.unit_price, given.gross, given.amount)
    if given.discount is None and _agrees(item, given):
        quantity, price, gross, amount = (value is not None for value in asked)
        return DraftItem(item, quantity, price, gross or amount or (quantity and price))
    return _with_numbers(item, given, label, quantum)


def _names_another(item: Item, given: GivenItem) -> bool:
    """Tell whether a name alone is given, and it is not that of the good that was drawn."""
    named = given.name is not None and not same_text(item.name, given.name)
    return named and given.quantity is None and given.unit is None


def _one_piece(item: Item, quantum: Decimal) -> Item:
    """Return an item by measure as one piece: how another good is sold is not known."""
    price = rounded(item.unit_price, quantum)
    return replace(item, quantity=Decimal(1), unit="", unit_price=price, gross=price, discount=None, amount=price)


def _agrees(item: Item, given: GivenItem) -> bool:
    pairs = ((getattr(given, name), getattr(item, name)) for name in ("quantity", "unit_price", "gross", "amount"))
    return all(wanted is None or wanted == value for wanted, value in pairs)


def _with_numbers(item: Item, given: GivenItem, label: str, quantum: Decimal) -> DraftItem:
    off = item.discount
    if given.discount is not None:
        drawn = off or Discount(label, None, 0 * quantum)
        off = overlay(drawn, given.discount)
        if off == item.discount and _agrees(item, given):
            asked = given.quantity, given.unit_price
            return DraftItem(item, asked[0] is not None, asked[1] is not None, True)
        if given.discount.percent is None and given.discount.amount is not None and off.percent is not None:
            # A drawn per cent that doesn't lead to the given amount.
            off = off if off == item.discount else replace(off, percent=None)
    elif given.amount is not None or given.gross is not None:
        off = None
        if given.amount is not None and given.gross is not None and given.gross != given.amount:
            off = Discount(item.discount.label if item.discount else label, None, given.gross - given.amount)
    numbers = _following(given, off, quantum)
    return _completed(item, given, numbers, off, quantum)


def _following(given: GivenItem, off: Discount | None, quantum: Decimal) -> _Numbers:
    """Return the numbers that are given, and those that follow from them."""
    quantity, price, gross, amount = given.quantity, given.unit_price, given.gross, given.amount
    taken = off.amount if off and off.percent is None else None
    if given.discount is not None and given.discount.amount is not None:
        taken = given.discount.amount
    if gross is None and amount is not None:
        gross = amount if off is None else amount + taken if taken is not None else _before(amount, off, quantum)
    if gross is None and quantity is not None and price is not None:
        gross = rounded(quantity * price, quantum)
    return _Numbers(quantity, price, gross, amount, taken)


def _before(amount: Decimal, off: Discount, quantum: Decimal) -> Decimal:
    """Return the sum that a discount in per cent takes down to an amount."""
    percent = off.percent or Decimal(0)
    near = rounded(amount * HUNDRED / (HUNDRED - percent), quantum) if percent < HUNDRED else amount
    tried = [near + quantum * step for step in (0, 1, -1, 2, -2)]
    return next((gross for gross in tried if gross - share(gross, percent, quantum) == amount), near)


def _completed(
    item: Item, given: GivenItem, numbers: _Numbers, off: Discount | None, quantum: Decimal
) -> DraftItem:  # fmt: skip
    """Return an item with numbers that are given, and the others so that they agree."""
    quantity, price = _factors(item, numbers, quantum)
    gross = with_places(numbers.gross, quantum) if numbers.gross is not None else rounded(quantity * price, quantum)
    if off is not None and numbers.off is None:
        off = replace(off, amount=share(gross, off.percent or Decimal(0), quantum))
    left = gross - off.amount if off else gross
    amount = with_places(numbers.amount, quantum) if numbers.amount is not None else left
    unit = item.unit
    if not unit and given.unit is None and quantity != quantity.to_integral_value():
        unit = "kg"
    found = replace(
        item, quantity=quantity, unit=unit, unit_price=price, gross=gross, discount=off if off and off.amount else None,
        amount=amount,
    )  # fmt: skip
    return DraftItem(found, given.quantity is not None, given.unit_price is not None, numbers.gross is not None)


def _factors(item: Item, numbers: _Numbers, quantum: Decimal) -> tuple[Decimal, Decimal]:
    """Return quantity and price, what is given first."""
    quantity, price, gross = numbers.quantity, numbers.price, numbers.gross
    if price is not None:
        price = with_places(price, quantum)
    if gross is None or (quantity is not None and price is not None):
        return quantity if quantity is not None else item.quantity, price if price is not None else item.unit_price
    if price is not None:
        return (_exact(gross / price) if price else item.quantity), price
    if quantity is not None:
        return quantity, _price(gross, quantity, quantum)
    if rounded(gross / item.quantity, quantum) * item.quantity == gross:
        return item.quantity, rounded(gross / item.quantity, quantum)
    if item.unit:
        return item.quantity, _price(gross, item.quantity, quantum)
    return Decimal(-1 if gross < 0 else 1), abs(with_places(gross, quantum))


def _exact(quantity: Decimal) -> Decimal:
    """Return pieces as a whole number, or else a measure in thousandths."""
    whole = quantity.to_integral_value()
    return whole if quantity == whole else rounded(quantity, _MEASURE)


def _price(gross: Decimal, quantity: Decimal, quantum: Decimal) -> Decimal:
    """Return the price of one with the fewest places that gives a sum."""
    if not quantity:
        return gross
    found = rounded(gross / quantity, quantum)
    for step in (quantum, quantum * _FINER * 100, quantum * _FINER * 10, quantum * _FINER):
        found = rounded(gross / quantity, step)
        if rounded(found * quantity, quantum) == gross:
            break
    return found
