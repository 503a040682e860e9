"""Types of given values: numbers and texts as receipts have them, each fault in one line."""

import re
import unicodedata
from datetime import date as day
from datetime import time as clock
from decimal import Decimal
from math import isfinite
from typing import Annotated, Any, Final

from pydantic import AfterValidator, BeforeValidator, Field, StringConstraints, WithJsonSchema

from receiptgen.config.diagnostics import quote
from receiptgen.config.worded import TextLike

# More digits than any cash register prints.
_LARGEST: Final = 10**12
_MOST_PIECES: Final = 10**6
_MOST_OF_A_GOOD: Final = 99_999
_LONGEST: Final = 1000
# Decimal places of a number; floats that come of a sum may have some twenty.
_MOST_PLACES: Final = 40
_NUMBER: Final = re.compile(r"\s*[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]+)?\s*")
# Control characters, halves of surrogate pairs, and ends of lines and paragraphs.
_UNPRINTABLE: Final = {"Cc", "Cs", "Zl", "Zp"}


def is_number(text: str) -> bool:
    """Tell whether a text is a number as JSON writes it, with ASCII digits and nothing between them."""
    return _NUMBER.fullmatch(text) is not None


def _number(value: Any) -> Any:
    """Refuse what Python takes for a number, and a table of values does not: ``1_000``, ``True``, other digits."""
    if isinstance(value, bool) or (isinstance(value, str) and not is_number(value)):
        raise ValueError(f"expected a number, got {quote(value)}")
    # Written out, as messages have it, 1e-99999 would fill pages.
    if isinstance(value, str | float | Decimal):
        exponent = Decimal(str(value).strip()).as_tuple().exponent
        if isinstance(exponent, int) and exponent < -_MOST_PLACES:
            raise ValueError(f"expected a number of {_MOST_PLACES} decimal places or fewer, got {quote(value)}")
    return value


def _not_zero(value: Decimal) -> Decimal:
    if not value:
        raise ValueError(f"expected a number other than 0, got {value:f}")
    return value


def _text(value: Any) -> Any:
    """Take numbers for text: a receipt number, say, that a program holds as an int."""
    if isinstance(value, bool) or (isinstance(value, float) and not isfinite(value)):
        return value
    return str(value) if isinstance(value, int | float | Decimal) else value


def _fact(value: Any) -> Any:
    if not isinstance(value, int | float | Decimal):
        return value
    # Comparing NaN is an error of its own.
    if not (isinstance(value, int) or isfinite(value)) or not -_LARGEST <= value <= _LARGEST:
        raise ValueError(f"expected a number from {-_LARGEST} to {_LARGEST}, or text, got {quote(value)}")
    return value


def _printable(text: str) -> str:
    for char in text:
        if unicodedata.category(char) in _UNPRINTABLE:
            raise ValueError(f"expected text that can be printed, got the character {char!r}")
    return text


def _seen(text: str) -> str:
    if not text.strip():
        raise ValueError(f"expected a name that can be seen, got {quote(text)}; leave the key out for a drawn one")
    return text


def _time(value: Any) -> Any:
    """Keep whether seconds are given."""
    return value.isoformat("seconds" if value.second else "minutes") if isinstance(value, clock) else value


def _date(value: Any) -> Any:
    """Refuse numbers, which would count as seconds since 1970."""
    if isinstance(value, int | float | Decimal) or (isinstance(value, str) and is_number(value)):
        raise ValueError(f"expected a date such as 2024-12-31, got {quote(value)}")
    return value


Amount = Annotated[Decimal, Field(ge=-_LARGEST, le=_LARGEST, allow_inf_nan=False), BeforeValidator(_number)]
AmountOff = Annotated[Amount, AfterValidator(_not_zero)]
Quantity = Annotated[
    Decimal,
    Field(ge=-_MOST_OF_A_GOOD, le=_MOST_OF_A_GOOD, allow_inf_nan=False),
    AfterValidator(_not_zero),
    BeforeValidator(_number),
]
Pieces = Annotated[int, Field(ge=-_MOST_PIECES, le=_MOST_PIECES), BeforeValidator(_number)]
Guests = Annotated[int, Field(ge=0, le=9999), BeforeValidator(_number)]
Percent = Annotated[Decimal, Field(ge=0, le=100, allow_inf_nan=False), BeforeValidator(_number)]
PercentOff = Annotated[Decimal, Field(gt=0, le=100, allow_inf_nan=False), BeforeValidator(_number)]
Text = Annotated[str, BeforeValidator(_text), StringConstraints(max_length=_LONGEST), AfterValidator(_printable)]
# A name of which something is printed.
Name = Annotated[Text, AfterValidator(_seen)]
FactText = Annotated[
    Text,
    BeforeValidator(_fact),
    WithJsonSchema(
        {
            "anyOf": [
                {"type": "string", "maxLength": _LONGEST},
                {"type": "number", "minimum": -_LARGEST, "maximum": _LARGEST},
            ]
        }
    ),
]
Day = Annotated[day, BeforeValidator(_date)]
TimeText = Annotated[
    str,
    BeforeValidator(_time),
    TextLike(r"^([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9])?$", "a time from 00:00 to 23:59:59 such as 12:30"),
]  # fmt: skip
