"""Boxes, quads, and maps that go there and back."""

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from receiptgen.geometry import Projective, boxes_of_quads, quads_of_boxes, union

EDGES = st.integers(-2000, 2000)
BOXES = st.lists(st.tuples(EDGES, EDGES, st.integers(0, 900), st.integers(0, 900)), min_size=1, max_size=9)
ANGLES = st.floats(-720, 720)
SIZES = st.tuples(st.integers(1, 900), st.integers(1, 900))


def boxes_from(drawn: list[tuple[int, int, int, int]]) -> np.ndarray:
    return np.array([(x, y, x + width, y + height) for x, y, width, height in drawn], np.int32)


@given(BOXES)
@settings(max_examples=50, deadline=None, derandomize=True)
def test_boxes_come_back_from_their_quads(drawn: list[tuple[int, int, int, int]]) -> None:
    boxes = boxes_from(drawn)
    quads = quads_of_boxes(boxes)
    assert quads.dtype == boxes.dtype
    assert np.array_equal(boxes_of_quads(quads), boxes)


def test_corners_run_clockwise_from_the_top_left() -> None:
    assert quads_of_boxes(np.array([[1, 2, 5, 9]]))[0].tolist() == [[1, 2], [5, 2], [5, 9], [1, 9]]


@given(BOXES)
@settings(max_examples=50, deadline=None, derandomize=True)
def test_a_union_holds_every_box_and_no_more(drawn: list[tuple[int, int, int, int]]) -> None:
    boxes = boxes_from(drawn)
    x0, y0, x1, y1 = union(boxes)
    assert (boxes >= [x0, y0, x0, y0]).all()
    assert (boxes <= [x1, y1, x1, y1]).all()
    assert {x0, y0} <= set(boxes[:, :2].ravel().tolist())
    assert {x1, y1} <= set(boxes[:, 2:].ravel().tolist())


@given(ANGLES, SIZES)
@settings(max_examples=60, deadline=None, derandomize=True)
def test_a_turn_goes_there_and_back(degrees: float, size: tuple[int, int]) -> None:
    turn, _ = Projective.rotation(degrees, size)
    points = np.array([[[0.0, 0.0], [3.5, 7.25]], [[900.0, 1.0], [-20.0, 40.0]]])
    assert np.allclose(turn.inverse().points(turn.points(points)), points, atol=1e-6)
    assert turn.points(points).shape == points.shape


@given(ANGLES, SIZES)
@settings(max_examples=60, deadline=None, derandomize=True)
def test_a_turned_page_just_fits_its_canvas(degrees: float, size: tuple[int, int]) -> None:
    turn, (height, width) = Projective.rotation(degrees, size)
    corners = turn.points(np.array([[0.0, 0], [size[1], 0], [size[1], size[0]], [0, size[0]]]))
    assert (corners >= -1e-6).all()
    assert (corners <= np.array([width, height]) + 1e-6).all()
    spread = corners.max(axis=0) - corners.min(axis=0)
    assert (np.array([width, height]) - spread < 1 + 1e-6).all()


def test_a_quarter_turn_counter_clockwise_puts_the_right_edge_on_top() -> None:
    turn, size = Projective.rotation(90, (20, 50))
    assert size == (50, 20)
    assert np.allclose(turn.points(np.array([[50.0, 0.0], [0.0, 0.0]])), [[0, 0], [0, 50]])


def test_no_turn_changes_nothing() -> None:
    turn, size = Projective.rotation(0, (20, 50))
    assert size == (20, 50)
    assert np.allclose(turn.matrix, np.eye(3))


def test_a_projective_map_goes_there_and_back() -> None:
    tilt = Projective(np.array([[1.1, 0.2, 5], [-0.1, 0.9, 3], [1e-4, -2e-4, 1.0]]))
    points = np.array([[0.0, 0], [300, 20], [120, 400]])
    assert np.allclose(tilt.inverse().points(tilt.points(points)), points)
    # Straight lines stay straight.
    a, b, c = tilt.points(np.array([[10.0, 10], [110, 60], [210, 110]]))
    assert abs((b - a)[0] * (c - a)[1] - (b - a)[1] * (c - a)[0]) < 1e-6


@pytest.mark.parametrize("degrees", [0, 90, 180, 270])
def test_pixels_and_points_move_alike(degrees: int) -> None:
    image = np.zeros((30, 47), np.uint8)
    image[4, 9] = 255
    turn, (height, width) = Projective.rotation(degrees, (30, 47))
    moved = cv2.warpPerspective(image, turn.pixel_matrix(), (width, height))
    (row,), (column,) = np.nonzero(moved > 127)
    assert np.allclose(turn.points(np.array([9.5, 4.5])), [column + 0.5, row + 0.5])
