"""What lies over the print, moved and measured box by box, is as if whole pages were looked at."""

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from receiptgen.imaging.covers import apart, box_of_cover, hidden_shares, move_cover, within
from receiptgen.imaging.geometry import Box, Chain, Level, Map, Projective, quads_of_boxes
from receiptgen.imaging.mesh import Mesh

SIZE = (300, 220)
BOXES: tuple[Box, ...] = ((10, 12, 41, 40), (150, 30, 152, 250), (100, 280, 220, 300))


def spotted() -> NDArray[np.uint8]:
    """Return a cover that hides something in each of the boxes and nothing elsewhere."""
    cover, levels = np.zeros(SIZE, np.uint8), np.random.default_rng(1)
    for x0, y0, x1, y1 in BOXES:
        cover[y0:y1, x0:x1] = levels.integers(1, 256, (y1 - y0, x1 - x0))
    return cover


def waves() -> Mesh:
    x, y = Mesh.lattice((320, 240), 16)
    return Mesh(np.stack([5 * np.sin(y / 40) + 0 * x - 9, 4 * np.cos(x / 30) + 0 * y - 11.3], axis=-1), 16)


MOVES: dict[str, Map] = {
    "a step aside": Projective.translation(7, 5),
    "a larger scale": Projective.scaling(2.93, 2.95),
    "a smaller scale": Projective.scaling(0.61, 0.6),
    "a turn": Projective.rotation(-8, SIZE)[0],
    "a view": Projective(np.array([[1.05, 0.08, 4.0], [-0.04, 0.97, 9.0], [1e-4, -2e-4, 1.0]])),
    "a mesh": waves(),
    "a mesh turned round": Chain((waves().inverse(),)),
}


@pytest.mark.parametrize("name", MOVES)
def test_a_cover_moved_in_boxes_is_the_cover_moved_whole(name: str) -> None:
    move, cover, size = MOVES[name], spotted(), (320, 240)
    moved, boxes = move_cover(cover, BOXES, move, size)
    whole = move.image(cover, size, 0)
    # Positions are rounded apart where a box begins elsewhere.
    assert np.abs(moved.astype(int) - whole).max() <= 1
    assert whole.max() > 100
    bare = moved.copy()
    for x0, y0, x1, y1 in boxes:
        bare[y0:y1, x0:x1] = 0
    assert not bare.any()
    assert apart(boxes) == boxes


def test_a_part_of_a_bent_image_is_cut_from_the_whole() -> None:
    image = np.random.default_rng(2).integers(0, 256, SIZE, np.uint8)
    whole = waves().image(image, (320, 240), 255)
    for x0, y0, x1, y1 in ((0, 0, 240, 320), (3, 5, 4, 300), (33, 64, 200, 65), (100, 290, 240, 320)):
        assert np.array_equal(waves().image(image, (320, 240), 255, (x0, y0, x1, y1)), whole[y0:y1, x0:x1])


@pytest.mark.parametrize(("ground", "channels"), [(255, ()), (40, ()), ((250, 240, 200), (3,))])
def test_empty_paper_is_the_same_whether_it_is_looked_for_or_not(ground: Level, channels: tuple[int, ...]) -> None:
    size, levels = (460, 340), np.random.default_rng(5)
    image = np.full((430, 330, *channels), ground, np.uint8)
    for _ in range(12):
        y, x, high, wide = (int(levels.integers(*ends)) for ends in ((0, 400), (0, 290), (1, 40), (1, 60)))
        part = image[y : y + high, x : x + wide]
        part[:] = levels.integers(0, 256, part.shape)
    across, down = Mesh.lattice(size, 20)
    shift = np.stack([5 * np.sin(down / 40) + 0 * across - 7, 6 * np.cos(across / 30) + 0 * down - 11.3], axis=-1)
    mesh = Mesh(shift, 20)
    assert np.array_equal(mesh.image(image, size, ground), mesh.image(image, size, ground, (0, 0, 340, 460)))


def test_a_mesh_moves_each_pixel_by_the_shift_at_its_centre() -> None:
    mesh, size = waves(), (310, 230)
    image = cv2.GaussianBlur(np.random.default_rng(3).integers(0, 256, SIZE, np.uint8), (0, 0), 3)
    centres = np.stack(np.meshgrid(np.arange(size[1]) + 0.5, np.arange(size[0]) + 0.5), axis=-1).reshape(-1, 2)
    source = (centres + mesh.shifts(centres) - 0.5).reshape(*size, 2).astype(np.float32)
    told = cv2.remap(image, source[..., 0], source[..., 1], cv2.INTER_CUBIC, borderValue=(255.0,) * 3)
    assert np.abs(mesh.image(np.asarray(image, np.uint8), size, 255).astype(int) - told).max() <= 2


def test_boxes_that_share_pixels_become_one() -> None:
    assert apart([(0, 0, 10, 10), (20, 0, 30, 10), (9, 9, 21, 12)]) == ((0, 0, 30, 12),)
    assert apart([(0, 0, 10, 10), (10, 0, 30, 10)]) == ((0, 0, 10, 10), (10, 0, 30, 10))
    assert apart([]) == ()


def test_what_is_outside_a_part_is_cut_off() -> None:
    assert within(BOXES, (20, 20, 150, 280)) == ((0, 0, 21, 20),)


def test_nothing_hidden_has_no_box() -> None:
    assert box_of_cover(np.zeros(SIZE, np.uint8)) == ()
    assert box_of_cover(spotted()) == ((10, 12, 220, 300),)


def test_shares_are_means_over_the_pixels_of_a_quad() -> None:
    cover = spotted()
    boxes = np.array([(0, 0, 220, 300), (5, 5, 60, 30), (140, 100, 160, 101), (60, 60, 90, 90), (210, 270, 240, 310)])
    told = [cover[y0:y1, x0:x1].mean() / 255 for x0, y0, x1, y1 in boxes.tolist()]
    shares = hidden_shares(cover, BOXES, quads_of_boxes(boxes))
    assert shares == pytest.approx(told, rel=0.06)
    assert shares[3] == 0
