"""Strips along baselines, and level coordinates of a page."""

import cv2
import numpy as np
import pytest
from hand_maps import Row, maps_of
from hypothesis import given, settings
from hypothesis import strategies as st

from receiptgen.finding.learned.bands import find_bands
from receiptgen.finding.learned.baselines import Baselines
from receiptgen.finding.learned.joining import whole_cells
from receiptgen.finding.learned.level_map import fit_level_map
from receiptgen.finding.learned.page_maps import PageMaps
from receiptgen.finding.learned.papers import on_paper, papers_of
from receiptgen.finding.learned.strips import StripCutter

SIZE = 400, 600


def baselines(*rows: Row) -> Baselines:
    page = PageMaps(maps_of(rows, SIZE), (0.5, 0.5))
    return whole_cells(page, find_bands(page))


@settings(max_examples=15)
@given(
    fall=st.floats(-0.3, 0.3), bend=st.floats(-4e-4, 4e-4), height=st.floats(9, 60),
    sense=st.sampled_from([1, -1]), place=st.tuples(st.floats(0.05, 0.95), st.floats(0.25, 0.75)),
)  # fmt: skip
def test_what_is_at_a_place_of_the_image_is_where_the_strip_says(
    fall: float, bend: float, height: float, sense: int, place: tuple[float, float]
) -> None:
    found = baselines(Row(100, 420, 200, height, fall, bend, sense))
    (blank,) = StripCutter(np.full(SIZE, 255, np.uint8), found).strips()
    size = np.array(blank.image.shape[::-1])
    wanted = np.array(place) * size
    x, y = blank.back.points(wanted)
    rows, columns = np.mgrid[:400, :600] + 0.5
    reach = max(1.0, height / 12)
    dot = 255 - 255 * np.exp(-((columns - x) ** 2 + (rows - y) ** 2) / (2 * reach**2))
    (strip,) = StripCutter(dot.round().astype(np.uint8), found).strips()
    ink = 255.0 - strip.image
    rows, columns = np.mgrid[: size[1], : size[0]] + 0.5
    centre = np.array([(ink * columns).sum(), (ink * rows).sum()]) / ink.sum()
    assert centre == pytest.approx(wanted, abs=0.5)


def test_print_of_every_size_comes_out_at_a_readable_one() -> None:
    rows = [Row(40, 300, 60, 10), Row(40, 300, 100, 10), Row(40, 300, 140, 11), Row(40, 500, 250, 90)]
    heights = [
        strip.rows[1] - strip.rows[0] for strip in StripCutter(np.full(SIZE, 255, np.uint8), baselines(*rows)).strips()
    ]
    assert min(heights) >= 27
    assert max(heights) <= 60


def test_a_page_that_stands_on_its_head_is_upright_on_its_strips() -> None:
    page = np.full(SIZE, 255, np.uint8)
    cv2.putText(page, "TOTAL 7.10", (100, 210), cv2.FONT_HERSHEY_DUPLEX, 1.0, (0,), 2)
    (upright,) = StripCutter(page, baselines(Row(100, 290, 199, 30))).strips()
    (turned,) = StripCutter(np.rot90(page, 2).copy(), baselines(Row(310, 500, 201, 30, sense=-1))).strips()
    assert turned.image.shape == upright.image.shape
    assert np.abs(turned.image.astype(int) - upright.image).mean() < 12


@settings(max_examples=10)
@given(fall=st.floats(-0.2, 0.2), bend=st.floats(-3e-4, 3e-4))
def test_rows_of_a_bent_page_are_level(fall: float, bend: float) -> None:
    rows = [Row(left, left + 120, 0, 16, fall + 2 * bend * (left - 60), bend) for left in (60, 220, 380)]
    middles = [100 + fall * (row.left - 60) + bend * (row.left - 60) ** 2 for row in rows]
    found = baselines(*(
        Row(row.left, row.right, middle + down, row.height, row.fall, row.bend)
        for row, middle in zip(rows, middles, strict=True) for down in (0, 40, 80, 120)
    ))  # fmt: skip
    boxes = fit_level_map(found).cells(found)
    middles = sorted((box.y0 + box.y1) / 2 for box in boxes)
    assert len(boxes) == 12
    for row in range(4):
        assert np.ptp(middles[3 * row : 3 * row + 3]) < 0.25 * 24
    assert max(abs(box.fall) for box in boxes) < 0.05


def test_cells_belong_to_their_receipt_and_those_on_neither_are_dropped() -> None:
    paper = np.zeros((200, 300), np.float32)
    paper[:150, :120] = paper[:150, 160:] = 1
    rows = [Row(left, left + 150, 30 + 50 * row, 16) for left in (30, 380) for row in range(5)]
    page = PageMaps(maps_of([*rows, Row(100, 400, 370, 16)], SIZE, paper), (0.5, 0.5))
    found = whole_cells(page, find_bands(page))
    found = found.take(on_paper(page, found))
    assert len(found) == 10
    assert papers_of(page, found).tolist() == (found.origin[:, 0] > 300).astype(int).tolist()
