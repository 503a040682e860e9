"""Batches from worker processes."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

import numpy as np
import pytest

from receiptgen.config.records import loads
from receiptgen.core.dice import Dice
from receiptgen.core.errors import TrainingError
from receiptgen.effects import EFFECTS, Effect
from receiptgen.imaging.page import Page
from receiptgen.imaging.regions import Regions
from receiptgen.recognition.charset import charset
from receiptgen.recognition.padding import PAPER, pad
from receiptgen.recognition.preprocess import Preprocess
from receiptgen.train.data.batch_plan import BatchPlan
from receiptgen.train.data.batches import Batch, collate
from receiptgen.train.data.line_blocks import LineStream, WeightedSource, prepare_example
from receiptgen.train.data.loader import Loader
from receiptgen.train.data.mixture import BLOCK
from receiptgen.train.data.process_group import ProcessGroup
from receiptgen.train.data.skipped import Skip
from receiptgen.train.data.sources import DATASETS, Example, Flaw, RowLabel
from receiptgen.train.recipes.recipe import Recipe

PLAN = BatchPlan(batch=64, parts=1, multiple=4, seed=9)


@dataclass(frozen=True)
class Strips:
    """Lines whose shade and text tell their number; each seventh is a flaw."""

    size: int | None = 5000
    flaws: bool = False

    def read(self, index: int) -> Example | Flaw:
        if self.flaws and index % 7 == 0:
            return Flaw(f"{index}.png", "no such file")
        image = np.full((32, 40 + index % 100), index % 200, np.uint8)
        return Example(image, str(index), "int", f"{index}.png")


def lines(*tables: Strips, longest: int = 1000, effects: tuple[Effect, ...] = ()) -> LineStream:
    shares = [
        WeightedSource(f"strips {place}", table, 1.0, effects) for place, table in enumerate(tables or (Strips(),))
    ]
    return LineStream(shares, charset("ascii"), Preprocess(upright=False, contrast=0, longest=longest), 4, seed=1)


def batches(loader: Loader, count: int) -> list[Batch]:
    with loader:
        return list(islice(loader, count))


def same(left: Batch, right: Batch) -> bool:
    return all(np.array_equal(a, b) for a, b in zip(left, right, strict=True))


def texts(batch: Batch) -> set[str]:
    decode = charset("ascii").decode
    return {decode(row[:count].tolist()) for row, count in zip(batch.labels, batch.lengths, strict=True)}


@pytest.fixture(scope="module")
def first() -> list[Batch]:
    return batches(Loader(lines(), PLAN, ProcessGroup(), workers=0), 70)


def test_worker_processes_change_no_batch(first: list[Batch]) -> None:
    for got, wanted in zip(batches(Loader(lines(), PLAN, ProcessGroup(), workers=2), 70), first, strict=True):
        assert same(got, wanted)


def test_a_loader_that_begins_later_goes_on_with_the_same_batches(first: list[Batch]) -> None:
    for start in (1, 31, 33):
        got = batches(Loader(lines(), PLAN, ProcessGroup(), workers=0, first=start), 5)
        assert all(map(same, got, first[start : start + 5]))


@pytest.mark.parametrize(("size", "counts"), [(2, {32}), (3, {24, 16}), (4, {16}), (12, {8, 4})])
def test_processes_that_train_together_share_the_batches_of_one(
    size: int, counts: set[int], first: list[Batch]
) -> None:
    parts = [batches(Loader(lines(), PLAN, ProcessGroup(rank, size), workers=0), 33) for rank in range(size)]
    for whole, *own in zip(first[:33], *parts, strict=True):
        assert {len(part.images) for part in own} == counts
        assert sorted(text for part in own for text in texts(part)) == sorted(texts(whole))
        assert {(part.total, part.part) for part in own} == {(64, 64)}


def test_flaws_of_a_block_that_two_processes_share_are_told_once() -> None:
    told: list[list[Skip]] = [[], []]
    for rank, skips in zip((3, 11), told, strict=True):
        batches(Loader(lines(Strips(flaws=True)), PLAN, ProcessGroup(rank, 16), 0, on_skip=skips.extend), 1)
    assert len(told[0]) > 10
    assert not told[1]


def test_every_line_of_a_round_comes_once_and_keeps_its_label(first: list[Batch]) -> None:
    met = [text for batch in first[: BLOCK * PLAN.blocks // 64] for text in texts(batch)]
    assert len(set(met)) == len(met) == BLOCK * PLAN.blocks
    for batch in first[:3]:
        for image, width, text in zip(batch.images, batch.widths, sorted_texts(batch), strict=True):
            assert set(image[:, :width].ravel()) == {int(text) % 200}
            assert (image[:, width:] == PAPER).all()
            assert width == 40 + int(text) % 100


def sorted_texts(batch: Batch) -> Iterator[str]:
    for row, count in zip(batch.labels, batch.lengths, strict=True):
        yield charset("ascii").decode(row[:count].tolist())


def test_lines_of_a_batch_are_of_like_width(first: list[Batch]) -> None:
    spans = [int(np.ptp(batch.widths)) for batch in first]
    assert np.mean(spans) < 12
    assert all(batch.images.shape[2] % 4 == 0 for batch in first)


def test_flawed_rows_are_told_and_others_stand_in() -> None:
    told: list[Skip] = []
    loader = Loader(lines(Strips(flaws=True)), PLAN, ProcessGroup(), workers=0, on_skip=told.extend)
    got = batches(loader, 32)
    assert sum(len(batch.images) for batch in got) == BLOCK * PLAN.blocks
    assert 0.1 < len(told) / (BLOCK * PLAN.blocks) < 0.2
    assert {(skip.data, skip.reason) for skip in told} == {("strips 0", "no such file")}


@dataclass(frozen=True)
class Mostly:
    """One row in a hundred is good."""

    size: int | None = 100

    def read(self, index: int) -> Example | Flaw:
        return Strips().read(index) if index == 42 else Flaw(f"{index}.png", "no such file")


def test_few_good_rows_are_enough() -> None:
    made = LineStream([WeightedSource("mostly", Mostly())], charset("ascii"), Preprocess(), 4, seed=1)
    assert len(made.block(0).labels) == BLOCK


@dataclass
class Counted:
    """Labelled rows, each fifth of which has a Greek letter, each seventh no image; counts how often each is read."""

    size: int | None = 70
    reads: Counter[int] = field(default_factory=Counter)

    def read(self, index: int) -> Example | Flaw:
        self.reads[index] += 1
        image = np.zeros((32, 90), np.uint8)
        text, _, name = self.label(index)
        return Flaw(name, "no such file") if index % 7 == 0 else Example(image, text, "", name)

    def label(self, index: int) -> RowLabel:
        return RowLabel(f"{index}{'Ω' * (index % 5 == 0)}", "page", f"{index}.png")


def counted(table: Counted, checks_labels: bool, effects: tuple[Effect, ...] = ()) -> LineStream:
    shares = [WeightedSource("counted", table, 1.0, effects, checks_labels=checks_labels)]
    return LineStream(shares, charset("ascii"), Preprocess(upright=False, contrast=0), 4, seed=1)


def test_a_row_that_cannot_be_spelt_is_never_read_and_one_without_an_image_once() -> None:
    table, reading = Counted(), Counted()
    stream, without_labels = counted(table, checks_labels=True), counted(reading, checks_labels=False)
    told: list[Skip] = []
    for index in range(3):
        block, other = stream.block(index), without_labels.block(index)
        told += block.flaws
        assert block.widths.tolist() == other.widths.tolist()
        assert [label.tolist() for label in block.labels] == [label.tolist() for label in other.labels]
        alone = counted(Counted(), checks_labels=True).block(index)
        assert [label.tolist() for label in block.labels] == [label.tolist() for label in alone.labels], (
            "what is known of rows changes no line"
        )
    assert not [row for row in table.reads if row % 5 == 0]
    assert {table.reads[row] for row in range(70) if row % 7 == 0 and row % 5} == {1}
    assert {reading.reads[row] for row in range(70) if row % 7 == 0 or row % 5 == 0} == {1}
    assert len(set(told)) == len(told) == 70 // 5 + 70 // 7 - 2
    assert {skip.reason for skip in told} == {"no such file", "characters outside the charset: Ω"}


def test_a_row_that_effects_spoil_is_read_again(monkeypatch: pytest.MonkeyPatch) -> None:
    def squeeze(effects: object, page: Page, dice: Dice) -> tuple[Page, tuple[()]]:
        """Leave too few columns for a text, every other time."""
        return Page(page.image[:, :4], Regions.blank(4, 32)) if dice.chance(0.5) else page, ()

    monkeypatch.setattr("receiptgen.train.data.line_blocks.apply_effects", squeeze)
    table = Counted()
    stream = counted(table, checks_labels=True, effects=(EFFECTS.get("blur")(),))
    flaws = [skip for index in range(2) for skip in stream.block(index).flaws]
    assert any("time steps" in skip.reason for skip in flaws), flaws
    assert min(table.reads[row] for row in range(70) if row % 7 and row % 5) > 1


@dataclass(frozen=True)
class Broken:
    size: int | None = 10

    def read(self, index: int) -> Example | Flaw:
        return Flaw(f"{index}.png", "no such file")


@pytest.mark.parametrize("workers", [0, 1])
def test_a_data_set_without_any_good_row_ends_the_loader(workers: int) -> None:
    shares = [WeightedSource("broken", Broken())]
    made = LineStream(shares, charset("ascii"), Preprocess(), 4, seed=1)
    with pytest.raises(TrainingError, match=r"broken: 1,000 rows one after the other can't be used; the last"):
        batches(Loader(made, PLAN, ProcessGroup(), workers), 1)


def test_a_worker_that_is_killed_ends_the_loader() -> None:
    with Loader(lines(), PLAN, ProcessGroup(), workers=1) as loader:
        next(iter(loader))
        assert loader._pool is not None
        loader._pool._processes[0].kill()
        with pytest.raises(TrainingError, match="a worker that prepares lines was killed"):
            for _ in loader:
                pass


def test_effects_change_what_lies_on_a_disk_and_nothing_else() -> None:
    recipe = """
        about: x
        network: receipt
        charset: ascii
        steps: 1
        data: [{data: {kind: live, source: standard}}]
        held_out: {own: {kind: live, source: standard}}
        effects: [{kind: blur, sigma: 3}]
    """
    effects = loads(recipe, Recipe).effects
    rows = Strips(size=50)
    plain, blurred = lines(rows), lines(rows, effects=effects)
    one, other = plain.block(0), blurred.block(0)
    assert [label.tolist() for label in one.labels] == [label.tolist() for label in other.labels]
    np.testing.assert_array_equal(one.widths, other.widths)
    np.testing.assert_array_equal(other.pixels, blurred.block(0).pixels)


def test_a_text_that_no_time_steps_or_characters_are_left_for_is_a_flaw() -> None:
    image = np.zeros((32, 40), np.uint8)
    ready = prepare_example(Example(image, "aabb cdef"[:8], "", "x"), charset("ascii"), Preprocess(), 4)
    assert not isinstance(ready, Flaw), "8 labels and 2 repeats fit 10 steps"
    flaw = prepare_example(Example(image, "aabb ccef", "", "x"), charset("ascii"), Preprocess(), 4)
    assert flaw == Flaw("x", "its text needs 12 time steps, its image has 10")
    flaw = prepare_example(Example(image, "5 €", "", "x"), charset("ascii"), Preprocess(), 4)
    assert flaw == Flaw("x", "characters outside the charset: €")


def test_parts_of_an_update_are_batches_of_their_own() -> None:
    whole = batches(Loader(lines(), PLAN, ProcessGroup(), 0), 32)
    halves = batches(Loader(lines(), PLAN._replace(parts=2), ProcessGroup(), 0), 64)
    assert {(batch.total, batch.part) for batch in halves} == {(64, 32)}
    assert {len(batch.images) for batch in halves} == {32}
    assert set().union(*map(texts, whole)) == set().union(*map(texts, halves))


def test_padding_is_paper() -> None:
    laid = pad([np.zeros((4, 3), np.uint8), np.zeros((4, 5), np.uint8)], multiple=4)
    assert laid.shape == (2, 4, 16)
    assert laid[0, 0].tolist() == [0] * 3 + [PAPER] * 13
    batch = collate([np.zeros((4, 3), np.uint8)], [np.array([1, 2], np.int32)], total=8)
    assert (batch.labels.tolist(), batch.lengths.tolist(), batch.widths.tolist()) == ([[1, 2]], [2], [3])


def test_drawn_lines_are_the_same_in_any_process(tmp_path: Path) -> None:
    live = DATASETS.get("live").model_validate({"source": "standard", "kinds": ["price", "date"]})  # type: ignore[attr-defined]
    made = LineStream([WeightedSource("live", live.open(3))], charset("receipt"), Preprocess(), 4, seed=3)
    here, there = (batches(Loader(made, PLAN, ProcessGroup(), workers), 3) for workers in (0, 1))
    assert all(map(same, here, there))
