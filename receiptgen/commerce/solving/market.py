"""What may be bought of a list of goods instead of what was drawn."""

from collections.abc import Sequence
from decimal import Decimal
from typing import NamedTuple

from receiptgen.commerce.given.given_receipt import GivenItem
from receiptgen.commerce.solving.draft import Draft, DraftItem
from receiptgen.commerce.solving.offers import Offer
from receiptgen.commerce.solving.plausible import MOST_PIECES, STRETCH, Goods
from receiptgen.commerce.trade.goods import at_rate
from receiptgen.commerce.trade.trades import Line

# Lines of average cost that a sum may be above what was drawn.
_FAR = 4


class Choice(NamedTuple):
    """Goods of a list among which may be chosen.

    Attributes:
        others: Goods that may be bought beside those that were drawn, or instead of them.
        fixed: Whether all that was drawn has to be bought, in any number of pieces.
        lines: Fewest and most lines of a receipt.
        pieces: Fewest and most pieces of a line.
        totals: Lowest and highest total that will do as well as the one asked for; None for that alone.
    """

    others: Goods
    fixed: bool
    lines: tuple[int, int]
    pieces: tuple[int, int]
    totals: tuple[Decimal, Decimal] | None = None


class Market(NamedTuple):
    """Lines that a receipt may have.

    Attributes:
        drawn: Lines as drawn or given, in their order.
        others: Lines that may be bought beside them, or instead of them.
        choice: How many there may be.
    """

    drawn: tuple[Offer, ...]
    others: tuple[Offer, ...]
    choice: Choice

    @property
    def mean(self) -> int:
        """What a line costs on average, in units of the currency."""
        offers = self.others or self.drawn
        return sum(offer.units for offer in offers) // len(offers)

    def filled(self, units: int) -> "Market":
        """Return a market of which more lines are drawn, and more pieces, where a sum is far above what they cost."""
        if self.choice.fixed:
            return self
        drawn, others = [*self.drawn[: self.choice.lines[1]]], [*self.others]
        if len(drawn) < len(self.drawn):
            # The last ones, of few pieces, are those that others are chosen for.
            drawn[-_FAR:] = [
                each._replace(line=each.line.of_pieces(Decimal(1), each.quantum)) for each in drawn[-_FAR:]
            ]
        left = units - sum(offer.units for offer in drawn)
        while others and len(drawn) < self.choice.lines[1] - 2 and left > _FAR * self.mean:
            offer = others.pop(0)
            drawn.append(offer._replace(place=len(drawn)))
            left -= offer.units
        for index, offer in enumerate(drawn[:-_FAR]):
            item = offer.line.item
            if left > _FAR * self.mean and not item.unit and item.amount > 0:
                pieces = min(item.quantity + (left - 2 * self.mean) * offer.quantum // item.unit_price, MOST_PIECES)
                drawn[index] = offer._replace(line=offer.line.of_pieces(max(pieces, item.quantity), offer.quantum))
                left += offer.units - drawn[index].units
        return self._replace(drawn=tuple(drawn), others=tuple(others))


def market_of(draft: Draft, lines: Sequence[Line], given: Sequence[GivenItem] | None, choice: Choice) -> Market:
    """Return the lines that a receipt may have.

    Args:
        draft: Goods as drawn, with what is given of them.
        lines: The same goods with the prices of their list.
        given: Goods that are given; None where they are free. Those of which nothing is given may be any.
        choice: Goods of the list.
    """
    scheme, quantum = draft.scheme, draft.quantum
    offers = [
        Offer(place, line, _prices(item, None if given is None else given[place]), quantum)
        for place, (line, item) in enumerate(zip(draft.lines, lines, strict=False))
    ]
    drawn, others = offers, list[Offer]()
    if given is not None:
        drawn = [_held(offer, each) for offer, each in zip(offers, given, strict=True) if not _is_open(each)]
        others = [offer._replace(place=None) for offer, each in zip(offers, given, strict=True) if _is_open(each)]
    if given is None or others:
        names = {offer.line.item.full_name for offer in offers}
        for line, item in zip(*choice.others, strict=True):
            if line.full_name not in names:
                rated = DraftItem(at_rate(item, scheme.rate_of(line.tax_class), scheme))
                others.append(Offer(None, rated.without_discount(), _prices(line, None), quantum))
    if given is not None or choice.fixed:
        choice = choice._replace(fixed=True, lines=(len(offers), len(offers)))
    return Market(tuple(drawn), tuple(others), choice)


def _is_open(given: GivenItem) -> bool:
    return all(value is None for _, value in given)


def _prices(line: Line, given: GivenItem | None) -> tuple[Decimal, Decimal]:
    """Return the lowest and highest price of a good: any near that of such goods where the list doesn't have it."""
    if line.prices is None and given is not None and given.name is not None:
        return line.unit_price / STRETCH, line.unit_price * STRETCH
    return line.prices or (line.unit_price, line.unit_price)


def _held(offer: Offer, given: GivenItem) -> Offer:
    """Return a line as it is where a discount of it is given."""
    return offer._replace(line=offer.line._replace(amount=True)) if given.discount is not None else offer
