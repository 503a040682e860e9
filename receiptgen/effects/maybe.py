"""Effects that only some pages undergo."""

from receiptgen.config.records import Record
from receiptgen.core.dice import Dice
from receiptgen.core.distributions import Share
from receiptgen.effects import EFFECTS, Effects, EffectStep


@EFFECTS.register
class Maybe(Record):
    """Apply all of some effects, or none.

    Attributes:
        share: Share of pages, 0 to 1.
        of: The effects.
    """

    share: Share = 0.5
    of: Effects

    def draw(self, dice: Dice) -> tuple[EffectStep, ...]:
        """Draw whether, and then theirs."""
        if not dice.chance(self.share):
            return ()
        return tuple([step for effect in self.of for step in effect.draw(dice)])
