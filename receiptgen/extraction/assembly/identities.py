"""The sums that hold on receipts, checked on what was read: items, discounts, taxes, rounding, payments."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from itertools import product
from typing import NamedTuple

# Amounts that a page has once at most.
SINGLES = ("subtotal", "net", "tax", "gross", "total", "rounding", "payable", "change")
# The smallest coin where there are no cents.
_COIN = Decimal("0.05")
# A tax that is reckoned again from rounded amounts may be off by this much.
_CENT, _ROUNDED = Decimal("0.01"), Decimal("0.02")


class TaxAmounts(NamedTuple):
    """The numbers of a tax; None for what is not printed."""

    percent: Decimal | None
    net: Decimal | None
    tax: Decimal | None
    gross: Decimal | None


@dataclass(frozen=True)
class Terms:
    """The amounts of a receipt that others are checked by.

    Attributes:
        items: What is paid for each item; None where one of them has no amount.
        discounts: Amounts taken off the whole.
        service: Service charge.
        tip: Tip.
        taxes: Taxes by rate.
        tenders: Payments.
    """

    items: tuple[Decimal, ...] | None
    discounts: tuple[Decimal, ...] = ()
    service: Decimal = Decimal(0)
    tip: Decimal = Decimal(0)
    taxes: tuple[TaxAmounts, ...] = ()
    tenders: tuple[Decimal, ...] = ()

    @property
    def all_taxes(self) -> Decimal | None:
        """Sum of the taxes; None where one is not printed."""
        taxes = [tax.tax for tax in self.taxes]
        return sum(filter(None, taxes), Decimal(0)) if taxes and None not in taxes else None


class Identity(NamedTuple):
    """A sum that holds, or doesn't.

    Attributes:
        paths: First parts of the paths of the fields that it is about, as ``total`` or ``items``; the one that stands
            for the result comes last.
        holds: Whether it does.
        due: What its result would have to be.
        told: What is said where it fails.
    """

    paths: tuple[str, ...]
    holds: bool
    due: Decimal
    told: str


Singles = Mapping[str, Decimal | None]


def identities(singles: Singles, terms: Terms) -> Iterator[Identity]:
    """Yield the identities that what is printed can tell.

    Args:
        singles: Amounts by their names, those of ``SINGLES``.
        terms: All other amounts.
    """
    yield from _of_items(singles, terms)
    yield from _of_total(singles, terms)
    yield from _of_taxes(singles, terms)
    yield from _of_payment(singles, terms)
    yield from _of_parts(singles, terms)


def _of_items(singles: Singles, terms: Terms) -> Iterator[Identity]:
    subtotal = singles["subtotal"]
    if terms.items and subtotal is not None:
        whole = sum(terms.items, Decimal(0))
        less = whole - sum(terms.discounts, Decimal(0))
        yield _identity(("items", "subtotal"), less if less == subtotal else whole, subtotal, "items add up to")


def _of_total(singles: Singles, terms: Terms) -> Iterator[Identity]:
    """Yield how the total follows from what stands above it."""
    total, subtotal = singles["total"], singles["subtotal"]
    base = subtotal if subtotal is not None else sum(terms.items, Decimal(0)) if terms.items else None
    if total is None or base is None:
        return
    first = "subtotal" if subtotal is not None else "items"
    # Prices may contain the tax, and a subtotal the discounts; a charge may be among the items.
    taxes = {Decimal(0): (), **{tax: ("tax", "taxes") for tax in (singles["tax"], terms.all_taxes) if tax}}
    parts = [
        {-sum(terms.discounts, Decimal(0)): ("discounts",), Decimal(0): ()},
        {terms.service: ("service",), Decimal(0): ()},
        {terms.tip: ("tip",), Decimal(0): ()},
        {singles["rounding"] or Decimal(0): ("rounding",), Decimal(0): ()},
        taxes,
    ]
    # Rounding belongs to the total only where nothing else is what is paid.
    if singles["payable"] is not None:
        del parts[3]
    due = None
    for combination in product(*[part.items() for part in parts]):
        reached = base + sum([amount for amount, _ in combination], Decimal(0))
        if due is None:
            due = reached
        if reached == total:
            used = tuple(path for amount, paths in combination if amount for path in paths)
            yield Identity((first, *used, "total"), True, total, "")
            return
    assert due is not None
    yield _identity((first, "total"), due, total, f"{first} with what is added and taken off makes")


def _of_taxes(singles: Singles, terms: Terms) -> Iterator[Identity]:
    net, tax, total = singles["net"], singles["tax"], singles["total"]
    every = terms.all_taxes
    if tax is not None and every is not None and len(terms.taxes) > 1:
        yield _identity(("taxes", "tax"), every, tax, "taxes add up to")
    whole = tax if tax is not None else every
    if net is not None and whole is not None:
        results = [(name, value) for name in ("gross", "total") if (value := singles[name]) is not None]
        met = [name for name, value in results if value in {net + whole, net + whole + terms.tip}]
        if results:
            name = met[0] if met else results[0][0]
            value = singles[name]
            assert value is not None
            due = value if met else net + whole
            yield _identity(("net", "tax" if tax is not None else "taxes", name), due, value, "net and tax make")
    for index, line in enumerate(terms.taxes):
        yield from _of_tax(index, line, [value for value in (total, singles["subtotal"], net) if value])


def _of_tax(index: int, line: TaxAmounts, wholes: list[Decimal]) -> Iterator[Identity]:
    path, name = f"taxes.{index}", f"tax {index + 1}"
    if line.net is not None and line.tax is not None:
        if line.gross is not None:
            yield _identity((path,), line.net + line.tax, line.gross, f"{name}: net and tax make")
        if line.percent is not None:
            due = (line.net * line.percent / 100).quantize(_CENT)
            holds = abs(due - line.tax) <= _ROUNDED
            yield Identity(
                (path,), holds, due, f"{name}: {line.percent:f} % of {line.net:f} is {due:f}, not {line.tax:f}"
            )
    elif line.tax is not None and line.percent:
        shares = [value * line.percent / rate for value in wholes for rate in (100, 100 + line.percent)]
        # One of several rates is a share of a part that is not printed: nothing can be told.
        if any(abs(share - line.tax) <= _ROUNDED for share in shares):
            yield Identity((path,), True, line.tax, "")


def _of_payment(singles: Singles, terms: Terms) -> Iterator[Identity]:
    total, payable, rounding = singles["total"], singles["payable"], singles["rounding"]
    if total is not None and payable is not None and rounding is not None:
        yield _identity(("total", "rounding", "payable"), total + rounding, payable, "total and rounding make")
    due = payable if payable is not None else total
    if due is None or not terms.tenders:
        return
    paid = _paid(terms.tenders, singles["change"] or Decimal(0), due)
    name = "payable" if payable is not None else "total"
    change = ("change",) if singles["change"] is not None else ()
    # What is payable is rounded already.
    rounded = due + (rounding or Decimal(0)) if payable is None else due
    if rounding is None and payable is None and not paid % _COIN and abs(paid - due) < _COIN:
        # Cash is rounded to the smallest coin, which some don't print.
        rounded = paid
    yield _identity(("tenders", *change, name), rounded if paid == rounded else due, paid, "paid less change is", paid)


def _of_parts(singles: Singles, terms: Terms) -> Iterator[Identity]:
    """Yield what can't be part of the total, since it is more."""
    total = singles["total"]
    if total is None or total <= 0:
        return
    lines = [(f"taxes.{index}", f"tax {index + 1}", line.tax) for index, line in enumerate(terms.taxes)]
    alone = [("tax", "tax", singles["tax"]), ("service", "service charge", terms.service), ("tip", "tip", terms.tip)]
    for path, name, part in (*alone, *lines):
        if part is not None and part > total:
            yield Identity((path,), False, Decimal(0), f"{name} of {part:f} is more than the total of {total:f}")


def _paid(tenders: tuple[Decimal, ...], change: Decimal, due: Decimal) -> Decimal:
    """Return what was paid less the change; some tills print either with a minus."""
    paid = sum(tenders, Decimal(0))
    if due <= 0:
        return paid - change
    return (-paid if all(tender <= 0 for tender in tenders) else paid) - abs(change)


def _identity(
    paths: tuple[str, ...], reached: Decimal, said: Decimal, told: str, due: Decimal | None = None
) -> Identity:
    result = paths[-1]
    line = (
        f"{told} {reached:f}, {result} says {said:f}" if due is None else f"{told} {said:f}, {result} says {reached:f}"
    )
    return Identity(paths, reached == said, reached if due is None else due, line)
