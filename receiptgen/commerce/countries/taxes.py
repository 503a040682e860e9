"""Rules by which cash registers reckon taxes: rates, the classes of goods that they are for, regions and years."""

from collections.abc import Collection, Iterator
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import Annotated, Any, Final, Literal, Self

from pydantic import AfterValidator, BeforeValidator, Field, model_validator

from receiptgen.commerce.countries.words import KNOWN_WORDS, Words
from receiptgen.config.diagnostics import MemberError, Misfit, misfit
from receiptgen.config.records import Record
from receiptgen.core.days import Days
from receiptgen.core.distributions import Range, Weight, counts
from receiptgen.core.suggestions import hint

# How one is served, see ``trades``.
Trade = Literal["goods", "table", "fuel", "pharmacy", "hotel", "taxi", "parking", "office", "post"]
# The class that serves every class that a scheme does not name.
STANDARD: Final = "standard"
GOODS: Final = (
    "food", "prepared", "drink", "alcohol", "fuel", "medicine", "book", "lodging", "transport", "parking",
    "postage", "service", "goods",
)  # fmt: skip
CLASSES: Final = (STANDARD, *GOODS)


def _class_of(classes: Collection[str]) -> AfterValidator:
    """Make a check that a text is one of some classes or a part of one."""

    def check(name: str) -> str:
        if fault := _unknown(name, classes):
            raise ValueError(fault)
        return name

    return AfterValidator(check)


def _unknown(name: str, classes: Collection[str]) -> str:
    """Say what is wrong with the name of a class; empty if nothing is."""
    whole = name.partition(".")[0]
    return "" if whole in classes else f"unknown class {name!r}{hint(whole, classes, len(classes))}"


def wider_classes(tax_class: str) -> Iterator[str]:
    """Yield a class and those of which it is a part: ``food.bread``, then ``food``."""
    while tax_class:
        yield tax_class
        tax_class = tax_class.rpartition(".")[0]


# Class of a good, or a part of one: some countries tax bread, ``food.bread``, unlike other food.
TaxClass = Annotated[str, _class_of(GOODS)]
# Classes that goods may name, too.
AnyTaxClass = Annotated[str, _class_of(CLASSES)]


def _listed(value: Any) -> Any:
    """Return a single range of days as a list of one."""
    return value if isinstance(value, list | tuple) else (value,)


class Rate(Record):
    """One tax rate.

    Attributes:
        code: Letters printed after an item, as ``A`` or ``SR``; may be empty.
        parts: Named shares in per cent that make up the rate, as ``{CGST: 2.5, SGST: 2.5}``.
        of: What the shares are of: the ``net`` price, or the ``gross`` one, tax and all, as in Brazil.
    """

    code: str = ""
    parts: dict[str, Annotated[Decimal, Field(ge=0, le=100)]]
    of: Literal["net", "gross"] = "net"

    @cached_property
    def told(self) -> Decimal:
        """The whole rate in per cent as it is told, of net or gross."""
        return sum(self.parts.values(), Decimal(0))

    @cached_property
    def percent(self) -> Decimal:
        """The whole rate in per cent of the net price."""
        return self.told if self.of == "net" else 100 * self.told / (100 - self.told)

    @model_validator(mode="after")
    def _leaves_a_price(self) -> Self:
        if self.of == "gross" and self.told >= 100:
            raise MemberError([misfit(("parts",), self.parts, f"{self.told:f}% of the gross price leave no net price")])
        return self


class TaxScheme(Record):
    """Rules by which a cash register adds up taxes.

    Attributes:
        weight: Frequency of this scheme among the locale's.
        inclusive: Whether shelf prices contain the tax.
        rounding: Whether tax is rounded for each line, or once for the total of each rate.
        rates: Rates by name.
        classes: Name of the rate of each class of goods (``food``, ``fuel`` ...), and of parts of one that have a
            rate of their own (``food.bread``); ``standard`` is required and serves every class that is not named.
        summary: Heading of the tax summary, as ``GST SUMMARY``.
        regions: Regions or towns of ``places`` where it holds; empty for all.
        trades: Ways of being served for which it is, as ``[table, hotel]`` where served drinks have a rate of their
            own; empty for all.
        years: Years in which it holds.
        dates: Days on which it holds, in place of ``years``, where rates changed within a year: a range, or a list of
            ranges where it came back.
        words: Words that name this tax and replace the locale's, as ``{tax_included: [Total Incl. GST]}``.
    """

    weight: Weight = 1.0
    inclusive: bool
    rounding: Literal["line", "total"] = "total"
    rates: dict[str, Rate] = Field(min_length=1)
    classes: dict[str, str]
    summary: str
    regions: tuple[str, ...] = ()
    trades: tuple[Trade, ...] = ()
    years: Annotated[Range, counts(1, 9999)] = Range(1990, 2099)
    dates: Annotated[tuple[Days, ...], BeforeValidator(_listed)] = ()
    words: Annotated[Words, KNOWN_WORDS] = Field(default_factory=dict)

    @cached_property
    def spans(self) -> tuple[Days, ...]:
        """Ranges of days in which it holds."""
        return self.dates or (Days.of_years(int(self.years.low), int(self.years.high)),)

    def held_in(self, days: Days) -> tuple[Days, ...]:
        """Return on which of some days the scheme holds, in ranges; empty for none."""
        return tuple([held for span in self.spans if (held := days.overlap(span))])

    def holds_on(self, day: date) -> bool:
        """Tell whether the scheme holds on a day."""
        return any(day in span for span in self.spans)

    def holds_in(self, region: str, town: str) -> bool:
        """Tell whether the scheme holds in a town of a region."""
        return not self.regions or region in self.regions or town in self.regions

    def serves(self, trade: str) -> bool:
        """Tell whether the scheme is for a way of being served."""
        return not self.trades or trade in self.trades

    def rate_of(self, tax_class: str) -> str:
        """Name the rate of a class: its own, that of the class of which it is a part, or the standard one."""
        found = next((each for each in wider_classes(tax_class) if each in self.classes), STANDARD)
        return self.classes[found]

    @model_validator(mode="after")
    def _check_classes(self) -> Self:
        if faults := [fault for name, rate in self.classes.items() for fault in self._faults_of_class(name, rate)]:
            raise MemberError(faults)
        if STANDARD not in self.classes:
            raise MemberError([misfit(("classes",), self.classes, f"missing class {STANDARD!r}")])
        return self

    def _faults_of_class(self, name: str, rate: str) -> Iterator[Misfit]:
        if fault := _unknown(name, CLASSES):
            yield misfit(("classes", name), rate, fault)
        if rate not in self.rates:
            yield misfit(("classes", name), rate, f"unknown rate {rate!r}{hint(rate, self.rates)}")
