"""The identities that hold on every true receipt, and those that fail on a given one, with their numbers."""

from collections.abc import Iterator
from decimal import Decimal

from receiptgen.commerce.sale.money import rounded, share
from receiptgen.commerce.sale.receipt import Item, Receipt, count_pieces
from receiptgen.commerce.sale.sums import Terms, add_up


def broken_identities(receipt: Receipt) -> tuple[str, ...]:
    """Return a line for each identity that fails, as ``items 40.00 + tax 2.17 is 42.17, total says 42.71``.

    The first is the likeliest fault: amounts of a wrong sign, what an item says, then the sums from top to bottom.
    """
    return tuple(dict.fromkeys([*_of_signs(receipt), *_of_items(receipt), *_of_sums(receipt), *_of_payment(receipt)]))


def _of_signs(receipt: Receipt) -> Iterator[str]:
    """Say which amounts are below 0 on a sale, or above it on a refund, and which discounts on an item."""
    amounts = [(f"discounts.{index}.amount", off.amount) for index, off in enumerate(receipt.discounts)]
    charges = (("service", receipt.service), ("tip", receipt.tip))
    amounts += [(f"{name}.amount", charge.amount) for name, charge in charges if charge]
    amounts += [(f"tenders.{index}.amount", tender.amount) for index, tender in enumerate(receipt.tenders)]
    for name, amount in (*amounts, ("change", receipt.change)):
        if amount and (amount < 0) != (receipt.total < 0):
            yield f"{name} {amount:f} has another sign than total {receipt.total:f}"
    for index, item in enumerate(receipt.items):
        if item.discount and item.discount.amount and (item.discount.amount < 0) != (item.gross < 0):
            off = item.discount.amount
            yield f"items.{index}: discount {off:f} has another sign than gross {item.gross:f}"


def _of_items(receipt: Receipt) -> Iterator[str]:
    quantum = receipt.locale.currency.quantum
    for index, item in enumerate(receipt.items):
        gross = rounded(item.quantity * item.unit_price, quantum)
        if gross != item.gross:
            name = "gross" if item.discount else "amount"
            yield f"items.{index}: {item.quantity:f} x {item.unit_price:f} is {gross:f}, {name} says {item.gross:f}"
        yield from (f"items.{index}: {line}" for line in _of_discount(item, quantum))
    if (subtotal := sum([item.amount for item in receipt.items], receipt.locale.currency.zero)) != receipt.subtotal:
        yield f"items add up to {subtotal:f}, subtotal says {receipt.subtotal:f}"
    if (pieces := count_pieces(receipt.items)) != receipt.items_sold:
        yield f"the quantities of items add up to {pieces}, items_sold says {receipt.items_sold}"


def _of_discount(item: Item, quantum: Decimal) -> Iterator[str]:
    off = item.discount
    if off is None:
        if item.amount != item.gross:
            yield f"gross {item.gross:f} without a discount is {item.gross:f}, amount says {item.amount:f}"
        return
    if off.percent is not None and (amount := share(item.gross, off.percent, quantum)) != off.amount:
        yield f"{off.percent:f}% of {item.gross:f} is {amount:f}, discount.amount says {off.amount:f}"
    if (left := item.gross - off.amount) != item.amount:
        yield f"gross {item.gross:f} - discount {off.amount:f} is {left:f}, amount says {item.amount:f}"


def _of_sums(receipt: Receipt) -> Iterator[str]:
    added = add_up(
        receipt.items,
        Terms(receipt.discounts, receipt.service, receipt.tip),
        receipt.scheme,
        receipt.locale.currency.quantum,
    )
    for index, (off, due) in enumerate(zip(receipt.discounts, added.discounts, strict=False)):
        if off.amount != due.amount:
            yield f"discounts.{index}: {off.percent:f}% is {due.amount:f}, amount says {off.amount:f}"
    for index, (line, due_line) in enumerate(zip(receipt.taxes, added.taxes, strict=False)):
        told = f"taxes.{index}: {line.percent:f}% of {due_line.net:f} is {due_line.tax:f}"
        if line.net != due_line.net:
            yield f"{told}, net says {line.net:f}"
        if line.tax != due_line.tax:
            yield f"{told}, tax says {line.tax:f}"
    if (tax := sum([line.tax for line in receipt.taxes], Decimal(0))) != receipt.tax and receipt.taxes:
        yield f"taxes add up to {tax:f}, tax says {receipt.tax:f}"
    yield from _of_total(receipt)
    if (net := sum({line.rate: line.net for line in receipt.taxes}.values(), Decimal(0))) != receipt.net:
        yield f"the nets of taxes add up to {net:f}, net says {receipt.net:f}"
    if (gross := receipt.net + receipt.tax) != receipt.gross:
        yield f"net {receipt.net:f} + tax {receipt.tax:f} is {gross:f}, gross says {receipt.gross:f}"
    for name, charge, due_charge in (("service", receipt.service, added.service), ("tip", receipt.tip, added.tip)):
        if charge and charge.percent and charge.amount != (due_charge.amount if due_charge else 0):
            reckoned = f"{due_charge.amount:f}" if due_charge else "nothing"
            yield f"{name}: {charge.percent:f}% is {reckoned}, amount says {charge.amount:f}"
    if added.saved != receipt.saved:
        yield f"discounts add up to {added.saved:f}, saved says {receipt.saved:f}"


def _of_total(receipt: Receipt) -> Iterator[str]:
    """Say where the sum of what is printed above the total is another."""
    said = [("items", receipt.subtotal), *(("discount", -off.amount) for off in receipt.discounts)]
    said += [("service", receipt.service.amount)] if receipt.service else []
    said += [("tax", receipt.tax)] if not receipt.inclusive else []
    said += [("tip", receipt.tip.amount)] if receipt.tip else []
    total = sum([amount for _, amount in said], Decimal(0))
    if total != receipt.total:
        terms = "".join(
            [f" {'-' if amount < 0 else '+'} {name} {abs(amount):f}" for name, amount in said[1:] if amount]
        )
        reckoned = f"items {receipt.subtotal:f}{terms} is" if terms else "items add up to"
        yield f"{reckoned} {total:f}, total says {receipt.total:f}"


def _of_payment(receipt: Receipt) -> Iterator[str]:
    payable = receipt.total + receipt.rounding
    if payable != receipt.payable:
        terms = f"total {receipt.total:f} + rounding {receipt.rounding:f} is" if receipt.rounding else "total is"
        yield f"{terms} {payable:f}, payable says {receipt.payable:f}"
    paid = sum([tender.amount for tender in receipt.tenders], receipt.locale.currency.zero)
    if (receipt.tenders or receipt.change) and paid - receipt.change != receipt.payable:
        terms = f"tenders {paid:f} - change {receipt.change:f} is" if receipt.change else "tenders add up to"
        yield f"{terms} {paid - receipt.change:f}, payable says {receipt.payable:f}"
