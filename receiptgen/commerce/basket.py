"""A receipt's content: merchant, goods, discounts, taxes, rounding and payment, drawn once a receipt."""

from collections.abc import Sequence
from datetime import datetime, time, timedelta
from decimal import Decimal
from itertools import accumulate
from typing import Final

from receiptgen.commerce.countries.known_days import nearest_year
from receiptgen.commerce.countries.locales import Locale, Place
from receiptgen.commerce.countries.taxes import TaxScheme
from receiptgen.commerce.drawn_totals import draw_total, draw_total_beside
from receiptgen.commerce.given.given_receipt import NOTHING, GivenReceipt
from receiptgen.commerce.given_values import (
    as_refund,
    check_rates,
    given_moment,
    imprint,
    judged,
    lay_facts,
    lay_merchant,
)
from receiptgen.commerce.sale.money import rounded
from receiptgen.commerce.sale.receipt import (
    Card,
    Charge,
    Discount,
    Fact,
    Item,
    Merchant,
    Receipt,
    TaxLine,
    Tender,
    count_pieces,
)
from receiptgen.commerce.sale.sums import Sums, Terms, add_up
from receiptgen.commerce.solving.fitting import Drawn, fit, fit_to_total
from receiptgen.commerce.solving.given_sums import as_sale, in_places, is_refund, owed
from receiptgen.commerce.solving.market import Choice
from receiptgen.commerce.solving.plausible import Draw, Goods, nearer, nearer_given, wanted_amount
from receiptgen.commerce.trade.basket_spec import BasketSpec
from receiptgen.commerce.trade.due_dates import unless_paid_in_cash
from receiptgen.commerce.trade.goods import NameStyle, draw_items, draw_name_style, of_known_goods
from receiptgen.commerce.trade.merchant_list import ListedMerchant, loaded_merchants
from receiptgen.commerce.trade.merchants import complete, draw_merchant, draw_place, place_of
from receiptgen.commerce.trade.payment import Payment, plain_label, settle, settle_as_given
from receiptgen.commerce.trade.receipt_numbers import draw_cashier, draw_invoice_number, draw_number, draw_table
from receiptgen.commerce.trade.rides import in_town
from receiptgen.commerce.trade.shops import ShopType, shop_type
from receiptgen.commerce.trade.stock import stock
from receiptgen.commerce.trade.trades import Line, buy, goods_within, more_goods
from receiptgen.core.days import Days
from receiptgen.core.dice import Dice
from receiptgen.core.distributions import Range

__all__ = [
    "BasketSpec", "Card", "Charge", "Discount", "Item", "Merchant", "Receipt", "TaxLine", "Tender", "draw",
]  # fmt: skip

MEMBER_PERCENTS: Final = tuple(map(Decimal, (2, 3, 5, 10)))
# Coupons in the locale's money are these, scaled; none takes more than this share of the subtotal.
COUPONS: Final = tuple(map(Decimal, ("0.50", "1", "1.50", "2", "3", "5", "10", "20")))
# Ways of being served in which any number of goods may be bought.
_LOOSE: Final = ("goods", "table", "pharmacy")
# Those in which facts leave the quantities free.
_COUNTED: Final = ("fuel", "office", "post")
# Goods of a list among which those are chosen that come to a given sum.
_CHOICE: Final = 40
COUPON_LIMIT: Final = Decimal("0.3")


def draw(spec: BasketSpec, dice: Dice, locale: Locale, given: GivenReceipt = NOTHING) -> Receipt:
    """Draw a receipt of a country whose figures agree; see ``Receipt`` for how.

    Merchant, goods and sums have dice of their own, so that a setting of one moves none of the others. What is given
    is kept, and what was drawn changes as little as that needs.

    Args:
        spec: What receipts are like.
        dice: Dice of this basket.
        locale: Country.
        given: What the receipt is to say.

    Raises:
        ValuesError: Given values contradict each other, or no receipt has them.
    """
    if given.said:
        return _draw_given(spec, dice, locale, given)
    about, goods, sums = dice.fork("merchant"), dice.fork("goods"), dice.fork("sums")
    shop = shop_type(spec.shop)
    listed = _listed(spec, about)
    scheme, days = _scheme(spec, about, locale, place_of(listed, locale) if listed else None)
    moment = _moment(spec, scheme, days, about)
    lines, facts = buy(shop.trade, spec, stock(spec.shop, locale, spec.goods), moment, goods, locale)
    style = draw_name_style(spec, goods, locale)
    items = draw_items(spec, lines, style, scheme, goods, locale)
    terms = _terms(spec, sum([item.amount for item in items], locale.currency.zero), sums, locale)
    spec, total, refund = draw_total(spec, sums, locale.currency)
    if total is not None:
        if shop.trade in _LOOSE:
            count = _fitting(items, total)
            lines, items = lines[:count], items[:count]
        draw_more = _drawing(spec, shop, style, scheme, goods.fork("plausible"), locale)
        drawn_goods = _plausible(
            Goods(tuple(lines), items), NOTHING, total, terms, scheme, draw_more, spec, shop, locale
        )
        choice = _choice(spec, shop, style, scheme, total, True, goods.fork("choice"), locale)
        drawn = Drawn(*drawn_goods, terms, scheme, (), locale.currency.quantum, _words(sums, locale), choice)
        draft = fit_to_total(drawn, NOTHING, total, schemes=False).draft
        items, terms = draft.items, draft.terms
    added = add_up(items, terms, scheme, locale.currency.quantum)
    payment = settle(added.total, sums.weigh(spec.tenders), sums, locale)
    merchant, place = _merchant(listed, shop, scheme, about, locale)
    facts = unless_paid_in_cash(in_town(facts, place.town, locale), payment.tenders)
    receipt = _receipt(shop, scheme, moment, items, added, payment, merchant, facts, about, locale)
    return as_refund(receipt, NOTHING) if refund else receipt


def _draw_given(spec: BasketSpec, dice: Dice, locale: Locale, given: GivenReceipt) -> Receipt:
    """Draw a receipt with given values: all as without them first, so that what agrees with them stays."""
    given = in_places(given, locale.currency)
    refund, asked = is_refund(given), as_sale(given)
    about, goods, sums, own = dice.fork("merchant"), dice.fork("goods"), dice.fork("sums"), dice.fork("given")
    if given.shop is not None:
        spec = spec.model_copy(update={"shop": given.shop})
    shop = shop_type(spec.shop)
    listed = _listed(spec, about, given.merchant.name if given.merchant else None)
    place = place_of(listed, locale) if listed else None
    scheme, days = _scheme(spec, about, locale, place)
    moment = given_moment(given, _moment(spec, scheme, days, about))
    schemes = _schemes(shop, locale, place)
    held = [each for each in schemes if each.holds_on(moment.date())] or schemes
    scheme = scheme if scheme in held else held[own.weigh_index([each.weight for each in held])]
    wares = stock(spec.shop, locale, spec.goods)
    lines, facts = buy(shop.trade, spec, wares, moment, goods, locale)
    style = draw_name_style(spec, goods, locale)
    items = draw_items(spec, lines, style, scheme, goods, locale)
    terms = _terms(spec, sum([item.amount for item in items], locale.currency.zero), sums, locale)
    count = _count(asked, items, shop)
    if missing := count - len(lines):
        more = more_goods(spec, wares, own.fork("goods"), locale, max(missing, 0))
        items = (*items, *draw_items(spec, more, style, scheme, own.fork("items"), locale))[:count]
        lines = [*lines, *more][:count]
    check_rates(given, schemes)
    lines, priced = of_known_goods(lines, items, asked.items or (), wares, own.fork("prices"), locale)
    others = tuple([each for each in held if each is not scheme])
    spec, total, drawn_refund = draw_total_beside(asked, spec, sums, locale.currency)
    draw_more = _drawing(spec, shop, style, scheme, own.fork("plausible"), locale)
    drawn_goods = _plausible(
        Goods(tuple(lines), tuple(priced)), asked, total, terms, scheme, draw_more, spec, shop, locale
    )
    owed_now = owed(asked)
    due, free = (total, not asked.sums_said) if owed_now is None else (owed_now, False)
    choice = _choice(spec, shop, style, scheme, due or asked.subtotal, free, own.fork("choice"), locale)
    drawn = Drawn(*drawn_goods, terms, scheme, others, locale.currency.quantum, _words(sums, locale), choice)
    fitted = fit(drawn, asked, total)
    scheme, added = fitted.draft.scheme, fitted.draft.sums()
    due = added.total if fitted.goals.total is None else fitted.goals.total
    payment = settle(due, sums.weigh(spec.tenders), sums, locale)
    payment = settle_as_given(due, payment, asked, own.fork("card"), locale)
    drawn_merchant, where = _merchant(listed, shop, scheme, about, locale)
    merchant = lay_merchant(drawn_merchant, given.merchant, locale.language)
    facts = lay_facts(in_town(facts, where.town, locale), given.facts)
    if "due_date" not in given.facts:
        facts = unless_paid_in_cash(facts, payment.tenders)
    receipt = _receipt(shop, scheme, moment, fitted.draft.items, added, payment, merchant, facts, about, locale)
    receipt = imprint(as_refund(receipt, given) if refund or drawn_refund else receipt, given, fitted)
    return judged(receipt, fitted, spec.contradictions)


def _receipt(
    shop: ShopType, scheme: TaxScheme, moment: datetime, items: tuple[Item, ...], added: Sums, payment: Payment,
    merchant: Merchant, facts: dict[str, Fact], about: Dice, locale: Locale,
) -> Receipt:  # fmt: skip
    """Draw what numbers and names remain."""
    return Receipt(
        locale=locale,
        currency=locale.currency.code,
        shop=shop.name,
        merchant=merchant,
        number=draw_number(about),
        invoice=draw_invoice_number(moment, about),
        # Who served the table is the cashier, and told once.
        cashier=draw_cashier(facts.pop("server", None), about, locale),
        till=str(about.integer(1, 14)).zfill(about.integer(1, 3)),
        table=draw_table(about) if shop.tables else "",
        guests=about.integer(1, 6) if shop.tables else 0,
        moment=moment,
        items=items,
        items_sold=count_pieces(items),
        inclusive=scheme.inclusive,
        tax_rounding=scheme.rounding,
        gross=added.net + added.tax,
        rounding=payment.rounding,
        payable=payment.payable,
        tenders=payment.tenders,
        change=payment.change,
        facts=facts,
        scheme=scheme,
        **added._asdict(),
    )


def _listed(spec: BasketSpec, dice: Dice, name: str | None = None) -> ListedMerchant | None:
    """Draw a merchant of the list, the one of a name if it is there; None where there is no list."""
    if not spec.merchants:
        return None
    merchants = loaded_merchants(spec.merchants).value
    drawn = merchants.draw(dice.fork("listed"))
    return next((row for row in merchants.rows if row.name == name), drawn) if name else drawn


def _merchant(
    listed: ListedMerchant | None, shop: ShopType, scheme: TaxScheme, dice: Dice, locale: Locale
) -> tuple[Merchant, Place]:  # fmt: skip
    """Draw who sells, and where, or complete a merchant of a list; either leaves the dice alike."""
    place = draw_place(scheme, dice, locale)
    drawn = draw_merchant(shop, scheme, dice, locale, place)
    return (complete(listed, shop, scheme, locale), place_of(listed, locale)) if listed else (drawn, place)


def _words(dice: Dice, locale: Locale) -> tuple[str, str, str]:
    """Draw labels of what is given and was not drawn: a discount, a service charge, a tip."""
    own = dice.fork("labels")
    discount, service, tip = (plain_label(key, own, locale) for key in ("discount", "service_charge", "tip"))
    return discount, service, tip


def _schemes(shop: ShopType, locale: Locale, place: Place | None) -> list[TaxScheme]:
    """Return the tax schemes that hold at a place, or all; those for this kind of shop if there are any."""
    held = [scheme for scheme in locale.taxes if place is None or scheme.holds_in(place.region, place.town)]
    return [scheme for scheme in held if scheme.serves(shop.trade)] or held


def _scheme(spec: BasketSpec, dice: Dice, locale: Locale, place: Place | None) -> tuple[TaxScheme, Days]:
    """Draw a tax scheme by weight, one that holds at a place; return it with its days, of those asked for."""
    schemes = _schemes(shop_type(spec.shop), locale, place)
    asked = spec.dates or Days.of_years(int(spec.years.low), int(spec.years.high))
    found = [(scheme, held) for scheme in schemes if (held := scheme.held_in(asked))]
    if not found:
        # Days before or after all that are known, whose money and rates are those of other days.
        asked = asked if spec.dates else nearest_year(schemes, asked)
        found = [(scheme, held) for scheme in schemes if (held := (asked,) if spec.dates else scheme.held_in(asked))]
    scheme, held = found[dice.weigh_index([scheme.weight for scheme, _ in found])]
    if len(held) == 1:
        return scheme, held[0]
    return scheme, held[dice.fork("held").weigh_index([days.count for days in held])]


def _moment(spec: BasketSpec, scheme: TaxScheme, days: Days, dice: Dice) -> datetime:
    """Draw the time of payment, between seven and eleven, on one of some days."""
    day = datetime(dice.count(Range(days.first.year, days.last.year)), 1, 1) + timedelta(days=dice.integer(0, 364))
    if spec.dates or scheme.dates:
        day = datetime.combine(days.draw(dice.fork("dates")), time())
    return day.replace(hour=dice.integer(7, 22), minute=dice.integer(0, 59), second=dice.integer(0, 59))


def _terms(spec: BasketSpec, subtotal: Decimal, dice: Dice, locale: Locale) -> Terms:
    """Draw what is taken off and added; of those in per cent, amounts are reckoned later."""
    discounts = _discounts(spec, subtotal, dice, locale)
    service = tip = None
    if dice.chance(spec.service):
        percent = dice.choose(spec.service_percent)
        service = Charge(plain_label("service_charge", dice, locale), percent, locale.currency.zero)
    if dice.chance(spec.tip):
        percent = dice.choose(spec.tip_percent)
        label = plain_label("tip", dice, locale)
        # Where nobody is asked for a share, people round up.
        tip = (
            Charge(label, percent, locale.currency.zero)
            if locale.tips
            else Charge(label, None, locale.currency.in_round_coins(subtotal * percent / 100))
        )
    return Terms(discounts, service, tip)


def _discounts(spec: BasketSpec, subtotal: Decimal, dice: Dice, locale: Locale) -> tuple[Discount, ...]:
    """Draw what is taken off the whole receipt: a coupon, then a member's discount on the rest."""
    found: list[Discount] = []
    coupon, member = _discount_shares(spec, dice)
    if dice.chance(coupon):
        values = [rounded(value * locale.currency.scale, locale.currency.quantum) for value in COUPONS]
        fitting = [value for value in values if value <= subtotal * COUPON_LIMIT]
        if fitting:
            found.append(Discount(plain_label("coupon", dice, locale), None, dice.choose(fitting)))
    # Where every receipt of a share has a discount, a member's stands for a coupon that would be too much.
    if dice.chance(member) or (spec.discount is not None and coupon and not found):
        percent = dice.choose(MEMBER_PERCENTS)
        found.append(Discount(plain_label("member_discount", dice, locale), percent, locale.currency.zero))
    return tuple(found)


def _discount_shares(spec: BasketSpec, dice: Dice) -> tuple[float, float]:
    """Return the shares of coupons and members; where a share of both is said, 0 or 1 as drawn from it."""
    if spec.discount is None:
        return spec.coupon, spec.member
    own = dice.fork("discount")
    discounted, kind = own.chance(spec.discount), own.random() * (spec.coupon + spec.member or 1)
    coupon = kind < (spec.coupon if spec.coupon + spec.member else 0.5)
    return float(discounted and coupon), float(discounted and not coupon)


def _drawing(
    spec: BasketSpec, shop: ShopType, style: NameStyle, scheme: TaxScheme, dice: Dice, locale: Locale
) -> Draw | None:  # fmt: skip
    """Return what draws more goods, in the same style; None where what is sold goes with facts."""
    if shop.trade not in _LOOSE:
        return None

    def draw_more(count: int) -> Goods:
        lines = more_goods(spec, stock(spec.shop, locale, spec.goods), dice, locale, count)
        return Goods(tuple(lines), draw_items(spec, lines, style, scheme, dice, locale))

    return draw_more


def _choice(
    spec: BasketSpec, shop: ShopType, style: NameStyle, scheme: TaxScheme, most: Decimal | None, ranges: bool,
    dice: Dice, locale: Locale,
) -> Choice | None:  # fmt: skip
    """Return goods of a list that a receipt of a given sum may have; None where the shop has no list.

    Args:
        spec: What receipts are like.
        shop: Kind of shop.
        style: How goods are named.
        scheme: How tax is reckoned.
        most: The sum, which no price exceeds; None where goods needn't come to one.
        ranges: Whether any total of the range of the spec will do.
        dice: Dice of these goods.
        locale: Country.
    """
    if most is None or most <= 0 or not spec.goods or shop.trade not in (*_LOOSE, *_COUNTED):
        return None
    lines: list[Line] = []
    if shop.trade in _LOOSE:
        lines = goods_within(spec, stock(spec.shop, locale, spec.goods), dice, locale, _CHOICE, most)
    others = Goods(tuple(lines), draw_items(spec, lines, style, scheme, dice, locale))
    low, high = (Decimal(str(end)) for end in spec.total.ends) if spec.total is not None else (most, most)
    bounds = [(int(each.low), int(each.high)) for each in (spec.items, spec.quantity)]
    return Choice(others, shop.trade in _COUNTED, bounds[0], bounds[1], (low, high) if ranges else None)


def _plausible(
    goods: Goods, asked: GivenReceipt, total: Decimal | None, terms: Terms, scheme: TaxScheme, draw_more: Draw | None,
    spec: BasketSpec, shop: ShopType, locale: Locale,
) -> Goods:  # fmt: skip
    """Return goods that come near given sums at prices such as they have, where any number of them may be bought."""
    if asked.items_sold is not None or (draw_more is None and shop.trade not in _COUNTED):
        return goods
    wanted = wanted_amount(asked, total, add_up(goods.items, terms, scheme, locale.currency.quantum))
    if wanted is None:
        return goods
    if asked.items is not None:
        return nearer_given(goods, asked.items, wanted, draw_more, locale.currency.quantum)
    # Each given rate has its goods.
    draw_more = None if asked.taxes else draw_more
    return nearer(goods, wanted, int(spec.items.high), draw_more, locale.currency.quantum)


def _count(asked: GivenReceipt, items: Sequence[Item], shop: ShopType) -> int:
    """Return how many goods a receipt with given values has: one a given item, one a rate at least."""
    if asked.items is not None:
        return len(asked.items)
    total = asked.payable if asked.total is None else asked.total
    loose = asked.items_sold is None and total is not None and shop.trade in _LOOSE
    return max(_fitting(items, total or Decimal(0)) if loose else len(items), len(asked.taxes or ()))


def _fitting(items: Sequence[Item], total: Decimal) -> int:
    """Return how many of some goods come near a total, so that few cents are not parted among many goods."""
    if total <= 0 or sum([item.amount for item in items]) <= 2 * total:
        return len(items)
    sums = accumulate(item.amount for item in items)
    return max(sum(1 for reached in sums if reached <= total), min(2, len(items)))
