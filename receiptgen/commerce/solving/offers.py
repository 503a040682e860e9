"""What one line of a list of goods may cost at the list's prices: pieces, a measure, or any price of a range."""

from collections.abc import Sequence
from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_UP, Decimal
from typing import Final, NamedTuple

from receiptgen.commerce.solving.draft import DraftItem

# Steps of measures that are finer than scales and pumps may have shown, and of hours billed; others step as drawn.
_STEPS: Final = {"kg": Decimal("0.001"), "L": Decimal("0.001"), "gal": Decimal("0.001"), "h": Decimal("0.25")}
# Least and most of a measure, as multiples of what was drawn; what may be taken of any; steps tried on either side.
_LEAST: Final = Decimal("0.1")
_MOST: Final = 3
_MUCH: Final = Decimal(2)
_MEASURES: Final = 60
# Most pieces of a good whose price is of a range, or no whole number of the smallest coin.
_FEW: Final = 4


class Ways(NamedTuple):
    """In which ways lines may differ from what was drawn.

    Attributes:
        pieces: Fewest and most pieces of a line.
        vary: Whether prices vary within their ranges, and measures with what is put on the scales.
    """

    pieces: tuple[int, int]
    vary: bool


class Offer(NamedTuple):
    """A line that a receipt may have.

    Attributes:
        place: Index on the receipt; None for one that was not drawn.
        line: The line as drawn, and which of its numbers are given.
        prices: Lowest and highest price of one; that which was drawn may be beside them.
        quantum: Smallest unit of the currency.
    """

    place: int | None
    line: DraftItem
    prices: tuple[Decimal, Decimal]
    quantum: Decimal

    @property
    def units(self) -> int:
        """What the line costs as drawn, in units of the currency."""
        return self._units(self.line)

    def options(self, ways: Ways) -> list[Sequence[int]]:
        """Return what the line may cost, in units of the currency, the likeliest first."""
        plain, quantity = self._plain, self.line.quantity
        drawn = self._units(plain)
        if self.line.amount or drawn <= 0:
            return [(self.units,)] if self.units > 0 else []
        if plain.item.unit:
            return [(drawn,), *(self._measures() if ways.vary and not quantity else [])]
        pieces, price = self._pieces(ways), plain.item.unit_price / self.quantum
        if price == int(price):
            found: list[Sequence[int]] = [_times(int(price), int(price), pieces)]
        else:
            found = [tuple([self._units(self._of(count)) for count in pieces[:_FEW]])]
        low, high = self._bounds()
        return found + [range(n * low, n * high + 1, n) for n in pieces[:_FEW] if ways.vary and low < high]

    def at(self, units: int, ways: Ways) -> DraftItem:
        """Return the line at one of its options."""
        plain = self._plain
        if self.line.amount or units == self._units(plain):
            return self.line if self.line.amount else plain
        if plain.item.unit:
            return self._measured(units)
        pieces = self._pieces(ways)
        near = (units * self.quantum / plain.item.unit_price).quantize(Decimal(1), ROUND_HALF_UP)
        if near in pieces and self._units(self._of(near)) == units:
            return self._of(near)
        low, high = self._bounds()
        count = next(each for each in pieces if not units % each and low <= units // each <= high)
        line = self._of(count)
        return line.exactly(units * self.quantum, self.quantum) or line

    @property
    def _plain(self) -> DraftItem:
        return self.line.without_discount()

    def _units(self, line: DraftItem) -> int:
        return int(line.item.amount / self.quantum)

    def _pieces(self, ways: Ways) -> range:
        drawn = int(self.line.item.quantity)
        return range(drawn, drawn + 1) if self.line.quantity else range(ways.pieces[0], ways.pieces[1] + 1)

    def _of(self, quantity: int | Decimal) -> DraftItem:
        return self._plain.of_quantity(Decimal(quantity), self.quantum)

    def _bounds(self) -> tuple[int, int]:
        """Return the lowest and the highest price of one in units of the currency."""
        drawn = self.line.item.unit_price
        low, high = (drawn, drawn) if self.line.price else self.prices
        return (
            int((min(low, drawn) / self.quantum).to_integral_value(ROUND_CEILING)),
            int((max(high, drawn) / self.quantum).to_integral_value(ROUND_FLOOR)),
        )

    @property
    def _step(self) -> Decimal:
        item = self.line.item
        return _STEPS.get(item.unit, Decimal(1).scaleb(int(item.quantity.as_tuple().exponent)))

    def _measures(self) -> list[Sequence[int]]:
        """Return what measures near the one that was drawn cost."""
        item, step = self._plain.item, self._step
        low, high = item.quantity * _LEAST, max(item.quantity * _MOST, _MUCH)
        if step * item.unit_price <= self.quantum:
            return [
                range(max(int(low * item.unit_price / self.quantum), 1), int(high * item.unit_price / self.quantum))
            ]
        stride = max(int((high - low) / step / _MEASURES), 1) * step
        tried = [item.quantity + stride * count for count in range(-_MEASURES, _MEASURES + 1)]
        costs = {self._units(self._of(each)) for each in tried if low <= each <= high}
        return [tuple(sorted(costs - {0}))]

    def _measured(self, units: int) -> DraftItem:
        """Return the line in the measure that costs an amount."""
        step = self._step
        near = (units * self.quantum / self.line.item.unit_price / step).quantize(Decimal(1), ROUND_HALF_UP) * step
        tried = [self._of(near + step * count) for count in (0, 1, -1)]
        return next((line for line in tried if self._units(line) == units), tried[0])


def _times(first: int, step: int, pieces: range) -> range:
    """Return what numbers of pieces cost."""
    return range(first * pieces[0], step * pieces[-1] + 1, step)
