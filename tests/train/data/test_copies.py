"""Lines that are shown several times, and how they are kept apart."""

from collections import Counter
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest

from receiptgen.recognition.charset import charset
from receiptgen.recognition.preprocess import Preprocess
from receiptgen.train.data.copies import order_by_width
from receiptgen.train.data.line_blocks import LineStream, WeightedSource
from receiptgen.train.data.sources import DATASETS, Example
from receiptgen.train.data.sources.live import LiveTable


def table(copies: int, kinds: dict[str, float]) -> LiveTable:
    live = DATASETS.get("live").model_validate({"source": "standard", "kinds": kinds})  # type: ignore[attr-defined]
    opened = live.open(3)
    assert isinstance(opened, LiveTable)
    return replace(opened, copies=copies)


def distances(order: list[int], origins: list[str]) -> list[int]:
    places: dict[str, list[int]] = {}
    for place, line in enumerate(order):
        if origins[line]:
            places.setdefault(origins[line], []).append(place)
    return [after - before for found in places.values() for before, after in pairwise(found)]


def test_lines_without_copies_are_sorted_by_width() -> None:
    assert order_by_width([30, 10, 20, 10], ["", "", "", ""], 8) == [1, 3, 2, 0]


@pytest.mark.smoke
@pytest.mark.parametrize("apart", [2, 8])
def test_copies_are_apart_and_neighbours_of_similar_width(apart: int) -> None:
    random = np.random.default_rng(apart)
    clean = random.integers(20, 400, 70)
    # Two lines are cut off by the block's ends, and there are lines of other data between them.
    origins = [f"{number}" for number in range(70) for _ in range(3)][2:-1] + [""] * 40
    widths = [int(clean[int(origin)] * random.uniform(0.95, 1.05)) for origin in origins if origin]
    widths += random.integers(20, 400, 40).tolist()
    order = order_by_width(widths, origins, apart)
    assert sorted(order) == list(range(len(widths)))
    near = sum(distance < apart for distance in distances(order, origins))
    by_width = sum(distance < apart for distance in distances(sorted(order, key=lambda line: widths[line]), origins))
    assert near <= 0.3 * by_width
    widest = np.maximum.accumulate([widths[line] for line in order])
    assert all(1.2 * widths[line] >= before for line, before in zip(order, widest, strict=True))


def test_copies_stay_side_by_side_where_all_other_lines_are_much_wider() -> None:
    assert order_by_width([10, 11, 20, 21], ["a", "a", "b", "b"], 8) == [0, 1, 2, 3]
    assert order_by_width([20, 21, 22, 23], ["a", "a", "b", "b"], 2) == [0, 2, 1, 3]


def test_each_line_is_shown_several_times_in_the_order_of_the_lines() -> None:
    kinds = {"price": 3.0, "receipt_line": 1.0}
    single, threefold = table(1, kinds), table(3, kinds)
    lines = [single.read(index) for index in range(64)]
    copies = [threefold.read(index) for index in range(192)]
    assert all(isinstance(copy, Example) for copy in copies)
    counts = Counter(copy.origin for copy in copies if isinstance(copy, Example))
    assert counts == Counter({line.name: 3 for line in lines})
    assert len({copy.name for copy in copies}) == 192
    first = {copy.name: copy for copy in copies if "#" not in copy.name}
    for line in lines:
        assert isinstance(line, Example)
        assert line.origin == ""
        np.testing.assert_array_equal(first[line.name].image, line.image)  # type: ignore[union-attr]


def test_copies_are_one_group_as_labels() -> None:
    labels = [table(3, {"price": 1.0}).label(index) for index in range(6)]
    assert len({label.name for label in labels}) == 6
    assert [label.group for label in labels] == [labels[0].name] * 3 + [labels[3].name] * 3


def test_a_block_has_no_copies_side_by_side_and_is_the_same_in_every_process() -> None:
    def stream() -> LineStream:
        source = WeightedSource("live", table(3, {"price": 1.0}))
        return LineStream([source], charset("receipt"), Preprocess(), 4, seed=3, apart=8)

    forwards, backwards = stream(), stream()
    blocks = [forwards.block(index) for index in (0, 1)]
    again = [backwards.block(index) for index in (1, 0)]
    for block, other in zip(blocks, reversed(again), strict=True):
        np.testing.assert_array_equal(block.pixels, other.pixels)
        texts = [label.tobytes() for label in block.labels]
        alike = sum(texts[place] in texts[place + 1 : place + 8] for place in range(len(texts)))
        assert alike < 40  # of the ends of the block, and prices that are alike by chance
