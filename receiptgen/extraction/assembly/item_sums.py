"""The sums of an item: quantity times price is what it costs, and that less what is taken off is its amount."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from decimal import Decimal

from receiptgen.extraction.assembly.identities import Identity
from receiptgen.extraction.fields import Field, ItemFields

# What an amount is off by where it is reckoned again from rounded numbers.
_CENT = Decimal("0.01")
# Decimal places of what is due, at most: those of the finest unit prices.
_MOST_PLACES = 4
_ONE = Field("1", "1", 1.0)


def without_contradiction(item: ItemFields) -> ItemFields:
    """Return an item without a discount where its amount is right without it and wrong with it.

    A price that is printed in two columns may be taken for one.
    """
    off, amount = item.discount.amount if item.discount else None, item.amount
    if not (off and off.decimal and amount):
        return item
    if item.gross:
        base, slack = item.gross.decimal, Decimal(0)
    elif item.unit_price:
        # Where no quantity is read there is one.
        base, slack = _product(item.quantity or _ONE, item.unit_price, amount)
    else:
        return item
    contradicted = _meets(base, amount, slack) and not _meets(_less(base, off), amount, slack)
    return replace(item, discount=None) if contradicted else item


def item_sums(items: Sequence[ItemFields], rates: Sequence[Decimal] = ()) -> Iterator[Identity]:
    """Yield the sums of the items of which all is printed; their path is ``items.N``.

    Args:
        items: The items.
        rates: Percentages of the taxes, which may be in the amount and not in the price, or the other way round.
    """
    for index, item in enumerate(items):
        path, name = (f"items.{index}",), f"item {index + 1}"
        off = item.discount.amount if item.discount else None
        if item.gross and item.amount:
            due = _less(item.gross.decimal, off)
            yield _identity(
                path,
                f"{name}: {item.gross.value} less {off.value if off else 'nothing'}",
                due,
                item.amount,
                Decimal(0),
                (),
            )
        result, off = (item.gross, None) if item.gross else (item.amount, off)
        if item.quantity and item.unit_price and result:
            whole, slack = _product(item.quantity, item.unit_price, result)
            told = f"{name}: {_told(f'{item.quantity.value} x {item.unit_price.value}', off)}"
            yield _identity(path, told, _less(whole, off), result, slack, rates)


def _identity(
    path: tuple[str, ...], told: str, due: Decimal, result: Field, slack: Decimal, rates: Sequence[Decimal]
) -> Identity:
    factors = [1 + rate / 100 for rate in rates if rate > 0]
    ways = [*(due * factor for factor in factors), *(due / factor for factor in factors)]
    holds = _meets(due, result, slack) or any(_meets(way, result, slack + _CENT) for way in ways)
    said = due.quantize(Decimal(1).scaleb(-min(_places(result.decimal), _MOST_PLACES)))
    return Identity(path, holds, said, f"{told} is {said:f}, not {result.value}")


def _product(quantity: Field, price: Field, result: Field) -> tuple[Decimal, Decimal]:
    """Return quantity times price, and how far the result may be from it."""
    count, each = quantity.decimal, price.decimal
    if not (_places(count) or _places(each)):
        return count * each, Decimal(0)
    # Where there are no cents a result is rounded to the whole.
    last = _CENT if _places(result.decimal) else Decimal(1)
    return count * each, last + _half(count) * abs(each) + _half(each) * abs(count)


def _less(base: Decimal, off: Field | None) -> Decimal:
    """Return what is left when something is taken off; of what is taken back as well."""
    taken = off.decimal if off else Decimal(0)
    return base - taken if base >= 0 else base + taken


def _told(whole: str, off: Field | None) -> str:
    return f"{whole} less {off.value}" if off else whole


def _meets(due: Decimal, result: Field, slack: Decimal) -> bool:
    """Tell whether a result is due; the minus of goods that are taken back may stand in one place alone."""
    return abs(abs(due) - abs(result.decimal)) <= slack


def _half(number: Decimal) -> Decimal:
    """Return how far a printed number may be from the exact one: half of its last place, none of whole numbers."""
    if number == number.to_integral_value():
        return Decimal(0)
    return Decimal(5).scaleb(-_places(number) - 1)


def _places(number: Decimal) -> int:
    exponent = number.as_tuple().exponent
    assert isinstance(exponent, int)
    return max(-exponent, 0)
