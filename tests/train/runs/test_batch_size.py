"""Batches that are too small for their devices."""

import pytest

from receiptgen.train.data.batch_plan import BatchPlan
from receiptgen.train.runs.batch_size import small_batch_notes


@pytest.mark.parametrize(("batch", "parts", "devices"), [(64, 1, 1), (8, 1, 1), (64, 1, 2), (512, 2, 8)])
def test_enough_lines_need_no_note(batch: int, parts: int, devices: int) -> None:
    assert not small_batch_notes(BatchPlan(batch, parts, 4, 0), devices, resumed=False)


@pytest.mark.parametrize(
    ("batch", "parts", "devices", "resumed", "note"),
    [
        (
            64, 1, 8, False,
            "batch 64: 8 lines at a time for each of 8 devices, too few to keep a GPU busy; "
            "--batch-per-device 32 gives them enough, or name at most 2 of the devices",
        ),
        (
            512, 4, 6, False,
            "batch 512: 21.3 lines at a time for each of 6 devices, too few to keep a GPU busy; "
            "--batch-per-device 128 gives them enough, or name at most 4 of the devices",
        ),
        (
            32, 1, 2, True,
            "batch 32: 16 lines at a time for each of 2 devices, too few to keep a GPU busy; name one device",
        ),
    ],
)  # fmt: skip
def test_too_few_lines_are_told_with_what_would_be_enough(
    batch: int, parts: int, devices: int, resumed: bool, note: str
) -> None:
    assert small_batch_notes(BatchPlan(batch, parts, 4, 0), devices, resumed) == (note,)
