"""Goods that come near a given sum at prices such as they have: others, more of them, or more pieces of each.

What is left of the difference is then small enough to be taken up by prices, as ``fitting`` does.
"""

from collections.abc import Callable, Sequence
from decimal import ROUND_HALF_UP, Decimal
from typing import Final, NamedTuple

from receiptgen.commerce.given.given_receipt import GivenItem, GivenReceipt
from receiptgen.commerce.sale.money import ZERO
from receiptgen.commerce.sale.receipt import Item
from receiptgen.commerce.sale.sums import Sums
from receiptgen.commerce.solving.draft import DraftItem
from receiptgen.commerce.solving.given_sums import owed
from receiptgen.commerce.trade.trades import Line

# Prices up to this often what they were drawn as, or down to as small a share, are such as goods have.
STRETCH: Final = Decimal("1.6")
# Goods among which those are looked for that cost about what is wanted, for each that is wanted.
_CHOICE: Final = 6
# Most goods in relation to what a template says, most pieces of one, least of a measure in relation to what was drawn,
# and most of one in a line.
_MORE_GOODS: Final = 2
MOST_PIECES: Final = Decimal(99)
_LEAST: Final = Decimal("0.1")
_MOST_MEASURED: Final = {"L": Decimal(140), "gal": Decimal(36), "h": Decimal(160), "day": Decimal(20)}


class Goods(NamedTuple):
    """Goods with their tax classes, and the same as items."""

    lines: tuple[Line, ...]
    items: tuple[Item, ...]

    @property
    def amount(self) -> Decimal:
        """What they cost."""
        return sum([item.amount for item in self.items], ZERO)

    def at(self, places: Sequence[int]) -> "Goods":
        """Return those at some places."""
        return Goods(tuple([self.lines[place] for place in places]), tuple([self.items[place] for place in places]))


# Draws the given number of goods.
Draw = Callable[[int], Goods]


def wanted_amount(given: GivenReceipt, total: Decimal | None, added: Sums) -> Decimal | None:
    """Return about how much goods are to cost that a receipt has given sums; None where these don't tell it.

    Args:
        given: What is given, all amounts as of a sale.
        total: Amount owed where nothing that is given tells it.
        added: Sums of what was drawn, in proportion to which others are.
    """
    if given.subtotal is not None:
        return given.subtotal
    known = owed(given)
    due = known if known is not None else total
    pairs = ((due, added.total), (given.gross, added.net + added.tax), (given.net, added.net))
    return next((goal * added.subtotal / now for goal, now in pairs if goal is not None and now > 0), None)


def nearer(goods: Goods, wanted: Decimal, most: int, draw: Draw | None, quantum: Decimal) -> Goods:
    """Return goods that cost about as much as is wanted at prices such as they have, or as near as that gets.

    Args:
        goods: What was drawn; it stays where it is near enough.
        wanted: About how much they are to cost.
        most: Most goods that a template has.
        draw: Draws other goods; None where what is sold goes with facts, as the nights of a stay.
        quantum: Smallest unit of the currency.
    """
    if wanted <= 0 or _is_near(goods.amount, wanted):
        return goods
    if draw is not None and wanted < goods.amount:
        goods = _cheaper(goods, wanted, draw, quantum)
    elif draw is not None:
        goods = _more(goods, wanted, _MORE_GOODS * most, draw)
    items = _in_pieces(goods.items, [True] * len(goods.items), wanted, quantum)
    return goods._replace(items=items)


def nearer_given(
    goods: Goods, given: Sequence[GivenItem], wanted: Decimal, draw: Draw | None, quantum: Decimal
) -> Goods:  # fmt: skip
    """Return as many goods as are given, at prices such as they have where no price is given; see ``nearer``.

    Args:
        goods: What was drawn in place of them.
        given: What is given of each.
        wanted: About how much all are to cost.
        draw: Draws other goods, for those of which nothing is given; None where these stay.
        quantum: Smallest unit of the currency.
    """
    costs = [_cost(each) for each in given]
    free = [index for index, cost in enumerate(costs) if cost is None and given[index].unit_price is None]
    left = wanted - sum([cost for cost in costs if cost is not None], ZERO)
    now = sum([goods.items[index].amount for index in free], ZERO)
    if not free or left <= 0 or _is_near(now, left):
        return goods
    lines, items = list(goods.lines), list(goods.items)
    unnamed = [index for index in free if given[index].name is None and given[index].quantity is None]
    if unnamed and draw is not None:
        each = max(left - now + sum([items[index].amount for index in unnamed], ZERO), quantum) / len(unnamed)
        found = _nearest(draw(_CHOICE * len(unnamed)), each, len(unnamed))
        for index, line, item in zip(unnamed, found.lines, found.items, strict=False):
            lines[index], items[index] = line, item
    may_change = [index in free and given[index].quantity is None for index in range(len(items))]
    held = sum([items[index].amount for index in free if not may_change[index]], ZERO)
    return Goods(tuple(lines), _in_pieces(items, may_change, left - held, quantum))


def _cost(given: GivenItem) -> Decimal | None:
    """Return what a given item costs, as far as it tells that."""
    if given.amount is not None or given.gross is not None:
        return given.amount if given.amount is not None else given.gross
    if given.unit_price is not None:
        return given.unit_price * (given.quantity if given.quantity is not None else 1)
    return None


def _is_near(now: Decimal, wanted: Decimal) -> bool:
    return now > 0 and now / STRETCH <= wanted <= now * STRETCH


def _cheaper(goods: Goods, wanted: Decimal, draw: Draw, quantum: Decimal) -> Goods:
    """Return the first of some goods that do not cost too much, a piece of each, or else one that costs little."""
    count = len(goods.items)
    while count > 1 and Goods((), goods.items[:count]).amount > wanted:
        count -= 1
    kept = Goods(goods.lines[:count], goods.items[:count])
    if _is_near(kept.amount, wanted):
        return kept
    single = kept._replace(items=tuple([DraftItem(item).of_pieces(Decimal(1), quantum).item for item in kept.items]))
    return single if _is_near(single.amount, wanted) else _nearest(draw(4 * _CHOICE), wanted, 1)


def _more(goods: Goods, wanted: Decimal, most: int, draw: Draw) -> Goods:
    """Return some goods and others, dear enough that they come near what is wanted."""
    names = {line.full_name for line in goods.lines}
    for missing in range(most - len(goods.items), 0, -1):
        if _is_near(goods.amount, wanted):
            break
        found = draw(_CHOICE)
        new = [place for place, line in enumerate(found.lines) if line.full_name not in names]
        best = _nearest(found.at(new), (wanted - goods.amount) / missing, 1)
        names.update(line.full_name for line in best.lines)
        goods = Goods((*goods.lines, *best.lines), (*goods.items, *best.items))
    return goods


def _nearest(goods: Goods, each: Decimal, count: int) -> Goods:
    """Return those goods that cost about a given amount."""
    return goods.at(sorted(range(len(goods.items)), key=lambda place: abs(goods.items[place].amount - each))[:count])


def _in_pieces(
    items: Sequence[Item], may_change: Sequence[bool], wanted: Decimal, quantum: Decimal
) -> tuple[Item, ...]:  # fmt: skip
    """Return goods in the number of pieces, or the measure, at which they cost about what is wanted."""
    places = [place for place, may in enumerate(may_change) if may]
    now = sum([items[place].amount for place in places], ZERO)
    if now <= 0 or wanted <= 0 or _is_near(now, wanted):
        return tuple(items)
    found = list(items)
    # One piece of what is cheap takes up the last cents.
    counted = [place for place in places if not items[place].unit] if len(places) > 1 and wanted > now else []
    single = min(counted, key=lambda place: items[place].unit_price, default=None)
    for place in places:
        found[place] = _times(items[place], Decimal(1) if place == single else wanted / now, quantum)
    return tuple(found)


def _times(item: Item, factor: Decimal, quantum: Decimal) -> Item:
    """Return about this multiple of a good: a piece at least, and no more than somebody buys."""
    if not item.unit:
        pieces = (item.quantity * factor).quantize(Decimal(1), ROUND_HALF_UP)
        return DraftItem(item).of_quantity(min(max(pieces, Decimal(1)), MOST_PIECES), quantum).item
    if item.unit not in _MOST_MEASURED:
        return item
    step = Decimal(1).scaleb(int(item.quantity.as_tuple().exponent))
    measure = min(item.quantity * max(factor, _LEAST), _MOST_MEASURED[item.unit]).quantize(step)
    found = DraftItem(item).of_quantity(max(measure, step), quantum).item
    return found if found.amount > 0 else item
