"""Batches of a round, and what each process has of them."""

from collections import Counter

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from receiptgen.core.errors import TrainingError
from receiptgen.train.data.batch_plan import BatchPlan
from receiptgen.train.data.mixture import BLOCK
from receiptgen.train.data.process_group import ProcessGroup


def plan(batch: int, parts: int = 1) -> BatchPlan:
    return BatchPlan(batch, parts, multiple=4, seed=3)


def taken(of: BatchPlan, start: int, rank: int, size: int) -> list[tuple[int, int]]:
    """Return the block and the place of each line that a process takes of a batch."""
    share = of.share(ProcessGroup(rank, size))
    places = zip(share.blocks, of.slices(start, share), strict=True)
    return [(block, line) for block, place in places for line in range(place.start, place.stop)]


def works(of: BatchPlan, size: int) -> bool:
    try:
        of.check(ProcessGroup(0, size))
    except TrainingError:
        return False
    return True


@settings(deadline=None, max_examples=40)
@given(st.integers(1, 3000), st.integers(1, 130), st.integers(0, 99))
def test_any_number_of_processes_shares_the_lines_of_one(batch: int, size: int, round_index: int) -> None:
    divided = plan(batch)
    assume(works(divided, size))
    for start in divided.starts(round_index)[:3]:
        whole = taken(divided, start, 0, 1)
        parts = [taken(divided, start, rank, size) for rank in range(size)]
        assert len(whole) == batch
        assert all(parts), "no process is without a line"
        assert sorted(line for part in parts for line in part) == sorted(whole)


@settings(deadline=None, max_examples=30)
@given(st.integers(1, 3000), st.integers(0, 99))
def test_a_round_has_each_line_once_and_leaves_out_less_than_a_batch(batch: int, round_index: int) -> None:
    whole = plan(batch)
    lines = Counter(line for start in whole.starts(round_index) for line in taken(whole, start, 0, 1))
    assert set(lines.values()) == {1}
    assert len(lines) == whole.batches * batch > BLOCK * whole.blocks - batch
    assert all(0 <= block < whole.blocks and 0 <= line < BLOCK for block, line in lines)


@pytest.mark.parametrize("batch", [16, 64, 128, 256])
def test_small_batches_are_slices_of_eight_blocks(batch: int) -> None:
    whole, slice_ = plan(batch), batch // 8
    order = np.random.default_rng([3, 5]).permutation(BLOCK // slice_).tolist()
    for start, index in zip(whole.starts(5), order, strict=True):
        lines = range(index * slice_, (index + 1) * slice_)
        assert taken(whole, start, 0, 1) == [(block, line) for block in range(8) for line in lines]


def test_lines_that_fill_no_batch_are_others_in_each_round() -> None:
    odd = plan(1000)
    assert len({min(odd.starts(round_index)) for round_index in range(20)}) > 10


@pytest.mark.parametrize(
    ("batch", "size", "share"),
    [(64, 8, 1.0), (64, 3, 0.88), (512, 3, 0.99), (512, 5, 0.95), (512, 6, 0.99), (512, 7, 0.97), (2048, 64, 1.0)],
)
def test_devices_have_about_as_much_to_do(batch: int, size: int, share: float) -> None:
    divided = plan(batch)
    start = divided.starts(0)[0]
    assert batch / size / max(len(taken(divided, start, rank, size)) for rank in range(size)) > share - 1e-9


@pytest.mark.parametrize("size", [2, 4, 8, 16])
def test_a_process_has_as_many_lines_in_each_batch_where_that_can_be(size: int) -> None:
    divided = plan(512)
    assert {len(taken(divided, start, 1, size)) for start in divided.starts(0)} == {512 // size}


@pytest.mark.parametrize(
    ("batch", "parts", "size", "fault"),
    [
        (100, 3, 1, "batch 100: must be a multiple of 'accumulate', 3; 99 and 102 are"),
        (2, 3, 1, "batch 2: must be a multiple of 'accumulate', 3; 3 is"),
        (7, 1, 3, "batch 7: too small for 3 processes; --batch 8 serves all"),
        (64, 2, 64, "batch 64: too small for 64 processes; --batch 128 serves all"),
        (100_000, 1, 1, "batch 100000: at most 98304 lines with 'accumulate' 1"),
    ],
)
def test_sizes_that_do_not_fit_are_told_with_those_that_do(batch: int, parts: int, size: int, fault: str) -> None:
    with pytest.raises(TrainingError, match=f"^{fault}$"):
        plan(batch, parts).check(ProcessGroup(0, size))
    if advised := [int(word) for word in fault.split("; ")[-1].split() if word.isdecimal()] * (batch < 1000):
        for each in advised:
            plan(each, parts).check(ProcessGroup(0, size))
