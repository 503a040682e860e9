"""What a shop sells in one country: goods in its measures and money."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final, NamedTuple, overload

from receiptgen.commerce.countries.locales import Locale, Measure
from receiptgen.commerce.countries.shelves import (
    ANY,
    Good,
    LocalGoods,
    Shelf,
    brands_for,
    catalogue,
    catalogue_of,
)
from receiptgen.commerce.trade.goods_list import GoodsList, ListedGood, loaded_goods
from receiptgen.commerce.trade.shops import ShopType, in_language, shop_type
from receiptgen.core.dice import Dice, key_of
from receiptgen.core.errors import ConfigError
from receiptgen.core.inputs import on_forgetting
from receiptgen.core.suggestions import hint

# Measures of the scales, and the class of what is sent.
WEIGHTS: Final = ("kg", "lb")
POSTAGE: Final = "postage"


@dataclass(frozen=True, slots=True)
class Ware:
    """A good as one locale sells it.

    Attributes:
        name: Name without brand and size.
        low: Lowest price of one unit, in the locale's currency.
        high: Highest price.
        tax_class: Class by which a tax scheme finds its rate.
        unit: The locale's own measure, empty for pieces.
        sizes: Packs, small first.
        base: Whether it starts every bill.
        prices: Lowest and highest price as a list of goods has them, to be printed so; None for prices such as labels
            show.
        code: Product code of a list of goods; may be empty.
        kind: Kind of goods by which it has modifiers; empty for those of any goods.
        branded: Whether a brand may stand before its name.
    """

    name: str
    low: float
    high: float
    tax_class: str
    unit: str
    sizes: tuple[str, ...] = ()
    base: bool = False
    prices: tuple[Decimal, Decimal] | None = None
    code: str = ""
    kind: str = ""
    branded: bool = True


@dataclass(frozen=True, slots=True)
class Stock:
    """A shelf as one locale sells it; the country's own goods stand in it twice, to be drawn more often.

    Attributes:
        brands: Made-up brands by class of goods, and of any class.
        notes: Modifiers by kind of goods, and of any goods.
        pieces: Goods sold by the piece, without a bill's base.
        measured: Goods by measure; keys are the locale's units.
        base: Goods that start a bill.
        weighed: Those goods by measure of which any amount is put on the scales.
        postage: Pieces of the tax class ``postage``.
        menu: Whether prices are round, as those of a menu.
        listed: Whether the goods are those of a list, which may be long.
    """

    brands: Mapping[str, tuple[str, ...]]
    notes: Mapping[str, tuple[str, ...]]
    pieces: Sequence[Ware]
    measured: Mapping[str, Sequence[Ware]]
    base: tuple[Ware, ...]
    weighed: Sequence[Ware]
    postage: Sequence[Ware]
    menu: bool
    listed: bool = False

    def brands_of(self, ware: Ware) -> tuple[str, ...]:
        """Return the brands that may stand before the name of a good."""
        return brands_for(self.brands, ware.tax_class) if ware.branded else ()

    def notes_of(self, ware: Ware) -> tuple[str, ...]:
        """Return the modifiers that a good may have."""
        return self.notes.get(ware.kind) or self.notes.get(ANY, ())

    def within(self, most: Decimal) -> Sequence[Ware]:
        """Return the goods sold by the piece; those of a list alone of which one may cost no more than an amount."""
        return self.pieces.within(most) if isinstance(self.pieces, _ListedWares) else self.pieces


class _ListedWares(Sequence[Ware]):
    """Goods of a list, of which each is completed when it is drawn: a list may be long.

    Args:
        rows: The goods.
        alike: Goods of such a shop, from which a good has what the list does not say of it.
    """

    def __init__(self, rows: Sequence[ListedGood], alike: Sequence[Ware]) -> None:
        self._rows, self._alike = rows, alike
        self._kinds = {ware.name.casefold(): ware.kind for ware in alike if ware.kind}

    def __len__(self) -> int:
        return len(self._rows)

    @overload
    def __getitem__(self, index: int) -> Ware: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[Ware]: ...
    def __getitem__(self, index: int | slice) -> Ware | Sequence[Ware]:
        if isinstance(index, slice):
            return _ListedWares(self._rows[index], self._alike)
        row = self._rows[index]
        unit, tax_class, low, high = row.unit or "", row.tax_class or "", 0.0, 0.0
        if row.price is None or not tax_class:
            # By its name alone, so that no receipt has it at another price or tax.
            like = Dice(key_of("goods", row.name)).choose(self._alike)
            tax_class, low, high = tax_class or like.tax_class, like.low, like.high
        kind = self._kinds.get(row.name.casefold(), "")
        return Ware(row.name, low, high, tax_class, unit, row.sizes, prices=row.price, code=row.code, kind=kind)

    def within(self, most: Decimal) -> "_ListedWares":
        """Return the goods of which one may cost no more than an amount."""
        return _ListedWares([row for row in self._rows if row.price is None or row.price.low <= most], self._alike)


class _Key(NamedTuple):
    """All that a stock depends on, by the names of files, which are forgotten when they change."""

    shop: str
    locale: str
    language: str
    catalogue: str
    goods: str
    scale: Decimal
    measures: tuple[tuple[str, Measure], ...]
    wording: tuple[tuple[str, ...], ...]


_stocks: dict[_Key, Stock] = {}
on_forgetting(_stocks.clear)


def stock(shop: str, locale: Locale, goods: str = "") -> Stock:
    """Return what a kind of shop sells in a locale, in its measures and money; made once a process.

    Args:
        shop: Packaged name or path of the kind of shop.
        locale: Country.
        goods: Packaged name or path of the list of goods; empty for those of the kind of shop or the catalogue.

    Raises:
        ConfigError: Neither the kind of shop nor the catalogue has any goods for the locale.
    """
    name = locale.catalogue or catalogue_of(locale.language)
    measures = tuple(locale.measures.items())
    own = locale.goods
    wording = (*own.names.items(), ("",), *own.packs.items(), own.without)
    key = _Key(shop, locale.name, locale.language, name, goods, locale.currency.scale, measures, wording)
    if key not in _stocks:
        kind = shop_type(shop)
        _stocks[key] = _listed(loaded_goods(goods).value, kind, name, locale) if goods else _stocked(kind, name, locale)
    return _stocks[key]


def _stocked(shop: ShopType, name: str, locale: Locale) -> Stock:
    shelf = _shelf(shop, name, locale)
    own = [good for good in shelf.goods if locale.name in good.countries]
    common = [good for good in shelf.goods if not good.countries and locale.goods.sells(good, locale.name)]
    # A country's own fuels and fares replace the common ones; its dishes come on top of them, twice as often.
    replaced = {good.unit for good in own if good.unit and shop.tariffs}
    goods = [*own, *own, *(good for good in common if good.unit not in replaced or not good.unit)]
    wares = [_ware(good, locale) for good in goods]
    units = dict.fromkeys(ware.unit for ware in wares if ware.unit)
    pieces = tuple(ware for ware in wares if not ware.unit and not ware.base)
    measured = {unit: tuple(ware for ware in wares if ware.unit == unit) for unit in units}
    return Stock(
        brands=shelf.brands,
        notes={kind: locale.goods.named(notes) for kind, notes in shelf.notes.items()},
        pieces=pieces,
        measured=measured,
        base=tuple(ware for ware in wares if ware.base),
        # What is sold by measure alone is what one buys there.
        weighed=next((measured[unit] for unit in WEIGHTS if unit in measured), () if pieces else tuple(wares)),
        postage=tuple(ware for ware in pieces if ware.tax_class == POSTAGE),
        menu=shop.menu,
    )


def _listed(goods: GoodsList, shop: ShopType, name: str, locale: Locale) -> Stock:
    """Return a list of goods as a stock; what it lacks is that of the goods of such shops."""
    try:
        like = _stocked(shop, name, locale)
    except ConfigError:
        like = None
    price = float(locale.currency.scale)
    anything = (Ware("", price, 20 * price, "goods", ""),)
    pieces = (like.pieces if like else ()) or anything
    measured = {
        unit: _ListedWares(rows, (like.measured.get(unit) if like else ()) or pieces)
        for unit, rows in goods.by_unit.items()
    }
    by_measure = tuple(row for row in goods.rows if row.unit)
    return Stock(
        brands={},
        notes=like.notes if like else {},
        pieces=measured.pop("", ()),
        measured=measured,
        base=(),
        weighed=_ListedWares(by_measure, pieces),
        postage=_ListedWares(tuple(row for row in goods.rows if row.tax_class == POSTAGE and not row.unit), pieces),
        menu=shop.menu,
        listed=True,
    )


def _shelf(shop: ShopType, name: str, locale: Locale) -> Shelf:
    """Return the goods of a kind of shop: its own, or those of a catalogue; brands and notes likewise."""
    shelves = catalogue(name)
    goods, shelf = in_language(shop.goods, locale.language), shelves.get(shop.name)
    if not goods and shelf is None:
        near = hint(shop.name, shelves, 0)
        raise ConfigError(
            [f"shop {shop.name!r} has no goods for locale {locale.name!r}, nor has the catalogue {name!r} any{near}"]
        )
    brands = in_language(shop.brands, locale.language)
    return Shelf(
        brands={ANY: brands} if brands else (shelf.brands if shelf and not goods else {}),
        notes=in_language(shop.notes, locale.language) or (shelf.notes if shelf and not goods else {}),
        goods=goods or (shelf.goods if shelf else ()),
    )


def _ware(good: Good, locale: Locale) -> Ware:
    """Convert a good's words, measure and prices."""
    measure = locale.measures.get(good.unit)
    factor = float(locale.currency.scale) * (measure.size if measure else 1.0)
    # A country's own goods have the words of the country already.
    own = LocalGoods() if good.countries else locale.goods
    return Ware(
        own.names.get(good.name, good.name),
        good.price.low * factor,
        good.price.high * factor,
        good.tax_class,
        measure.unit if measure else good.unit,
        own.packed(good.sizes),
        good.base,
        kind=good.kind,
        branded=good.branded,
    )
