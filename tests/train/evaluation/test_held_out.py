"""Held-out lines."""

from pathlib import Path

import pytest
from data_sets import png, write

from receiptgen.core.errors import TrainingError
from receiptgen.train.data.spec import parse_spec
from receiptgen.train.evaluation.held_out import hold_out


def labels(folder: Path) -> str:
    write(folder / "labels.tsv", "".join(f"{number}.png\tNo {number}\n" for number in range(9)))
    for number in range(8):
        write(folder / f"{number}.png", png(number))
    return str(folder)


def test_a_sample_is_the_same_for_the_same_seed_and_counts_flaws(tmp_path: Path) -> None:
    data = parse_spec(labels(tmp_path)).data
    every = hold_out("own", data, 0, 1)
    assert (len(every.examples), len(every.flaws)) == (8, 1)
    some = [{example.name for example in hold_out("own", data, 4, seed).examples} for seed in (1, 1, 2)]
    assert some[0] == some[1] != some[2]


def test_texts_are_folded_as_those_of_training(tmp_path: Path) -> None:
    held = hold_out("own", parse_spec(labels(tmp_path)).data, 0, 1, "lower")
    assert {example.text for example in held.examples} == {f"no {number}" for number in range(8)}


def test_a_set_without_a_line_that_can_be_read_is_refused(tmp_path: Path) -> None:
    write(tmp_path / "labels.tsv", "a.png\tx\n")
    write(tmp_path / "a.png", b"not an image")
    with pytest.raises(TrainingError, match=r"own: has no line that can be read: a\.png: "):
        hold_out("own", parse_spec(str(tmp_path)).data, 0, 1)
