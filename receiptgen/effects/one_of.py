"""Effects that exclude each other."""

from pydantic import Field, model_validator

from receiptgen.config.records import Record
from receiptgen.core.dice import Dice
from receiptgen.core.distributions import Weight
from receiptgen.effects import EFFECTS, Effects, EffectStep


@EFFECTS.register
class OneOf(Record):
    """Apply one of several effects.

    Attributes:
        of: The effects to choose from.
        weights: Weights of the effects, one each; none for equal weights.
    """

    of: Effects = Field(min_length=1)
    weights: tuple[Weight, ...] = ()

    @model_validator(mode="after")
    def _check(self) -> "OneOf":
        if self.weights and (len(self.weights) != len(self.of) or min(self.weights) < 0 or not sum(self.weights)):
            raise ValueError(f"weights: one for each of the {len(self.of)} effects, 0 or more, and one of them above 0")
        return self

    def draw(self, dice: Dice) -> tuple[EffectStep, ...]:
        """Draw which, and its parameters."""
        chosen = self.of[dice.weigh_index(self.weights)] if self.weights else dice.choose(self.of)
        return chosen.draw(dice)
