"""How a receipt is paid: cash with change, cards, vouchers, and rounding to the smallest coin."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Final, Literal

from receiptgen.commerce.countries.currencies import Currency
from receiptgen.commerce.countries.locales import Locale
from receiptgen.commerce.given.given_receipt import GivenReceipt, GivenTender
from receiptgen.commerce.given.overlay import overlay, same_text, with_places
from receiptgen.commerce.sale.money import cash_offers, round_cash, rounded
from receiptgen.commerce.sale.receipt import Card, Tender
from receiptgen.core.dice import Dice

Kind = Literal["cash", "card", "voucher"]
KINDS: Final[tuple[Kind, ...]] = ("cash", "card", "voucher")
VOUCHERS: Final = tuple(map(Decimal, (5, 10, 15, 20, 25, 50, 100)))
MASKS: Final = (
    "************{0}", "**** **** **** {0}", "XXXX XXXX XXXX {0}", "XXXXXXXXXXXX{0}", "XXXX{0}", "****{0}",
    "xxxxxxxxxxxx{0}", "#### #### #### {0}",
)  # fmt: skip
EXACT: Final = 0.25
# A per cent in a label would contradict the one that is reckoned here.
_PERCENT: Final = re.compile(r"\s*\(?[0-9]+([.,][0-9]+)?\s*%\)?")


@dataclass(frozen=True, slots=True)
class Payment:
    """What settles a total.

    Attributes:
        rounding: Signed; 0 unless paid wholly in cash.
        payable: Total and rounding.
        tenders: Payments that were handed over.
        change: Handed back.
    """

    rounding: Decimal
    payable: Decimal
    tenders: tuple[Tender, ...]
    change: Decimal


def plain_label(key: str, dice: Dice, locale: Locale) -> str:
    """Draw a word of the locale without any per cent in it."""
    label = locale.word(key, dice)
    return _PERCENT.sub("", label).strip() if "%" in label else label


def in_coins(total: Decimal, currency: Currency) -> Decimal:
    """Return what is paid of a total in cash, as the country rounds it."""
    if currency.cash_step is None:
        return total
    return round_cash(total, currency.cash_step, currency.quantum, currency.cash_rounding)


def settle(total: Decimal, kind: str, dice: Dice, locale: Locale) -> Payment:
    """Draw how a total is paid.

    A voucher pays a round part; the rest is paid by card where coins are too coarse for it, since only what
    is paid wholly in cash is rounded. What would round to nothing is paid by card.

    Args:
        total: Amount owed, 0 or more; nothing is handed over for nothing.
        kind: ``cash``, ``card`` or ``voucher``.
        dice: Dice of the sums.
        locale: Country, whose notes, cards and words these are.
    """
    currency = locale.currency
    if total <= 0:
        return Payment(currency.zero, total, (), currency.zero)
    if kind == "cash":
        payable = in_coins(total, currency)
        if payable:
            return _paid(payable - total, payable, (), _cash(payable, dice, locale))
    if kind == "voucher":
        values = [value for value in (rounded(v * currency.scale, currency.quantum) for v in VOUCHERS) if value < total]
        if values:
            voucher = Tender("voucher", plain_label("voucher", dice, locale), dice.choose(values), None)
            rest = total - voucher.amount
            in_cash = currency.cash_step is None and dice.chance(0.5)
            pay = _cash if in_cash else _card
            return _paid(currency.zero, total, (voucher,), pay(rest, dice, locale))
        return settle(total, "cash", dice, locale)
    return _paid(currency.zero, total, (), _card(total, dice, locale))


def settle_as_given(total: Decimal, drawn: Payment, given: GivenReceipt, dice: Dice, locale: Locale) -> Payment:
    """Pay a total as it is given; what is not given stays as drawn where the rest allows it.

    Args:
        total: Amount owed, 0 or more.
        drawn: How it would be paid.
        given: What is given of the payment.
        dice: Dice for cards that were not drawn.
        locale: Country.
    """
    rounding, payable, change = given.rounding, given.payable, given.change
    if given.tenders is None and rounding is None and payable is None and change in (None, drawn.change):
        return drawn
    if rounding is None:
        rounding = payable - total if payable is not None else _rounding(total, drawn, given, locale)
    payable = payable if payable is not None else total + rounding
    tenders = drawn.tenders
    if given.tenders is not None:
        tenders = tuple(
            [
                _tender(each, _kind(each, drawn, i, locale), drawn, i, dice, locale)
                for i, each in enumerate(given.tenders)
            ]
        )
        tenders = _with_amounts(tenders, [each.amount for each in given.tenders], payable, change, locale)
    elif tenders and (change is not None or payable != drawn.payable):
        if change and tenders and tenders[-1].kind != "cash":
            tenders = (*tenders[:-1], _tender(GivenTender(kind="cash"), "cash", drawn, len(tenders), dice, locale))
        tenders = _with_amounts(tenders, [*[each.amount for each in tenders[:-1]], None], payable, change, locale)
    left = sum([tender.amount for tender in tenders], -payable) if tenders else locale.currency.zero
    return Payment(rounding, payable, tenders, change if change is not None else max(left, locale.currency.zero))


def _rounding(total: Decimal, drawn: Payment, given: GivenReceipt, locale: Locale) -> Decimal:
    """Return by how much a total is rounded when it is paid as given: in cash alone, unless it is paid exactly."""
    if given.tenders is None:
        return drawn.rounding
    known = [each.amount for each in given.tenders]
    exact = sum([amount for amount in known if amount is not None], Decimal(0)) - (given.change or 0)
    in_cash = all(_kind(each, drawn, index, locale) == "cash" for index, each in enumerate(given.tenders))
    if not in_cash or not known or (None not in known and exact == total):
        return locale.currency.zero
    return in_coins(total, locale.currency) - total


def _kind(given: GivenTender, drawn: Payment, index: int, locale: Locale) -> Kind:
    """Return a given kind of payment, or the one that its label or card tells."""
    if given.kind is not None:
        return given.kind
    if given.card is not None:
        return "card"
    if given.label is not None:
        if any(same_text(name, given.label) for name in locale.cards):
            return "card"
        for kind in KINDS:
            if any(same_text(_PERCENT.sub("", word).strip(), given.label) for word in locale.words[kind]):
                return kind
    return drawn.tenders[index].kind if index < len(drawn.tenders) else "card"


def _tender(
    given: GivenTender, kind: Kind, drawn: Payment, index: int, dice: Dice, locale: Locale
) -> Tender:  # fmt: skip
    """Return a tender as drawn, or a new one of another kind, with what is given."""
    if index < len(drawn.tenders) and drawn.tenders[index].kind == kind:
        old = drawn.tenders[index]
    elif kind == "card":
        old = _card(locale.currency.zero, dice, locale)
    else:
        old = Tender(kind, plain_label(kind, dice, locale), locale.currency.zero, None)
    brand = _named_brand(given, locale)
    if old.card and brand and brand != old.card.brand and locale.wallets:
        known = _of_brand(brand, dice.fork("brand"), locale)
        # Only between a card and a wallet does more change than the name.
        told = known if (brand in locale.wallets) != (old.card.brand in locale.wallets) else old.card
        old = replace(old, card=replace(told, brand=brand), label=brand if brand in locale.wallets else old.label)
    card = old.card and overlay(old.card, given.card)
    if (
        card
        and given.card
        and given.card.brand is not None
        and given.label is None
        and old.card
        and old.label == old.card.brand
    ):
        old = replace(old, label=card.brand)
    return replace(old, label=overlay(old.label, given.label), card=card)


def _named_brand(given: GivenTender, locale: Locale) -> str:
    """Return the card or wallet of the country that a given card or label names; empty if neither does."""
    told = given.card.brand if given.card is not None and given.card.brand is not None else given.label
    return next((name for name in locale.cards if told is not None and same_text(name, told)), "")


def _with_amounts(
    tenders: tuple[Tender, ...],
    given: Sequence[Decimal | None],
    payable: Decimal,
    change: Decimal | None,
    locale: Locale,
) -> tuple[Tender, ...]:
    """Return tenders with given amounts; those that are not given share what is left, the last of them most."""
    left = payable + (change or 0) - sum([amount for amount in given if amount is not None], Decimal(0))
    open_places = [index for index, amount in enumerate(given) if amount is None]
    zero = locale.currency.zero
    amounts = [with_places(amount, zero) if amount is not None else zero for amount in given]
    for index in open_places:
        share = left if index == open_places[-1] else rounded(left / (len(open_places) + 1), locale.currency.quantum)
        if index == open_places[-1] and tenders[index].amount - left > 0 and change is None:
            share = tenders[index].amount if tenders[index].kind == "cash" else left
        amounts[index] = share
        left -= share
    return tuple([replace(each, amount=amount) for each, amount in zip(tenders, amounts, strict=True)])


def _paid(rounding: Decimal, payable: Decimal, before: tuple[Tender, ...], last: Tender) -> Payment:
    tenders = (*before, last)
    return Payment(rounding, payable, tenders, sum([tender.amount for tender in tenders], -payable))


def _cash(due: Decimal, dice: Dice, locale: Locale) -> Tender:
    """Draw a sum in notes and coins: exact, or rounded up to some note, mostly one of the next."""
    label = plain_label("cash", dice, locale)
    exact, *more = cash_offers(due, locale.currency.notes, locale.currency.quantum)
    if not more or dice.chance(EXACT):
        return Tender("cash", label, exact, None)
    return Tender("cash", label, more[int(dice.random() ** 2 * len(more))], None)


def _card(due: Decimal, dice: Dice, locale: Locale) -> Tender:
    """Draw a card that pays exactly, or a wallet, which goes by its name alone."""
    card = _of_brand(dice.weigh(locale.cards), dice, locale)
    label = card.brand if dice.chance(0.5) else plain_label("card", dice, locale)
    # Some words for a card are names of cards, which would contradict this one.
    own_name = card.brand in locale.wallets or any(same_text(name, label) for name in locale.cards)
    return Tender("card", card.brand if own_name else label, due, card)


def _of_brand(brand: str, dice: Dice, locale: Locale) -> Card:
    """Draw what a slip shows of a card or wallet of some name."""
    card = Card(
        brand=brand,
        masked=dice.choose(MASKS).format(dice.digits(4)),
        approval=dice.digits(6) if dice.chance(0.8) else f"{dice.digits(5)}{dice.letters('ABCDEFGHKMPRSTUVWXYZ', 1)}",
        terminal=dice.digits(8),
        entry=dice.choose(locale.entries),
    )
    return replace(card, masked="", entry="") if brand in locale.wallets else card
