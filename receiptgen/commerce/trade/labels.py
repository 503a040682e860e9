"""What labels of goods show: prices that end as prices do, and codes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Final

from receiptgen.commerce.countries.currencies import Currency, PriceForm
from receiptgen.commerce.sale.money import CENT, ean13, rounded
from receiptgen.commerce.trade.stock import Ware
from receiptgen.core.dice import Dice

# Step of shelf prices for want of smaller coins, with endings of their own.
FIVE_CENTS: Final = Decimal("0.05")
# What shelf prices of at least one unit end in, likely ones repeated.
SHELF_ENDINGS: Final = (99, 99, 99, 99, 49, 49, 95, 95, 50, 29, 79, 0, 19, 89, 59, 69, 39, 98)
MENU_ENDINGS: Final = (0, 0, 50, 50, 50, 90, 95, 95, 80, 20, 25, 75)
FIVE_ENDINGS: Final = (0, 0, 90, 90, 50, 50, 95, 80, 20, 40, 60, 30, 70, 10, 45, 55)
# From this scale on, prices are whole units and their size calls for 5, 10 or 99.
WHOLE_SCALE: Final = 20
# Prefixes of GS1 numbers for use within a shop (GS1 General Specifications, 2.1): they name no real company.
SHOP_PREFIXES: Final = tuple(str(prefix) for prefix in range(20, 30))


def price_of(ware: Ware, position: float, menu: bool, dice: Dice, currency: Currency) -> Decimal:
    """Turn a position within a ware's price range into a price that a label would show.

    Args:
        ware: Good that is sold.
        position: 0 for the lowest price to 1 for the highest.
        menu: Whether prices are round, as those of a menu.
        dice: Draws the ending, one of those that are usual in the currency.
        currency: Currency of the ware's prices.

    Returns:
        A price above 0 with two places; three for fuel, where prices end in nine tenths of a cent. Currencies whose
        amounts have more or fewer places have all prices with these, unless their ``prices`` say otherwise.
    """
    if ware.prices is None:
        return _shown(ware, position, menu, dice, currency)
    low, high = ware.prices
    if low == high:
        return rounded(low, currency.quantum) if currency.places < 2 else low
    price = _shown(replace(ware, low=float(low), high=float(high)), position, menu, dice, currency)
    return price if low <= price <= high else _between(low, high, position, currency)


def prices_of(ware: Ware, step: int, price: Decimal) -> tuple[Decimal, Decimal]:
    """Return the lowest and the highest price that a good of a list may have.

    Args:
        ware: Good that is sold.
        step: Index of its pack among those that it comes in.
        price: Price that it was drawn with, which is one of them.
    """
    low, high = ware.prices or (Decimal(str(round(ware.low, 2))), Decimal(str(round(ware.high, 2))))
    if low == high:
        return price, price
    if ware.sizes:
        low, high = (low + (high - low) * number / len(ware.sizes) for number in (step, step + 1))
    return min(low, price), max(high, price)


def _shown(ware: Ware, position: float, menu: bool, dice: Dice, currency: Currency) -> Decimal:
    """Return a price as labels of the currency show it."""
    if forms := currency.prices.get("fuel" if ware.tax_class == "fuel" else "menu" if menu else "shelf"):
        return _formed(ware.low + (ware.high - ware.low) * position, dice.random(), forms, currency)
    price = _labelled(ware, position, menu, dice, currency)
    return price if currency.places == 2 else max(rounded(price, currency.quantum), currency.quantum)


def _between(low: Decimal, high: Decimal, position: float, currency: Currency) -> Decimal:
    """Return a price of a range so narrow that it has none as labels show them."""
    step = currency.price_step or currency.quantum
    price = rounded((low + (high - low) * Decimal(position)) / step, Decimal(1)) * step
    return max(min(price, high), low, currency.quantum)


def _formed(value: float, pick: float, forms: Sequence[PriceForm], currency: Currency) -> Decimal:
    """Return a price of the form of its size, with as many places as amounts have or as it needs."""
    form = next((form for form in reversed(forms) if value >= form.above), forms[0])
    price = int(value / form.size) * form.step + form.endings[int(pick * len(form.endings))]
    price = price or form.step
    short = rounded(price, currency.quantum)
    return short if short == price else price


def _labelled(ware: Ware, position: float, menu: bool, dice: Dice, currency: Currency) -> Decimal:
    """Return a price of a currency with cents."""
    value = ware.low + (ware.high - ware.low) * position
    pick = dice.random()
    if currency.price_step == FIVE_CENTS:
        if ware.tax_class == "fuel" or value < 2:
            return max(5, round(value * 20) * 5) * CENT
        return (int(value) * 100 + FIVE_ENDINGS[int(pick * len(FIVE_ENDINGS))]) * CENT
    if currency.price_step:
        return max(round(value / float(currency.price_step)), 1) * currency.price_step
    if ware.tax_class == "fuel":
        return (round(value * 100) * 10 + 9) * Decimal("0.001")
    if currency.scale >= WHOLE_SCALE:
        return _whole_price(value, pick)
    if value < 1:
        amount = round(value * 100)
        return (amount // 10 * 10 + 9 if amount > 10 and pick < 0.6 else max(amount // 5 * 5, 5)) * CENT
    endings = MENU_ENDINGS if menu else SHELF_ENDINGS
    return (int(value) * 100 + endings[int(pick * len(endings))]) * CENT


def _whole_price(value: float, pick: float) -> Decimal:
    """Return a price in whole units where these are small change."""
    whole = max(round(value), 1)
    if whole >= 50 and pick < 0.8:
        step = 5 if whole < 500 else 10
        whole = whole // step * step - (1 if pick < 0.25 else 0)
    return (whole * 100 + (50 if whole < 50 and pick > 0.9 else 0)) * CENT


def code_of(kind: str, dice: Dice) -> str:
    """Draw a product code: ``plu`` 4 or 5 digits, ``sku`` 6 to 8, ``ean`` 13 with check digit, else none."""
    if kind == "plu":
        return dice.choose(("3", "4", "94", "93")) + dice.digits(3)
    if kind == "sku":
        return dice.choose("123456789") + dice.digits(dice.integer(5, 7))
    return ean13(dice.choose(SHOP_PREFIXES) + dice.digits(10)) if kind == "ean" else ""
