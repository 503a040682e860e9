"""Settings that files of weights hold as JSON: dataclasses that check themselves.

Whoever reads a page opens such files, and would wait for pydantic as long as for a good part of the page. Recipes have
the same settings in YAML: ``config.records.record_of`` makes the records by which they are read there.
"""

import operator
from collections.abc import Callable, Mapping
from dataclasses import MISSING, dataclass, fields
from functools import cache
from typing import Annotated, Any, Literal, NamedTuple, Protocol, Self, get_args, get_origin, get_type_hints

from receiptgen.core.suggestions import hint

# What values of a type are called, and of which types they are in JSON.
_TYPES: Mapping[type, tuple[str, tuple[type, ...]]] = {
    int: ("a whole number", (int,)),
    float: ("a number", (int, float)),
    bool: ("true or false", (bool,)),
    str: ("text", (str,)),
}
# By the name of a limit: how a value must compare with it, and how that is said.
_COMPARED: Mapping[str, tuple[Callable[[Any, Any], bool], str]] = {
    "gt": (operator.gt, "more than"),
    "ge": (operator.ge, "at least"),
    "lt": (operator.lt, "less than"),
    "le": (operator.le, "at most"),
    "multiple_of": (lambda value, divisor: value % divisor == 0, "a multiple of"),
}
_LONGEST = 60  # characters of a value that messages show


@dataclass(frozen=True, kw_only=True)
class Limits:
    """Annotation of a number: ``Annotated[int, Limits(ge=8, le=256)]``.

    Attributes:
        gt: What it is more than.
        ge: What it is at least.
        lt: What it is less than.
        le: What it is at most.
        multiple_of: What it is a multiple of.
    """

    gt: float | None = None
    ge: float | None = None
    lt: float | None = None
    le: float | None = None
    multiple_of: float | None = None

    @property
    def given(self) -> dict[str, float]:
        """Those that are given, by name; pydantic's fields have the same names."""
        return {name: limit for name, limit in vars(self).items() if limit is not None}


class StoredSettings(Protocol):
    """What a file of weights holds as a JSON object."""

    @classmethod
    def parse(cls, values: Mapping[str, Any]) -> Self:
        """Return the settings of a JSON object.

        Raises:
            ValueError: A key is unknown, or a value is wrong.
        """

    def values(self) -> dict[str, Any]:
        """Return all settings by name, JSON-ready."""


@dataclass(frozen=True, kw_only=True)
class Settings:
    """Base of frozen dataclasses whose fields are numbers, texts, truth values or choices.

    Limits stand in the annotations of fields. Checks of several fields go into
    a ``__post_init__`` that calls this one first.
    """

    def __post_init__(self) -> None:
        """Check all fields; raises ValueError."""
        rules = _rules(type(self))  # type: ignore[arg-type]  # mypy asks the class for the hash of its instances
        for name, rule in rules.items():
            # A whole number is one of the real numbers, and stored as such.
            object.__setattr__(self, name, rule.checked(name, getattr(self, name)))

    @classmethod
    def parse(cls, values: Mapping[str, Any]) -> Self:
        """Return the settings of a JSON object; raises ValueError where a key is unknown or a value wrong."""
        known = {field.name: field for field in fields(cls)}
        for name in values:
            if name not in known:
                raise ValueError(f"unknown key {_shown(name)}{hint(name, known)}")
        for name, field in known.items():
            if name not in values and field.default is MISSING:
                raise ValueError(f"missing key {name!r}")
        return cls(**values)

    def values(self) -> dict[str, Any]:
        """Return all settings by name, JSON-ready."""
        return {field.name: getattr(self, field.name) for field in fields(self)}


class _Rule(NamedTuple):
    """What values a field takes.

    Attributes:
        kind: Their type; None for choices.
        choices: The choices.
        limits: Limits by name.
    """

    kind: type | None
    choices: tuple[Any, ...]
    limits: Mapping[str, float]

    def checked(self, name: str, value: Any) -> Any:
        """Return a value as the field has it; raises ValueError where it is wrong."""
        if self.kind is None:
            if not any(value == choice and type(value) is type(choice) for choice in self.choices):
                expected = " or ".join(map(repr, self.choices))
                raise ValueError(f"{name}: expected {expected}, got {_shown(value)}")
            return value
        noun, taken = _TYPES[self.kind]
        # Python takes a truth value for a whole number.
        if not isinstance(value, taken) or (isinstance(value, bool) and self.kind is not bool):
            raise ValueError(f"{name}: expected {noun}, got {_shown(value)}")
        for key, limit in self.limits.items():
            fits, words = _COMPARED[key]
            if not fits(value, limit):
                raise ValueError(f"{name}: expected {words} {limit}, got {_shown(value)}")
        return self.kind(value)


@cache
def _rules(kind: type[Settings]) -> Mapping[str, _Rule]:
    """Return the rules of all fields of a class by name."""
    declared = get_type_hints(kind, include_extras=True)
    return {field.name: _rule(declared[field.name]) for field in fields(kind)}


def _rule(declared: Any) -> _Rule:
    kind, limits = get_args(declared) if get_origin(declared) is Annotated else (declared, Limits())
    return _Rule(None, get_args(kind), {}) if get_origin(kind) is Literal else _Rule(kind, (), limits.given)


def _shown(value: Any) -> str:
    """Return a value as messages show it."""
    text = repr(value)
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 3]}..."
