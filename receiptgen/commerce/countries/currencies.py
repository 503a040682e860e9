"""Currencies: signs, coins, and how prices of a size look on labels."""

from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_UP, Decimal
from functools import cached_property
from typing import Annotated, Final, Literal, Self

from pydantic import Field, model_validator

from receiptgen.config.diagnostics import MemberError, misfit
from receiptgen.config.records import Record
from receiptgen.core.counts import counted
from receiptgen.core.days import Days
from receiptgen.core.distributions import Range

# Smallest coin to largest note.
Money = Annotated[Decimal, Field(gt=0, le=10**9)]
# Currencies without decimal places, and with three; all others have two (ISO 4217, list one).
_WHOLE: Final = "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF"
_THREE: Final = "BHD IQD JOD KWD LYD OMR TND"
# Money that people pay with (ISO 4217, list one) or did since 1999 (list three): no metals, no codes of no currency.
_PAID: Final = """
    ADP AED AFA AFN ALL AMD ANG AOA AON AOR ARS ATS AUD AWG AZM AZN BAM BBD BDT BEF BGL BGN BHD BIF BMD BND BOB BRL BSD
    BTN BWP BYB BYN BYR BZD CAD CDF CHF CLP CNY COP CRC CSD CUC CUP CVE CYP CZK DEM DJF DKK DOP DZD ECS EEK EGP ERN ESP
    ETB EUR FIM FJD FKP FRF GBP GEL GHC GHS GIP GMD GNF GRD GTQ GWP GYD HKD HNL HRK HTG HUF IDR IEP ILS INR IQD IRR ISK
    ITL JMD JOD JPY KES KGS KHR KMF KPW KRW KWD KYD KZT LAK LBP LKR LRD LSL LTL LUF LVL LYD MAD MDL MGA MGF MKD MMK MNT
    MOP MRO MRU MTL MUR MVR MWK MXN MYR MZM MZN NAD NGN NIO NLG NOK NPR NZD OMR PAB PEN PGK PHP PKR PLN PTE PYG QAR ROL
    RON RSD RUB RUR RWF SAR SBD SCR SDD SDG SEK SGD SHP SIT SKK SLE SLL SOS SRD SRG SSP STD STN SVC SYP SZL THB TJR TJS
    TMM TMT TND TOP TPE TRL TRY TTD TWD TZS UAH UGX USD UYI UYU UZS VEB VED VEF VES VND VUV WST XAF XCD XCG XOF XPF YER
    YUM ZAR ZMK ZMW ZWD ZWG ZWL ZWN ZWR
"""
# How cash is rounded to the smallest coin.
CashRounding = Literal["half_up", "half_down", "down"]
# What prices end in, beside whole steps.
Ending = Annotated[Decimal, Field(ge=0, le=10**9)]


def places_of(code: str) -> int:
    """Return the decimal places of a currency by its ISO 4217 code; those of codes that are not known are two."""
    return 0 if code in _WHOLE else 3 if code in _THREE else 2


def is_money(code: str) -> bool:
    """Tell whether an ISO 4217 code is that of money that people pay with, or did since 1999."""
    return code in _PAID.split()


class PriceForm(Record):
    """How labels show prices from a size on: whole steps and an ending, as 1,290 is 12 times 100 and 90.

    Attributes:
        above: Smallest price that looks so.
        step: The step.
        endings: What is added to whole steps, likely ones repeated.
    """

    above: Annotated[Decimal, Field(ge=0, le=10**9)] = Decimal(0)
    step: Money
    endings: Annotated[tuple[Ending, ...], Field(min_length=1)] = (Decimal(0),)

    @cached_property
    def size(self) -> float:
        """The step as a float, for prices are drawn as floats."""
        return float(self.step)


class OtherCurrency(Record):
    """A currency in which totals are told besides, as around a change of currency.

    Attributes:
        code: ISO 4217 code, which is printed.
        rate: Units of it that one unit of the country's currency is.
        dates: Days on which it is told.
    """

    code: str
    rate: Decimal = Field(gt=0, le=10**6)
    dates: Days

    def amount(self, value: Decimal) -> Decimal:
        """Convert an amount, rounded half up to the places of this currency."""
        return (value * self.rate).quantize(Decimal(1).scaleb(-places_of(self.code)), ROUND_HALF_UP)


class Currency(Record):
    """A currency and where its sign stands.

    Attributes:
        code: ISO 4217 code.
        sign: Printed sign, as ``$``, ``RM`` or ``CHF``.
        side: Side of the number on which the sign stands.
        space: Whether a space parts sign and number.
        scale: Prices as a multiple of the catalogue's (about the rate to the euro).
        endings: Hundredths in which shelf prices of one and more end, likely ones repeated; empty for the usual ones.
        price_step: Smallest step of shelf prices, where there are no smaller coins, as 0.05; None for cents.
        prices: Forms of the prices on labels of a ``shelf``, of a ``menu`` and of ``fuel``, where they are not those of
            most countries; those of small prices first.
        cash_step: Smallest payable amount in cash, or None where cash is not rounded.
        cash_rounding: How cash is rounded: to the nearest step, ``half_up`` or ``half_down``, or always ``down``.
        notes: Notes and coins that people hand over, largest first.
        besides: Another currency in which totals are told, too.
        places: Decimal places of amounts: 0 where receipts print whole units only, as those of Hungary.
    """

    code: str
    sign: str
    side: Literal["left", "right"] = "left"
    space: bool = False
    scale: Decimal = Field(default=Decimal(1), gt=0, le=10**6)
    endings: tuple[Annotated[int, Field(ge=0, le=99)], ...] = ()
    price_step: Money | None = None
    prices: dict[Literal["shelf", "menu", "fuel"], Annotated[tuple[PriceForm, ...], Field(min_length=1)]] = Field(
        default_factory=dict
    )
    cash_step: Money | None = None
    cash_rounding: CashRounding = "half_up"
    notes: Annotated[tuple[Money, ...], Field(min_length=1)]
    besides: OtherCurrency | None = None
    places: Annotated[int, Field(ge=0, le=4)] = 2

    @model_validator(mode="after")
    def _check_notes(self) -> Self:
        if list(self.notes) != sorted(set(self.notes), reverse=True):
            raise MemberError([misfit(("notes",), self.notes, "expected each note and coin once, largest first")])
        if self.cash_step is not None and self.cash_step % self.notes[-1]:
            text = f"{self.cash_step} can't be paid, the smallest coin is {self.notes[-1]}"
            raise MemberError([misfit(("cash_step",), self.cash_step, text)])
        return self

    @cached_property
    def quantum(self) -> Decimal:
        """Smallest difference of two amounts, with the places of an amount: ``0.01``."""
        return Decimal(1).scaleb(-self.places)

    @cached_property
    def zero(self) -> Decimal:
        """No money, with the places of an amount: ``0.00``."""
        return Decimal(0).scaleb(-self.places)

    def steps_within(self, bounds: Range) -> range:
        """Return all amounts of a range of amounts in the main unit, as multiples of ``quantum``; some have none."""
        low, high = (Decimal(str(end)) / self.quantum for end in bounds.ends)
        return range(int(low.to_integral_value(ROUND_CEILING)), int(high.to_integral_value(ROUND_FLOOR)) + 1)

    def in_round_coins(self, value: Decimal) -> Decimal:
        """Return about as much in the largest coins or notes of which it takes two at least, as people give tips."""
        coin = next((coin for coin in self.notes if 2 * coin <= value), self.notes[-1])
        return (max(Decimal(1), (value / coin).to_integral_value(ROUND_HALF_UP)) * coin).quantize(self.quantum)


def no_amount(bounds: Range, currency: Currency) -> str:
    """Say that a range has no amount of a currency, whose amounts have too few decimal places for it."""
    asked = str(bounds.low) if bounds.low == bounds.high else str(bounds)
    places = counted(currency.places, "decimal place") if currency.places else "no decimal places"
    return f"{asked} holds no amount of {currency.code}, which has {places}; take other totals or locales"
