"""The numbers of a profile that a search may change: found in its records, with the bounds of their fields.

Free is what a profile writes as a spread: a range, or a list of quantiles; and every share that it writes. What it
writes as one number, or does not write, stays. Positions are numbers from 0 to 1 between a field's bounds, finest where
the profile's own numbers are.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import asinh, sinh
from types import MappingProxyType
from typing import Any, ClassVar, Final, Protocol

import numpy as np
from annotated_types import Ge, Le
from numpy.typing import NDArray
from pydantic import BaseModel
from pydantic.fields import FieldInfo

from receiptgen.core.distributions import Bounds, Range, Spread
from receiptgen.drawing.profile import Profile
from receiptgen.effects import EFFECTS

Floats = NDArray[np.float64]
# Keys of a profile that change what lines look like, in the order of YAML.
SECTIONS = ("printing", "line", "capture", "crop")
# Digits of a number that is found.
_DIGITS = 3
# How much wider or narrower a spread can become.
_WIDEST = 8.0

Step = str | int


@dataclass(frozen=True, slots=True)
class Scale:
    """Positions of a field's numbers: linear up to about ``unit`` from the anchor, logarithmic beyond.

    Attributes:
        low: Smallest number that the field takes.
        high: Largest number.
        unit: Distance from the anchor, which is 0 or, if that is larger, ``low``, up to which positions are linear.
    """

    low: float
    high: float
    unit: float

    def position(self, number: float) -> float:
        """Return the position of a number, 0 to 1."""
        start, end = self._warped(self.low), self._warped(self.high)
        return (self._warped(number) - start) / (end - start)

    def number(self, position: float) -> float:
        """Return the number at a position, to some digits, within the bounds."""
        start, end = self._warped(self.low), self._warped(self.high)
        number = max(0.0, self.low) + self.unit * sinh(start + position * (end - start))
        return min(max(float(f"{number:.{_DIGITS}g}"), self.low), self.high)

    def _warped(self, number: float) -> float:
        return asinh((number - max(0.0, self.low)) / self.unit)


class Shape(Protocol):
    """A kind of value that holds free numbers."""

    @property
    def names(self) -> tuple[str, ...]:
        """What its numbers are called."""

    @property
    def steps(self) -> tuple[float, ...]:
        """Changes of their positions that a search begins with."""

    @property
    def start(self) -> tuple[float, ...]:
        """Positions of the numbers that the profile writes."""

    def value(self, positions: Sequence[float]) -> Any:
        """Return the value with its numbers at some positions."""


@dataclass(frozen=True, slots=True)
class SpreadShape:
    """A spread: where its median is, and how wide it is, of quantiles below and above it each by itself.

    Widths are against what the profile writes: half is as written, and each sixth more is twice as wide.
    """

    scale: Scale
    below: tuple[float, ...]
    above: tuple[float, ...]
    start: tuple[float, ...]
    names: tuple[str, ...]
    steps: tuple[float, ...]

    @classmethod
    def of(cls, value: Spread | Range, bounds: tuple[float, float]) -> "SpreadShape":
        """Take the shape of a spread whose ends differ."""
        knots = value.knots if isinstance(value, Spread) else value.ends
        anchor = max(0.0, bounds[0])
        scale = Scale(*bounds, max(abs(knot - anchor) for knot in knots))
        positions = [scale.position(knot) for knot in knots]
        middle, half = float(np.median(positions)), len(knots) // 2
        # A median quantile is above itself by nothing.
        below, above = (tuple(each - middle for each in part) for part in (positions[:half], positions[half:]))
        widths = ("width",) if len(knots) == 2 else ("below", "above")
        return cls(
            scale, below, above, (middle, *(0.5 for _ in widths)), ("middle", *widths), (0.03, *(0.1 for _ in widths))
        )

    def value(self, positions: Sequence[float]) -> Spread:
        """Return the spread, cut off at the bounds of the field."""
        middle, below, above = positions[0], _factor(positions[1]), _factor(positions[-1])
        places = [*(middle + below * each for each in self.below), *(middle + above * each for each in self.above)]
        return Spread(*(self.scale.number(min(max(place, 0.0), 1.0)) for place in places))


def _factor(position: float) -> float:
    return float(_WIDEST ** (2 * position - 1))


@dataclass(frozen=True, slots=True)
class RangeShape:
    """A range of real numbers: a spread of two quantiles."""

    ends: SpreadShape

    @property
    def names(self) -> tuple[str, ...]:
        """What its numbers are called."""
        return self.ends.names

    @property
    def steps(self) -> tuple[float, ...]:
        """Changes of positions that a search begins with."""
        return self.ends.steps

    @property
    def start(self) -> tuple[float, ...]:
        """Positions of what the profile writes."""
        return self.ends.start

    def value(self, positions: Sequence[float]) -> Range:
        """Return the range."""
        return Range(*self.ends.value(positions).ends)


@dataclass(frozen=True, slots=True)
class ShareShape:
    """A share: itself."""

    start: tuple[float, ...]
    names: ClassVar[tuple[str, ...]] = ("share",)
    steps: ClassVar[tuple[float, ...]] = (0.06,)

    def value(self, positions: Sequence[float]) -> float:
        """Return the share."""
        return min(max(float(f"{positions[0]:.{_DIGITS}g}"), 0.0), 1.0)


@dataclass(frozen=True, slots=True)
class FreeKey:
    """A key of a profile with free numbers.

    Attributes:
        path: Where it is: keys, and indices of lists.
        label: What it is called: section, effects, key.
        written: Its value as the profile writes it.
        shape: Its numbers.
    """

    path: tuple[Step, ...]
    label: str
    written: Any
    shape: Shape


def _free_spread(value: Spread, bounds: tuple[float, float]) -> Shape | None:
    return SpreadShape.of(value, bounds) if value.gaps else None


def _free_range(value: Range, bounds: tuple[float, float]) -> Shape | None:
    return None if value.whole or value.low == value.high else RangeShape(SpreadShape.of(value, bounds))


def _free_share(value: float, bounds: tuple[float, float]) -> Shape | None:
    return ShareShape((value,)) if bounds == (0, 1) else None


# How values hold free numbers, by their type.
_SHAPES: Final[Mapping[type, Any]] = MappingProxyType({Spread: _free_spread, Range: _free_range, float: _free_share})


def free_keys(profile: Profile) -> tuple[FreeKey, ...]:
    """Return the keys of a profile that hold free numbers, in the order of YAML."""
    found: list[FreeKey] = []
    for section in SECTIONS:
        _find(getattr(profile, section), (section,), section, found)
    return tuple(found)


def _find(value: Any, path: tuple[Step, ...], label: str, found: list[FreeKey]) -> None:
    """Note the free numbers of a value: an effect, a list of effects, or a record that is none."""
    if isinstance(value, tuple):
        names = [EFFECTS.name_of(type(effect)) for effect in value]
        for index, (effect, name) in enumerate(zip(value, names, strict=True)):
            # Two effects of one kind in a list are told apart by their numbers, as people count.
            twin = f" {names[: index + 1].count(name)}" if names.count(name) > 1 else ""
            _find(effect, (*path, index), f"{label}.{name}{twin}", found)
    elif isinstance(value, BaseModel):
        for name, field in type(value).model_fields.items():
            if name in value.model_fields_set:
                _find_field(getattr(value, name), field, (*path, name), f"{label}.{name}", found)


def _find_field(value: Any, field: FieldInfo, path: tuple[Step, ...], label: str, found: list[FreeKey]) -> None:
    bounds, shape_of = _bounds_of(field), _SHAPES.get(type(value))
    if shape_of is None:
        # Effects inside others; lists of anything else hold no numbers that are searched.
        if isinstance(value, tuple) and all(isinstance(each, BaseModel) for each in value):
            _find(value, path, label.removesuffix(".of"), found)
    elif bounds is not None and (shape := shape_of(value, bounds)):
        found.append(FreeKey(path, label, value, shape))


def _bounds_of(field: FieldInfo) -> tuple[float, float] | None:
    """Return the bounds that a field's type has, also where the field may be left out; None where it has none."""
    notes = [*field.metadata]
    for part in getattr(field.annotation, "__args__", ()):
        notes += getattr(part, "__metadata__", ())
    low = [note.low for note in notes if isinstance(note, Bounds)]
    low += [float(note.ge) for note in notes if isinstance(note, Ge)]  # type: ignore[arg-type]  # of numbers
    high = [note.high for note in notes if isinstance(note, Bounds)]
    high += [float(note.le) for note in notes if isinstance(note, Le)]  # type: ignore[arg-type]
    return (max(low), min(high)) if low and high else None


def start_of(keys: Sequence[FreeKey]) -> Floats:
    """Return the positions of what a profile writes, float64 (P,)."""
    return np.array([position for key in keys for position in key.shape.start], np.float64)


def steps_of(keys: Sequence[FreeKey]) -> Floats:
    """Return the changes of positions that a search begins with, float64 (P,)."""
    return np.array([step for key in keys for step in key.shape.steps], np.float64)


def names_of(keys: Sequence[FreeKey]) -> tuple[str, ...]:
    """Return the names of all free numbers, as ``capture.blur.sigma middle``."""
    return tuple(f"{key.label} {name}" for key in keys for name in key.shape.names)


def values_at(keys: Sequence[FreeKey], positions: Floats) -> list[Any]:
    """Return the values of the keys at some positions, (P,)."""
    values, first = [], 0
    for key in keys:
        last = first + len(key.shape.names)
        values.append(key.shape.value(positions[first:last].tolist()))
        first = last
    return values


def profile_at(profile: Profile, keys: Sequence[FreeKey], positions: Floats) -> Profile:
    """Return the profile with its free numbers at some positions, (P,)."""
    changes: dict[Step, Any] = {}
    for key, value in zip(keys, values_at(keys, positions), strict=True):
        below = changes
        for step in key.path[:-1]:
            below = below.setdefault(step, {})
        below[key.path[-1]] = value
    return profile.with_fields({str(section): _changed(getattr(profile, str(section)), below)
                                for section, below in changes.items()})  # fmt: skip


def _changed(value: Any, changes: Any) -> Any:
    """Return a value with some of what is in it replaced."""
    if not isinstance(changes, dict):
        return changes
    if isinstance(value, tuple):
        return tuple(_changed(each, changes[index]) if index in changes else each for index, each in enumerate(value))
    # A copy is not checked again: each number is within its own bounds.
    return value.model_copy(update={name: _changed(getattr(value, name), below) for name, below in changes.items()})
