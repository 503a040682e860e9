"""What is drawn from: ranges, quantiles and weights, as YAML says them."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from itertools import accumulate, pairwise
from math import isfinite
from typing import Annotated, Any

from pydantic import AfterValidator, Field, GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, core_schema

from receiptgen.core.suggestions import hint

# A part of a whole, or a chance.
Share = Annotated[float, Field(ge=0, le=1)]


class Range:
    """An inclusive range of numbers; in YAML ``2..5``, or ``3`` for just that.

    Integers stay integers, so ``dice.within`` draws an integer from ``2..5`` and a float from ``2..5.0``.

    Attributes:
        low: Smallest value.
        high: Largest value, at least ``low``.
    """

    __slots__ = ("high", "low", "whole")

    def __init__(self, low: float, high: float) -> None:
        if high < low:
            raise ValueError(f"range {low}..{high} ends before it begins")
        self.low = low
        self.high = high
        self.whole = isinstance(low, int) and isinstance(high, int)

    def __repr__(self) -> str:
        return f"{self.low}..{self.high}"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Range) and (self.low, self.high) == (other.low, other.high)

    def __hash__(self) -> int:
        return hash((self.low, self.high))

    @classmethod
    def parse(cls, value: Any) -> Range:
        """Read ``2..5``, ``3`` or a Range."""
        if isinstance(value, Range):
            return value
        low, dots, high = str(value).partition("..")
        try:
            ends = [float(end) if "." in end or "e" in end else int(end) for end in (low, high if dots else low)]
        except ValueError:
            raise ValueError(f"{value!r} is not a number or a range such as 2..5") from None
        return cls(*ends)

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_plain_validator_function(cls.parse, serialization=core_schema.to_string_ser_schema())

    @classmethod
    def __get_pydantic_json_schema__(cls, schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        number = r"-?[0-9]+(\.[0-9]+)?"
        return {
            "anyOf": [{"type": "number"}, {"type": "string", "pattern": rf"^{number}(\.\.{number})?$"}],
            "description": "a number, or an inclusive range such as 2..5",
        }


class Spread:
    """How a real number is spread: in YAML ``0.7``, ``0.5..1.2``, or a list of equally spaced quantiles.

    ``[14, 24, 31, 40, 92]`` says that a quarter of the draws lies between 14 and 24, the next between 24 and 31, and
    so on, evenly within each: a measured distribution, written down.

    Attributes:
        knots: The quantiles, two or more, never falling.
        gaps: How many stretches lie between them; 0 where all are one number.
    """

    __slots__ = ("gaps", "knots")

    def __init__(self, *knots: float) -> None:
        if any(high < low for low, high in pairwise(knots)):
            raise ValueError(f"quantiles {list(knots)} fall; write them in rising order")
        self.knots = knots if len(knots) > 1 else (knots[0], knots[0])
        self.gaps = len(self.knots) - 1 if self.knots[-1] > self.knots[0] else 0

    def __repr__(self) -> str:
        if len(self.knots) > 2:
            return f"[{', '.join(f'{knot:g}' for knot in self.knots)}]"
        low, high = self.knots
        return f"{low:g}" if low == high else f"{low:g}..{high:g}"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Spread) and self.knots == other.knots

    def __hash__(self) -> int:
        return hash(self.knots)

    @classmethod
    def parse(cls, value: Any) -> Spread:
        """Read ``0.7``, ``0.5..1.2``, a list of quantiles, or a Spread."""
        if isinstance(value, Spread):
            return value
        if isinstance(value, list | tuple):
            try:
                knots = [float(knot) for knot in value]
            except (TypeError, ValueError):
                knots = []
            if not knots or not all(map(isfinite, knots)):
                raise ValueError(f"{value!r} is not a list of numbers")
            return cls(*knots)
        bounds = Range.parse(value)
        return cls(float(bounds.low), float(bounds.high))

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_plain_validator_function(cls.parse, serialization=core_schema.to_string_ser_schema())

    @classmethod
    def __get_pydantic_json_schema__(cls, schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        either: dict[str, Any] = Range.__get_pydantic_json_schema__(schema, handler)
        return {
            "anyOf": [*either["anyOf"], {"type": "array", "items": {"type": "number"}, "minItems": 1}],
            "description": "a number, a range such as 0.5..1.2, or a list of equally spaced quantiles",
        }


def between(low: float, high: float) -> AfterValidator:
    """Return what, beside ``Spread`` in an ``Annotated``, keeps it within bounds that are included."""

    def check(value: Spread) -> Spread:
        if not (low <= value.knots[0] and value.knots[-1] <= high):
            raise ValueError(f"{value} leaves {low:g}..{high:g}")
        return value

    return AfterValidator(check)


class Weights(dict[str, float]):
    """Names with weights, ready to draw from: ``{cash: 3, card: 1}``."""

    @cached_property
    def table(self) -> tuple[tuple[str, ...], tuple[float, ...]]:
        """Names and cumulative weights."""
        return tuple(self), tuple(accumulate(self.values()))

    @classmethod
    def parse(cls, value: Any) -> Weights:
        """Read a mapping of weights, a list of equally likely names, or one name."""
        if isinstance(value, str):
            value = [value]
        try:
            if not isinstance(value, Mapping):
                value = dict.fromkeys(value, 1.0)
            weights = cls({str(name): float(weight) for name, weight in value.items()})
        except (TypeError, ValueError):
            raise ValueError("weights are numbers, as in {cash: 3, card: 1}") from None
        if not weights or min(weights.values()) < 0 or not 0 < sum(weights.values()) < float("inf"):
            raise ValueError("weights must be 0 or more, finite, and one of them above 0")
        return weights

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_plain_validator_function(cls.parse)

    @classmethod
    def __get_pydantic_json_schema__(cls, schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        return {
            "anyOf": [
                {"type": "string"},
                {"type": "array", "items": {"type": "string"}, "minItems": 1},
                {
                    "type": "object",
                    "additionalProperties": {"type": "number", "minimum": 0},
                    "minProperties": 1,
                },
            ],
            "description": "names with weights, a list of equally likely names, or one name",
        }


def among(*known: str) -> AfterValidator:
    """Return what, beside ``Weights`` in an ``Annotated``, accepts weights of these names only."""

    def check(weights: Weights) -> Weights:
        for name in weights:
            if name not in known:
                raise ValueError(f"unknown {name!r}{hint(name, known, len(known))}")
        return weights

    return AfterValidator(check)
