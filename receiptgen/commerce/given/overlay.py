"""Given values laid over drawn records; a text that differs only by what a cash register changes stays as drawn."""

from dataclasses import fields, replace
from decimal import Decimal
from typing import Any, TypeVar

from receiptgen.config.records import Record
from receiptgen.typography.typeface import plain

T = TypeVar("T")


def same_text(drawn: str, given: str) -> bool:
    """Tell whether two texts are printed alike, but for capitals, spaces and a comma at the end of a line."""
    return drawn == given or _folded(drawn) == _folded(given)


def _folded(text: str) -> str:
    return " ".join(plain(text).upper().casefold().split()).rstrip(",").replace("\u0307", "")


def overlay(drawn: T, given: Any) -> T:
    """Return a drawn value with what is given in its place.

    Args:
        drawn: A record, a list of records or a single value.
        given: The same as far as it is given; None where nothing is. A list replaces one of another length, whose
            entries go on as the last one does.
    """
    if given is None:
        return drawn
    value: Any = drawn
    if isinstance(given, Record):
        names = [field.name for field in fields(value)]
        changes = {name: overlay(getattr(drawn, name), getattr(given, name)) for name in names if hasattr(given, name)}
        value = replace(value, **changes)
    elif isinstance(given, tuple):
        old = value if isinstance(value, tuple) else ()
        value = tuple([overlay(old[min(i, len(old) - 1)], each) if old else each for i, each in enumerate(given)])
    elif isinstance(given, str) and isinstance(drawn, str):
        value = drawn if same_text(drawn, given) else given
    elif isinstance(given, Decimal) and isinstance(drawn, Decimal):
        value = drawn if drawn == given else with_places(given, drawn)
    else:
        value = given
    result: T = value
    return result


def with_places(value: Decimal, like: Decimal) -> Decimal:
    """Return a number with at least the decimal places of another one."""
    exponent = int(like.as_tuple().exponent)
    return value.quantize(Decimal(1).scaleb(exponent)) if int(value.as_tuple().exponent) > exponent else value
