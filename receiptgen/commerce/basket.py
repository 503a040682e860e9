"""A receipt's content: merchant, goods, discounts, taxes, rounding and payment, drawn once a receipt."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Final

from receiptgen.commerce.basket_spec import BasketSpec
from receiptgen.commerce.labels import code_of, till_name
from receiptgen.commerce.locales import Locale
from receiptgen.commerce.merchants import draw_merchant
from receiptgen.commerce.money import rounded, share, tax_bases, tax_lines
from receiptgen.commerce.payment import plain_label, settle
from receiptgen.commerce.receipt import Card, Charge, Discount, Item, Merchant, Receipt, TaxLine, Tender
from receiptgen.commerce.shops import shop_type
from receiptgen.commerce.stock import stock
from receiptgen.commerce.taxes import TaxScheme
from receiptgen.commerce.trades import Line, buy
from receiptgen.core.days import Days
from receiptgen.core.dice import Dice
from receiptgen.core.distributions import Range

__all__ = [
    "BasketSpec", "Card", "Charge", "Discount", "Item", "Merchant", "Receipt", "TaxLine", "Tender", "draw",
]  # fmt: skip

ITEM_PERCENTS: Final = tuple(map(Decimal, (10, 15, 20, 25, 30, 50)))
MEMBER_PERCENTS: Final = tuple(map(Decimal, (2, 3, 5, 10)))
# Coupons in the locale's money are these, scaled; none takes more than this share of the subtotal.
COUPONS: Final = tuple(map(Decimal, ("0.50", "1", "1.50", "2", "3", "5", "10", "20")))
COUPON_LIMIT: Final = Decimal("0.3")


def draw(spec: BasketSpec, dice: Dice, locale: Locale) -> Receipt:
    """Draw a receipt of a country whose figures agree; see ``Receipt`` for how.

    Merchant, goods and sums have dice of their own, so that a setting of one moves none of the others.
    """
    about, goods, sums = dice.fork("merchant"), dice.fork("goods"), dice.fork("sums")
    shop = shop_type(spec.shop)
    quantum, zero = locale.currency.quantum, locale.currency.zero
    scheme, years = _scheme(spec, about, locale)
    moment = _moment(spec, years, about)
    lines, facts = buy(shop.trade, spec, stock(spec.shop, locale), moment, goods, locale)
    items = _items(spec, lines, scheme, goods, locale)
    subtotal = sum([item.amount for item in items], zero)
    discounts = _discounts(spec, subtotal, sums, locale)
    taken = sum([discount.amount for discount in discounts], zero)
    service = None
    if sums.chance(spec.service):
        service = _charge("service_charge", subtotal - taken, sums.choose(spec.service_percent), sums, locale)
    bases = tax_bases([(item.rate, item.amount) for item in items], taken, scheme.rounding, quantum)
    if service:
        bases.append((scheme.classes["standard"], service.amount))
    taxes = tax_lines(bases, scheme, quantum)
    tax = sum([line.tax for line in taxes], zero)
    charged = sum([amount for _, amount in bases], zero)
    net = charged - tax if scheme.inclusive else charged
    tip = _charge("tip", net + tax, sums.choose(spec.tip_percent), sums, locale) if sums.chance(spec.tip) else None
    total = net + tax + (tip.amount if tip else zero)
    payment = settle(total, sums.weigh(spec.tenders), sums, locale)
    return Receipt(
        locale=locale,
        shop=shop.name,
        merchant=draw_merchant(shop, scheme, about, locale),
        number=_number(about),
        invoice=_invoice(moment, about),
        # Who served the table is the cashier, and told once.
        cashier=_cashier(facts.pop("server", None), about, locale),
        till=str(about.integer(1, 14)).zfill(about.integer(1, 3)),
        table=_table(about) if shop.tables else "",
        guests=about.integer(1, 6) if shop.tables else 0,
        moment=moment,
        items=items,
        subtotal=subtotal,
        discounts=discounts,
        service=service,
        taxes=taxes,
        inclusive=scheme.inclusive,
        tax_rounding=scheme.rounding,
        net=net,
        tax=tax,
        tip=tip,
        total=total,
        rounding=payment.rounding,
        payable=payment.payable,
        tenders=payment.tenders,
        change=payment.change,
        saved=taken + sum([item.discount.amount for item in items if item.discount], zero),
        facts=facts,
        scheme=scheme,
    )


def _scheme(spec: BasketSpec, dice: Dice, locale: Locale) -> tuple[TaxScheme, Range]:
    """Draw a tax scheme by weight; return it with the years in which it holds, of those asked for."""
    found = []
    years = Range(spec.dates.first.year, spec.dates.last.year) if spec.dates else spec.years
    for scheme in locale.taxes:
        first, last = max(years.low, scheme.years.low), min(years.high, scheme.years.high)
        if first <= last:
            found.append((scheme, Range(first, last)))
    # Years before or after all that are known: any scheme is as good.
    found = found or [(scheme, years) for scheme in locale.taxes]
    return found[dice.weigh_index([scheme.weight for scheme, _ in found])]


def _moment(spec: BasketSpec, years: Range, dice: Dice) -> datetime:
    """Draw the time of payment, between seven and eleven."""
    day = datetime(dice.count(years), 1, 1) + timedelta(days=dice.integer(0, 364))
    if spec.dates:
        held = Days(
            max(spec.dates.first, date(int(years.low), 1, 1)), min(spec.dates.last, date(int(years.high), 12, 31))
        )
        day = datetime.combine(held.draw(dice.fork("dates")), time())
    return day.replace(hour=dice.integer(7, 22), minute=dice.integer(0, 59), second=dice.integer(0, 59))


def _items(spec: BasketSpec, lines: Sequence[Line], scheme: TaxScheme, dice: Dice, locale: Locale) -> tuple[Item, ...]:
    """Put codes, names, discounts and tax rates to what was bought."""
    style, kind, length = dice.weigh(spec.names), dice.weigh(spec.codes), dice.count(spec.name_length)
    codes: dict[str, str] = {}
    items = []
    for line in lines:
        full = line.full_name
        gross = rounded(line.quantity * line.unit_price, locale.currency.quantum)
        discount = _item_discount(gross, dice, locale) if dice.chance(spec.item_discount) else None
        rate = scheme.rate_of(line.tax_class)
        items.append(
            Item(
                name=_printed(full, style, length, dice, locale),
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


def _printed(full: str, style: str, length: int, dice: Dice, locale: Locale) -> str:
    """Print the name of a good in the cash register's style."""
    if style == "full":
        return full
    capitals = locale.upper(full)
    return till_name(capitals, length, dice) if style == "till" else capitals


def _item_discount(gross: Decimal, dice: Dice, locale: Locale) -> Discount | None:
    """Draw a discount in per cent, or None where it would be zero."""
    percent = dice.choose(ITEM_PERCENTS)
    label, amount = plain_label("discount", dice, locale), share(gross, percent, locale.currency.quantum)
    return Discount(label, percent, amount) if 0 < amount < gross else None


def _discounts(spec: BasketSpec, subtotal: Decimal, dice: Dice, locale: Locale) -> tuple[Discount, ...]:
    """Draw what is taken off the whole receipt: a coupon, then a member's discount on the rest."""
    found = []
    rest = subtotal
    coupon, member = _discount_shares(spec, dice)
    if dice.chance(coupon):
        values = [rounded(value * locale.currency.scale, locale.currency.quantum) for value in COUPONS]
        fitting = [value for value in values if value <= subtotal * COUPON_LIMIT]
        if fitting:
            found.append(Discount(plain_label("coupon", dice, locale), None, dice.choose(fitting)))
            rest -= found[0].amount
    if dice.chance(member) or (spec.discount is not None and coupon and not found):
        percent = dice.choose(MEMBER_PERCENTS)
        if (amount := share(rest, percent, locale.currency.quantum)) > 0:
            found.append(Discount(plain_label("member_discount", dice, locale), percent, amount))
    return tuple(found)


def _discount_shares(spec: BasketSpec, dice: Dice) -> tuple[float, float]:
    """Return the shares of coupons and members; where a share of both is said, 0 or 1 as drawn from it."""
    if spec.discount is None:
        return spec.coupon, spec.member
    own = dice.fork("discount")
    discounted, kind = own.chance(spec.discount), own.random() * (spec.coupon + spec.member or 1)
    coupon = kind < (spec.coupon if spec.coupon + spec.member else 0.5)
    return float(discounted and coupon), float(discounted and not coupon)


def _charge(word: str, base: Decimal, percent: Decimal, dice: Dice, locale: Locale) -> Charge | None:
    """Compute a charge in per cent, or None where it is zero."""
    label, amount = plain_label(word, dice, locale), share(base, percent, locale.currency.quantum)
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
    return dice.choose((name, name, locale.upper(name), f"{name} {dice.choose(locale.surnames)[0]}.", dice.digits(3)))


def _table(dice: Dice) -> str:
    """Draw the number of a table."""
    return f"{dice.choose(('', '', '', 'A', 'B', 'T'))}{dice.integer(1, 48)}"
