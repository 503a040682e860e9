"""A receipt's content: merchant, goods, discounts, taxes, rounding and payment, drawn once a receipt."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Annotated, Final, Literal

from pydantic import AfterValidator, Field

from receiptgen.commerce.catalogue import code_of, stock, till_name
from receiptgen.commerce.locales import Locale, TaxScheme
from receiptgen.commerce.merchants import draw_merchant
from receiptgen.commerce.money import ZERO, cents, share, tax_bases, tax_lines
from receiptgen.commerce.payment import plain_label, settle
from receiptgen.commerce.receipt import Card, Charge, Discount, Item, Merchant, Receipt, TaxLine, Tender
from receiptgen.commerce.trades import Line, buy
from receiptgen.config.records import Record
from receiptgen.core.dice import Dice
from receiptgen.core.distributions import Range, Weights, among

__all__ = [
    "BasketSpec", "Card", "Charge", "Discount", "Item", "Merchant", "Receipt", "TaxLine", "Tender", "draw",
]  # fmt: skip

Share = Annotated[float, Field(ge=0, le=1)]
ITEM_PERCENTS: Final = tuple(map(Decimal, (10, 15, 20, 25, 30, 50)))
MEMBER_PERCENTS: Final = tuple(map(Decimal, (2, 3, 5, 10)))
# Coupons in the locale's money are these, scaled; none takes more than this share of the subtotal.
COUPONS: Final = tuple(map(Decimal, ("0.50", "1", "1.50", "2", "3", "5", "10", "20")))
COUPON_LIMIT: Final = Decimal("0.3")


def _positive(bounds: Range) -> Range:
    if bounds.low < 1:
        raise ValueError(f"range {bounds} must begin at 1 or more")
    return bounds


Count = Annotated[Range, AfterValidator(_positive)]
Percent = Annotated[Decimal, Field(gt=0, le=100)]


class BasketSpec(Record):
    """What a receipt's basket is like.

    Attributes:
        shop: Kind of shop.
        lines: Number of lines of goods; a stay, a ride or a tank bring their own.
        quantity: Pieces in a line.
        multiples: Share of lines with more than one piece.
        weighed: Share of lines sold by weight, where the shop has such goods.
        names: How names print: in ``full``, in ``upper`` case or abbreviated as on a ``till``.
        name_length: Most characters of an abbreviated name.
        item_discount: Share of lines with a discount of their own.
        coupon: Share of receipts with a coupon.
        member: Share of receipts with a member's discount.
        service: Share of receipts with a service charge.
        service_percent: Service charges to choose from.
        tip: Share of receipts with a tip.
        tip_percent: Tips to choose from, on everything with tax.
        tender: Kinds of payment; a ``voucher`` pays a part, cash or a card the rest.
        codes: Product codes: ``none``, ``plu`` (4 or 5 digits), ``sku`` (6 to 8) or ``ean`` (13).
        notes: Share of lines with a modifier, where the shop has such.
        years: Years of payment.
    """

    shop: Literal[
        "supermarket", "restaurant", "cafe", "fuel", "pharmacy", "hardware", "hotel", "taxi", "parking",
        "office", "post", "bakery",
    ] = "supermarket"  # fmt: skip
    lines: Count = Range(2, 18)
    quantity: Count = Range(1, 4)
    multiples: Share = 0.25
    weighed: Share = 0.1
    names: Annotated[Weights, among("full", "till", "upper")] = Weights(full=1.0, till=1.0, upper=1.0)
    name_length: Count = Range(14, 24)
    item_discount: Share = 0.05
    coupon: Share = 0.05
    member: Share = 0.05
    service: Share = 0.0
    service_percent: Annotated[tuple[Percent, ...], Field(min_length=1)] = (Decimal(10),)
    tip: Share = 0.0
    tip_percent: Annotated[tuple[Percent, ...], Field(min_length=1)] = (Decimal(10), Decimal(15), Decimal(20))
    tender: Annotated[Weights, among("cash", "card", "voucher")] = Weights(cash=5.0, card=5.0, voucher=0.3)
    codes: Annotated[Weights, among("none", "plu", "sku", "ean")] = Weights(none=1.0)
    notes: Share = 0.15
    years: Count = Range(2017, 2026)


def draw(spec: BasketSpec, dice: Dice, locale: Locale) -> Receipt:
    """Draw a receipt of a country whose figures agree; see ``Receipt`` for how.

    Merchant, goods and sums have dice of their own, so that a setting of one moves none of the others.
    """
    about, goods, sums = dice.fork("merchant"), dice.fork("goods"), dice.fork("sums")
    scheme, years = _scheme(spec, about, locale)
    moment = _moment(years, about)
    lines, facts = buy(spec, stock(spec.shop, locale), moment, goods, locale)
    items = _items(spec, lines, scheme, goods, locale)
    subtotal = sum([item.amount for item in items], ZERO)
    discounts = _discounts(spec, subtotal, sums, locale)
    taken = sum([discount.amount for discount in discounts], ZERO)
    service = None
    if sums.chance(spec.service):
        service = _charge("service_charge", subtotal - taken, sums.choose(spec.service_percent), sums, locale)
    bases = tax_bases([(item.rate, item.amount) for item in items], taken, scheme.rounding)
    if service:
        bases.append((scheme.classes["standard"], service.amount))
    taxes = tax_lines(bases, scheme)
    tax = sum([line.tax for line in taxes], ZERO)
    charged = sum([amount for _, amount in bases], ZERO)
    net = charged - tax if scheme.inclusive else charged
    tip = _charge("tip", net + tax, sums.choose(spec.tip_percent), sums, locale) if sums.chance(spec.tip) else None
    total = net + tax + (tip.amount if tip else ZERO)
    payment = settle(total, sums.weigh(spec.tender), sums, locale)
    return Receipt(
        locale=locale,
        shop=spec.shop,
        merchant=draw_merchant(spec.shop, scheme, about, locale),
        number=_number(about),
        invoice=_invoice(moment, about),
        cashier=_cashier(facts.get("server"), about, locale),
        till=str(about.integer(1, 14)).zfill(about.integer(1, 3)),
        table=_table(spec, about),
        guests=about.integer(1, 6) if spec.shop in ("restaurant", "cafe") else 0,
        moment=moment,
        items=items,
        subtotal=subtotal,
        discounts=discounts,
        service=service,
        taxes=taxes,
        inclusive=scheme.inclusive,
        tax_rounding=scheme.rounding,
        tax_summary=scheme.summary,
        net=net,
        tax=tax,
        tip=tip,
        total=total,
        rounding=payment.rounding,
        payable=payment.payable,
        tenders=payment.tenders,
        change=payment.change,
        saved=taken + sum([item.discount.amount for item in items if item.discount], ZERO),
        facts=facts,
        scheme=scheme,
    )


def _scheme(spec: BasketSpec, dice: Dice, locale: Locale) -> tuple[TaxScheme, Range]:
    """Draw a tax scheme by weight; return it with the years in which it holds, of those asked for."""
    found = []
    for scheme in locale.taxes:
        first, last = max(spec.years.low, scheme.years.low), min(spec.years.high, scheme.years.high)
        if first <= last:
            found.append((scheme, Range(first, last)))
    # Years before or after all that are known: any scheme is as good.
    found = found or [(scheme, spec.years) for scheme in locale.taxes]
    return found[dice.weigh_index([scheme.weight for scheme, _ in found])]


def _moment(years: Range, dice: Dice) -> datetime:
    """Draw the time of payment, between seven and eleven."""
    day = datetime(dice.count(years), 1, 1) + timedelta(days=dice.integer(0, 364))
    return day.replace(hour=dice.integer(7, 22), minute=dice.integer(0, 59), second=dice.integer(0, 59))


def _items(spec: BasketSpec, lines: Sequence[Line], scheme: TaxScheme, dice: Dice, locale: Locale) -> tuple[Item, ...]:
    """Put codes, names, discounts and tax rates to what was bought."""
    style, kind, length = dice.weigh(spec.names), dice.weigh(spec.codes), dice.count(spec.name_length)
    codes: dict[str, str] = {}
    items = []
    for line in lines:
        full = line.full_name
        gross = cents(line.quantity * line.unit_price)
        discount = _item_discount(gross, dice, locale) if dice.chance(spec.item_discount) else None
        rate = scheme.classes.get(line.tax_class) or scheme.classes["standard"]
        items.append(
            Item(
                name=till_name(full, length, dice) if style == "till" else full.upper() if style == "upper" else full,
                full_name=full,
                code=codes.setdefault(full, code_of(kind, dice)),
                quantity=line.quantity,
                unit=line.unit,
                unit_price=line.unit_price,
                gross=gross,
                discount=discount,
                amount=gross - discount.amount if discount else gross,
                rate=rate,
                tax_code=scheme.rates[rate].code,
                note=line.note,
            )
        )
    return tuple(items)


def _item_discount(gross: Decimal, dice: Dice, locale: Locale) -> Discount | None:
    """Draw a discount in per cent, or None where it would come to nothing."""
    percent = dice.choose(ITEM_PERCENTS)
    label, amount = plain_label("discount", dice, locale), share(gross, percent)
    return Discount(label, percent, amount) if ZERO < amount < gross else None


def _discounts(spec: BasketSpec, subtotal: Decimal, dice: Dice, locale: Locale) -> tuple[Discount, ...]:
    """Draw what is taken off the whole receipt: a coupon, then a member's discount on the rest."""
    found = []
    rest = subtotal
    if dice.chance(spec.coupon):
        values = [cents(value * locale.currency.scale) for value in COUPONS]
        fitting = [value for value in values if value <= subtotal * COUPON_LIMIT]
        if fitting:
            found.append(Discount(plain_label("coupon", dice, locale), None, dice.choose(fitting)))
            rest -= found[0].amount
    if dice.chance(spec.member):
        percent = dice.choose(MEMBER_PERCENTS)
        if (amount := share(rest, percent)) > 0:
            found.append(Discount(plain_label("member_discount", dice, locale), percent, amount))
    return tuple(found)


def _charge(word: str, base: Decimal, percent: Decimal, dice: Dice, locale: Locale) -> Charge | None:
    """Reckon a charge in per cent, or None where it comes to nothing."""
    label, amount = plain_label(word, dice, locale), share(base, percent)
    return Charge(label, percent, amount) if amount else None


def _number(dice: Dice) -> str:
    """Draw a receipt number in one of several styles."""
    style = dice.integer(0, 4)
    digits = dice.digits(dice.integer(4, 8))
    if style == 0:
        return f"{dice.letters('ABCDEFGHJKLMNPRSTUVWXYZ', dice.integer(1, 3))}{digits}"
    if style == 1:
        return f"{dice.integer(1, 99):02d}-{digits}"
    if style == 2:
        return f"{dice.digits(4)}/{dice.digits(3)}/{dice.digits(4)}"
    return digits


def _invoice(moment: datetime, dice: Dice) -> str:
    """Draw an invoice number; some carry the year or the month of payment."""
    digits = dice.digits(dice.integer(4, 6))
    stem = dice.choose(("INV", "CS", "R", "A", "SI", "IN"))
    return dice.choose((f"{stem}-{moment.year}-{digits}", f"{stem}{moment:%y%m}-{digits}", f"{stem}{digits}", digits))


def _cashier(server: object, dice: Dice, locale: Locale) -> str:
    """Draw a cashier's name or number; a server cashes up for the table served."""
    if isinstance(server, str):
        return server
    name = dice.choose(locale.firstnames)
    return dice.choose((name, name, name.upper(), f"{name} {dice.choose(locale.surnames)[0]}.", dice.digits(3)))


def _table(spec: BasketSpec, dice: Dice) -> str:
    """Draw the number of a table, where there are tables."""
    if spec.shop not in ("restaurant", "cafe"):
        return ""
    return f"{dice.choose(('', '', '', 'A', 'B', 'T'))}{dice.integer(1, 48)}"
