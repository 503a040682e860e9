"""Baselines from maps made by hand."""

import numpy as np
import pytest
from hand_maps import Row, maps_of
from hypothesis import given, settings
from hypothesis import strategies as st

from receiptgen.finding.finder_model import FinderMaps
from receiptgen.finding.learned.bands import find_bands
from receiptgen.finding.learned.baselines import Baselines
from receiptgen.finding.learned.joining import whole_cells
from receiptgen.finding.learned.page_maps import PageMaps

SIZE = 400, 600


def cells(maps: FinderMaps) -> Baselines:
    """Return the cells of the maps of an image that the network saw as it is, from the top."""
    page = PageMaps(maps, (0.5, 0.5))
    found = whole_cells(page, find_bands(page))
    return found.take(np.argsort(found.origin[:, 1], kind="stable"))


@settings(max_examples=15)
@given(fall=st.floats(-0.3, 0.3), bend=st.floats(-4e-4, 4e-4), height=st.floats(10, 40))
def test_a_baseline_follows_its_row_from_end_to_end(fall: float, bend: float, height: float) -> None:
    row = Row(100, 420, 200, height, fall, bend)
    found = cells(maps_of([row], SIZE))
    assert len(found) == 1
    assert found.height == pytest.approx(height, rel=0.02)
    places = found.points(found.along(np.linspace(0, 1, 9)))[0]
    assert np.abs(places[:, 1] - row.middle_at(places[:, 0])).max() < 0.08 * height
    assert places[[0, -1], 0] == pytest.approx([100, 420], abs=0.3 * height + 2)


@pytest.mark.smoke
def test_rows_whose_bands_touch_are_parted() -> None:
    maps = maps_of([Row(50, 500, 100), Row(50, 500, 120)], SIZE)
    maps.band[50:60, 100:120] = 0.5
    assert cells(maps).origin[:, 1] == pytest.approx([100, 120], abs=1.5)


def test_pieces_of_a_cell_are_joined_and_cells_apart_are_not() -> None:
    pieces = [Row(50, 200, 100), Row(206, 330, 100.5), Row(334, 400, 101), Row(460, 560, 101), Row(50, 150, 160)]
    found = cells(maps_of(pieces, SIZE))
    ends = sorted(found.points(found.ends)[..., 0].round().tolist())
    assert ends == [[pytest.approx(left, abs=4), pytest.approx(right, abs=4)] for left, right in
                    ((50, 150), (50, 400), (460, 560))]  # fmt: skip


@pytest.mark.parametrize(("gap", "count"), [(2, 1), (4, 1), (14, 2), (30, 2)])
def test_halves_of_a_word_are_one_cell_where_the_band_of_the_second_begins_late(gap: int, count: int) -> None:
    # Letters are 20 pixels high, and words stand ten apart; the network is unsure of the first letters of the second.
    maps = maps_of([Row(100, 200, 100), Row(200 + gap, 320, 100)], SIZE)
    maps.band[:, (200 + gap) // 2 : (200 + gap) // 2 + 14] *= 0.2
    maps.region[:, 100 : 100 + gap // 2] *= 0.0
    found = cells(maps)
    assert len(found) == count
    places = found.points(found.ends)[..., 0]
    assert (places.min(), places.max()) == (pytest.approx(100, abs=4), pytest.approx(320, abs=4))


def test_halves_of_a_word_are_one_cell_whatever_is_found_between_them() -> None:
    maps = maps_of([Row(100, 200, 100), Row(216, 320, 100)], SIZE)
    # The region goes on; between both is a bit of band that is no part of the row.
    maps.region[45:55, 98:110] = 0.9
    maps.band[48:53, 102:107] = 0.9
    maps.height[48:53, 102:107] = 33
    found = cells(maps)
    longest = found.take(found.length.argmax()[None])
    assert longest.points(longest.ends)[0, :, 0] == pytest.approx([100, 320], abs=4)


def test_a_row_is_not_joined_with_the_one_below_or_with_large_print_beside_it() -> None:
    found = cells(maps_of([Row(50, 200, 100), Row(205, 400, 112), Row(404, 560, 112, 40)], SIZE))
    assert len(found) == 3


def test_what_no_value_is_sure_of_is_no_cell() -> None:
    maps = maps_of([Row(50, 500, 100), Row(50, 500, 200)], SIZE)
    maps.band[80:120] *= 0.35
    assert cells(maps).origin[:, 1] == pytest.approx([100], abs=1)
    assert len(cells(maps_of([], SIZE))) == 0


def test_a_short_cell_lies_as_the_map_of_directions_says() -> None:
    found = cells(maps_of([Row(100, 112, 100, fall=0.2)], SIZE))
    assert np.arctan2(*found.axis[0, ::-1]) == pytest.approx(np.arctan(0.2), abs=0.01)


def test_noise_gives_no_more_cells_than_are_looked_at() -> None:
    noise = np.random.default_rng(0).random((6, 700, 900), np.float32)
    noise[2] = 8
    assert len(cells(FinderMaps(*noise))) <= 8000


@given(along=st.lists(st.floats(-50, 450), min_size=1, max_size=5), off=st.floats(-30, 30))
def test_half_a_turn_leaves_every_point_where_it_is(along: list[float], off: float) -> None:
    found = cells(maps_of([Row(100, 420, 200, 20, 0.1, 3e-4)], SIZE))
    turned = found.upside_down(np.array([True]))
    assert turned.axis == pytest.approx(-found.axis)
    places = np.array([along])
    assert turned.points(-places, -off) == pytest.approx(found.points(places, off))
