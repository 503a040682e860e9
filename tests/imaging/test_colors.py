"""Colours by name, and shades of them."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from receiptgen.core.dice import Dice
from receiptgen.core.distributions import Weights
from receiptgen.imaging.colors import (
    COLORS,
    Color,
    color_of,
    draw_color,
    hex_of,
    level_of,
    printed_shades,
    shaded,
    shades,
    varied,
)  # fmt: skip

CHANNEL = st.integers(0, 255)
ANY_COLOR = st.tuples(CHANNEL, CHANNEL, CHANNEL)


@given(ANY_COLOR)
def test_a_color_is_read_back_from_what_it_is_written_as(color: Color) -> None:
    assert color_of(hex_of(color)) == color


@pytest.mark.parametrize("name", ["yelow", "#12345", "#12345g", "", "123456"])
def test_a_wrong_color_is_told_in_one_line(name: str) -> None:
    with pytest.raises(ValueError, match="unknown color") as told:
        color_of(name)
    assert "\n" not in str(told.value)
    assert "#rrggbb" in str(told.value)


@given(ANY_COLOR)
def test_shades_run_from_black_through_the_color_to_white_and_keep_their_grey(color: Color) -> None:
    ramp = shades(color).astype(int)
    assert ramp[0].tolist() == [0, 0, 0]
    assert ramp[255].tolist() == [255, 255, 255]
    assert (np.diff(ramp, axis=0) >= 0).all()
    level = level_of(color)
    if 1 <= level <= 254:
        assert np.abs(ramp[level] - color).max() <= 1
        greys = [level_of(tuple(shade)) for shade in ramp.tolist()]
        assert np.abs(np.array(greys) - np.arange(256)).max() <= 1


@given(ANY_COLOR, ANY_COLOR)
def test_print_is_paper_where_white_and_never_lighter_than_its_paper(paper: Color, ink: Color) -> None:
    ramp = printed_shades(paper, ink).astype(int)
    assert tuple(ramp[255]) == paper
    assert (ramp <= paper).all()
    assert (np.diff(ramp, axis=0) >= 0).all()


@given(ANY_COLOR, st.integers(0, 2**32))
def test_a_varied_color_is_a_color_near_it(color: Color, key: int) -> None:
    other = varied(color, Dice(key))
    assert all(0 <= channel <= 255 for channel in other)
    assert abs(level_of(other) - level_of(color)) <= 30


def test_an_image_is_shaded_pixel_by_pixel() -> None:
    image = np.arange(256, dtype=np.uint8).reshape(16, 16)
    ramp = shades(COLORS["pen_blue"])
    assert np.array_equal(shaded(image, ramp).reshape(-1, 3), ramp)


def test_a_drawn_color_is_of_the_weights() -> None:
    drawn = color_of(draw_color(Weights(red=1.0, pen_blue=0.0), Dice(3)))
    assert drawn[0] > 2 * drawn[2]
