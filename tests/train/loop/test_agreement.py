"""What all processes of a run must have alike."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from receiptgen.core.errors import TrainingError
from receiptgen.train.data.sources import Example
from receiptgen.train.evaluation.held_out import HeldOut
from receiptgen.train.loop.agreement import check_same_lines, check_same_recipe, check_same_step
from receiptgen.train.recipes.recipe import recipe


class Others:
    """A backend beside whose process there is another."""

    def __init__(self) -> None:
        self.theirs: list[tuple[float, ...]] = []
        self.ours: list[tuple[float, ...]] = []

    def largest(self, values: Sequence[float]) -> tuple[float, ...]:
        self.ours.append(tuple(values))
        theirs = self.theirs.pop(0) if self.theirs else values
        return tuple(map(max, values, theirs))


def held_out(*texts: str) -> HeldOut:
    return HeldOut("own", tuple(Example(np.zeros((8, 8), np.uint8), text, "", text) for text in texts), ())


@pytest.mark.parametrize(("here", "there"), [(3, 4), (4, 3), (0, 7)])
def test_states_of_several_steps_are_told(here: int, there: int) -> None:
    both: Any = Others()
    check_same_step(both, there, Path("run"))
    both.theirs = both.ours[:]
    with pytest.raises(TrainingError, match=r"^run: differs from host to host; training needs a folder"):
        check_same_step(both, here, Path("run"))


def test_settings_that_differ_are_named() -> None:
    both: Any = Others()
    quick = recipe("quick").value
    check_same_recipe(both, quick)
    both.theirs = both.ours[:]
    with pytest.raises(TrainingError, match=r"^settings differ from process to process \(batch, seed\); start all"):
        check_same_recipe(both, quick.model_copy(update={"batch": 2 * quick.batch, "seed": quick.seed + 1}))
    both.theirs = both.ours[:1]
    check_same_recipe(both, recipe("quick").value)


@pytest.mark.parametrize("there", [("1", "2"), ("1", "2", "3", "3"), ("1", "2", "\udcff"), ("3", "2", "1")])
def test_held_out_lines_of_which_some_differ_are_told(there: tuple[str, ...]) -> None:
    both: Any = Others()
    check_same_lines(both, [held_out(*there)])
    both.theirs = both.ours[:]
    with pytest.raises(TrainingError, match=r"^held-out data own: differs from host to host; all of them need"):
        check_same_lines(both, [held_out("1", "2", "3")])
    both.theirs = both.ours[:1]
    check_same_lines(both, [held_out(*there)])
