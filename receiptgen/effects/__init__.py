"""Effects: what printing, handling and capture do to a page.

An effect draws a small record of parameters from the sample's dice first, then applies it to pixels and regions
alike, so that truth moves with the ink and the record can be kept with the sample. Noise is part of the record as an
offset in the banks of ``receiptgen.imaging.noise``.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from functools import cache
from typing import Annotated, Any, NamedTuple, Protocol, TypeVar, cast

import numpy as np
from pydantic import AfterValidator, BaseModel, Field

from receiptgen.commerce.countries.locales import Locale
from receiptgen.config.records import Member
from receiptgen.core.dice import Dice
from receiptgen.core.registry import Registry
from receiptgen.effects._records import draw_values, record_kind
from receiptgen.imaging.colors import draw_color
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


class _OnlyInColor(NamedTuple):
    """Nothing yet: ``draw_in_color`` of the effect draws its parameters, on pages in colour."""


# What an effect has drawn that does nothing to grey pages: no step of theirs has it, and no record tells of it.
ONLY_IN_COLOR = _OnlyInColor()


class ColorEffect(Protocol):
    """An effect that draws more, or other things, for pages in colour than for grey ones."""

    def draw_in_color(self, drawn: Any, dice: Dice) -> Drawn:
        """Return the parameters for a page in colour, given those that ``draw`` drew, and dice of their own."""


class CountryEffect(Protocol):
    """An effect that lays words on the paper, which are those of the receipt's country."""

    def draw_in_country(self, drawn: Any, country: Locale, dice: Dice, day: date | None = None) -> Drawn:
        """Return the parameters for a country, given those that ``draw`` drew, dice, and the receipt's day."""


EFFECTS: Registry[Effect] = Registry(__name__, "receiptgen.effects", "effect")
# Families that know of colours. Printers and pens ink in one level: their effects, and those of other packages, are
# applied to the channels of a page in colour one after the other.
_IN_COLOR = frozenset({"handling", "capture"})
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


def apply_effects(
    effects: Iterable[Effect], page: Page, dice: Dice, country: Locale | None = None, day: date | None = None
) -> tuple[Page, tuple[Mapping[str, Any], ...]]:
    """Draw all effects, then apply them one after the other.

    Args:
        effects: The effects.
        page: What they happen to.
        dice: Dice of the sample.
        country: Country of the receipt; None where the page is of none.
        day: Day of the receipt; None where the page is of none.

    Returns:
        The page, and for each step a JSON-ready record: its ``effect`` and the drawn parameters.
    """
    steps = draw_steps(effects, dice, page.color)
    return apply_steps(_in_country(steps, country, dice, day) if country else steps, page)


def _in_country(steps: list[EffectStep], country: Locale, dice: Dice, day: date | None) -> list[EffectStep]:
    """Return steps whose words are those of a country, and whose dates are of days soon after a receipt's."""
    return [
        step._replace(drawn=step.effect.draw_in_country(step.drawn, country, dice.fork("words of effects"), day))
        if hasattr(step.effect, "draw_in_country")
        else step
        for step in steps
    ]


def draw_steps(effects: Iterable[Effect], dice: Dice, color: bool = False) -> list[EffectStep]:
    """Draw all effects, those that choose resolved.

    Args:
        effects: The effects.
        dice: Dice of the sample.
        color: Whether the page is in colour; then records with a field ``color`` have it from their effect's weights
            ``colors``, and ``draw_in_color`` is asked where an effect has it. Dice of their own draw both, so that all
            else is as on a grey page.
    """
    if not color:
        return [step for effect in effects for step in effect.draw(dice) if step.drawn is not ONLY_IN_COLOR]
    steps = [step for effect in effects for step in effect.draw(dice)]
    return _colored(steps, dice.fork("colors of effects"))


def _colored(steps: list[EffectStep], dice: Dice) -> list[EffectStep]:
    """Draw the colours of steps; those of one effect, as the marks of a pen, have one colour."""
    drawn: dict[int, str] = {}
    colored = []
    for step in steps:
        weights, record = getattr(step.effect, "colors", None), cast(Any, step.drawn)
        if hasattr(step.effect, "draw_in_color"):
            step = step._replace(drawn=cast(ColorEffect, step.effect).draw_in_color(record, dice))
        elif weights:
            if id(step.effect) not in drawn:
                drawn[id(step.effect)] = draw_color(weights, dice)
            step = step._replace(drawn=record._replace(color=drawn[id(step.effect)]))
        colored.append(step)
    return colored


def apply_steps(steps: Iterable[EffectStep], page: Page) -> tuple[Page, tuple[Mapping[str, Any], ...]]:
    """Apply what was drawn, one after the other; returns what ``apply_effects`` does."""
    records, color = [], page.color
    for effect, drawn in steps:
        name, in_color, keys, optional = _told_as(type(effect), type(drawn))
        page = effect.apply(page, drawn) if in_color or not color else _by_channel(effect, page, drawn)
        record = dict(zip(keys, (name, *cast(Any, drawn)), strict=True))
        for field in optional:
            if record[field] == "":
                del record[field]  # the page is grey
        records.append(record)
    return page, tuple(records)


@cache
def _told_as(kind: type[Any], drawn: type[Drawn]) -> tuple[str, bool, Sequence[str], Sequence[str]]:
    """Return the name of an effect, whether it knows of colours, and keys and optional fields of its record."""
    name = EFFECTS.name_of(kind)
    return name, EFFECTS.folder_of(name) in _IN_COLOR, *record_kind(drawn)


def _by_channel(effect: Applicable, page: Page, drawn: Drawn) -> Page:
    """Apply an effect that knows grey pages alone to red, green and blue; regions move as of any of them."""
    red, green, blue = (
        effect.apply(page.with_image(np.ascontiguousarray(page.image[..., channel])), drawn) for channel in range(3)
    )
    return red.with_image(np.stack([red.image, green.image, blue.image], axis=2))


def draw_record(kind: type[D], effect: BaseModel, dice: Dice) -> D:
    """Draw a record whose fields are named as the effect's, one after the other as the record declares them.

    Args:
        kind: The record. Where a field is an int, what the effect's spread gives is rounded; ``offset`` is drawn from
            the offsets of the noise, and is not a field of the effect. A field ``color`` is left empty.
        effect: Has a ``Spread`` or ``Weights`` for each of the other fields.
        dice: Dice of the sample.
    """
    drawn: D = tuple.__new__(cast(Any, kind), draw_values(kind, effect, dice))
    return drawn
