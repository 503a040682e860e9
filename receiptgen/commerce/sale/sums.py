"""From goods and terms to the total: the one place where a receipt is added up."""

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from typing import NamedTuple

from receiptgen.commerce.countries.taxes import TaxScheme
from receiptgen.commerce.sale.money import share, tax_bases, tax_lines
from receiptgen.commerce.sale.receipt import Charge, Discount, Item, TaxLine


class Terms(NamedTuple):
    """What is taken off and added beside the goods; amounts of those in per cent are reckoned from that.

    Attributes:
        discounts: Taken off the whole receipt, one after the other.
        service: Service charge, or None.
        tip: Tip, or None.
    """

    discounts: tuple[Discount, ...] = ()
    service: Charge | None = None
    tip: Charge | None = None


class Sums(NamedTuple):
    """The sums of a receipt; see ``Receipt`` for each of them."""

    subtotal: Decimal
    discounts: tuple[Discount, ...]
    service: Charge | None
    taxes: tuple[TaxLine, ...]
    net: Decimal
    tax: Decimal
    tip: Charge | None
    total: Decimal
    saved: Decimal


def add_up(items: Sequence[Item], terms: Terms, scheme: TaxScheme, quantum: Decimal) -> Sums:
    """Reckon all sums of a receipt; discounts and charges of nothing are left out.

    Args:
        items: Goods with their amounts.
        terms: What is taken off and added.
        scheme: How tax is reckoned.
        quantum: Smallest unit of the currency.
    """
    zero = 0 * quantum
    subtotal = sum([item.amount for item in items], zero)
    rest = subtotal
    discounts = []
    for discount in terms.discounts:
        if discount.percent is not None:
            discount = replace(discount, amount=share(rest, discount.percent, quantum))
        if discount.amount:
            discounts.append(discount)
            rest -= discount.amount
    service = _reckoned(terms.service, rest, quantum)
    bases = tax_bases([(item.rate, item.amount) for item in items], subtotal - rest, scheme.rounding, quantum)
    if service:
        bases.append((scheme.classes["standard"], service.amount))
    taxes = tax_lines(bases, scheme, quantum)
    tax = sum([line.tax for line in taxes], zero)
    charged = sum([amount for _, amount in bases], zero)
    net = charged - tax if scheme.inclusive else charged
    tip = _reckoned(terms.tip, net + tax, quantum)
    total = net + tax + (tip.amount if tip else zero)
    off = sum([item.discount.amount for item in items if item.discount], subtotal - rest)
    return Sums(subtotal, tuple(discounts), service, taxes, net, tax, tip, total, off)


def _reckoned(charge: Charge | None, base: Decimal, quantum: Decimal) -> Charge | None:
    """Reckon a charge in per cent; None where it is zero."""
    if charge is not None and charge.percent is not None:
        charge = replace(charge, amount=share(base, charge.percent, quantum))
    return charge if charge and charge.amount else None
