"""Kinds of shop, as YAML files describe them: how one is served there, what is sold, and under which names."""

from typing import Annotated, Final, Self, TypeVar

from pydantic import AfterValidator, BeforeValidator, Field, ValidationInfo, model_validator

from receiptgen.commerce.countries.own_names import checked_countries
from receiptgen.commerce.countries.patterns import NAMING, pattern_of
from receiptgen.commerce.countries.shelves import ANY, Good, for_any
from receiptgen.commerce.countries.taxes import Trade
from receiptgen.commerce.countries.words import Printed
from receiptgen.config.diagnostics import MemberError, misfit, quote
from receiptgen.config.named_files import Loaded, load_named, named_by
from receiptgen.config.records import Record
from receiptgen.core.inputs import cache_of_files

T = TypeVar("T")
# Trading names where neither the kind of shop nor the locale has any.
PLAIN_NAMES: Final = ("{surname}", "{noun}", "{noun} {town}", "{surname} & {surname}")


def _language(key: str) -> str:
    if not (len(key) in (2, 3) and key.isascii() and key.isalpha() and key.islower()):
        raise ValueError(f"expected a language of two letters such as 'en', or {ANY!r}, got {quote(key)}")
    return key


_LANGUAGE = Annotated[str, AfterValidator(_language)]
# A list for all languages, or one for each.
ByLanguage = Annotated[dict[_LANGUAGE, tuple[T, ...]], BeforeValidator(for_any)]


class ShopType(Record):
    """A kind of shop.

    Attributes:
        name: Name of its file.
        about: Description in one line.
        trade: How one is served, and so which facts a receipt has beside its goods: ``goods`` bought at a counter, a
            ``table``, ``fuel`` from a pump, a ``pharmacy``'s prescriptions, ``hotel`` nights, a ``taxi`` ride,
            ``parking`` time, an ``office``'s services to a customer, or ``post``.
        tables: Whether receipts may name a table and its guests.
        menu: Whether prices are round, as those of a menu.
        tariffs: Whether goods by measure are tariffs: those that the catalogue has for one country alone then replace
            the others of that measure.
        company: Whether it trades under the legal name of its company.
        names: Patterns of trading names with ``{surname} {town} {noun}``: a list, or one by language, as ``{sv: [...],
            any: [...]}``; none for those of the locale.
        brands: Made-up brands to put before names of goods, likewise.
        notes: Modifiers such as ``no onions`` of any goods, likewise.
        goods: What is sold, likewise, with prices in euros, which a locale's currency scales; none for what catalogues
            have for shops of this name.
    """

    name: str = ""
    about: str
    trade: Trade = "goods"
    tables: bool = False
    menu: bool = False
    tariffs: bool = False
    company: bool = False
    names: ByLanguage[Annotated[str, pattern_of(*NAMING)]] = Field(default_factory=dict)
    brands: ByLanguage[Printed] = Field(default_factory=dict)
    notes: ByLanguage[Printed] = Field(default_factory=dict)
    goods: ByLanguage[Good] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _check_kinds(self) -> Self:
        faults = [
            misfit(("goods", language, index, "kind"), good.kind,
                   f"no modifiers of kind {good.kind!r}: 'notes' of a shop are of any goods; take 'kind' out")
            for language, goods in self.goods.items()
            for index, good in enumerate(goods)
            if good.kind and not in_language(self.notes, language)
        ]  # fmt: skip
        if faults:
            raise MemberError(faults)
        return self


def in_language(texts: dict[str, tuple[T, ...]], language: str) -> tuple[T, ...]:
    """Return what there is for a language, or else for any."""
    return texts.get(language) or texts.get(ANY, ())


@cache_of_files(maxsize=64)
def loaded_shop_type(name: str) -> Loaded[ShopType]:
    """Load a kind of shop by packaged name or path; raises as ``load_named`` does."""
    return checked_countries(load_named(name, "shops", ShopType))


def shop_type(name: str) -> ShopType:
    """Return a kind of shop by packaged name or path; raises as ``load_named`` does."""
    return loaded_shop_type(name).value


def _known_shop(name: str, info: ValidationInfo) -> str:
    return named_by(name, info, "shops", loaded_shop_type)


# A packaged kind of shop, or the path of one's own.
ShopName = Annotated[str, AfterValidator(_known_shop)]
