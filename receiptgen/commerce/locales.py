"""How a country prints receipts: words, amounts, dates, addresses, ids and taxes."""

import re
from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from functools import cached_property, lru_cache
from typing import Annotated, Literal, get_args

from pydantic import Field

from receiptgen.commerce.id_numbers import LETTERS, IdNumber
from receiptgen.config.records import Record, load
from receiptgen.core.assets import packaged
from receiptgen.core.dice import Dice
from receiptgen.core.distributions import Range, Weight, Weights, counts

# Smallest coin to largest note.
Money = Annotated[Decimal, Field(gt=0, le=10**9)]
# Keys that every locale's ``words`` must have.
_KEYS = """
    receipt invoice copy receipt_no invoice_no date time cashier server till store table guests order customer
    phone fax email website hours
    item description quantity price unit_price amount code tax_code rate net gross
    subtotal discount coupon member_discount service_charge tip tax tax_included total total_before_tax
    rounding payable cash card voucher change items_sold you_saved thanks goodbye returns survey
    card_number approval terminal merchant_id paid signature member points
    room guest arrival departure nights
    pickup dropoff distance duration driver plate fare
    entry exit space
    pump
    prescription pharmacist
    tracking weight sender recipient
    bill_to due_date project terms bank
"""
WORDS = frozenset(_KEYS.split())
# Kinds of shop; every locale names some of each, every catalogue has goods for each.
Shop = Literal[
    "supermarket", "restaurant", "cafe", "fuel", "pharmacy", "hardware", "hotel", "taxi", "parking", "office",
    "post", "bakery",
]  # fmt: skip
SHOPS: tuple[str, ...] = get_args(Shop)
_NUMBER = re.compile(r"[0-9](?:.*[0-9])?")
_PLAIN = re.compile(r"[0-9]+(\.[0-9]+)?")


class Currency(Record):
    """A currency and where its sign stands.

    Attributes:
        code: ISO 4217 code.
        sign: Printed sign, as ``$``, ``RM`` or ``CHF``.
        side: Side of the number on which the sign stands.
        space: Whether a space parts sign and number.
        scale: Prices as a multiple of the catalogue's (about the rate to the euro).
        cash_step: Smallest payable amount in cash, or None where cash is not rounded.
        notes: Notes and coins that people hand over, largest first.
        places: Decimal places of amounts: 0 where receipts print whole units only, as those of Hungary.
    """

    code: str
    sign: str
    side: Literal["left", "right"] = "left"
    space: bool = False
    scale: Decimal = Field(default=Decimal(1), gt=0, le=10**6)
    cash_step: Money | None = None
    notes: tuple[Money, ...]
    places: Annotated[int, Field(ge=0, le=4)] = 2

    @cached_property
    def quantum(self) -> Decimal:
        """Smallest difference of two amounts, with the places of an amount: ``0.01``."""
        return Decimal(1).scaleb(-self.places)

    @cached_property
    def zero(self) -> Decimal:
        """No money, with the places of an amount: ``0.00``."""
        return Decimal(0).scaleb(-self.places)


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


class Rate(Record):
    """One tax rate.

    Attributes:
        code: Letters printed after an item, as ``A`` or ``SR``; may be empty.
        parts: Named shares in per cent that make up the rate, as ``{CGST: 2.5, SGST: 2.5}``.
    """

    code: str = ""
    parts: dict[str, Annotated[Decimal, Field(ge=0, le=100)]]

    @cached_property
    def percent(self) -> Decimal:
        """The whole rate in per cent."""
        return sum(self.parts.values(), Decimal(0))


class TaxScheme(Record):
    """Rules by which a cash register adds up taxes.

    Attributes:
        weight: Frequency of this scheme among the locale's.
        inclusive: Whether shelf prices contain the tax.
        rounding: Whether tax is rounded for each line, or once for the total of each rate.
        rates: Rates by name.
        classes: Name of the rate of each class of goods (``food``, ``fuel`` ...); ``standard`` is required
            and serves every class that is not named.
        summary: Heading of the tax summary, as ``GST SUMMARY``.
        regions: Regions of ``places`` where it holds; empty for all.
        years: Years in which it holds.
        words: Words that name this tax and replace the locale's, as ``{tax_included: [Total Incl. GST]}``.
    """

    weight: Weight = 1.0
    inclusive: bool
    rounding: Literal["line", "total"] = "total"
    rates: dict[str, Rate]
    classes: dict[str, str]
    summary: str
    regions: tuple[str, ...] = ()
    years: Annotated[Range, counts(1, 9999)] = Range(1990, 2099)
    words: dict[str, tuple[str, ...]] = Field(default_factory=dict)


class Locale(Record):
    r"""One country (and language) as its cash registers print it.

    Attributes:
        name: Name of its file, as ``en_US``.
        language: Two-letter code; names the catalogue of goods.
        country: Name of the country as addresses print it.
        decimal: Decimal separator of cash registers.
        group: Separator of thousands; may be empty.
        grouping: ``western`` parts every three digits, ``indian`` the last three, then pairs (``12,34,567``).
        currency: See ``Currency``.
        dates: ``strftime``-like patterns (``%d %m %Y %y %b %a %-d %-m``) with weights.
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
        companies: Patterns of legal names with ``{surname} {town} {noun}`` and the legal form, as
            ``{noun} SDN BHD``.
        nouns: Values of ``{noun}``, as ``Golden Harvest``.
        domains: Endings of web addresses, as ``.com``.
        shops: Patterns of trading names by kind of shop (``supermarket`` ...), same placeholders.
        tax_ids: Numbers of a business for taxes.
        company_ids: Other numbers of a business; may be empty.
        taxes: Ways in which tax is reckoned.
        cards: Names of payment cards with weights.
        words: Every fixed word on a receipt by key, each with its variants; see ``WORDS``.
    """

    name: str = ""
    language: str
    country: str
    decimal: Literal[".", ","]
    group: Literal[".", ",", "'", " ", ""]
    grouping: Literal["western", "indian"] = "western"
    currency: Currency
    dates: Weights
    times: Weights
    months: tuple[str, ...] = Field(min_length=12, max_length=12)
    days: tuple[str, ...] = Field(min_length=7, max_length=7)
    phones: tuple[str, ...] = Field(min_length=1)
    address: tuple[tuple[str, ...], ...] = Field(min_length=1)
    units: tuple[str, ...] = ()
    streets: tuple[str, ...] = Field(min_length=20)
    places: tuple[Place, ...] = Field(min_length=12)
    firstnames: tuple[str, ...] = Field(min_length=20)
    surnames: tuple[str, ...] = Field(min_length=20)
    companies: tuple[str, ...] = Field(min_length=2)
    nouns: tuple[str, ...] = Field(min_length=5)
    domains: tuple[str, ...] = Field(min_length=1)
    shops: dict[str, tuple[str, ...]]
    tax_ids: tuple[IdNumber, ...]
    company_ids: tuple[IdNumber, ...] = ()
    taxes: tuple[TaxScheme, ...] = Field(min_length=1)
    cards: Weights
    words: dict[str, tuple[str, ...]]

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
        if not _PLAIN.fullmatch(digits):
            raise ValueError(f"{text!r} holds no single number")
        value = Decimal(digits)
        return -value if "-" in text[: found.start()] + text[found.end() :] else value

    def stamp(self, moment: datetime, pattern: str) -> str:
        """Print a date or time by a pattern, in the locale's own month and day names.

        Knows ``%d %m %y %Y %b %a %H %I %M %S %p``, ``%P`` (``am``) and, without a leading zero,
        ``%-d %-m %-I %-H``;
        unlike ``strftime`` it does not depend on the machine.
        """
        hour = moment.hour % 12 or 12
        values = {
            "%-d": str(moment.day), "%-m": str(moment.month), "%-I": str(hour), "%-H": str(moment.hour),
            "%d": f"{moment.day:02d}", "%m": f"{moment.month:02d}", "%y": f"{moment.year % 100:02d}",
            "%Y": str(moment.year), "%b": self.months[moment.month - 1], "%a": self.days[moment.weekday()],
            "%H": f"{moment.hour:02d}", "%I": f"{hour:02d}", "%M": f"{moment.minute:02d}",
            "%S": f"{moment.second:02d}", "%p": "AM" if moment.hour < 12 else "PM",
            "%P": "am" if moment.hour < 12 else "pm",
        }  # fmt: skip
        for directive, value in values.items():
            if directive in pattern:
                pattern = pattern.replace(directive, value)
        return pattern


@lru_cache(maxsize=64)
def locale(name: str) -> Locale:
    """Load a packaged locale by name, once a process.

    Raises:
        UnknownNameError: There is no such locale.
        ConfigError: Its file is wrong.
    """
    path = packaged("locales", name)
    return load(path, Locale).model_copy(update={"name": name})


def fill(pattern: str, dice: Dice, values: Mapping[str, str] | None = None) -> str:
    r"""Replace ``{placeholders}``, then draw a digit for each ``#`` and a capital letter for each ``@``.

    A backslash keeps the mark after it, so ``\###-##`` gives ``#05-12``; ``values`` are printed as they are.
    """
    if "#" in pattern or "@" in pattern:
        parts, kept = [], False
        for mark in pattern:
            if kept:
                kept = False
            elif mark == "#":
                mark = dice.digits(1)
            elif mark == "@":
                mark = dice.letters(LETTERS, 1)
            elif mark == "\\":
                kept = True
                continue
            parts.append(mark)
        pattern = "".join(parts)
    return pattern.format(**values) if values else pattern


def _group_indian(text: str) -> str:
    """Regroup ``1,234,567.00`` to ``12,34,567.00``: the last three digits, then pairs."""
    whole, point, cents = text.replace(",", "").partition(".")
    minus, digits = ("-", whole[1:]) if whole.startswith("-") else ("", whole)
    if len(digits) > 3:
        head, tail = digits[:-3], digits[-3:]
        pairs = [head[max(end - 2, 0) : end] for end in range(len(head), 0, -2)]
        digits = ",".join([*reversed(pairs), tail])
    return f"{minus}{digits}{point}{cents}"
