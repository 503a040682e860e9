"""Effects: what printing, handling and capture do to a page.

An effect draws a small record of parameters from the sample's dice first, then applies it to pixels and regions
alike, so that truth moves with the ink and the record can be kept with the sample. Noise is part of the record as an
offset in the banks of ``receiptgen.imaging.noise``.
"""

from collections.abc import Callable, Iterable, Mapping
from functools import cache
from inspect import get_annotations
from typing import Annotated, Any, NamedTuple, Protocol, TypeVar

from pydantic import AfterValidator, BaseModel, Field

from receiptgen.config.records import Member
from receiptgen.core.dice import Dice
from receiptgen.core.distributions import Weights
from receiptgen.core.registry import Registry
from receiptgen.imaging.noise import OFFSETS
from receiptgen.imaging.page import Page


class Drawn(Protocol):
    """The parameters that an effect drew: a NamedTuple of JSON-ready values."""

    def _asdict(self) -> dict[str, Any]: ...


D = TypeVar("D", bound=Drawn)


class Applicable(Protocol):
    """An effect that changes pages itself, unlike those that choose among others."""

    def apply(self, page: Page, drawn: Any) -> Page:
        """Return the page after the effect; the one given is left as it was."""


class EffectStep(NamedTuple):
    """An effect with its drawn parameters."""

    effect: Applicable
    drawn: Drawn


class Effect(Protocol):
    """Something that may happen to a page."""

    def draw(self, dice: Dice) -> tuple[EffectStep, ...]:
        """Draw parameters; several steps, or none, where the effect wraps others."""


EFFECTS: Registry[Effect] = Registry(__name__, "receiptgen.effects", "effect")
# So that a page is done in seconds; those inside others count, too.
_MOST = 100


def _few(effects: tuple[Effect, ...]) -> tuple[Effect, ...]:
    if (number := _number(effects)) > _MOST:
        raise ValueError(f"expected {_MOST} effects or fewer, got {number:,}")
    return effects


def _number(effects: Iterable[Effect]) -> int:
    return sum(1 + _number(getattr(effect, "of", ())) for effect in effects)


# A list of effects in YAML.
Effects = Annotated[tuple[Annotated[Effect, Member(EFFECTS)], ...], Field(max_length=_MOST), AfterValidator(_few)]


def apply_effects(effects: Iterable[Effect], page: Page, dice: Dice) -> tuple[Page, tuple[Mapping[str, Any], ...]]:
    """Draw all effects, then apply them one after the other.

    Returns:
        The page, and for each step a JSON-ready record: its ``effect`` and the drawn parameters.
    """
    return apply_steps(draw_steps(effects, dice), page)


def draw_steps(effects: Iterable[Effect], dice: Dice) -> list[EffectStep]:
    """Draw all effects, those that choose resolved."""
    return [step for effect in effects for step in effect.draw(dice)]


def apply_steps(steps: Iterable[EffectStep], page: Page) -> tuple[Page, tuple[Mapping[str, Any], ...]]:
    """Apply what was drawn, one after the other; returns what ``apply_effects`` does."""
    records = []
    for effect, drawn in steps:
        page = effect.apply(page, drawn)
        records.append({"effect": EFFECTS.name_of(type(effect)), **drawn._asdict()})
    return page, tuple(records)


def draw_record(kind: type[D], effect: BaseModel, dice: Dice) -> D:
    """Draw a record whose fields are named as the effect's, one after the other as the record declares them.

    Args:
        kind: The record. Where a field is an int, what the effect's spread gives is rounded; ``offset`` is drawn from
            the offsets of the noise, and is not a field of the effect.
        effect: Has a ``Spread`` or ``Weights`` for each of the other fields.
        dice: Dice of the sample.
    """
    build: Callable[..., D] = kind
    return build(*[_draw_field(name, wanted, effect, dice) for name, wanted in _fields(kind)])


@cache
def _fields(kind: type[Any]) -> tuple[tuple[str, Any], ...]:
    return tuple(get_annotations(kind).items())


def _draw_field(name: str, wanted: Any, effect: BaseModel, dice: Dice) -> Any:
    if name == "offset":
        return dice.integer(0, OFFSETS)
    choice = getattr(effect, name)
    if isinstance(choice, Weights):
        return dice.weigh(choice)
    value = dice.spread(choice)
    return round(value) if wanted is int else value
