"""Arithmetic of cash registers: rounding, sharing out, tax and change; pure functions on ``Decimal``.

Sources of the rules: tax contained in a price is ``gross * rate / (100 + rate)`` and tax on top
``net * rate / 100`` (EU VAT Directive 2006/112/EC, articles 73 and 78; the "tax fraction" of Malaysia's GST
Act 2014); rounding for each line and once for the total are both lawful (Court of the EU, C-484/06).
Halves round up, as cash registers and tax offices do. Cash rounds to the nearest payable coin (Bank Negara Malaysia's
rounding mechanism of 2008; Swiss practice), halves down or always down in some countries (Chile's Ley 20.956).
"""

from collections.abc import Mapping, Sequence
from decimal import ROUND_DOWN, ROUND_HALF_DOWN, ROUND_HALF_UP, Decimal
from types import MappingProxyType
from typing import Final

from receiptgen.commerce.countries.currencies import CashRounding
from receiptgen.commerce.countries.taxes import Rate, TaxScheme
from receiptgen.commerce.sale.receipt import TaxLine

CENT: Final = Decimal("0.01")
ZERO: Final = Decimal("0.00")
HUNDRED: Final = Decimal(100)
# Coins and small notes that a customer adds to the largest note at most; more would be counting out a purse.
SMALL_PIECES: Final = 3
ROUNDINGS: Final[Mapping[CashRounding, str]] = MappingProxyType(
    {"half_up": ROUND_HALF_UP, "half_down": ROUND_HALF_DOWN, "down": ROUND_DOWN}
)


def rounded(value: Decimal, quantum: Decimal = CENT) -> Decimal:
    """Round to a multiple of the currency's smallest unit and to its places, halves away from zero."""
    return value.quantize(quantum, ROUND_HALF_UP)


def share(amount: Decimal, percent: Decimal, quantum: Decimal = CENT) -> Decimal:
    """Return ``percent`` per cent of an amount, rounded to the currency's smallest unit."""
    return rounded(amount * percent / HUNDRED, quantum)


def round_cash(amount: Decimal, step: Decimal, quantum: Decimal = CENT, rounding: CashRounding = "half_up") -> Decimal:
    """Round to a multiple of the smallest coin, as the country rounds cash."""
    return ((amount / step).quantize(Decimal(1), ROUNDINGS[rounding]) * step).quantize(quantum)


def allocate(amount: Decimal, shares: Sequence[Decimal], quantum: Decimal = CENT) -> list[Decimal]:
    """Share out an amount in proportion, to the smallest unit (largest remainder; the first wins a tie).

    The parts add up to ``amount``, and none exceeds its share where ``amount`` is at most their sum.

    Args:
        amount: A multiple of the smallest unit, of the sign that the shares have in all.
        shares: Proportions, which don't add up to 0.
        quantum: Smallest unit of the currency.
    """
    whole = sum(shares, ZERO)
    if whole < 0:
        return [-part for part in allocate(-amount, [-part for part in shares], quantum)]
    units = amount / quantum
    parts = [divmod(units * part, whole) for part in shares]
    # What is handed back among what is sold has a share below 0.
    parts = [(quotient - 1, rest + whole) if rest < 0 else (quotient, rest) for quotient, rest in parts]
    left = int(units - sum((quotient for quotient, _ in parts), ZERO))
    winners = set(sorted(range(len(parts)), key=lambda index: -parts[index][1])[:left])
    return [(quotient + (index in winners)) * quantum for index, (quotient, _) in enumerate(parts)]


def part_taxes(amount: Decimal, rate: Rate, *, inclusive: bool, quantum: Decimal = CENT) -> list[Decimal]:
    """Compute the tax of each part of a rate on one amount.

    On top, each part is rounded on its own. Contained, the tax of the whole rate is rounded, then split over
    the parts by largest remainder, so that net and parts add up to the amount. Per cents of the gross price are
    shares of what the customer pays (Brazil's ICMS, Lei Complementar 87/96, article 13).
    """
    percents = list(rate.parts.values())
    whole, of_gross = rate.told, rate.of == "gross"
    if not inclusive:
        base = HUNDRED - whole if of_gross else HUNDRED
        return [rounded(amount * percent / base, quantum) for percent in percents]
    tax = rounded(amount * whole / (HUNDRED if of_gross else HUNDRED + whole), quantum)
    if len(percents) == 1:
        return [tax]
    return allocate(tax, percents, quantum) if whole else [0 * quantum] * len(percents)


def tax_bases(
    amounts: Sequence[tuple[str, Decimal]], discount: Decimal, rounding: str, quantum: Decimal = CENT
) -> list[tuple[str, Decimal]]:
    """Share a discount on the whole receipt out over what is taxed.

    Args:
        amounts: Rate and amount of each item.
        discount: Sum of the discounts, at most the sum of the amounts.
        rounding: ``line`` keeps one entry an item, ``total`` merges those of a rate before sharing out.
        quantum: Smallest unit of the currency.

    Returns:
        Rate and discounted amount of each entry; they add up to the amounts less the discount.
    """
    entries = list(amounts) if rounding == "line" else _merged(amounts)
    if not discount:
        return entries
    if not sum([amount for _, amount in entries], ZERO):
        return [(entries[0][0], entries[0][1] - discount), *entries[1:]]
    parts = allocate(discount, [amount for _, amount in entries], quantum)
    return [(rate, amount - part) for (rate, amount), part in zip(entries, parts, strict=True)]


def tax_lines(bases: Sequence[tuple[str, Decimal]], scheme: TaxScheme, quantum: Decimal = CENT) -> tuple[TaxLine, ...]:
    """Compute the tax summary.

    Args:
        bases: Rate and amount of each entry (see ``tax_bases``), with tax where the scheme is inclusive.
        scheme: The country's rules; its ``rounding`` says whether each entry is rounded or each rate's total.
        quantum: Smallest unit of the currency.

    Returns:
        One line for each part of each rate in use; a rate without parts has one line of 0 per cent.
    """
    entries = bases if scheme.rounding == "line" else _merged(bases)
    nets: dict[str, Decimal] = {}
    taxes: dict[str, list[Decimal]] = {}
    for name, amount in entries:
        parts = part_taxes(amount, scheme.rates[name], inclusive=scheme.inclusive, quantum=quantum) or [0 * quantum]
        net = amount - sum(parts) if scheme.inclusive else amount
        if name in nets:
            nets[name] += net
            taxes[name] = [old + new for old, new in zip(taxes[name], parts, strict=True)]
        else:
            nets[name], taxes[name] = net, parts
    return tuple(
        TaxLine(name, rate.code, part, percent, nets[name], tax)
        for name, rate in scheme.rates.items()
        if name in nets
        for (part, percent), tax in zip((rate.parts or {"": Decimal(0)}).items(), taxes[name], strict=True)
    )


def _merged(entries: Sequence[tuple[str, Decimal]]) -> list[tuple[str, Decimal]]:
    """Add up the amounts of each rate."""
    sums: dict[str, Decimal] = {}
    for rate, amount in entries:
        sums[rate] = sums[rate] + amount if rate in sums else amount
    return list(sums.items())


def notes_for(amount: Decimal, notes: Sequence[Decimal]) -> list[tuple[Decimal, int]]:
    """Count an amount out, largest first; a remainder below the smallest piece is dropped.

    Returns:
        Kinds of notes and coins, with how many there are of each: time and memory don't grow with the amount.
    """
    counted: list[tuple[Decimal, int]] = []
    for note in notes:
        count, amount = divmod(amount, note)
        if count:
            counted.append((note, int(count)))
    return counted


def cash_offers(payable: Decimal, notes: Sequence[Decimal], quantum: Decimal = CENT) -> list[Decimal]:
    """List the sums that a sensible customer hands over: the exact one, then rounded up to some note.

    No sum could lose its smallest piece and still pay, so nobody gets back a note just handed over; nor does
    it take more than ``SMALL_PIECES`` pieces beside those of the largest kind used.

    Args:
        payable: Amount due, above 0.
        notes: Notes and coins, largest first.
        quantum: Smallest unit of the currency.
    """
    offers = {payable}
    for note in notes:
        offer = (payable + note - quantum) // note * note
        counted = notes_for(offer, notes)
        small = sum(count for _, count in counted[1:])
        whole = sum([kind * count for kind, count in counted], ZERO) == offer
        if counted and whole and small <= SMALL_PIECES and counted[-1][0] > offer - payable:
            offers.add(offer.quantize(quantum))
    return sorted(offers)


def ean13(digits: str) -> str:
    """Add the check digit to twelve digits (GS1 General Specifications, 7.9: weights 1 and 3 in turn)."""
    total = sum(int(digit) * (3 if index % 2 else 1) for index, digit in enumerate(digits))
    return f"{digits}{-total % 10}"
