"""Goods by language and kind of shop, as the YAML files of catalogues list them."""

from functools import lru_cache
from typing import Annotated, Final

from pydantic import AfterValidator, Field, RootModel, ValidationInfo

from receiptgen.commerce.countries.taxes import TaxClass
from receiptgen.config.named_files import Loaded, load_named, named_by
from receiptgen.config.records import Record
from receiptgen.core.assets import packaged_names
from receiptgen.core.distributions import Range, between
from receiptgen.core.inputs import cache_of_files

# Catalogue of languages that have none of their own.
FALLBACK: Final = "en"


class Good(Record):
    """Something for sale.

    Attributes:
        name: Name without brand and size.
        price: Range of its price in euros; a locale's currency scales it.
        tax_class: Class by which a tax scheme finds its rate.
        unit: Measure it is sold by (``kg L m km h min night day``); empty for pieces.
        sizes: Packs it comes in, small first; the price grows along them.
        countries: Locales that alone sell it, and prefer it; empty for all.
        base: Whether it starts every bill, as a taxi's base fare does.
    """

    name: str
    price: Annotated[Range, between(0, 10**6)]
    tax_class: TaxClass
    unit: str = ""
    sizes: tuple[str, ...] = ()
    countries: tuple[str, ...] = ()
    base: bool = False


class Shelf(Record):
    """What one kind of shop sells.

    Attributes:
        brands: Made-up brands to put before names.
        notes: Modifiers such as ``no onions``.
        goods: Everything for sale.
    """

    brands: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    goods: tuple[Good, ...] = Field(min_length=1)


class Catalogue(RootModel[dict[str, Shelf]]):
    """Goods of a language: a ``Shelf`` for each kind of shop."""


@cache_of_files(maxsize=64)
def loaded_catalogue(name: str) -> Loaded[Catalogue]:
    """Load a catalogue by packaged name or path; raises as ``load_named`` does."""
    return load_named(name, "catalogues", Catalogue)


def catalogue(name: str) -> dict[str, Shelf]:
    """Return the shelves of a catalogue by kind of shop; raises as ``load_named`` does."""
    return loaded_catalogue(name).value.root


@lru_cache(maxsize=256)
def catalogue_of(language: str) -> str:
    """Return the name of the catalogue of a language, or of the one that stands in for it."""
    return language if language in packaged_names("catalogues") else FALLBACK


def _known_catalogue(name: str, info: ValidationInfo) -> str:
    return name and named_by(name, info, "catalogues", loaded_catalogue)


# A packaged catalogue or the path of one's own; empty for none.
CatalogueName = Annotated[str, AfterValidator(_known_catalogue)]
