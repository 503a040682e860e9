"""What to do where the memory of a device is short."""

import re

import pytest

from receiptgen.train.data.process_group import ProcessGroup
from receiptgen.train.recipes.recipe import Recipe, recipe
from receiptgen.train.runs.memory import memory_advice


def quick(batch: int, accumulate: int) -> Recipe:
    found = recipe("quick").value
    learning = found.learning.model_copy(update={"accumulate": accumulate})
    return found.model_copy(update={"batch": batch, "learning": learning})


@pytest.mark.parametrize(
    ("batch", "accumulate", "processes", "lines", "options"),
    [
        (64, 1, 1, 64, "--accumulate 2, which trains alike, or by --batch 32"),
        (512, 1, 8, 64, "--accumulate 2, which trains alike, or by --batch 256"),
        (96, 2, 1, 48, "--accumulate 4, which trains alike, or by --batch 48"),
        (64, 3, 1, 22, "--accumulate 8, which trains alike, or by --batch 30"),
        (8, 1, 3, 3, "--accumulate 2, which trains alike, or by --batch 4"),
        (7, 1, 1, 7, "--accumulate 7, which trains alike, or by --batch 3"),
    ],
)
def test_fewer_lines_at_a_time_are_advised(
    batch: int, accumulate: int, processes: int, lines: int, options: str
) -> None:
    advice = memory_advice(quick(batch, accumulate), ProcessGroup(0, processes))
    assert advice == f"it holds {lines} lines at a time; halve them by {options}"
    parts, new_batch = map(int, re.findall(r"--\w+ (\d+)", advice))
    assert new_batch % accumulate == 0
    assert new_batch <= batch / 2
    assert batch % parts == 0
    assert parts >= 2 * accumulate


def test_one_line_at_a_time_is_the_least() -> None:
    assert memory_advice(quick(8, 8), ProcessGroup()).endswith("take a smaller --network")
