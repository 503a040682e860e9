"""Records of effects, drawn field by field."""

from typing import NamedTuple

from hypothesis import given
from hypothesis import strategies as st

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


def test_records_of_effects_that_are_gone_are_not_those_of_others_in_their_place() -> None:
    drawn = [draw_record(SmudgeDrawn, Smudge(width=Spread(width)), Dice(width)).width for width in range(1, 3000)]
    assert drawn == [*range(1, 3000)]


@given(knots=st.lists(st.floats(-1e4, 1e4), min_size=1, max_size=6), key=st.integers(0, 2**64 - 1))
def test_a_field_is_drawn_as_dice_draw_it(knots: list[float], key: int) -> None:
    spread = Spread(*sorted(knots))
    smudge, dice = Smudge(depth=spread, width=spread), Dice(key)
    depth, kind, width = dice.spread(spread), dice.weigh(smudge.kind), round(dice.spread(spread))
    drawn = draw_record(SmudgeDrawn, smudge, Dice(key))
    assert drawn == (depth, kind, width, dice.integer(0, OFFSETS))
    assert [type(value) for value in drawn] == [float, str, int, int]
