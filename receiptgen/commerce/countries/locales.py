"""How a country prints receipts: words, amounts, dates, addresses, ids and taxes."""

import re
from datetime import datetime
from decimal import Decimal
from functools import cached_property, lru_cache
from typing import Annotated, Final, Literal, Self

from pydantic import Field, model_validator

from receiptgen.commerce.countries.abbreviations import Abbreviations
from receiptgen.commerce.countries.currencies import Currency
from receiptgen.commerce.countries.eras import Era
from receiptgen.commerce.countries.id_numbers import IdNumber
from receiptgen.commerce.countries.letters import lower, upper
from receiptgen.commerce.countries.own_names import check_goods
from receiptgen.commerce.countries.patterns import ADDRESS, NAMING, STAMPS, pattern_of, stamp
from receiptgen.commerce.countries.people import Women
from receiptgen.commerce.countries.shelves import CatalogueName, LocalGoods, catalogue, catalogue_of
from receiptgen.commerce.countries.taxes import TaxScheme
from receiptgen.commerce.countries.words import ALL_WORDS, KNOWN_WORDS, PRINTED, Words, words_at
from receiptgen.config.diagnostics import MemberError, misfit
from receiptgen.config.named_files import Loaded, is_path, load_named
from receiptgen.config.records import Record
from receiptgen.config.worded import TextLike
from receiptgen.core.assets import packaged_names
from receiptgen.core.bidi import Direction
from receiptgen.core.dice import Dice
from receiptgen.core.distributions import Weights
from receiptgen.core.inputs import cache_of_files
from receiptgen.core.suggestions import hint

# A text around the figures of a rate.
_Percent = Annotated[str, TextLike(r"^[^{}]*\{\}[^{}]*$", "text with {} once, for the figures, such as '{} %'")]
# One letter.
Letter = Annotated[str, Field(min_length=1, max_length=1)]
# Locale that lends its values to those that have a name alone.
_ANY = "en_US"
# Text without placeholders, and with those of the names of businesses.
_Plain = Annotated[str, pattern_of()]
_Naming = Annotated[str, pattern_of(*NAMING)]
_Spot = Annotated[str, pattern_of("number", "street", "town")]
_Host = Annotated[str, TextLike("^[a-z0-9-]+$", "small letters a to z, digits and hyphens, such as green-bakery")]
_NUMBER = re.compile(r"[0-9](?:.*[0-9])?")
_DIGITS = re.compile(r"[0-9]+(\.[0-9]+)?")
# How a card was read, unless a locale says it in its words.
ENTRIES: Final = ("CHIP", "CHIP", "CONTACTLESS", "CONTACTLESS", "SWIPED", "CHIP READ", "MANUAL")


class Measure(Record):
    """A measure that goods are sold by.

    Attributes:
        unit: How it is printed, as ``lb``.
        size: How many of the measure that it replaces make one of it.
    """

    unit: str
    size: Annotated[float, Field(gt=0, le=10**6)]


class Place(Record):
    """A town with its region and a pattern of its postcodes (``#`` is a digit, ``@`` a capital letter).

    Attributes:
        town: Name of the town.
        region: State, province or county as addresses print it; may be empty.
        postcode: Pattern of its postcodes.
    """

    town: str
    region: str = ""
    postcode: str


class Locale(Record):
    r"""One country (and language) as its cash registers print it.

    Attributes:
        name: Name of its file, as ``en_US``.
        language: Two-letter code.
        catalogue: Catalogue of goods: a packaged name or the path of a YAML file; none for that of the language, or
            the English one where there is none.
        country: Name of the country as addresses print it.
        measures: Measures that replace those of the catalogue, by these, as ``{kg: {unit: lb, size: 0.4536}}``.
        unit_names: Names of measures that are printed otherwise than in catalogues, as ``{day: Tag}``.
        goods: How its goods differ from those that the catalogue has for all countries: their ``names``, their
            ``packs``, and those that it is ``without``; see ``LocalGoods``.
        direction: Direction in which receipts are read: ``rtl``, as in Arabic and Hebrew, mirrors their columns.
        decimal: Decimal separator of cash registers.
        group: Separator of thousands; may be empty.
        grouping: ``western`` parts every three digits, ``indian`` the last three, then pairs (``12,34,567``).
        currency: See ``Currency``.
        dates: ``strftime``-like patterns (``%d %m %Y %y %b %a %-d %-m``) with weights, see ``patterns.stamp``.
        times: Patterns (``%H %M %S %I %p %P %-I %-H``) with weights.
        months: Twelve short month names for ``%b``.
        days: Seven short day names for ``%a``, Monday first.
        phones: Patterns (``#`` digit), as ``(###) ###-####``.
        address: Variants; each is a tuple of lines with ``{number} {street} {town} {region} {postcode}
            {unit}``.
        units: Values of ``{unit}``, as ``Unit #`` or ``Lot ##``; ``#`` is a digit, ``\#`` a number sign.
        streets: Street names, without house number.
        places: Towns.
        firstnames: First names, of cashiers and servers.
        surnames: Surnames.
        women: How the surnames of women differ, if they do.
        person: Order of a name's parts, ``{firstname}`` and ``{surname}``.
        companies: Patterns of legal names with ``{surname} {town} {noun}`` and the legal form, as
            ``{noun} SDN BHD``.
        nouns: Values of ``{noun}``, as ``Golden Harvest``.
        domains: Endings of web addresses, as ``.com``.
        shops: Patterns of trading names by kind of shop (``supermarket`` ...), same placeholders; kinds of shop that
            are missing are named by surname, town or noun.
        tax_ids: Numbers of a business for taxes.
        company_ids: Other numbers of a business; may be empty.
        taxes: Ways in which tax is reckoned.
        cards: Names of payment cards with weights, and of other ways to pay without cash.
        wallets: Those of ``cards`` that are none, as wallets, transfers and codes on a phone: receipts show no number
            of a card for them, nor how it was read.
        words: Every fixed word on a receipt by key, each with its variants; see ``WORDS``. What is said on one occasion
            alone is beside it: ``thanks.purchase``, ``thanks.visit``, ``thanks.meal``, ``goodbye.trip``,
            ``returns.food``, ``returns.medicine``.
        capitals: Capitals of letters that have others than usual, as ``{i: İ, ı: I}`` in Turkish.
        percents: Ways to print a rate around ``{}``, likely ones repeated, as ``%{}`` or ``{} %``.
        abbreviations: How cash registers shorten names of goods; see ``Abbreviations``.
        tips: Tips in per cent that receipts suggest; none where nobody is asked for one, and tips are round amounts.
        letters: Letters of the language where it has a script of its own. Snippets are then the country's own where
            their settings don't say otherwise: random words are of these letters, and words, labels, signs and dates
            are those of the country instead of English ones.
        spots: How places in a town are told, without and with a number, as ``[{street} {town}, {street} {number}]``; in
            the order of ``address`` unless given.
        staff: Name of cashiers: their ``firstname``, ``surname`` or whole ``name``.
        entries: How a card was read, likely ones repeated, as ``CHIP``.
        hosts: Names in web addresses, where names of businesses can't be spelled in ASCII: by what they spell of a
            name, as ``{さくら: sakura}``, or a list for any name.
        stamps: What rubber stamps say, as ``PAID``, likely ones repeated; none for the words of ``paid``.
        jottings: What people write on receipts that they keep, as ``team lunch``, likely ones repeated; none for the
            words of ``paid``, in English for words that are of no country.
        eras: Counts of years, oldest first, whose names and years are ``%EC`` and ``%Ey`` of dates; see ``Era``.
    """

    name: str = ""
    language: Annotated[str, TextLike("^[a-z]{2,3}$", "a language as two or three small letters such as en")]
    catalogue: CatalogueName = ""
    country: str
    measures: dict[str, Measure] = Field(default_factory=dict)
    unit_names: dict[str, str] = Field(default_factory=dict)
    goods: LocalGoods = LocalGoods()
    direction: Direction = "ltr"
    decimal: Literal[".", ","]
    group: Literal[".", ",", "'", " ", ""]
    grouping: Literal["western", "indian"] = "western"
    currency: Currency
    dates: Annotated[Weights, STAMPS]
    times: Annotated[Weights, STAMPS]
    months: tuple[str, ...] = Field(min_length=12, max_length=12)
    days: tuple[str, ...] = Field(min_length=7, max_length=7)
    phones: tuple[_Plain, ...] = Field(min_length=1)
    address: tuple[tuple[Annotated[str, pattern_of(*ADDRESS)], ...], ...] = Field(min_length=1)
    units: tuple[_Plain, ...] = ()
    streets: tuple[str, ...] = Field(min_length=20)
    places: tuple[Place, ...] = Field(min_length=12)
    firstnames: tuple[str, ...] = Field(min_length=20)
    surnames: tuple[str, ...] = Field(min_length=20)
    women: Women | None = None
    person: Annotated[str, pattern_of("firstname", "surname")] = "{firstname} {surname}"
    companies: tuple[_Naming, ...] = Field(min_length=2)
    nouns: tuple[str, ...] = Field(min_length=5)
    domains: tuple[str, ...] = Field(min_length=1)
    shops: dict[str, Annotated[tuple[_Naming, ...], Field(min_length=1)]] = Field(default_factory=dict)
    tax_ids: tuple[IdNumber, ...]
    company_ids: tuple[IdNumber, ...] = ()
    taxes: tuple[TaxScheme, ...] = Field(min_length=1)
    cards: Weights
    wallets: tuple[str, ...] = ()
    words: Annotated[Words, KNOWN_WORDS, ALL_WORDS]
    capitals: dict[Letter, str] = Field(default_factory=dict)
    percents: tuple[_Percent, ...] = Field(default=("{}%", "{}%", "{}%", "{} %", "@ {}%"), min_length=1)
    abbreviations: Abbreviations = Abbreviations()
    tips: tuple[Annotated[Decimal, Field(gt=0, le=100)], ...] = ()
    letters: str = ""
    spots: tuple[_Spot, _Spot] | None = None
    staff: Literal["firstname", "surname", "name"] = "firstname"
    entries: tuple[_Plain, ...] = Field(default=ENTRIES, min_length=1)
    hosts: tuple[_Host, ...] | dict[str, _Host] = ()
    stamps: tuple[Annotated[_Plain, PRINTED], ...] = ()
    jottings: tuple[Annotated[_Plain, PRINTED], ...] = ()
    eras: tuple[Era, ...] = ()

    @model_validator(mode="after")
    def _check_regions(self) -> Self:
        known = {name for place in self.places for name in (place.region, place.town) if name}
        faults = [
            misfit(("taxes", index, "regions"), region, f"no place lies in {region!r}{hint(region, known)}")
            for index, scheme in enumerate(self.taxes)
            for region in scheme.regions
            if region not in known
        ]
        faults += [
            misfit(("wallets", index), name, f"no card is called {name!r}{near}")
            for index, name in enumerate(self.wallets)
            if name not in self.cards and (near := hint(name, self.cards, 0))
        ]
        untaxed = {
            place.region or place.town
            for place in self.places
            if not any(scheme.holds_in(place.region, place.town) for scheme in self.taxes)
        }
        if untaxed:
            faults.append(misfit(("taxes",), self.taxes, f"no scheme holds in {', '.join(map(repr, sorted(untaxed)))}"))
        if faults:
            raise MemberError(faults)
        return self

    @cached_property
    def numbered_cards(self) -> Weights:
        """Names of cards that have a number, with weights."""
        numbered = {name: weight for name, weight in self.cards.items() if name not in self.wallets}
        return Weights(numbered) if any(numbered.values()) else self.cards

    def served(self, trade: str, shop: str = "") -> Self:
        """Return the country as it is where one is served in some way.

        Hotels thank nobody for a purchase, and hardware shops have no licence to sell food.

        Args:
            trade: Way of being served.
            shop: Kind of shop, by its name; none for what all shops of the way print.
        """
        words = words_at(self.words, trade, shop)
        ids = tuple([number for number in self.company_ids if not number.shops or shop in number.shops])
        if words is self.words and ids == self.company_ids:
            return self
        return self.model_copy(update={"words": words, "company_ids": ids})

    def upper(self, text: str) -> str:
        """Print a text in capitals, as this language has them."""
        return upper(text, self.capitals)

    def lower(self, text: str) -> str:
        """Print a text in small letters, as this language has them."""
        return lower(text, self.capitals)

    def full_name(self, firstname: str, surname: str) -> str:
        """Put the parts of a person's name in order; a first name may be an initial, or empty."""
        return self.person.format(firstname=firstname, surname=surname).strip()

    def staff_name(self, firstname: str, surname: str) -> str:
        """Name somebody of the staff as receipts do."""
        names = {"firstname": firstname, "surname": surname, "name": self.full_name(firstname, surname)}
        return names[self.staff]

    def initial(self, name: str) -> str:
        """Shorten a name to its first letter and a point; scripts without capitals have no initials."""
        return f"{name[0]}." if name[0].isupper() else name

    def surname_of(self, firstname: str, surname: str) -> str:
        """Return a surname as somebody of a first name has it; women may have a form of their own."""
        return self.women.surname(firstname, surname) if self.women else surname

    def unit(self, measure: str) -> str:
        """Print a measure in words of the country, as ``day`` -> ``dia``."""
        return self.unit_names.get(measure, measure)

    def word(self, key: str, dice: Dice, scheme: TaxScheme | None = None) -> str:
        """Draw one way to print a fixed word, as ``total`` -> ``GRAND TOTAL``; the tax scheme's go first."""
        if scheme is not None and key in scheme.words:
            return dice.choose(scheme.words[key])
        return dice.choose(self.words[key])

    def number(self, value: Decimal | float, places: int | None = None) -> str:
        """Print a number with the locale's separators, rounded half up by the caller beforehand.

        Args:
            value: The number.
            places: Decimal places to print; those of amounts unless given.
        """
        if places is None:
            places = self.currency.places
        text = f"{value:,.{places}f}"
        if self.grouping == "indian":
            text = _group_indian(text)
        if self.decimal == "." and self.group == ",":
            return text
        return text.translate({44: self.group, 46: self.decimal})

    def money(self, value: Decimal, places: int | None = None) -> str:
        """Print an amount with the currency sign where the locale puts it; a minus stands in front."""
        number = self.number(abs(value), places)
        sign, gap = self.currency.sign, " " if self.currency.space else ""
        text = f"{sign}{gap}{number}" if self.currency.side == "left" else f"{number}{gap}{sign}"
        return f"-{text}" if value < 0 else text

    def parse(self, text: str) -> Decimal:
        """Read back what ``number`` or ``money`` printed; a minus may stand on either end.

        Raises:
            ValueError: There is no number in it.
        """
        # Only what lies between the first digit and the last counts: a sign such as ``Rs.`` has a point too.
        found = _NUMBER.search(text)
        if found is None:
            raise ValueError(f"{text!r} holds no number")
        digits = found[0].replace(self.group, "").replace(self.decimal, ".")
        if not _DIGITS.fullmatch(digits):
            raise ValueError(f"{text!r} holds no single number")
        value = Decimal(digits)
        return -value if "-" in text[: found.start()] + text[found.end() :] else value

    def stamp(self, moment: datetime, pattern: str) -> str:
        """Print a date or time by a pattern of ``patterns.DIRECTIVES``, in the locale's month and day names."""
        return stamp(moment, pattern, self.months, self.days, self.eras)


def locale(name: str) -> Locale:
    """Load a locale by packaged name or path, once a process; raises as ``load_named`` does."""
    return loaded_locale(name).value


@cache_of_files(maxsize=256)
def loaded_locale(name: str) -> Loaded[Locale]:
    """Load a locale by packaged name or path, with the files that it is made of; raises as ``load_named`` does."""
    loaded = load_named(name, "locales", Locale)
    if loaded.files:  # packaged ones are sound
        language = catalogue_of(loaded.value.language)
        # What a locale says for the catalogue of its language may stay when it takes another one.
        shelves = [each for one in {loaded.value.catalogue or language, language} for each in catalogue(one).values()]
        goods = [good for shelf in shelves for good in shelf.goods]
        notes = (note for shelf in shelves for some in shelf.notes.values() for note in some)
        check_goods(loaded, {good.name for good in goods} | set(notes), {size for good in goods for size in good.sizes})
    return loaded


def is_locale_name(name: str) -> bool:
    """Tell whether a name is one as locales have, of a language or a language and a country: ``sw``, ``sw_KE``."""
    return re.fullmatch("[a-z]{2,3}(_[A-Z]{2})?", name) is not None


@lru_cache(maxsize=256)
def nowhere(name: str) -> Locale:
    """Return a locale that has nothing but a name of its own, for texts that are of no country."""
    return locale(_ANY).model_copy(update={"name": name, "language": name.partition("_")[0]})


def locale_for(name: str, country: bool) -> Locale:
    """Load a locale as ``locale`` does; one of a mere name where texts need no country, and none is packaged."""
    packaged = country or is_path(name) or name in packaged_names("locales")
    return locale(name) if packaged or not is_locale_name(name) else nowhere(name)


def _group_indian(text: str) -> str:
    """Regroup ``1,234,567.00`` to ``12,34,567.00``: the last three digits, then pairs."""
    whole, point, cents = text.replace(",", "").partition(".")
    minus, digits = ("-", whole[1:]) if whole.startswith("-") else ("", whole)
    if len(digits) > 3:
        head, tail = digits[:-3], digits[-3:]
        pairs = [head[max(end - 2, 0) : end] for end in range(len(head), 0, -2)]
        digits = ",".join([*reversed(pairs), tail])
    return f"{minus}{digits}{point}{cents}"
