"""Records of effects, drawn field by field."""

from typing import NamedTuple

from receiptgen.config.records import Record
from receiptgen.core.dice import Dice
from receiptgen.core.distributions import Spread, Weights
from receiptgen.effects import EFFECTS, draw_record
from receiptgen.imaging.noise import OFFSETS


class SmudgeDrawn(NamedTuple):
    depth: float
    kind: str
    width: int
    offset: int


class Smudge(Record):
    width: Spread = Spread(1, 9)
    depth: Spread = Spread(0, 1)
    kind: Weights = Weights(wet=1.0, dry=2.0)


def test_a_record_is_drawn_in_the_order_of_its_own_fields() -> None:
    smudge, dice = Smudge(), Dice(7)
    by_hand = SmudgeDrawn(
        dice.spread(smudge.depth), dice.weigh(smudge.kind), round(dice.spread(smudge.width)), dice.integer(0, OFFSETS)
    )
    assert draw_record(SmudgeDrawn, smudge, Dice(7)) == by_hand


def test_an_effects_family_is_its_folder_and_choices_have_none() -> None:
    assert EFFECTS.folder_of("fade") == "printing"
    assert {name for name in EFFECTS if not EFFECTS.folder_of(name)} == {"maybe", "one_of"}
