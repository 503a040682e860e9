"""Ranges of days, as YAML and options say them."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, core_schema

from receiptgen.core.dice import Dice

_DAY = "[0-9]{4}-[0-9]{2}-[0-9]{2}"


class Days:
    """An inclusive range of days; in YAML ``2025-01-01..2025-12-31``, or ``2025-03-01`` for just that.

    Attributes:
        first: First day.
        last: Last day, not before ``first``.
    """

    __slots__ = ("first", "last")

    def __init__(self, first: date, last: date) -> None:
        if last < first:
            raise ValueError(f"{first}..{last} ends before it begins")
        self.first = first
        self.last = last

    def __repr__(self) -> str:
        return f"{self.first}..{self.last}"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Days) and (self.first, self.last) == (other.first, other.last)

    def __hash__(self) -> int:
        return hash((self.first, self.last))

    def __contains__(self, day: date) -> bool:
        return self.first <= day <= self.last

    @classmethod
    def of_years(cls, first: int, last: int) -> Days:
        """Return all days of some years, 1 to 9999."""
        return cls(date(first, 1, 1), date(last, 12, 31))

    @property
    def count(self) -> int:
        """Number of days, 1 or more."""
        return (self.last - self.first).days + 1

    def overlap(self, other: Days) -> Days | None:
        """Return the days that both have, or None where there are none."""
        first, last = max(self.first, other.first), min(self.last, other.last)
        return Days(first, last) if first <= last else None

    def draw(self, dice: Dice) -> date:
        """Draw a day, all equally likely."""
        return self.first + timedelta(days=dice.integer(0, (self.last - self.first).days))

    @classmethod
    def parse(cls, value: Any) -> Days:
        """Read ``2025-01-01..2025-12-31``, a single day or Days."""
        if isinstance(value, Days):
            return value
        first, dots, last = str(value).partition("..")
        try:
            ends = [date.fromisoformat(end) for end in (first, last if dots else first)]
        except ValueError:
            raise ValueError(f"{str(value)!r} is not a day or a range of days such as 2025-01-01..2025-12-31") from None
        return cls(*ends)

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_plain_validator_function(cls.parse, serialization=core_schema.to_string_ser_schema())

    @classmethod
    def __get_pydantic_json_schema__(cls, schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        return {
            "type": "string",
            "pattern": rf"^{_DAY}(\.\.{_DAY})?$",
            "description": "a day, or an inclusive range of days such as 2025-01-01..2025-12-31",
        }
