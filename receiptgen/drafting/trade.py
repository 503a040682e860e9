"""What kind of shop a receipt is of."""

from collections.abc import Collection, Sequence
from typing import NamedTuple

from receiptgen.commerce.countries.locales import Locale
from receiptgen.commerce.trade.shops import shop_type
from receiptgen.commerce.trade.stock import stock
from receiptgen.core.assets import packaged_names
from receiptgen.core.errors import ConfigError
from receiptgen.drafting.wording import plain_label
from receiptgen.extraction.fields import ReceiptFields

# What evidence counts: a word of the trade in the name, a label that such receipts alone have, and goods that it sells,
# all of them together.
_NAMED, _LABELLED, _GOODS = 2.0, 1.5, 2.0
# What is needed for a guess, and the kind of shop where there is none.
_LEAST, _USUAL = 1.0, "supermarket"
# Trades whose names are enough; others sell services, of which more than a name tells.
_COUNTERS = frozenset({"goods", "table", "fuel", "pharmacy", "hotel"})
# Labels of some kinds of shop alone, and letters of a word that tells of goods.
_LABELS = {
    "pump": "fuel", "table": "restaurant", "guests": "restaurant", "server": "restaurant", "room": "hotel",
    "nights": "hotel", "prescription": "pharmacy", "tracking": "post", "plate": "taxi", "fare": "taxi",
    "entry": "parking", "exit": "parking",
}  # fmt: skip
_LETTERS = 4


class GuessedShop(NamedTuple):
    """A kind of shop.

    Attributes:
        name: Its packaged name.
        known: Whether anything on the receipt speaks for it.
    """

    name: str
    known: bool


def guess_shop(fields: ReceiptFields, country: Locale, shown: Collection[str]) -> GuessedShop:
    """Return the kind of shop that a receipt is of, by its name, fields and goods.

    Args:
        fields: What it says.
        country: Where it is from.
        shown: Fields that it shows, as ``table``.
    """
    named = {
        word
        for field in (fields.merchant.name, fields.merchant.legal_name)
        for word in (plain_label(field.text).split() if field else ())
    }
    goods = {
        word
        for item in fields.items
        for word in (plain_label(item.name.text).split() if item.name else ())
        if len(word) >= _LETTERS
    }
    scores = {}
    for shop in packaged_names("shops"):
        own = _words(shop, country)
        score = _GOODS * len(goods & own) / max(len(goods), 3)
        score += _LABELLED * sum(_LABELS.get(key) == shop for key in shown)
        if score or shop_type(shop).trade in _COUNTERS:
            score += _NAMED * len(named & _name_words(shop, country))
        scores[shop] = score
    best = max(scores, key=lambda shop: scores[shop])
    return GuessedShop(best, True) if scores[best] >= _LEAST else GuessedShop(_USUAL, False)


def has_modifiers(shop: str, country: Locale) -> bool:
    """Tell whether goods of a kind of shop have modifiers, as ``no onions``, in a country."""
    try:
        return bool(stock(shop, country).notes)
    except ConfigError:
        # A catalogue may lack a trade; its shops can't be drawn there then.
        return False


def _name_words(shop: str, country: Locale) -> set[str]:
    """Return words of a trade in the names of its shops, without those that other trades have too."""
    own = _pattern_words(country.shops.get(shop, ())) | {shop}
    others = [_pattern_words(patterns) for name, patterns in country.shops.items() if name != shop]
    return {word for word in own if sum(word in other for other in others) < 2}


def _pattern_words(patterns: Sequence[str]) -> set[str]:
    return {
        word
        for pattern in patterns
        for part in pattern.split()
        if "{" not in part
        for word in plain_label(part).split()
        if len(word) >= _LETTERS
    }


def _words(shop: str, country: Locale) -> set[str]:
    """Return words of the names of what a kind of shop sells."""
    try:
        goods = stock(shop, country)
    except ConfigError:
        # A catalogue may lack a trade; its shops can't be drawn there then.
        return set()
    wares = [*goods.pieces, *goods.base, *(ware for wares in goods.measured.values() for ware in wares)]
    return {word for ware in wares for word in plain_label(ware.name).split() if len(word) >= _LETTERS}
