"""Lines are cut out of their page as the reader saw them."""

import cv2
import numpy as np
import pytest
from drawn_pages import drawn

from receiptgen.imaging.boxes import cut_box, upright_box
from receiptgen.imaging.geometry import Projective
from receiptgen.reading.line_images import cut_line, is_quad
from receiptgen.reading.page_reader import PageReader

BOX = np.array([[20, 30], [120, 30], [120, 50], [20, 50]], np.float64)


def test_an_upright_line_is_its_box_with_margins() -> None:
    page = np.random.default_rng(1).integers(0, 256, (90, 160), dtype=np.uint8)
    # A seventh of 20 pixels above and below, rounded, and 8 at the sides.
    assert cut_line(page, BOX).shape == (26, 116)
    assert np.abs(cut_line(page, BOX)[3:23, 8:108].astype(int) - page[30:50, 20:120]).mean() < 40


@pytest.mark.parametrize("degrees", [-20, 12, 90, 180])
def test_a_turned_line_is_level(degrees: float) -> None:
    page = np.full((90, 160), 255, np.uint8)
    cv2.putText(page, "TOTAL", (22, 48), cv2.FONT_HERSHEY_SIMPLEX, 0.7, 0, 2)
    turn, size = Projective.rotation(degrees, page.shape)
    turned = cut_line(turn.image(page, size, 255), turn.points(BOX))
    level = cut_line(page, BOX)
    assert turned.shape == level.shape
    assert np.abs(turned.astype(int) - level).mean() < 12


def test_what_lies_outside_the_page_is_paper() -> None:
    line = cut_line(np.zeros((50, 120), np.uint8), BOX)
    assert (line[:, -3:] == 255).all()
    assert (line[5:15, 20:90] == 0).all()


@pytest.mark.parametrize(
    "corners",
    [
        BOX[::-1],  # counter-clockwise
        BOX[[0, 2, 1, 3]],  # crossed
        BOX * [1, 0],  # without height
        np.array([[20, 30], [120, 30], [40, 40], [20, 50]]),  # with a dent
        BOX * np.nan,
    ],
)
def test_what_bounds_no_line_is_no_quad(corners: np.ndarray) -> None:
    assert is_quad(BOX)
    assert not is_quad(corners)


@pytest.mark.needs("onnxruntime")
def test_lines_of_a_tilted_page_are_read_again_as_they_were(reader: PageReader) -> None:
    page = drawn("clean").page.image
    turn, size = Projective.rotation(14, (page.shape[0], page.shape[1]))
    image = turn.image(page, size, 255)
    lines = reader.read(image).lines

    def same(images: list[np.ndarray]) -> int:
        return sum(again.text == line.text for again, line in zip(reader.read_lines(images), lines, strict=True))

    level = same([cut_line(image, line.quad) for line in lines])
    upright = same([cut_box(image, upright_box(line.quad.ravel().tolist())).copy() for line in lines])
    assert upright < 0.7 * len(lines)
    assert level >= 0.9 * len(lines)
