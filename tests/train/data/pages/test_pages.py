"""Pages to train finders on: cells by the truth of words, rows pushed together, crops, and their maps."""

import pickle
from typing import Any

import numpy as np
import pytest

from receiptgen.core.dice import Dice
from receiptgen.drawing.receipts import Receipts
from receiptgen.train.data.batch_plan import BatchPlan
from receiptgen.train.data.loader import Loader
from receiptgen.train.data.pages.batches import BAND, IGNORED, PAPER, REGION
from receiptgen.train.data.pages.cells import Cell, in_front, is_in_front, page_cells
from receiptgen.train.data.pages.crops import Crops
from receiptgen.train.data.pages.drawn_page import DrawnPage, drawn_page, squeezed
from receiptgen.train.data.pages.stream import PageSource, PageStream
from receiptgen.train.data.pages.truth_maps import CropTruth, truth_maps
from receiptgen.train.data.process_group import ProcessGroup

SMALL = Crops(size=64, each=8)


def page(index: int = 0, profile: str = "clean") -> DrawnPage:
    drawn = drawn_page(Receipts("parking", profile=profile, seed=5).draw(index).page)
    assert drawn is not None
    return drawn


def stream(**settings: Any) -> PageStream:
    return PageStream([PageSource(profile="clean", templates=("parking",))], SMALL.model_copy(update=settings), 3)


@pytest.mark.smoke
def test_bands_lie_on_the_words_of_a_page_and_nowhere_else() -> None:
    sample = Receipts("parking", profile="clean", seed=5).draw(0)
    cells = page_cells(sample.page).cells
    size = max(sample.page.size) + -max(sample.page.size) % 32
    marks = truth_maps(CropTruth(cells), size).marks
    for word in sample.page.regions.each("words"):
        x, y = (word.quad.mean(0) / 2).astype(int)
        width, height = np.ptp(word.quad, axis=0)
        # A band ends before its cell does, so that a colon at the end lies beside it.
        assert width < height / 2 or marks[y, x] & BAND, word.text
        assert marks[y, x] & REGION, word.text
    rows = np.zeros(marks.shape, bool)
    for x0, y0, x1, y1 in [(*q.min(0), *q.max(0)) for q in sample.page.regions.line_quads / 2]:
        rows[int(y0) - 1 : int(y1) + 2, int(x0) - 1 : int(x1) + 2] = True
    assert not (marks[~rows] & (BAND | REGION)).any()


def test_a_band_is_half_as_high_as_its_cell_and_knows_height_and_direction() -> None:
    x = np.array([20.0, 100.0])
    tops, bottoms = np.stack([x, [30, 30]], 1), np.stack([x, [50, 50]], 1)
    upright = truth_maps(CropTruth((Cell(tops, bottoms),)), 128)
    # OpenCV draws the outline of what it fills, too.
    assert (upright.marks[:, 30] & BAND > 0).sum() == pytest.approx(0.48 * 10, abs=1.5)
    assert (upright.marks[:, 30] & REGION > 0).sum() == pytest.approx(10, abs=1.5)
    assert upright.marks[20, 30] & BAND
    assert np.exp(float(upright.heights[20, 30])) == pytest.approx(20, rel=1e-2)
    assert (upright.across[20, 30], upright.down[20, 30]) == (127, 0)
    turned = truth_maps(
        CropTruth((Cell(tops[:, ::-1] * [-1, 1] + [128, 0], bottoms[:, ::-1] * [-1, 1] + [128, 0]),)), 128
    )
    assert (turned.across[30, 44], turned.down[30, 44]) == (0, 127)


def test_wide_gaps_part_cells_and_unclear_ones_are_ignored() -> None:
    def cells(gap: float) -> Any:
        quads = [[[x, 10], [x + 60, 10], [x + 60, 30], [x, 30]] for x in (0, 60 + gap)]
        from receiptgen.train.data.pages.cells import _line_cells

        return _line_cells(np.array(quads, np.float64))

    assert [len(cells(gap).cells) for gap in (10, 26, 28, 60)] == [1, 1, 2, 2]
    assert [len(cells(gap).ignored) for gap in (10, 26, 28, 60)] == [0, 1, 1, 0]


def test_squeezing_brings_rows_together_and_moves_their_cells_with_them() -> None:
    before = page()
    after = squeezed(before, 0.1, Dice(1))
    assert after.image.shape[0] < 0.95 * before.image.shape[0]
    assert after.image.shape[1] == before.image.shape[1]
    for old, new in zip(before.cells.cells, after.cells.cells, strict=True):
        assert new.height == pytest.approx(old.height, rel=0.03)
        y0, y1 = round(float(new.tops[0, 1])), round(float(new.bottoms[0, 1]))
        old_y = round(float(old.tops[0, 1]))
        x0, x1 = int(old.tops[0, 0]), int(old.tops[-1, 0])
        assert (
            abs(float(after.image[y0:y1, x0:x1].mean()) - float(before.image[old_y : old_y + y1 - y0, x0:x1].mean()))
            < 12
        )


def test_a_crop_has_paper_where_the_page_lies() -> None:
    marks = [stream(empty=0.0).block(index).crop(place)[1].marks for index in range(2) for place in range(8)]
    assert np.mean([(crop & PAPER).any() for crop in marks]) > 0.9, "a few lie beside it"
    empty = stream(empty=1.0).block(0).crop(0)[1]
    assert not empty.marks.any()
    assert IGNORED not in empty.marks


def test_what_lies_behind_who_looks_is_left_out() -> None:
    square = np.array([[0.0, 0.0], [10.0, 0.0], [10.0, 10.0], [0.0, 10.0]])
    tapered = np.array([[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [-0.2, 0.0, 1.0]])
    kept = in_front(square, tapered)
    assert kept[:, 0].max() == pytest.approx((1 - 0.15) / 0.2)
    assert not is_in_front(square, tapered)
    assert np.array_equal(in_front(square, np.eye(3)), square)


def test_blocks_depend_on_seed_and_index_alone() -> None:
    first = stream()
    once = first.block(4).pixels
    first.block(2)
    assert np.array_equal(pickle.loads(pickle.dumps(first)).block(4).pixels, once)  # it is our own
    assert not np.array_equal(first.block(5).pixels, once)


@pytest.mark.parametrize("workers", [0, 1])
def test_batches_are_the_same_for_any_number_of_workers(workers: int) -> None:
    plan = BatchPlan(4, 1, 32, 7, SMALL.each)
    expected = iter(Loader(stream(), plan, ProcessGroup(), 0))
    with Loader(stream(), plan, ProcessGroup(), workers, first=1) as loader:
        next(expected)
        for found, _ in zip(loader, range(2), strict=False):
            wanted = next(expected)
            assert np.array_equal(found.images, wanted.images)
            assert all(np.array_equal(one, other) for one, other in zip(found.truth, wanted.truth, strict=True))
            assert found.images.shape == (4, 64, 64)
