"""Goods by language and kind of shop, as the YAML files of catalogues list them."""

from collections.abc import Mapping
from functools import lru_cache
from typing import Annotated, Any, Final, Self

from pydantic import AfterValidator, BeforeValidator, Field, RootModel, ValidationInfo, model_validator

from receiptgen.commerce.countries.own_names import checked_countries
from receiptgen.commerce.countries.taxes import TaxClass, wider_classes
from receiptgen.commerce.countries.words import Printed
from receiptgen.config.diagnostics import MemberError, misfit
from receiptgen.config.named_files import Loaded, load_named, named_by
from receiptgen.config.records import Record
from receiptgen.core.assets import packaged_names
from receiptgen.core.distributions import Range, between
from receiptgen.core.inputs import cache_of_files
from receiptgen.core.suggestions import hint

# Key of what is for all languages, or all kinds of goods, that have nothing of their own.
ANY: Final = "any"
# Catalogue of languages that have none of their own.
FALLBACK: Final = "en"
# Classes of goods on whose packs a brand may stand; services, postage or newspapers have none.
BRANDED: Final = ("food", "drink", "alcohol", "medicine", "goods")


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
        kind: Kind of goods by which it has modifiers, as ``coffee``; empty for those of any goods.
        branded: Whether a brand may stand before its name; not that of loose fruit, a bag or a deposit.
    """

    name: Printed
    price: Annotated[Range, between(0, 10**6)]
    tax_class: TaxClass
    unit: str = ""
    sizes: tuple[Printed, ...] = ()
    countries: tuple[str, ...] = ()
    base: bool = False
    kind: str = ""
    branded: bool = True


def for_any(value: Any) -> Any:
    """Return a list as a mapping that has it for all; a mapping stays as it is."""
    return {ANY: value} if isinstance(value, list | tuple) else value


def brands_for(brands: Mapping[str, tuple[str, ...]], tax_class: str) -> tuple[str, ...]:
    """Return the brands of a class of goods: its own, those of the class of which it is a part, or those of any."""
    found = next((each for each in wider_classes(tax_class) if each in brands), ANY)
    return brands.get(found, ()) if tax_class.partition(".")[0] in BRANDED else ()


class LocalGoods(Record):
    """How the goods of a country differ from those that its catalogue has for all countries of the language.

    Attributes:
        names: Names of goods and modifiers there, by those of the catalogue, as ``{Courgettes: Zucchini}``.
        packs: Packs there, likewise, as ``{500g: 16oz}``.
        without: Goods that are not sold there, by their names in the catalogue.
    """

    names: dict[str, Printed] = Field(default_factory=dict)
    packs: dict[str, Printed] = Field(default_factory=dict)
    without: tuple[str, ...] = ()

    def sells(self, good: Good, country: str) -> bool:
        """Tell whether a good of the catalogue is sold in this country."""
        return country in good.countries if good.countries else good.name not in self.without

    def named(self, names: tuple[str, ...]) -> tuple[str, ...]:
        """Return names as the country has them, each once."""
        return tuple(dict.fromkeys([self.names.get(name, name) for name in names]))

    def packed(self, packs: tuple[str, ...]) -> tuple[str, ...]:
        """Return packs as the country has them, each once."""
        return tuple(dict.fromkeys([self.packs.get(pack, pack) for pack in packs]))


class Shelf(Record):
    """What one kind of shop sells.

    Attributes:
        brands: Made-up brands to put before names: a list for packed goods of all classes (``food drink alcohol
            medicine goods``), or one by class, as ``{food: [Meadowgold], goods: [Bright Home]}``; classes that are
            missing have those of ``any``, or none.
        notes: Modifiers such as ``no onions``: a list for all goods, or one by kind of goods, as
            ``{coffee: [decaf], any: [to go]}``.
        goods: Everything for sale.
    """

    brands: Annotated[dict[str, tuple[Printed, ...]], BeforeValidator(for_any)] = Field(default_factory=dict)
    notes: Annotated[dict[str, tuple[Printed, ...]], BeforeValidator(for_any)] = Field(default_factory=dict)
    goods: tuple[Good, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _check_kinds(self) -> Self:
        faults = [
            misfit(
                ("goods", index, "kind"), good.kind, f"no modifiers of kind {good.kind!r}{hint(good.kind, self.notes)}"
            )
            for index, good in enumerate(self.goods)
            if good.kind and ANY not in self.notes and good.kind not in self.notes
        ]
        faults += [
            misfit(("brands", name), self.brands[name], f"no brands stand on goods of class {name!r}"
                   f"{hint(name, (*BRANDED, ANY), len(BRANDED) + 1)}")
            for name in self.brands
            if name.partition(".")[0] not in (*BRANDED, ANY)
        ]  # fmt: skip
        if faults:
            raise MemberError(faults)
        return self


class Catalogue(RootModel[dict[str, Shelf]]):
    """Goods of a language: a ``Shelf`` for each kind of shop."""


@cache_of_files(maxsize=64)
def loaded_catalogue(name: str) -> Loaded[Catalogue]:
    """Load a catalogue by packaged name or path; raises as ``load_named`` does."""
    return checked_countries(load_named(name, "catalogues", Catalogue))


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
