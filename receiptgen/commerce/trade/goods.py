"""Goods as items of a receipt: codes, names as printed, discounts and tax rates."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Final, NamedTuple

from receiptgen.commerce.countries.locales import Locale
from receiptgen.commerce.countries.taxes import TaxScheme
from receiptgen.commerce.given.given_receipt import GivenItem
from receiptgen.commerce.given.overlay import same_text
from receiptgen.commerce.sale.money import rounded, share
from receiptgen.commerce.sale.receipt import Discount, Item
from receiptgen.commerce.trade.basket_spec import BasketSpec
from receiptgen.commerce.trade.labels import code_of, price_of
from receiptgen.commerce.trade.payment import plain_label
from receiptgen.commerce.trade.stock import Stock, Ware
from receiptgen.commerce.trade.till_names import till_name
from receiptgen.commerce.trade.trades import Line
from receiptgen.core.dice import Dice

ITEM_PERCENTS: Final = tuple(map(Decimal, (10, 15, 20, 25, 30, 50)))


class NameStyle(NamedTuple):
    """How a cash register names goods.

    Attributes:
        form: ``full``, ``till`` or ``upper``.
        codes: Kind of product codes.
        length: Most characters of a name that is abbreviated.
        capitals: Whether these are capitals.
    """

    form: str
    codes: str
    length: int
    capitals: bool


def draw_name_style(spec: BasketSpec, dice: Dice, locale: Locale) -> NameStyle:
    """Draw how a cash register names goods."""
    capitals = dice.fork("capitals").chance(locale.abbreviations.capitals)
    return NameStyle(dice.weigh(spec.names), dice.weigh(spec.codes), dice.count(spec.name_length), capitals)


def draw_items(
    spec: BasketSpec, lines: Sequence[Line], style: NameStyle, scheme: TaxScheme, dice: Dice, locale: Locale
) -> tuple[Item, ...]:
    """Put codes, names, discounts and tax rates to what was bought."""
    codes: dict[str, str] = {}
    items = []
    for line in lines:
        full = line.full_name
        gross = rounded(line.quantity * line.unit_price, locale.currency.quantum)
        discount = _item_discount(gross, dice, locale) if dice.chance(spec.item_discount) else None
        rate = scheme.rate_of(line.tax_class)
        items.append(
            Item(
                name=_printed(full, style, dice, locale),
                full_name=full,
                code=line.code or codes.setdefault(full, code_of(style.codes, dice)),
                quantity=line.quantity,
                unit=line.unit,
                unit_price=line.unit_price,
                gross=gross,
                discount=discount,
                amount=gross - discount.amount if discount else gross,
                rate=rate,
                tax_code=scheme.rates[rate].code,
                note=line.note,
                day=line.day,
            )
        )
    return tuple(items)


def _printed(full: str, style: NameStyle, dice: Dice, locale: Locale) -> str:
    """Print the name of a good in the cash register's style."""
    if style.form == "full":
        return full
    if style.form == "upper":
        return locale.upper(full)
    return till_name(locale.upper(full) if style.capitals else full, style.length, dice, locale.abbreviations)


def _item_discount(gross: Decimal, dice: Dice, locale: Locale) -> Discount | None:
    """Draw a discount in per cent, or None where it would be zero."""
    percent = dice.choose(ITEM_PERCENTS)
    label, amount = plain_label("discount", dice, locale), share(gross, percent, locale.currency.quantum)
    return Discount(label, percent, amount) if 0 < amount < gross else None


def of_known_goods(
    lines: Sequence[Line], items: Sequence[Item], given: Sequence[GivenItem], stock: Stock, dice: Dice, locale: Locale
) -> tuple[list[Line], list[Item]]:  # fmt: skip
    """Return goods with the tax classes and prices that goods of their given names have, where the shop sells such."""
    found, priced = list(lines), list(items)
    if not any(each.name for each in given):
        return found, priced
    wares = {ware.name.casefold(): ware for ware in (*_measured(stock), *stock.pieces)}
    for index, (item, each) in enumerate(zip(items, given, strict=False)):
        if not each.name or same_text(item.name, each.name):
            continue
        name = each.name.casefold()
        known = wares.get(name)
        tax_class = known.tax_class if known else lines[index].tax_class
        found[index] = replace(lines[index], tax_class=tax_class, prices=known.prices if known else None)
        if not (item.unit or (known and known.unit)) and (like := known or _named_alike(name, stock.pieces)):
            price = price_of(like, 0.5, stock.menu, dice, locale.currency)
            gross = rounded(item.quantity * price, locale.currency.quantum)
            priced[index] = replace(item, unit_price=price, gross=gross, discount=None, amount=gross)
    return found, priced


def _measured(stock: Stock) -> Iterator[Ware]:
    return (ware for wares in stock.measured.values() for ware in wares)


def _named_alike(name: str, wares: Sequence[Ware]) -> Ware | None:
    """Return the first good in whose name all words of another one are, as ``Filter Coffee`` for ``coffee``."""
    words = set(name.split())
    return next((ware for ware in wares if words <= set(ware.name.casefold().split())), None) if words else None


def at_rate(item: Item, rate: str, scheme: TaxScheme) -> Item:
    """Return an item taxed at a rate of a scheme."""
    code = scheme.rates[rate].code
    return item if (item.rate, item.tax_code) == (rate, code) else replace(item, rate=rate, tax_code=code)
