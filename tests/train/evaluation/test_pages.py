"""Figures of finders on held-out crops."""

import numpy as np
import pytest

from receiptgen.finding.finder_model import FinderMaps
from receiptgen.train.data.pages.batches import BAND, DIRECTION, IGNORED, PAPER, PageTruth
from receiptgen.train.data.process_group import ProcessGroup
from receiptgen.train.evaluation.pages import PageExample, PageReader, page_figures, tally

SIDE = 20


def truth(*rows: int, ignored: slice | None = None) -> PageTruth:
    """Return a crop whose cells are two values high and begin at these rows."""
    marks = np.full((SIDE, SIDE), PAPER, np.uint8)
    for row in rows:
        marks[row : row + 2, 2:18] |= BAND
    if ignored:
        marks[ignored] |= IGNORED
    heights = np.full(marks.shape, np.log(10), np.float16)
    return PageTruth(marks, heights, np.full(marks.shape, DIRECTION, np.int8), np.zeros(marks.shape, np.int8))


def maps(of: PageTruth, height: float = 10.0, degrees: float = 0.0) -> FinderMaps:
    band = ((of.marks & BAND) > 0).astype(np.float32)
    turned = np.deg2rad(degrees)
    layers = (np.full(band.shape, value, np.float32) for value in (height, np.cos(turned), np.sin(turned), 1.0))
    return FinderMaps(band, band, *layers)


def test_a_finder_that_is_right_has_no_faults() -> None:
    found = page_figures([tally(maps(truth(2, 8)), truth(2, 8))])
    assert (found.crops, found.cells, found.precision, found.recall, found.f1, found.paper) == (1, 2, 1, 1, 1, 1)
    assert found.height == pytest.approx(0, abs=1e-3)
    assert found.direction == pytest.approx(0, abs=0.1)


def test_missed_cells_cost_recall_and_made_up_ones_precision() -> None:
    missed = page_figures([tally(maps(truth(2)), truth(2, 8))])
    assert (missed.precision, missed.recall) == (1, 0.5)
    made_up = page_figures([tally(maps(truth(2, 8)), truth(2))])
    assert (made_up.precision, made_up.recall, made_up.f1) == (0.5, 1, pytest.approx(2 / 3))


def test_a_band_over_two_cells_finds_neither() -> None:
    both = truth(2)
    both.marks[2:8, 2:18] |= BAND
    found = page_figures([tally(maps(both), truth(2, 6))])
    assert (found.precision, found.recall) == (0, 0)


def test_what_is_ignored_is_neither_right_nor_wrong() -> None:
    found = page_figures([tally(maps(truth(2, 8)), truth(2, ignored=slice(8, 10)))])
    assert (found.cells, found.precision, found.recall) == (1, 1, 1)


def test_heights_and_directions_are_measured_on_true_bands() -> None:
    found = page_figures([tally(maps(truth(2), height=12, degrees=30), truth(2))])
    assert found.height == pytest.approx(0.2, abs=2e-3)
    assert found.direction == pytest.approx(30, abs=0.1)


def test_processes_together_read_what_one_reads() -> None:
    examples = [PageExample(str(row), np.zeros((40, 40), np.uint8), truth(row)) for row in (2, 5, 9)]

    def find(images: np.ndarray) -> np.ndarray:
        return np.stack(maps(truth(5)))[None]

    alone = PageReader(find, ProcessGroup(), tuple).read(examples)
    parts: list[list[float]] = []

    def keep(values: object) -> tuple[float, ...]:
        parts.append(list(values))  # type: ignore[call-overload]  # of numbers
        return tuple(parts[-1])

    for rank in range(2):
        PageReader(find, ProcessGroup(rank, 2), keep).read(examples)
    assert np.array_equal(np.sum(parts, 0), np.ravel(alone))
