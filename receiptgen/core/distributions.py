"""What is drawn from: ranges, quantiles and weights, as YAML says them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
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
# Largest weight; larger ones would leave nothing to the others anyway.
HEAVIEST = 1e9
# Characters of a name that is weighed, such as a text to print.
_LONGEST_NAME = 1000
# How often something is drawn, relative to others.
Weight = Annotated[float, Field(ge=0, le=HEAVIEST)]


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

    @property
    def ends(self) -> tuple[float, float]:
        """Smallest and largest value."""
        return self.low, self.high

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

    @property
    def ends(self) -> tuple[float, float]:
        """Smallest and largest value."""
        return self.knots[0], self.knots[-1]

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
        """Read ``0.7``, ``0.5..1.2``, a list of quantiles, or a Spread; also a list as a Spread prints it."""
        if isinstance(value, Spread):
            return value
        if isinstance(value, str) and value.startswith("[") and value.endswith("]"):
            value = value[1:-1].split(",")
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


@dataclass(frozen=True, slots=True)
class Bounds:
    """Annotation that keeps a ``Range`` or ``Spread`` within bounds that are included, and tells them to the schema.

    Attributes:
        low: Smallest number.
        high: Largest number.
        whole: Whether the range must be one of whole numbers.
    """

    low: float
    high: float
    whole: bool = False

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_after_validator_function(self._check, handler(source))

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        described = handler(schema)
        bounds = {"minimum": self.low, "maximum": self.high}
        for shape in described["anyOf"]:
            number = shape.get("items", shape)
            if number["type"] == "number":
                number |= bounds | ({"type": "integer"} if self.whole else {})
        return described

    def _check(self, value: Range | Spread) -> Range | Spread:
        low, high = value.ends
        fits = self.low <= low and high <= self.high
        if not fits or (self.whole and not (isinstance(low, int) and isinstance(high, int))):
            kind = "whole numbers" if self.whole else "numbers"
            got = value if low < high else low
            raise ValueError(f"expected {kind} from {self.low:.10g} to {self.high:.10g}, got {got}")
        return value


def between(low: float, high: float) -> Bounds:
    """Return what, beside ``Range`` or ``Spread`` in an ``Annotated``, keeps it within bounds that are included."""
    return Bounds(low, high)


def counts(low: int, high: int) -> Bounds:
    """Return what, beside ``Range`` in an ``Annotated``, keeps it to whole numbers within bounds that are included."""
    return Bounds(low, high, whole=True)


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
        if not weights or not all(0 <= weight <= HEAVIEST for weight in weights.values()) or not any(weights.values()):
            raise ValueError(f"weights must be numbers from 0 to {HEAVIEST:g}, and one of them above 0")
        if (longest := max(map(len, weights))) > _LONGEST_NAME:
            raise ValueError(f"a text of {longest:,} characters; the longest has {_LONGEST_NAME:,}")
        return weights

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_plain_validator_function(cls.parse)

    @classmethod
    def __get_pydantic_json_schema__(cls, schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        return {
            "anyOf": [
                {"type": "string", "maxLength": _LONGEST_NAME},
                {"type": "array", "items": {"type": "string", "maxLength": _LONGEST_NAME}, "minItems": 1},
                {
                    "type": "object",
                    "propertyNames": {"maxLength": _LONGEST_NAME},
                    "additionalProperties": {"type": "number", "minimum": 0, "maximum": HEAVIEST},
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
