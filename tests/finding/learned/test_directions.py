"""Directions that the values of a receipt agree on, with maps made by hand."""

from dataclasses import replace

import numpy as np
import pytest
from hand_maps import Row, maps_of

from receiptgen.finding.finder_model import FinderMaps
from receiptgen.finding.learned.directions import agreement, with_agreed_directions
from receiptgen.finding.learned.page_maps import PageMaps

SIZE = 400, 600
ROWS = [Row(50, 500, 40 * number + 60) for number in range(8)]
SIDEWAYS = FinderMaps._fields.index("across"), FinderMaps._fields.index("down")


def page(maps: FinderMaps) -> PageMaps:
    return PageMaps(maps, (0.5, 0.5))


def directed(maps: FinderMaps, part: tuple[slice, slice], across: float, down: float) -> FinderMaps:
    """Return maps with another direction in a part of them."""
    changed = [values.copy() for values in maps]
    for place, value in zip(SIDEWAYS, (across, down), strict=True):
        changed[place][part] = value
    return FinderMaps(*changed)


def test_a_few_values_that_say_another_direction_are_overruled() -> None:
    right = maps_of(ROWS, SIZE)
    wrong = directed(right, (slice(None), slice(30, 50)), 0, 1)
    agreed = with_agreed_directions(page(wrong)).maps
    print_ = right.band > 0.5
    assert np.abs(wrong.down[print_]).max() == 1
    assert agreed.across[print_] == pytest.approx(1)
    assert agreed.down[print_] == pytest.approx(0)


@pytest.mark.smoke
def test_slopes_within_a_receipt_stay() -> None:
    curled = maps_of([Row(50, 500, 40 * number + 60, fall=0.04 * number) for number in range(8)], SIZE)
    assert all(map(np.array_equal, with_agreed_directions(page(curled)).maps, curled))


def test_receipts_that_lie_across_each_other_keep_their_directions() -> None:
    paper = np.ones((SIZE[0] // 2, SIZE[1] // 2), np.float32)
    paper[:, 140:150] = 0
    rows = [replace(row, left=left, right=left + 200) for row in ROWS for left in (50, 320)]
    beside = directed(maps_of(rows, SIZE, paper), (slice(None), slice(145, None)), 0, -1)
    assert all(map(np.array_equal, with_agreed_directions(page(beside)).maps, beside))


def test_values_that_agree_on_nothing_stay() -> None:
    split = directed(maps_of(ROWS, SIZE), (slice(None), slice(130, None)), 0, 1)
    assert all(map(np.array_equal, with_agreed_directions(page(split)).maps, split))


def test_agreement_is_of_all_values_where_they_say_the_same() -> None:
    maps = maps_of(ROWS, SIZE)
    values = np.count_nonzero(maps.band > 0.5)
    assert agreement(page(maps)) == pytest.approx((values, 1))
    split = directed(maps, (slice(None), slice(130, None)), -1, 0)
    assert agreement(page(split))[1] < 0.2


def test_an_empty_page_is_as_it_is() -> None:
    empty = page(maps_of([], SIZE))
    assert with_agreed_directions(empty) is empty
    assert agreement(empty) == (0, 0)
