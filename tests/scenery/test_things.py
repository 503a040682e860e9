"""Things on a table."""

import numpy as np
import pytest

from receiptgen.core.dice import Dice
from receiptgen.scenery.things import THINGS, strew


@pytest.mark.parametrize("number", range(len(THINGS)))
def test_a_thing_fills_a_part_of_its_patch(number: int) -> None:
    for seed in range(3):
        thing = THINGS[number](0.3, Dice(seed))
        assert thing.colors.shape == (*thing.alpha.shape, 3)
        assert thing.height.shape == thing.alpha.shape
        assert thing.alpha.dtype == thing.height.dtype == np.float32
        assert 0 <= thing.alpha.min() <= thing.alpha.max() <= 1
        assert 0.02 < thing.alpha.mean() <= 1
        assert np.isfinite(thing.height).all()


def test_things_lie_on_the_table_and_leave_some_of_it() -> None:
    for seed in range(5):
        table = np.full((300, 240, 3), 180, np.uint8)
        strew(table, 0.2, Dice(seed))
        changed = (table != 180).any(axis=2).mean()
        assert 0.001 < changed < 0.999
