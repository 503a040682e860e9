"""Goods of a user's own: a table or a list, whose prices are printed as they are."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property, lru_cache
from typing import Annotated, Any, Final, Literal, NamedTuple

from pydantic import AfterValidator, BeforeValidator, Field, PlainValidator, ValidationInfo

from receiptgen.commerce.countries.taxes import AnyTaxClass
from receiptgen.config.diagnostics import quote
from receiptgen.config.named_files import Loaded, named_by
from receiptgen.config.records import Record
from receiptgen.config.tables import load_rows, with_point
from receiptgen.config.worded import TextLike
from receiptgen.core.inputs import cache_of_files

# Measures that goods are sold by, beside pieces.
Unit = Literal["kg", "g", "lb", "oz", "L", "l", "gal", "m", "ft", "km", "mi", "h", "min", "day", "night"]
_DEAREST: Final = Decimal(10**9)
# A price has three decimal places at most, as that of fuel.
_PRICES: Final = re.compile(r"[0-9]{1,10}(\.[0-9]{1,3})?(\.\.[0-9]{1,10}(\.[0-9]{1,3})?)?", re.ASCII)


class Prices(NamedTuple):
    """The lowest and the highest price of one unit, in the locale's currency; alike where there is one price."""

    low: Decimal
    high: Decimal


def _prices(value: Any, info: ValidationInfo) -> Prices:
    text = str(with_point(value, info))
    if not _PRICES.fullmatch(text):
        raise ValueError(f"expected a number or a range such as 1.20..3.50, got {quote(value)}")
    return _read_prices(text)


# Many goods of a list have one price.
@lru_cache(maxsize=10_000)
def _read_prices(text: str) -> Prices:
    low, dots, high = text.partition("..")
    lowest = Decimal(low)
    highest = Decimal(high) if dots else lowest
    if not 0 < lowest <= highest <= _DEAREST:
        raise ValueError(f"expected a price above 0, or a range that does not end before it begins, got {quote(text)}")
    return Prices(lowest, highest)


def parts(value: Any) -> Any:
    """Part a field of a table at its bars; a list stays as it is."""
    return [part.strip() for part in value.split("|") if part.strip()] if isinstance(value, str) else value


# A text as it is printed, on one line.
Text = Annotated[
    str,
    Field(max_length=200),
    TextLike(
        r"^(\S([^\x00-\x1f\x7f]*\S)?)?$",
        "text on one line, without control characters or spaces at its ends, such as Green tea",
    ),
]
# Several, in a table parted by bars.
Parts = Annotated[tuple[Text, ...], BeforeValidator(parts)]


class ListedGood(Record):
    """Something for sale.

    Attributes:
        name: Name as it is printed, unless the template abbreviates.
        price: Price of one unit in the locale's currency, or a range of prices such as ``1.20..3.50``; none for one
            that such goods have.
        tax_class: Class by which a tax scheme finds its rate; none for that of such goods.
        unit: Measure it is sold by (``kg L h`` ...); empty for pieces.
        code: Product code; empty for such as the template draws.
        sizes: Packs it comes in, small first; the price grows along its range.
    """

    name: Annotated[Text, Field(min_length=1)]
    price: Annotated[Prices, PlainValidator(_prices)] | None = None
    tax_class: AnyTaxClass | None = None
    unit: Unit | None = None
    code: Text = ""
    sizes: Parts = ()


class GoodsFile(Record):
    """The YAML file of a list of goods.

    Attributes:
        goods: Everything for sale.
    """

    goods: Annotated[tuple[ListedGood, ...], Field(min_length=1)]


@dataclass(frozen=True)
class GoodsList:
    """Goods of a user's own.

    Attributes:
        rows: All of them.
    """

    rows: Sequence[ListedGood]

    @cached_property
    def by_unit(self) -> dict[str, tuple[ListedGood, ...]]:
        """The goods by their measures; those sold by the piece by an empty one."""
        found: dict[str, list[ListedGood]] = {}
        for row in self.rows:
            found.setdefault(row.unit or "", []).append(row)
        return {unit: tuple(rows) for unit, rows in found.items()}


@cache_of_files(maxsize=16)
def loaded_goods(name: str) -> Loaded[GoodsList]:
    """Load a list of goods by packaged name or path.

    Raises:
        UnknownNameError: There is no packaged list of that name.
        ConfigError: The file is wrong.
    """
    rows = load_rows(name, "goods", ListedGood, GoodsFile)
    return Loaded(GoodsList(rows.value), rows.digest, rows.inputs, rows.files)


def _known_goods(name: str, info: ValidationInfo) -> str:
    return name and named_by(name, info, "goods", loaded_goods)


# A packaged list of goods, or the path of one's own; empty for none.
GoodsName = Annotated[str, AfterValidator(_known_goods)]
