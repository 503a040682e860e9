"""Effects: what printing, handling and capture do to a page.

An effect draws a small record of parameters from the sample's dice first, then applies it to pixels and regions
alike, so that truth moves with the ink and the record can be kept with the sample.
"""

from collections.abc import Iterable, Mapping
from dataclasses import asdict
from typing import Any, NamedTuple, Protocol

from receiptgen.dice import Dice
from receiptgen.registry import Registry
from receiptgen.sample import Page


class Applicable(Protocol):
    """An effect that changes pages itself, unlike those that choose among others."""

    def apply(self, page: Page, drawn: Any) -> Page:
        """Return the page after the effect; the one given is left as it was."""


class Step(NamedTuple):
    """An effect with its drawn parameters (a frozen dataclass of JSON-ready fields)."""

    effect: Applicable
    drawn: Any


class Effect(Protocol):
    """Something that may happen to a page."""

    def draw(self, dice: Dice) -> tuple[Step, ...]:
        """Draw parameters; several steps, or none, where the effect wraps others."""


EFFECTS: Registry[Effect] = Registry(__name__)


def run(effects: Iterable[Effect], page: Page, dice: Dice) -> tuple[Page, tuple[Mapping[str, Any], ...]]:
    """Draw and apply effects one after the other.

    Returns:
        The page, and for each step a JSON-ready record: its ``effect`` and the drawn parameters.
    """
    records = []
    for place, effect in enumerate(effects):
        for step in effect.draw(dice.fork(f"effect {place}")):
            page = step.effect.apply(page, step.drawn)
            records.append({"effect": EFFECTS.name_of(type(step.effect)), **asdict(step.drawn)})
    return page, tuple(records)
