"""Effects that only some pages suffer."""

from typing import Annotated

from receiptgen.config import Member, Record
from receiptgen.dice import Dice
from receiptgen.effects import EFFECTS, Effect, Step


@EFFECTS.register
class Maybe(Record):
    """Apply all of some effects, or none.

    Attributes:
        share: Share of pages, 0 to 1.
        of: The effects.
    """

    share: float = 0.5
    of: tuple[Annotated[Effect, Member(EFFECTS)], ...]

    def draw(self, dice: Dice) -> tuple[Step, ...]:
        """Draw whether, and then theirs."""
        if not dice.chance(self.share):
            return ()
        return tuple(step for place, e in enumerate(self.of) for step in e.draw(dice.fork(str(place))))
