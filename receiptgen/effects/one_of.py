"""Effects that stand for each other."""

from typing import Annotated

from pydantic import Field

from receiptgen.config import Member, Record
from receiptgen.dice import Dice
from receiptgen.effects import EFFECTS, Effect, Step


@EFFECTS.register
class OneOf(Record):
    """Apply one of several effects, each equally often.

    Attributes:
        of: The effects to choose from.
    """

    of: tuple[Annotated[Effect, Member(EFFECTS)], ...] = Field(min_length=1)

    def draw(self, dice: Dice) -> tuple[Step, ...]:
        """Draw which, and its parameters."""
        return dice.choose(self.of).draw(dice.fork("one"))
