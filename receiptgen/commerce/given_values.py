"""Given values as a whole: what follows from them, refunds as sales, and a receipt that says just them."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from datetime import time as clock
from decimal import Decimal
from typing import Any, TypeVar

from receiptgen.commerce.countries.taxes import TaxScheme
from receiptgen.commerce.given.given_identities import broken_among
from receiptgen.commerce.given.given_receipt import GivenFact, GivenItem, GivenMerchant, GivenReceipt
from receiptgen.commerce.given.overlay import overlay
from receiptgen.commerce.given.value_types import is_number
from receiptgen.commerce.sale.identities import broken_identities
from receiptgen.commerce.sale.receipt import Charge, Discount, Fact, Item, Merchant, Receipt, count_pieces
from receiptgen.commerce.solving.fitting import Fitted
from receiptgen.commerce.solving.given_taxes import OWN_RATE
from receiptgen.commerce.solving.nearest_totals import nearest_totals
from receiptgen.commerce.trade.basket_spec import Contradictions
from receiptgen.commerce.trade.merchants import slug
from receiptgen.config.diagnostics import MOST_CHOICES
from receiptgen.core.errors import ValuesError
from receiptgen.core.suggestions import hint

Share = TypeVar("Share", Discount, Charge)
_TEXTS = ("number", "invoice", "cashier", "till", "table")
_AMOUNTS = ("subtotal", "net", "tax", "gross", "total", "rounding", "payable", "change", "saved")


def as_refund(receipt: Receipt, given: GivenReceipt) -> Receipt:
    """Return a sale as the refund of it; an item's sign is its quantity's, unless its price is given with it."""
    if given.tenders is None and given.change is None:
        receipt = _without_change(receipt)
    items = given.items or (GivenItem(),) * len(receipt.items)
    returned = tuple([_returned(item, each) for item, each in zip(receipt.items, items, strict=True)])
    amounts = {name: -getattr(receipt, name) for name in _AMOUNTS}
    return replace(
        receipt,
        items=returned,
        items_sold=count_pieces(returned),
        discounts=tuple([_negative(discount) for discount in receipt.discounts]),
        service=_negative(receipt.service) if receipt.service else None,
        taxes=tuple([replace(line, net=-line.net, tax=-line.tax) for line in receipt.taxes]),
        tip=_negative(receipt.tip) if receipt.tip else None,
        tenders=tuple([replace(tender, amount=-tender.amount) for tender in receipt.tenders]),
        **amounts,
    )


def _without_change(receipt: Receipt) -> Receipt:
    """Return a receipt that is paid exactly, as a refund is paid out."""
    *others, last = receipt.tenders
    exact = replace(last, amount=last.amount - receipt.change)
    return replace(receipt, tenders=(*others, exact), change=0 * receipt.change)


def _returned(item: Item, given: GivenItem) -> Item:
    by_price = (given.quantity is not None and given.quantity > 0) or (given.unit_price or 0) < 0
    off = _negative(item.discount) if item.discount else None
    item = replace(item, gross=-item.gross, amount=-item.amount, discount=off)
    return replace(item, unit_price=-item.unit_price) if by_price else replace(item, quantity=-item.quantity)


def _negative(share: Share) -> Share:
    return replace(share, amount=-share.amount)


def imprint(receipt: Receipt, given: GivenReceipt, fitted: Fitted) -> Receipt:
    """Return a receipt that says what is given, whether that agrees with the rest or not.

    Its contradictions are those among given values alone, and what is given that it has no room for.
    """
    changes: dict[str, Any] = {name: overlay(getattr(receipt, name), getattr(given, name)) for name in _TEXTS}
    for name in _AMOUNTS:
        changes[name] = overlay(getattr(receipt, name), getattr(given, name))
    for name in ("guests", "items_sold"):
        changes[name] = overlay(getattr(receipt, name), getattr(given, name))
    for name in ("service", "tip"):
        if (charge := getattr(receipt, name)) is not None:
            changes[name] = overlay(charge, getattr(given, name))
    if given.discounts is not None and len(given.discounts) == len(receipt.discounts):
        changes["discounts"] = overlay(receipt.discounts, given.discounts)
    if given.items is not None:
        changes["items"] = tuple([_said(item, each) for item, each in zip(receipt.items, given.items, strict=True)])
    if given.tenders is not None and len(given.tenders) == len(receipt.tenders):
        changes["tenders"] = overlay(receipt.tenders, given.tenders)
    taxes, lost = list(receipt.taxes), [*_lost_charges(receipt, given)]
    for number, (tax, (rate, index)) in enumerate(zip(given.taxes or (), fitted.assigned.parts, strict=True)):
        places = [place for place, line in enumerate(receipt.taxes) if line.rate == rate]
        if index < len(places):
            taxes[places[index]] = overlay(taxes[places[index]], tax.model_copy(update={"rate": None}))
        else:
            lost.append(f"taxes.{number} has nothing to tax, total says {changes['total']:f}")
    receipt = replace(receipt, **changes, taxes=tuple(taxes))
    return replace(receipt, contradictions=(*broken_among(given), *lost))


def _lost_charges(receipt: Receipt, given: GivenReceipt) -> Iterator[str]:
    """Say which given charges come to nothing: a share of nothing, or of too little."""
    for name in ("service", "tip"):
        said = getattr(given, name)
        if said and getattr(receipt, name) is None and (said.amount or said.percent):
            value = f"{said.amount:f}" if said.amount else f"{said.percent:f}%"
            yield f"{name} of total {receipt.total:f} is nothing, {name} says {value}"


def _said(item: Item, given: GivenItem) -> Item:
    if item.discount is None:
        given = given.model_copy(update={"discount": None})
    return overlay(item, given.model_copy(update={"rate": None}))


def given_moment(given: GivenReceipt, drawn: datetime) -> datetime:
    """Return the drawn time of payment with the given day and time; drawn seconds stay where none are given."""
    moment = datetime.combine(given.date, drawn.time()) if given.date is not None else drawn
    if given.time is None:
        return moment
    time = clock.fromisoformat(given.time)
    seconds = (
        drawn.second if given.time.count(":") == 1 and (time.hour, time.minute) == (drawn.hour, drawn.minute) else 0
    )
    return moment.replace(hour=time.hour, minute=time.minute, second=time.second or seconds)


def lay_merchant(drawn: Merchant, given: GivenMerchant, language: str) -> Merchant:
    """Return a drawn business with what is given of it; its web address is that of its name."""
    merchant = overlay(drawn, given)
    if merchant.name != drawn.name:
        name, ending = slug(merchant.name, language), drawn.url.rpartition(".")[2]
        url = f"{'www.' if drawn.url.startswith('www.') else ''}{name}.{ending}"
        email = f"{drawn.email.partition('@')[0]}@{name}.{ending}"
        merchant = replace(merchant, url=given.url or url, email=given.email or email)
    return merchant


def lay_facts(drawn: dict[str, Fact], given: Mapping[str, GivenFact]) -> dict[str, Fact]:
    """Return drawn facts with those that are given, in the form that the drawn ones have."""
    return {**drawn, **{key: _fact(drawn.get(key), value) for key, value in given.items()}}


def _fact(drawn: Fact | None, given: GivenFact) -> Fact:
    if isinstance(given, tuple) or isinstance(drawn, tuple):
        given = given if isinstance(given, tuple) else (given,)
        return overlay(drawn, given) if isinstance(drawn, tuple) else given
    if isinstance(drawn, datetime):
        # What is printed may lack the time, or its seconds.
        return drawn if drawn.isoformat().startswith(given) else _moment_of(given)
    if isinstance(drawn, int):
        return int(given) if given.isascii() and given.isdigit() else _minutes(given)
    if isinstance(drawn, Decimal):
        return overlay(drawn, _number(given))
    return overlay(drawn, given) if drawn is not None else given


def _moment_of(text: str) -> datetime:
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        raise ValuesError(f"facts: expected a date with time such as 2024-12-31T12:30, got {text!r}") from None


def _minutes(text: str) -> int:
    """Read a duration as it is printed: ``1h 45min`` or ``45 min``."""
    found = re.fullmatch(r"(?:([0-9]+)h )?([0-9]+) ?min", text)
    if not found:
        raise ValuesError(f"facts: expected a whole number, got {text!r}")
    return int(found[1] or 0) * 60 + int(found[2])


def _number(text: str) -> Decimal:
    if not is_number(text):
        raise ValuesError(f"facts: expected a number, got {text!r}")
    return Decimal(text)


def check_rates(given: GivenReceipt, schemes: Iterable[TaxScheme]) -> None:
    """Check that the tax rates that goods name are the country's, or given with the taxes.

    Raises:
        ValuesError: One is not.
    """
    known = dict.fromkeys([*(name for scheme in schemes for name in scheme.rates), *_own_names(given)])
    for index, item in enumerate(given.items or ()):
        if item.rate is not None and item.rate not in known:
            raise ValuesError(f"items.{index}.rate: unknown rate {item.rate!r}{hint(item.rate, known, MOST_CHOICES)}")


def _own_names(given: GivenReceipt) -> Iterator[str]:
    for index, tax in enumerate(given.taxes or ()):
        yield tax.rate or OWN_RATE.format(index + 1)


def judged(receipt: Receipt, fitted: Fitted, contradictions: Contradictions) -> Receipt:
    """Return a receipt with the contradictions that it is to print.

    Raises:
        ValuesError: There are some, and they are not to be printed.
    """
    among = receipt.contradictions
    broken = tuple(dict.fromkeys((*among, *broken_identities(receipt))))
    if not broken:
        return receipt
    if contradictions == "print":
        return replace(receipt, contradictions=broken)
    total, free = fitted.goals.total, any(line.adjustable for line in fitted.draft.lines)
    if not among and total is not None and free and fitted.draft.sums().total != total:
        near = nearest_totals(fitted, total)
        if near:
            raise ValuesError(
                f"no goods at these taxes come to total {receipt.total:f}; "
                f"the nearest totals are {' and '.join(f'{each:f}' for each in near)}"
            )
    raise ValuesError(broken[0])
