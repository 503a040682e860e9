"""The learned finder, with maps made by hand."""

from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest
from components import require
from hand_maps import HandModel, Row, maps_of

from receiptgen.core.errors import WeightsError
from receiptgen.finding.classical.finder import ClassicalFinder
from receiptgen.finding.finder_model import FinderMaps
from receiptgen.finding.finders import finder_of
from receiptgen.finding.learned.finder import LearnedFinder
from receiptgen.finding.learned.page_maps import closer_maps, first_maps
from receiptgen.imaging.geometry import Pixels, Projective
from receiptgen.reading.page_reader import PageReader
from receiptgen.recognition.opened_model import OpenedModel, open_for_reading

TEXTS = [("TEA BAGS", "3.50"), ("BREAD ROLLS", "12.40"), ("MILK", "1.20"), ("TOTAL", "17.10")]
SIZE = 260, 520


def printed() -> tuple[Pixels, list[Row]]:
    """Return a page of four rows of two cells, and these."""
    page, rows = np.full(SIZE, 255, np.uint8), []
    for row, pair in enumerate(TEXTS):
        for text, left in zip(pair, (30, 400), strict=True):
            base = 45 + 56 * row
            cv2.putText(page, text, (left, base), cv2.FONT_HERSHEY_DUPLEX, 0.9, (0,), 2)
            (width, _), _ = cv2.getTextSize(text, cv2.FONT_HERSHEY_DUPLEX, 0.9, 2)
            rows.append(Row(left, left + width, base - 9, 27))
    return page, rows


@pytest.fixture(scope="module")
def opened() -> OpenedModel:
    require("onnxruntime")
    return open_for_reading(Path("receipt"))


def test_a_page_is_read_along_its_maps(opened: OpenedModel) -> None:
    image, rows = printed()
    page = PageReader(opened, opened.search(), LearnedFinder(HandModel(rows, SIZE, []))).read(image)
    assert [[line.text for line in row] for row in page.rows] == [list(pair) for pair in TEXTS]
    assert page.unread == 0
    for line, row in zip(page.lines, rows, strict=True):
        assert line.quad[[0, 2], 0] == pytest.approx([row.left, row.right], abs=4)
        assert line.quad[[0, 2], 1] == pytest.approx([row.middle - 10, row.middle + 10], abs=5)


def test_a_page_that_stands_on_its_head_is_read_as_if_it_did_not(opened: OpenedModel) -> None:
    image, rows = printed()
    turned = [Row(520 - row.right, 520 - row.left, 260 - row.middle, row.height, sense=-1) for row in rows]
    reader = PageReader(opened, opened.search(), LearnedFinder(HandModel(turned, SIZE, [])))
    page = reader.read(np.rot90(image, 2).copy())
    assert [[line.text for line in row] for row in page.rows] == [list(pair) for pair in TEXTS]


def test_directions_that_are_told_wrong_are_put_right_by_reading(opened: OpenedModel) -> None:
    image, rows = printed()
    wrong = [Row(row.left, row.right, row.middle, row.height, sense=-1) for row in rows]
    page = PageReader(opened, opened.search(), LearnedFinder(HandModel(wrong, SIZE, []))).read(image)
    assert [[line.text for line in row] for row in page.rows] == [list(pair) for pair in TEXTS]


def test_a_page_on_its_side_is_read_by_a_network_that_knows_upright_ones_alone(opened: OpenedModel) -> None:
    class UprightModel(HandModel):
        def maps(self, image: Pixels) -> FinderMaps:
            return super().maps(image) if image.shape[1] > image.shape[0] else maps_of([], image.shape[:2])

    image, rows = printed()
    headlong = [Row(520 - row.right, 520 - row.left, 260 - row.middle, row.height) for row in rows]
    upright = PageReader(opened, opened.search(), LearnedFinder(HandModel(rows, SIZE, []))).read(image)
    for turns, shown in ((1, headlong), (3, rows)):
        reader = PageReader(opened, opened.search(), LearnedFinder(UprightModel(shown, SIZE, [])))
        page = reader.read(np.rot90(image, turns).copy())
        assert [[line.text for line in row] for row in page.rows] == [list(pair) for pair in TEXTS]
        turn, _ = Projective.rotation(90 * turns, SIZE)
        assert page.lines[0].quad == pytest.approx(turn.points(upright.lines[0].quad), abs=3)


def test_illegible_print_is_not_looked_for_in_every_direction(opened: OpenedModel) -> None:
    image, rows = printed()
    blurred = np.asarray(cv2.GaussianBlur(image, (0, 0), 6), np.uint8)
    model = HandModel(rows, SIZE, [])
    PageReader(opened, opened.search(), LearnedFinder(model)).read(blurred)
    known = HandModel(rows, SIZE, [])
    LearnedFinder(known).find(blurred)
    assert len(model.shown) == len(known.shown)


def test_maps_of_an_image_are_made_once_each_way(opened: OpenedModel) -> None:
    image, _ = printed()
    model = HandModel([], SIZE, [])
    page = PageReader(opened, opened.search(), LearnedFinder(model)).read(image)
    assert page.rows == ()
    # At two sizes, for print may be small or large; upright and on its side.
    assert model.shown[:2] == [tuple(reversed(size)) for size in model.shown[2:]]
    assert len(set(model.shown)) == len(model.shown) == 4


def test_light_print_is_found_once_and_read_as_dark(opened: OpenedModel) -> None:
    image, rows = printed()
    model = HandModel(rows, SIZE, [])
    page = PageReader(opened, opened.search(), LearnedFinder(model)).read(255 - image)
    assert [[line.text for line in row] for row in page.rows] == [list(pair) for pair in TEXTS]


def test_receipts_side_by_side_are_read_one_by_one(opened: OpenedModel) -> None:
    image, rows = printed()
    both = np.hstack([image, np.full((SIZE[0], 60), 90, np.uint8), image])
    second = [replace(row, left=row.left + 580, right=row.right + 580) for row in rows]
    paper = np.ones((SIZE[0] // 2, both.shape[1] // 2), np.float32)
    paper[:, 260:290] = 0
    model = HandModel([*rows, *second], both.shape, [], paper)
    reader = PageReader(opened, opened.search(), LearnedFinder(model))
    texts = [[[line.text for line in row] for row in page.rows] for page in reader.read_receipts(both)]
    assert texts == [[list(pair) for pair in TEXTS]] * 2
    whole = reader.read(both)
    assert [[line.text for line in row] for row in whole.rows] == [list(pair) for pair in TEXTS] * 2
    assert (whole.width, whole.height) == both.shape[::-1]


def test_a_picture_without_text_is_one_receipt_that_says_nothing(opened: OpenedModel) -> None:
    reader = PageReader(opened, None, LearnedFinder(HandModel([], SIZE, [])))
    assert [page.rows for page in reader.read_receipts(np.full(SIZE, 255, np.uint8))] == [()]


def test_a_finder_is_named_or_its_weights_are() -> None:
    assert isinstance(finder_of(), LearnedFinder)
    assert isinstance(finder_of("classical"), ClassicalFinder)
    with pytest.raises(WeightsError, match=r"none\.onnx"):
        finder_of("none.onnx")
    with pytest.raises(WeightsError, match="read lines and find nothing on pages"):
        finder_of("receipt")


@pytest.mark.parametrize(("size", "height"), [((300, 400), 20), ((300, 400), 60), ((2400, 3200), 30), ((120, 160), 6)])
def test_print_is_shown_at_one_size_in_at_most_two_passes(size: tuple[int, int], height: float) -> None:
    model = HandModel([Row(0.1 * size[1], 0.9 * size[1], 0.5 * size[0], height)], size, [])
    image = np.full(size, 255, np.uint8)
    page = closer_maps(model, image, first_maps(model, image))
    assert len(model.shown) <= 2
    assert height * model.shown[-1][0] / size[0] == pytest.approx(20, rel=0.16)
    assert max(rows * columns for rows, columns in model.shown) <= 2_600_000
    assert page.maps.band.shape == tuple(-(-side // 2) for side in model.shown[-1])


@pytest.mark.parametrize("shape", [(1, 1), (3, 500), (1, 3000), (40, 40), (9000, 5), (5000, 4000)])
def test_images_without_text_have_no_cells_and_are_shown_at_a_bounded_size(shape: tuple[int, int]) -> None:
    model = HandModel([], (8, 8), [])
    found = LearnedFinder(model).find(np.full(shape, 128, np.uint8))
    assert (len(found.cells), found.unread([])) == (0, 0)
    assert all(rows * columns <= 2_600_000 for rows, columns in model.shown)
