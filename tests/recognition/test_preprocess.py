"""The preprocessing that training and reading share."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from receiptgen.drawing.sources import open_source
from receiptgen.recognition.preprocess import Preprocess


def line(index: int, profile: str = "scan") -> np.ndarray:
    return open_source("standard", "receipt_text", 3, profile).draw(index).page.image


@given(arrays(np.uint8, st.tuples(st.integers(1, 90), st.integers(1, 400))))
def test_any_image_becomes_one_of_the_height_and_within_the_widths(image: np.ndarray) -> None:
    made = Preprocess(height=32, longest=200).prepare(image)
    assert made.dtype == np.uint8
    assert made.shape[0] == 32
    assert 8 <= made.shape[1] <= 200


def test_white_on_black_becomes_black_on_white() -> None:
    image = line(0, "clean")
    upright = Preprocess(height=32)
    np.testing.assert_allclose(
        upright.prepare(255 - image), upright.prepare(image), atol=4
    )  # a quantile may fall on the next level
    left = Preprocess(height=32, upright=False, contrast=0)
    assert np.median(left.prepare(255 - image)) == 0


@pytest.mark.parametrize("index", range(8))
def test_paler_print_and_darker_paper_look_the_same_afterwards(index: int) -> None:
    image = line(index)
    faded = (90 + 0.45 * image.astype(float)).round().astype(np.uint8)
    made, other = (Preprocess(height=32).prepare(each).astype(int) for each in (image, faded))
    assert np.abs(made - other).mean() < 4


def test_noise_on_empty_paper_is_not_stretched_to_ink() -> None:
    noise = np.random.default_rng(0).integers(240, 250, (30, 200)).astype(np.uint8)
    assert Preprocess(height=30).prepare(noise).min() > 150


def test_colour_is_read_as_grey() -> None:
    image = line(1)
    grey = Preprocess().prepare(image)
    np.testing.assert_array_equal(Preprocess().prepare(np.repeat(image[:, :, None], 3, 2)), grey)


def test_without_settings_only_the_size_changes() -> None:
    image = line(2)
    height, width = image.shape
    made = Preprocess(height=height, upright=False, contrast=0).prepare(image[:, : min(width, 900)])
    np.testing.assert_array_equal(made, image[:, : min(width, 900)])


@given(arrays(np.uint8, st.tuples(st.integers(1, 90), st.integers(1, 400))), st.sampled_from(["keep", "stretch"]))
def test_any_image_becomes_the_size_of_a_network_with_a_fixed_width(image: np.ndarray, fit: str) -> None:
    preprocess = Preprocess.parse({"height": 32, "width": 100, "fit": fit})
    made = preprocess.prepare(image)
    assert (made.shape, made.dtype) == ((32, 100), np.uint8)
    assert preprocess.width_of(image) == 100


def letter(bar: int = 4) -> np.ndarray:
    """Return an H with bars of the given thickness in pixels, on 40 x 20 pixels with an edge of paper."""
    image = np.full((40, 20), 230, np.uint8)
    image[2:38, 2 : 2 + bar] = image[2:38, 18 - bar : 18] = image[18:22, 2:18] = 40
    return image


def test_a_character_keeps_its_proportions_in_the_middle_of_paper() -> None:
    made = Preprocess(height=32, width=32).prepare(letter())
    rows, columns = np.nonzero(made < 128)
    assert (rows.max() - rows.min() + 1) / (columns.max() - columns.min() + 1) == pytest.approx(36 / 16, rel=0.1)
    assert abs(rows.mean() - 15.5) <= 0.5
    assert abs(columns.mean() - 15.5) <= 0.5
    assert (made[:, :6] == 255).all()


def test_a_stretched_word_fills_the_width() -> None:
    made = Preprocess(height=32, width=100, fit="stretch").prepare(letter())
    columns = np.nonzero((made < 128).any(axis=0))[0]
    assert columns.max() - columns.min() > 75


@pytest.mark.parametrize("bar", [2, 4, 7])
def test_a_bold_character_that_fills_its_image_is_known_from_its_paper(bar: int) -> None:
    preprocess, image = Preprocess(height=32, width=32), letter(bar)
    np.testing.assert_allclose(preprocess.prepare(255 - image), preprocess.prepare(image), atol=4)
    assert preprocess.prepare(image)[0, 16] == 255
