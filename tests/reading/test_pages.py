"""Photos of several receipts."""

from collections.abc import Sequence

import cv2
import numpy as np
import pytest
from drawn_pages import drawn
from numpy.typing import NDArray

from receiptgen.core.errors import FileError
from receiptgen.finding.classical.paper import find_papers
from receiptgen.imaging.geometry import Pixels, Projective
from receiptgen.imaging.pictures import Picture
from receiptgen.reading.page_reader import PageReader
from receiptgen.reading.pages import read_papers
from receiptgen.reading.reader import Reader
from receiptgen.reading.scoring import score_words

pytestmark = pytest.mark.needs("onnxruntime")
LEFT, RIGHT = drawn("clean"), drawn("clean", key=6)


def photo(*placed: tuple[Pixels, tuple[float, float], float]) -> tuple[Pixels, list[NDArray[np.float64]]]:
    """Photograph papers at some points of a dark table, each turned by some degrees; return it with their corners."""
    ground = np.full((1300, 1300), 60, np.uint8)
    ground += np.random.default_rng(1).integers(0, 12, ground.shape, dtype=np.uint8)
    quads = []
    for page, (x, y), degrees in placed:
        height, width = page.shape
        turn, _ = Projective.rotation(degrees, (height, width))
        onto = Projective(Projective.translation(x, y).matrix @ turn.matrix)
        paper = cv2.warpPerspective(page, onto.pixel_matrix(), ground.shape[::-1])
        mask = cv2.warpPerspective(np.full_like(page, 255), onto.pixel_matrix(), ground.shape[::-1])
        ground = np.where(mask > 127, paper, ground)
        quads.append(onto.points(np.array([(0, 0), (width, 0), (width, height), (0, height)])))
    return ground, quads


TWO, QUADS = photo((LEFT.page.image, (90, 90), 2), (RIGHT.page.image, (720, 60), -3))


@pytest.mark.smoke
def test_papers_side_by_side_are_found() -> None:
    found = sorted(find_papers(TWO), key=lambda quad: float(quad[0, 0]))
    assert len(found) == 2
    for quad, known in zip(found, QUADS, strict=True):
        assert np.abs(quad - known).max() < 0.02 * max(TWO.shape)
    assert len(find_papers(photo((LEFT.page.image, (300, 90), 5))[0])) == 1
    assert find_papers(LEFT.page.image) == []


def test_each_receipt_of_a_photo_is_a_page_with_corners_on_the_photo(reader: PageReader) -> None:
    pages = read_papers(reader, Picture(TWO, "cut off"))
    assert len(pages) == 2
    for page, sample, known in zip(pages, (LEFT, RIGHT), QUADS, strict=True):
        assert score_words(sample.text, page.text, "ci").f1 > 0.9
        assert (page.width, page.height) == TWO.shape[::-1]
        assert page.paper is not None
        outline = known.astype(np.float32)
        inside = [cv2.pointPolygonTest(outline, tuple(word.quad.mean(axis=0)), False) for word in page.words]
        assert min(inside) > 0
        assert page.warnings[0] == "cut off"
        assert page.to_dict()["paper"] == np.round(page.paper, 1).tolist()


def test_a_receipt_whose_paper_is_not_found_is_a_page_too(reader: PageReader) -> None:
    def find(image: Pixels) -> Sequence[NDArray[np.float64]]:
        assert image is three
        return [quads[2], quads[0]]

    small = [
        cv2.resize(sample.page.image, None, fx=0.9, fy=0.9, interpolation=cv2.INTER_AREA) for sample in (LEFT, RIGHT)
    ]
    three, quads = photo((small[0], (20, 60), 0), (small[1], (450, 60), 0), (small[0], (880, 60), 0))
    pages = read_papers(reader, Picture(three), find)
    assert [page.paper is None for page in pages] == [False, False, True]
    assert score_words(RIGHT.text, pages[2].text, "ci").f1 > 0.85


def test_a_photo_of_one_receipt_is_one_page(reader: PageReader) -> None:
    (page,) = read_papers(reader, Picture(LEFT.page.image))
    assert page.paper is None
    assert page.text == reader.read(LEFT.page.image).text


def test_the_public_reader_has_all_receipts() -> None:
    assert [page.paper is not None for page in Reader().read_all(TWO)] == [True, True]
    with pytest.raises(FileError):
        Reader().read_all(b"no image")
