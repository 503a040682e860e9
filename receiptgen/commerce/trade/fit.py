"""Whether a kind of shop, its goods and a country fit together."""

from receiptgen.commerce.countries.locales import Locale
from receiptgen.commerce.countries.taxes import Trade
from receiptgen.commerce.trade.basket_spec import BasketSpec
from receiptgen.commerce.trade.shops import shop_type
from receiptgen.commerce.trade.stock import Stock, stock
from receiptgen.core.days import Days
from receiptgen.core.errors import ConfigError

# Measures without one of which there is nothing to sell in some way.
NEEDED_UNITS: dict[Trade, tuple[str, ...]] = {
    "fuel": ("L", "gal"),
    "hotel": ("night",),
    "taxi": ("km", "mi"),
    "parking": ("h",),
}


def unfit(spec: BasketSpec, locale: Locale) -> str:
    """Return why what a template says can't be sold in a locale, in one line; empty where it can."""
    shop = shop_type(spec.shop)
    try:
        lack = _lack(shop.trade, stock(spec.shop, locale, spec.goods))
    except ConfigError as error:
        return str(error)
    return (
        lack
        and f"shop {shop.name!r} is served as {shop.trade!r}, which needs {lack}; there are none in {locale.name!r}"
    )


def unknown_days(spec: BasketSpec, locale: Locale) -> str:
    """Return why no receipt of a locale is of the days of payment, in one line; empty where there may be one."""
    if spec.dates is None or any(scheme.held_in(spec.dates) for scheme in locale.taxes):
        return ""
    spans = [span for scheme in locale.taxes for span in scheme.spans]
    known = Days(min(span.first for span in spans), max(span.last for span in spans))
    return f"{locale.name!r} knows taxes and money of {known} alone; take days of these, or other locales"


def _lack(trade: Trade, stock: Stock) -> str:
    """Return what a stock lacks to be sold in some way; empty where it lacks nothing."""
    units = NEEDED_UNITS.get(trade, ())
    if units and not any(unit in stock.measured for unit in units):
        return f"goods by {' or '.join(units)}"
    if trade == "post" and not stock.postage:
        return "pieces of the tax class postage"
    return "" if stock.pieces or stock.measured else "goods"
