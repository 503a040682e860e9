"""Paper on a table."""

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from receiptgen.finding.classical.paper import find_paper, rectify_paper
from receiptgen.imaging.geometry import Pixels, Projective
from receiptgen.imaging.sample import Sample
from receiptgen.reading.page_reader import PageReader
from receiptgen.reading.results import PageText
from receiptgen.reading.scoring import score_words

pytestmark = pytest.mark.needs("onnxruntime")

CORNERS = st.tuples(*[st.tuples(st.floats(0, 0.12), st.floats(0, 0.12))] * 4)


def on_a_table(page: Pixels, shares: tuple[tuple[float, float], ...], level: int) -> tuple[Pixels, NDArray[np.float64]]:
    """Photograph a page whose corners lie so far inside the picture, as shares of its sides; return it with them."""
    height, width = page.shape
    inside = np.array(shares) * (width, height) + (0.06 * width, 0.06 * height)
    quad = np.array([(0, 0), (width, 0), (width, height), (0, height)]) * 1.0
    quad += inside * ((1, 1), (-1, 1), (-1, -1), (1, -1))
    onto = Projective.between(np.array([(0, 0), (width, 0), (width, height), (0, height)]), quad)
    return onto.image(page, (height, width), level), quad


@settings(max_examples=20, deadline=None)
@given(shares=CORNERS, level=st.integers(0, 200))
def test_the_corners_of_paper_on_a_table_are_found(
    clean: Sample, shares: tuple[tuple[float, float], ...], level: int
) -> None:
    image, quad = on_a_table(clean.page.image, shares, level)
    found = find_paper(image)
    assert found is not None
    assert np.abs(found - quad).max() < 0.02 * max(image.shape)


def test_paper_that_fills_the_picture_or_lies_straight_is_left_as_it_is(clean: Sample) -> None:
    assert rectify_paper(clean.page.image) is None
    assert rectify_paper(cv2.copyMakeBorder(clean.page.image, 60, 60, 60, 60, cv2.BORDER_CONSTANT, value=(40,))) is None
    assert rectify_paper(np.full((300, 200), 90, np.uint8)) is None


def test_perspective_takes_nothing_from_what_is_read(reader: PageReader, clean: Sample, read_clean: PageText) -> None:
    image, _ = on_a_table(clean.page.image, ((0.12, 0.02), (0.02, 0.0), (0.1, 0.06), (0.0, 0.1)), 60)
    score = score_words(read_clean.text, reader.read(image).text, "ci")
    assert score.f1 > 0.95
