"""Boxes, quads, and maps that go there and back."""

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from receiptgen.imaging.geometry import Chain, Map, Projective, boxes_of_quads, quads_of_boxes, union
from receiptgen.imaging.mesh import Mesh

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


@given(ANGLES, SIZES)
@settings(max_examples=40, deadline=None, derandomize=True)
def test_an_affine_map_is_its_matrix_for_any_number_of_points(degrees: float, size: tuple[int, int]) -> None:
    turn, _ = Projective.rotation(degrees, size)
    for shape in [(2,), (0, 2), (0, 4, 2), (1, 4, 2), (5, 3, 7, 2)]:
        points = np.arange(np.prod(shape), dtype=np.int32).reshape(shape)
        expected = points @ turn.matrix[:2, :2].T + turn.matrix[:2, 2]
        moved = turn.points(points)
        assert moved.dtype == np.float64
        assert moved.shape == shape
        assert np.allclose(moved, expected, rtol=0, atol=1e-9)


@pytest.mark.parametrize("degrees", [0, 90, 180, 270])
def test_pixels_and_points_move_alike(degrees: int) -> None:
    image = np.zeros((30, 47), np.uint8)
    image[4, 9] = 255
    turn, (height, width) = Projective.rotation(degrees, (30, 47))
    moved = cv2.warpPerspective(image, turn.pixel_matrix(), (width, height))
    (row,), (column,) = np.nonzero(moved > 127)
    assert np.allclose(turn.points(np.array([9.5, 4.5])), [column + 0.5, row + 0.5])


def shift_field(seed: int, rows: int, columns: int, step: int, slope: float) -> NDArray[np.float64]:
    """Draw shifts (rows, columns, 2) whose neighbours differ by a share of the step at most, as ``Mesh`` asks."""
    drawn = np.random.Generator(np.random.PCG64(seed)).uniform(-1, 1, (rows, columns, 2))
    # Between -slope / 2 and slope / 2 of a step each: no two differ by more than slope.
    whole = np.random.Generator(np.random.PCG64(seed + 1)).uniform(-9, 9, 2)
    return np.asarray(drawn * slope * step / 2 + whole, np.float64)


def smooth_mesh(seed: int, size: tuple[int, int], step: int = 20, slope: float = 0.2) -> Mesh:
    rows, columns = (int(np.ceil(length / step)) + 1 for length in size)
    return Mesh(shift_field(seed, rows, columns, step, slope), step)


def dot_page(size: tuple[int, int], places: NDArray[np.float64], radius: float = 4) -> NDArray[np.uint8]:
    """Draw soft round dots, 255 on 0, at places (N, 2) in our coordinates."""
    y, x = np.mgrid[0 : size[0], 0 : size[1]] + 0.5
    far = np.hypot(x[..., None] - places[:, 0], y[..., None] - places[:, 1]).min(axis=-1)
    return np.asarray(np.rint(255 * np.clip(radius + 0.5 - far, 0, 1)), np.uint8)


def centre_near(image: NDArray[np.uint8], place: NDArray[np.float64], reach: float = 12) -> NDArray[np.float64]:
    y, x = np.mgrid[0 : image.shape[0], 0 : image.shape[1]] + 0.5
    weight = image * (np.hypot(x - place[0], y - place[1]) <= reach)
    return np.array([(x * weight).sum(), (y * weight).sum()]) / weight.sum()


def soft_noise(seed: int, size: tuple[int, int]) -> NDArray[np.uint8]:
    """Draw noise of all levels that hardly differ from pixel to pixel."""
    noise = np.random.Generator(np.random.PCG64(seed)).standard_normal(size)
    soft = cv2.GaussianBlur(noise, (0, 0), 4)
    return np.asarray((soft - soft.min()) / np.ptp(soft) * 255, np.uint8)


def tilt() -> Projective:
    return Projective(np.array([[1.1, 0.2, 5], [-0.1, 0.9, 3], [1e-4, -2e-4, 1.0]]))


# How a map's neighbours are stretched is what makes a dot's centre stray from where its centre point went; these are
# gentle, and the dots small.
@pytest.mark.parametrize("seed", range(4))
def test_a_mesh_moves_points_as_it_moves_pixels(seed: int) -> None:
    size = (200, 260)
    # A plane and a wave: no kinks that would bend a dot.
    x, y = Mesh.lattice(size, 20)
    dice = np.random.Generator(np.random.PCG64(seed))
    a, b, c, d = dice.uniform(-0.05, 0.05, 4)
    shifts = np.stack([a * x + b * y + 3 * np.sin(y / 90) - 4, c * x + d * y + 2 * np.sin(x / 90) + 2], axis=-1)
    mesh = Mesh(shifts, 20)
    places = np.array([[60.0, 60], [200.3, 61.7], [130, 100.4], [70.6, 140], [190, 139.2]])
    moved = mesh.points(places)
    image = mesh.image(dot_page(size, places), size, 0)
    for place in moved:
        assert np.abs(centre_near(image, place) - place).max() < 0.1


@given(st.integers(0, 10**6), st.integers(5, 60), st.floats(0, 0.45))
@settings(max_examples=40, deadline=None, derandomize=True)
def test_a_mesh_within_its_slopes_goes_there_and_back(seed: int, step: int, slope: float) -> None:
    mesh = smooth_mesh(seed, (300, 220), step, slope)
    # Beyond the grid's edge, too, as quads of marks may lie.
    points = np.random.Generator(np.random.PCG64(seed + 2)).uniform(-30, 330, (40, 2)).reshape(8, 5, 2)
    back = mesh.inverse().points(mesh.points(points))
    assert back.shape == points.shape
    assert np.abs(back - points).max() < 0.01
    # The way back first needs no iteration, the way there does.
    assert np.abs(mesh.points(mesh.inverse().points(points)) - points).max() < 0.01


@pytest.mark.parametrize(("size", "step"), [((40, 57), 10), ((41, 60), 7), ((24, 24), 64)])
def test_a_mesh_moves_every_pixel_as_a_slow_reference_does(size: tuple[int, int], step: int) -> None:
    mesh = smooth_mesh(3, size, step, 0.4)
    # On a plane cubics and lines agree, so a pixel's level tells where it comes from.
    image = (20 + 2 * np.arange(size[1]) + 3 * np.arange(size[0])[:, None]).astype(np.uint8)
    ground, compared = 255, 0
    moved = mesh.image(image, size, ground)
    for row in range(size[0]):
        for column in range(size[1]):
            x, y = np.array([column + 0.5, row + 0.5]) + mesh_shift(mesh, column + 0.5, row + 0.5) - 0.5
            if 1 <= x <= size[1] - 3 and 1 <= y <= size[0] - 3:
                # A level is half a pixel across; OpenCV knows places to 1/32, and rounds the level.
                assert abs(moved[row, column] - (20 + 2 * x + 3 * y)) < 0.75
                compared += 1
            elif x < -2 or x > size[1] + 1 or y < -2 or y > size[0] + 1:
                assert moved[row, column] == ground
    assert compared > size[0] * size[1] / 3


def mesh_shift(mesh: Mesh, x: float, y: float) -> NDArray[np.float64]:
    """Look shifts up between four points of the grid; a pixel's centre is never beyond the last."""
    column, row = int(x // mesh.step), int(y // mesh.step)
    u, v = x / mesh.step - column, y / mesh.step - row
    upper = mesh.shift[row, column] * (1 - u) + mesh.shift[row, column + 1] * u
    lower = mesh.shift[row + 1, column] * (1 - u) + mesh.shift[row + 1, column + 1] * u
    return np.asarray(upper * (1 - v) + lower * v, np.float64)


def test_a_mesh_without_shifts_changes_no_pixel() -> None:
    image = np.random.Generator(np.random.PCG64(1)).integers(0, 256, (37, 50), np.uint8)
    mesh = Mesh(np.zeros((5, 6, 2)), 10)
    assert np.array_equal(mesh.image(image, (37, 50), 0), image)
    assert np.array_equal(mesh.inverse().image(image, (37, 50), 0), image)


def test_the_grid_of_a_mesh_covers_the_image() -> None:
    x, y = Mesh.lattice((41, 60), 10)
    assert (x.shape, y.shape) == ((1, 7), (6, 1))
    assert x[0].tolist() == [0, 10, 20, 30, 40, 50, 60]
    assert y[-1, 0] == 50


@pytest.mark.parametrize("seed", range(3))
def test_the_map_back_of_a_mesh_undoes_its_pixels(seed: int) -> None:
    size = (160, 200)
    x, y = Mesh.lattice(size, 16)
    wave = np.stack([4 * np.sin(y / 40 + seed) + 0 * x, 3 * np.sin(x / 50 + seed) + 0 * y], axis=-1)
    mesh = Mesh(wave, 16)
    drawn = soft_noise(seed, size)
    there = mesh.image(drawn, size, 0)
    back = mesh.inverse().image(there, size, 0)
    inner = (slice(12, -12), slice(12, -12))
    # Bilinear twice, each at most an eighth of the second difference, about 20 levels where noise peaks.
    assert np.abs(back[inner].astype(int) - drawn[inner]).max() < 10
    assert np.abs(there[inner].astype(int) - drawn[inner]).max() > 60
    assert mesh.inverse().inverse() is mesh


def test_a_chain_moves_points_by_each_map_in_its_order() -> None:
    grow, right = Projective.scaling(2, 3), Projective.translation(10, -1)
    points = np.array([[1, 2], [3, 4]])
    assert Chain((grow, right)).points(points).tolist() == [[12, 5], [16, 11]]
    assert Chain((right, grow)).points(points).tolist() == [[22, 3], [26, 9]]
    assert Chain((grow, right)).points(points).dtype == np.float64


def test_a_chain_of_no_maps_leaves_points_and_pixels_where_they_are() -> None:
    image = np.arange(60, dtype=np.uint8).reshape(6, 10)
    points = np.array([[1, 2], [3, 4]])
    assert np.array_equal(Chain(()).points(points), points)
    assert Chain(()).points(points).dtype == np.float64
    assert np.array_equal(Chain(()).image(image, (6, 10), 0), image)
    assert np.array_equal(Chain(()).inverse().points(points), points)


@given(st.integers(0, 10**6), st.floats(-30, 30))
@settings(max_examples=30, deadline=None, derandomize=True)
def test_a_chain_goes_there_and_back(seed: int, degrees: float) -> None:
    size = (240, 300)
    turn, _ = Projective.rotation(degrees, size)
    chain = Chain((Projective.scaling(1.5, 0.75), smooth_mesh(seed, size), turn, tilt(), smooth_mesh(seed + 5, size)))
    points = np.random.Generator(np.random.PCG64(seed)).uniform(0, 240, (4, 6, 2))
    assert chain.points(points).shape == points.shape
    assert np.abs(chain.inverse().points(chain.points(points)) - points).max() < 0.01


def test_a_chain_moves_pixels_once_as_its_maps_move_them_one_by_one() -> None:
    size = (180, 220)
    x, y = Mesh.lattice(size, 20)
    mesh = Mesh(np.stack([5 * np.sin(y / 40) + 0 * x, 4 * np.sin(x / 50) + 0 * y], axis=-1), 20)
    turn, turned = Projective.rotation(7, size)
    drawn = soft_noise(3, size)
    slowly = turn.image(mesh.image(drawn, size, 128), turned, 128)
    at_once = Chain((mesh, turn)).image(drawn, turned, 128)
    inside = turn.image(np.full(size, 255, np.uint8), turned, 0) == 255
    inside = np.asarray(cv2.erode(inside.astype(np.uint8), np.ones((21, 21))), bool)
    assert inside.mean() > 0.5
    assert np.abs(slowly[inside].astype(int) - at_once[inside]).max() < 10


def test_translation_and_scaling_move_as_they_say() -> None:
    points = np.array([[0.0, 0.0], [10.0, 4.0]])
    assert Projective.translation(3, -2.5).points(points).tolist() == [[3, -2.5], [13, 1.5]]
    assert Projective.scaling(2, 0.5).points(points).tolist() == [[0, 0], [20, 2]]
    assert Projective.scaling(2, 0.5).affine
    assert not tilt().affine


def test_a_translation_by_whole_pixels_moves_the_image_and_brings_in_ground() -> None:
    image = np.arange(1, 13, dtype=np.uint8).reshape(3, 4)
    moved = Projective.translation(2, 1).image(image, (4, 6), 99)
    assert np.array_equal(moved[1:, 2:], image)
    assert (moved[0] == 99).all()
    assert (moved[:, :2] == 99).all()


@pytest.mark.parametrize("scale", [2, 3])
def test_a_scaled_image_grows_from_its_corner_as_opencv_resizes_it(scale: int) -> None:
    image = np.random.Generator(np.random.PCG64(1)).integers(0, 256, (12, 15), np.uint8)
    size = (12 * scale, 15 * scale)
    grown = Projective.scaling(scale, scale).image(image, size, 0)
    resized = cv2.resize(image, size[::-1], interpolation=cv2.INTER_LINEAR)
    inner = (slice(scale, -scale), slice(scale, -scale))
    assert np.abs(grown[inner].astype(int) - resized[inner]).max() <= 2 * scale


CORNERS = np.array([[0.0, 0], [200, 0], [200, 300], [0, 300]])


@given(st.lists(st.floats(-40, 40), min_size=16, max_size=16))
@settings(max_examples=40, deadline=None, derandomize=True)
def test_the_map_between_two_quads_moves_corner_to_corner(by: list[float]) -> None:
    source, target = CORNERS + np.reshape(by[:8], (4, 2)), CORNERS + np.reshape(by[8:], (4, 2))
    move = Projective.between(source, target)
    # OpenCV takes single precision: 1e-4 of a pixel in hundreds.
    assert np.abs(move.points(source) - target).max() < 0.01
    assert np.abs(move.inverse().points(target) - source).max() < 0.01


@pytest.mark.parametrize("name", ["turn", "tilt", "mesh", "unmesh", "chain"])
def test_what_comes_from_beyond_the_edge_is_ground(name: str) -> None:
    far = Projective.translation(1000, 0)
    mesh = Mesh(np.full((4, 4, 2), 1000.0), 20)
    moves: dict[str, Map] = {
        "turn": far,
        "tilt": Projective(far.matrix + np.array([[0, 0, 0], [0, 0, 0], [1e-5, 0, 0]])),
        "mesh": mesh,
        "unmesh": mesh.inverse(),
        "chain": Chain((far, mesh.inverse())),
    }
    image = np.zeros((30, 40), np.uint8)
    assert (moves[name].image(image, (30, 40), 211) == 211).all()
