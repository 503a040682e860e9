"""Snippets of one height and width."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from receiptgen import Snippets
from receiptgen.core.errors import ConfigError
from receiptgen.drawing.fixed_size import Align, Fit, FixedSize
from receiptgen.drawing.template import snippet_set
from receiptgen.imaging.geometry import quads_of_boxes
from receiptgen.imaging.page import Page
from receiptgen.imaging.regions import Mark, Regions

SET = "about: w\nlocales: en_GB\nfaces: {cousine: 1}\nkinds:\n  m: price\n"


def block(high: int, wide: int, color: bool = False) -> Page:
    """Return a page with a block of ink whose box is known."""
    image = np.full((high, wide), 255, np.uint8)
    x0, y0, x1, y1 = wide // 4, high // 4, wide - wide // 4, high - high // 4
    image[y0:y1, x0:x1] = 0
    quads = quads_of_boxes(np.array([[0, 0, wide, high], [x0, y0, x1, y1]], np.int32))
    cover = image // 255 * 200
    return Page(
        np.stack([image] * 3, axis=-1) if color else image, Regions((), (), (), (Mark("stamp"),), quads), (), cover
    )


@given(
    st.integers(8, 120), st.integers(8, 400), st.integers(8, 100), st.none() | st.integers(8, 400),
    st.sampled_from(["pad", "squeeze", "stretch"]), st.sampled_from(["left", "center", "right"]), st.booleans(),
)  # fmt: skip
def test_pixels_and_quads_are_moved_alike(
    high: int, wide: int, height: int, width: int | None, fit: Fit, align: Align, color: bool
) -> None:
    page = block(high, wide, color)
    sized = FixedSize(height, width, fit, align).apply(page)
    rows, columns = sized.image.shape[:2]
    assert rows == height
    assert columns == (width or max(1, round(wide * height / high)))
    assert sized.image.ndim == page.image.ndim
    assert sized.cover is not None
    assert sized.cover.shape == (rows, columns)
    quad = sized.regions.mark_quads[0]
    darkness = 255.0 - sized.image.reshape(rows, columns, -1).mean(axis=2)
    # The ink's area and middle are those of its quad, to what interpolation rounds.
    x, y = darkness.sum(axis=0), darkness.sum(axis=1)
    middle = (x @ (np.arange(columns) + 0.5)) / x.sum(), (y @ (np.arange(rows) + 0.5)) / y.sum()
    assert middle == pytest.approx(tuple(quad.mean(axis=0)), abs=0.51)
    assert np.allclose(sized.rectifier().points(quad), page.regions.mark_quads[0])


@given(st.integers(4, 120), st.floats(0.1, 100))
def test_padding_keeps_the_shape(high: int, aspect: float) -> None:
    wide = max(4, round(high * aspect))
    page = FixedSize(32, 128).apply(block(high, wide))
    (x0, y0), _, (x1, y1), _ = page.regions.page_quad.tolist()
    assert page.image.shape == (32, 128)
    # To half a pixel at the shorter side.
    assert (x1 - x0) / wide == pytest.approx((y1 - y0) / high, abs=0.51 / min(high, wide))
    assert max(x1 / 128, y1 / 32) == pytest.approx(1)


def test_a_picture_that_is_too_wide_is_smaller_squeezed_or_stretched() -> None:
    corners = {fit: FixedSize(32, 100, fit).apply(block(20, 200)).regions.page_quad[[0, 2]].tolist() for fit in
               ("pad", "squeeze", "stretch")}  # fmt: skip
    assert corners == {"pad": [[0, 11], [100, 21]], "squeeze": [[0, 0], [100, 32]], "stretch": [[0, 0], [100, 32]]}
    narrow = {fit: FixedSize(32, 100, fit, "center").apply(block(16, 20)).regions.page_quad[[0, 2]].tolist() for fit in
              ("pad", "squeeze", "stretch")}  # fmt: skip
    assert narrow == {"pad": [[30, 0], [70, 32]], "squeeze": [[30, 0], [70, 32]], "stretch": [[0, 0], [100, 32]]}


def test_all_kinds_of_a_set_come_in_its_size_cuts_too(tmp_path: Path) -> None:
    path = tmp_path / "set.yaml"
    path.write_text(f"{SET}cuts:\n  line: {{templates: parking}}\nheight: 24\nwidth: 100\nalign: right\n")
    for sample in (Snippets(set=path).draw(index) for index in range(4)):
        assert sample.image.shape == (24, 100)
        assert sample.page.regions.page_quad[:, 0].max() == 100
        quads = sample.page.regions.word_quads
        ink = sample.image.min()
        for (x0, y0), _, (x1, y1), _ in quads.tolist():
            assert sample.image[round(max(y0, 0)) : round(y1), round(max(x0, 0)) : round(x1)].min() < 128 + ink / 2


def test_what_is_said_goes_before_the_set(tmp_path: Path) -> None:
    path = tmp_path / "set.yaml"
    path.write_text(f"{SET}height: 24\nwidth: 100\n")
    assert Snippets(set=path, height=32).draw(0).image.shape == (32, 100)
    assert Snippets(set=path, width=80, fit="stretch").draw(0).image.shape == (24, 80)
    own, sized = Snippets("price", seed=3).draw(0), Snippets("price", seed=3, height=40).draw(0)
    assert sized.text == own.text
    assert sized.image.shape == (40, round(own.image.shape[1] * 40 / own.image.shape[0]))


@pytest.mark.parametrize(
    ("keys", "fault"),
    [
        ("height: 3", "height: expected at least 4, got '3'"),
        ("width: 100", "width: needs a height, such as 'height: 32'"),
        ("height: 32\nfit: squeeze", "fit: needs a width, such as 'width: 320'"),
        ("height: 32\nwidth: 64\nfit: cut", "fit: 'cut' is not 'pad', 'squeeze' or 'stretch'"),
    ],
)
def test_a_size_that_is_none_is_refused_in_one_line(tmp_path: Path, keys: str, fault: str) -> None:
    path = tmp_path / "set.yaml"
    path.write_text(f"{SET}{keys}\n")
    with pytest.raises(ConfigError) as caught:
        snippet_set(str(path))
    assert str(caught.value).endswith(fault)
    assert len(caught.value.faults) == 1


def test_a_width_that_is_said_needs_a_height() -> None:
    with pytest.raises(ConfigError, match="width: 100 needs a height"):
        Snippets("price", width=100)
    with pytest.raises(ConfigError, match="fit: 'squeeze' needs a width"):
        Snippets("price", height=32, fit="squeeze")
