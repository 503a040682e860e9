"""The identities that fail among given values alone, told before those with what was drawn or solved for."""

from collections.abc import Iterable, Iterator
from decimal import Decimal

from receiptgen.commerce.given.given_receipt import GivenReceipt


def broken_among(given: GivenReceipt) -> Iterator[str]:
    """Yield a line for each identity that fails, as ``net 10.00 + tax 1.90 is 11.90, gross says 12.00``.

    Args:
        given: What is given; its amounts have the places of the currency.
    """
    yield from _added("items", [item.amount for item in given.items or ()], "subtotal", given.subtotal)
    yield from _added("taxes", [line.tax for line in given.taxes or ()], "tax", given.tax)
    yield from _summed(("net", given.net), "+", ("tax", given.tax), ("gross", given.gross))
    tip = given.tip.amount if given.tip else None
    yield from _summed(("gross", given.gross), "+", ("tip", tip), ("total", given.total))
    if given.rounding:
        yield from _summed(("total", given.total), "+", ("rounding", given.rounding), ("payable", given.payable))
    paid = _sum([tender.amount for tender in given.tenders or ()])
    if given.change:
        yield from _summed(("tenders", paid), "-", ("change", given.change), ("payable", given.payable))


def _sum(amounts: Iterable[Decimal | None]) -> Decimal | None:
    """Return the sum of amounts, or None where there are none or one is not given."""
    listed = [*amounts]
    known = [amount for amount in listed if amount is not None]
    return sum(known[1:], known[0]) if known and len(known) == len(listed) else None


def _added(parts: str, amounts: Iterable[Decimal | None], name: str, said: Decimal | None) -> Iterator[str]:
    added = _sum(amounts)
    if added is not None and said is not None and added != said:
        yield f"{parts} add up to {added:f}, {name} says {said:f}"


def _summed(
    first: tuple[str, Decimal | None], sign: str, second: tuple[str, Decimal | None], whole: tuple[str, Decimal | None]
) -> Iterator[str]:
    (one, left), (other, right), (name, said) = first, second, whole
    if left is None or right is None or said is None:
        return
    result = left + right if sign == "+" else left - right
    if result != said:
        yield f"{one} {left:f} {sign} {other} {right:f} is {result:f}, {name} says {said:f}"
