"""A receipt while its amounts are being found: goods of which some numbers are given and others may be changed."""

from collections.abc import Iterator
from dataclasses import replace
from decimal import ROUND_HALF_UP, Decimal
from typing import NamedTuple

from receiptgen.commerce.countries.taxes import TaxScheme
from receiptgen.commerce.sale.money import HUNDRED, rounded, share
from receiptgen.commerce.sale.receipt import Item
from receiptgen.commerce.sale.sums import Sums, Terms, add_up

# Prices near the one that is due that are tried with other weights.
_PRICES_TRIED = 40
# From this number of pieces on, they are not sold as one instead.
_MANY = 5
# More than any good is made to cost: where all is taken off, no amount comes nearer to what is asked for.
_LARGEST = Decimal(10**15)


def _near_factors(gross: Decimal, quantity: Decimal, places: Decimal) -> Iterator[tuple[Decimal, Decimal]]:
    """Yield numbers of pieces near one, and prices of one, whose product is a sum."""
    for step in range(1, int(quantity) // 4 + 1):
        for pieces in (quantity - step, quantity + step):
            price = (gross / pieces).quantize(places, ROUND_HALF_UP)
            if pieces * price == gross:
                yield pieces, price


class DraftItem(NamedTuple):
    """An item, and which of its numbers are given.

    Attributes:
        item: The item as it would be.
        quantity: Whether the quantity is given.
        price: Whether the price of one is given.
        amount: Whether what it costs is given.
    """

    item: Item
    quantity: bool = False
    price: bool = False
    amount: bool = False

    @property
    def adjustable(self) -> bool:
        """Whether its amount may be changed."""
        return not (self.amount or self.price or self.item.unit_price == 0)

    @property
    def precise(self) -> bool:
        """Whether it can have any amount: one piece, pieces that may become one, or a measure."""
        return self.adjustable and (not self.quantity or abs(self.item.quantity) == 1)

    def near(self, amount: Decimal, quantum: Decimal) -> "DraftItem":
        """Return the item at a price that brings its amount as near to a given one as its quantity allows."""
        item = self.item
        places = Decimal(1).scaleb(int(item.unit_price.as_tuple().exponent))
        price = (self._gross(min(amount, _LARGEST), quantum) / item.quantity).quantize(places, ROUND_HALF_UP)
        return self._at(item.quantity, max(price, places), quantum)

    def exactly(self, amount: Decimal, quantum: Decimal) -> "DraftItem | None":
        """Return the item at an amount, its price and if need be its quantity changed; None where it can't have it."""
        if not 0 < amount <= _LARGEST:
            return None
        gross = self._gross(amount, quantum)
        for quantity, price in self._factors(gross, quantum):
            found = self._at(quantity, price, quantum)
            if found.item.amount == amount:
                return found
        return None

    def without_discount(self) -> "DraftItem":
        """Return the item at its full price."""
        return self._replace(item=replace(self.item, discount=None, amount=self.item.gross))

    def free(self, quantum: Decimal) -> "DraftItem":
        """Return the item at no price, as a gift is."""
        zero = 0 * quantum
        return self._replace(item=replace(self.item, unit_price=zero, gross=zero, discount=None, amount=zero))

    def of_pieces(self, quantity: Decimal, quantum: Decimal) -> "DraftItem":
        """Return the item in another number of pieces; a measured one stays."""
        return self if self.item.unit else self.of_quantity(quantity, quantum)

    def of_quantity(self, quantity: Decimal, quantum: Decimal) -> "DraftItem":
        """Return the item in another quantity, at the same price of one."""
        return self if quantity == self.item.quantity else self._at(quantity, self.item.unit_price, quantum)

    def _factors(self, gross: Decimal, quantum: Decimal) -> Iterator[tuple[Decimal, Decimal]]:
        """Yield quantities and prices whose product may be a sum, likely ones first."""
        item = self.item
        exponent = int(item.unit_price.as_tuple().exponent)
        places = Decimal(1).scaleb(exponent)
        price = (gross / item.quantity).quantize(places, ROUND_HALF_UP)
        yield item.quantity, price
        if item.unit and not self.quantity:
            step = Decimal(1).scaleb(int(item.quantity.as_tuple().exponent))
            for index in range(_PRICES_TRIED):
                tried = price + places * ((index + 1) // 2 * (1 if index % 2 else -1))
                if tried > 0:
                    yield (gross / tried).quantize(step, ROUND_HALF_UP), tried
        # A price of pieces in fractions of the smallest coin, as 3 for 10.00.
        finer = [
            (item.quantity, (gross / item.quantity).quantize(Decimal(1).scaleb(exponent - more), ROUND_HALF_UP))
            for more in (1, 2)
        ]
        many = not item.unit and item.quantity >= _MANY
        if many and not self.quantity:
            # One piece of the price of many would be absurd.
            yield from _near_factors(gross, item.quantity, places)
            yield from finer
        if not self.quantity:
            yield Decimal(1), gross
        yield from finer

    def _gross(self, amount: Decimal, quantum: Decimal) -> Decimal:
        """Return a sum that leaves an amount when the discount is taken off."""
        off = self.item.discount
        if off is None or off.percent is None:
            return amount + (off.amount if off else 0)
        near = rounded(amount * HUNDRED / (HUNDRED - off.percent), quantum) if off.percent < HUNDRED else amount
        tried = [near + quantum * step for step in (0, -1, 1, -2, 2)]
        return next((gross for gross in tried if gross - share(gross, off.percent, quantum) == amount), near)

    def _at(self, quantity: Decimal, price: Decimal, quantum: Decimal) -> "DraftItem":
        gross = rounded(quantity * price, quantum)
        off = self.item.discount
        if off is not None and off.percent is not None:
            off = replace(off, amount=share(gross, off.percent, quantum))
        amount = gross - off.amount if off else gross
        item = replace(self.item, quantity=quantity, unit_price=price, gross=gross, discount=off, amount=amount)
        return self._replace(item=item)


class Draft(NamedTuple):
    """Goods, terms and rules of a receipt to be.

    Attributes:
        lines: Goods.
        terms: What is taken off and added.
        scheme: How tax is reckoned.
        quantum: Smallest unit of the currency.
    """

    lines: tuple[DraftItem, ...]
    terms: Terms
    scheme: TaxScheme
    quantum: Decimal

    @property
    def items(self) -> tuple[Item, ...]:
        """The goods alone."""
        return tuple([line.item for line in self.lines])

    def sums(self) -> Sums:
        """Add it all up."""
        return add_up(self.items, self.terms, self.scheme, self.quantum)

    def with_line(self, index: int, line: DraftItem) -> "Draft":
        """Return a draft with another item at a place."""
        return self._replace(lines=(*self.lines[:index], line, *self.lines[index + 1 :]))
