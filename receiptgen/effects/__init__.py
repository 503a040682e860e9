"""Effects: what printing, handling and capture do to a page.

An effect draws a small record of parameters from the sample's dice first, then applies it to pixels and regions
alike, so that truth moves with the ink and the record can be kept with the sample. Noise is part of the record as a
place in the banks of ``receiptgen.imaging.noise``.
"""

from collections.abc import Iterable, Mapping
from typing import Any, ClassVar, Literal, NamedTuple, Protocol

from receiptgen.core.dice import Dice
from receiptgen.core.registry import Registry
from receiptgen.imaging.page import Page

# When an effect happens: on the printer's dots, to the paper, on the way to the file; choices hold effects of any.
Family = Literal["printing", "handling", "capture", "choice"]


class Drawn(Protocol):
    """The parameters that an effect drew: a NamedTuple of JSON-ready values."""

    def _asdict(self) -> dict[str, Any]: ...


class Applicable(Protocol):
    """An effect that changes pages itself, unlike those that choose among others."""

    def apply(self, page: Page, drawn: Any) -> Page:
        """Return the page after the effect; the one given is left as it was."""


class EffectStep(NamedTuple):
    """An effect with its drawn parameters."""

    effect: Applicable
    drawn: Drawn


class Effect(Protocol):
    """Something that may happen to a page.

    Attributes:
        family: When it happens.
    """

    family: ClassVar[Family]

    def draw(self, dice: Dice) -> tuple[EffectStep, ...]:
        """Draw parameters; several steps, or none, where the effect wraps others."""


EFFECTS: Registry[Effect] = Registry(__name__, "receiptgen.effects", "effect")


def apply_effects(effects: Iterable[Effect], page: Page, dice: Dice) -> tuple[Page, tuple[Mapping[str, Any], ...]]:
    """Draw all effects, then apply them one after the other.

    Returns:
        The page, and for each step a JSON-ready record: its ``effect`` and the drawn parameters.
    """
    steps = [step for effect in effects for step in effect.draw(dice)]
    records = []
    for effect, drawn in steps:
        page = effect.apply(page, drawn)
        records.append({"effect": EFFECTS.name_of(type(effect)), **drawn._asdict()})
    return page, tuple(records)
