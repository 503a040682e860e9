"""How a receipt is paid: cash with change, cards, vouchers, and rounding to the smallest coin."""

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from receiptgen.commerce.locales import Locale
from receiptgen.commerce.money import cash_offers, round_cash, rounded
from receiptgen.commerce.receipt import Card, Tender
from receiptgen.core.dice import Dice

VOUCHERS: Final = tuple(map(Decimal, (5, 10, 15, 20, 25, 50, 100)))
ENTRIES: Final = ("CHIP", "CHIP", "CONTACTLESS", "CONTACTLESS", "SWIPED", "CHIP READ", "MANUAL")
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


def settle(total: Decimal, kind: str, dice: Dice, locale: Locale) -> Payment:
    """Draw how a total is paid.

    A voucher pays a round part; the rest is paid by card where coins are too coarse for it, since only what
    is paid wholly in cash is rounded. What would round to nothing is paid by card.

    Args:
        total: Amount owed, above 0.
        kind: ``cash``, ``card`` or ``voucher``.
        dice: Dice of the sums.
        locale: Country, whose notes, cards and words these are.
    """
    currency = locale.currency
    if kind == "cash":
        payable = round_cash(total, currency.cash_step, currency.quantum) if currency.cash_step else total
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
    """Draw a card that pays exactly."""
    brand = dice.weigh(locale.cards)
    card = Card(
        brand=brand,
        masked=dice.choose(MASKS).format(dice.digits(4)),
        approval=dice.digits(6) if dice.chance(0.8) else f"{dice.digits(5)}{dice.letters('ABCDEFGHKMPRSTUVWXYZ', 1)}",
        terminal=dice.digits(8),
        entry=dice.choose(ENTRIES),
    )
    label = brand if dice.chance(0.5) else plain_label("card", dice, locale)
    return Tender("card", label, due, card)
