"""Effects that only some pages undergo."""

from typing import Annotated

from pydantic import Field

from receiptgen.config.records import Member, Record
from receiptgen.core.dice import Dice
from receiptgen.effects import EFFECTS, Effect, EffectStep


@EFFECTS.register
class Maybe(Record):
    """Apply all of some effects, or none.

    Attributes:
        share: Share of pages, 0 to 1.
        of: The effects.
    """

    share: float = Field(default=0.5, ge=0, le=1)
    of: tuple[Annotated[Effect, Member(EFFECTS)], ...]

    def draw(self, dice: Dice) -> tuple[EffectStep, ...]:
        """Draw whether, and then theirs."""
        if not dice.chance(self.share):
            return ()
        return tuple([step for effect in self.of for step in effect.draw(dice)])
