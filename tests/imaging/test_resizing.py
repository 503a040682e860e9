"""Images at another size, and on paper."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from receiptgen.imaging.resizing import pad_with_paper, resize

sides = st.integers(1, 60)


@given(sides, sides, sides, sides, st.sampled_from([(), (3,)]))
def test_an_image_of_one_level_keeps_it_at_every_size(
    high: int, wide: int, height: int, width: int, channels: tuple[int, ...]
) -> None:
    resized = resize(np.full((high, wide, *channels), 77, np.uint8), height, width)
    assert resized.shape == (height, width, *channels)
    assert (resized == 77).all()


def test_no_pixel_is_skipped_along_the_axis_that_shrinks() -> None:
    stripes = np.tile(np.array([0, 255], np.uint8), (5, 40))
    assert np.abs(resize(stripes, 20, 10).astype(int) - 127.5).max() <= 1


def test_an_image_of_its_own_size_stays_as_it_is() -> None:
    image = np.arange(12, dtype=np.uint8).reshape(3, 4)
    assert resize(image, 3, 4) is image
    assert pad_with_paper(image, 3, 4, 0, 0) is image


def letter(paper: int, ink: int) -> NDArray[np.uint8]:
    """Return a bar that fills one side of its image."""
    image = np.full((20, 30), paper, np.uint8)
    image[:, -6:] = ink
    return image


@pytest.mark.parametrize(("paper", "ink"), [(200, 20), (180, 150)])
def test_paper_is_of_the_level_beside_the_ink(paper: int, ink: int) -> None:
    padded = pad_with_paper(letter(paper, ink), 24, 90, 0, 2)
    assert (padded[:, 30:] == paper).all()
    assert (padded[2:22, :30] == letter(paper, ink)).all()


def test_paper_of_white_print_on_black_is_black() -> None:
    image = np.full((20, 60), 5, np.uint8)
    image[4:, 8:20] = 250
    assert (pad_with_paper(image, 20, 90, 0, 0)[:, 60:] == 5).all()


def test_coloured_paper_is_continued_in_its_colour() -> None:
    image = np.empty((20, 30, 3), np.uint8)
    image[:] = (240, 220, 150)
    image[5:15, 5:25] = (20, 20, 90)
    assert (pad_with_paper(image, 20, 50, 10, 0)[:, :10] == (240, 220, 150)).all()
