"""Image files to dots: grey keeps its darkness, black and white are exact, and what is wrong is said."""

import random
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from logos import SVG, logo
from PIL import Image

from receiptgen.core.errors import MissingExtraError
from receiptgen.imaging.printed_images import Dither, printed_colors, printed_dots

DITHERS: tuple[Dither, ...] = ("floyd_steinberg", "ordered", "none")


def dots(path: Path, width: int, dither: Dither = "none", invert: bool = False) -> np.ndarray:
    found = printed_dots(path, width, dither, invert)
    assert isinstance(found, np.ndarray), found
    assert found.dtype == bool
    return found


@pytest.mark.smoke
@pytest.mark.parametrize("dither", DITHERS)
def test_black_and_white_stay_what_they_are(tmp_path: Path, dither: Dither) -> None:
    pixels = np.full((64, 96), 255, np.uint8)
    pixels[8:40, 16:80] = 0
    Image.fromarray(pixels).save(tmp_path / "a.png")
    assert np.array_equal(dots(tmp_path / "a.png", 96, dither), pixels == 0)
    half = dots(tmp_path / "a.png", 48, dither)
    assert np.array_equal(half, pixels[::2, ::2] == 0)


@given(st.integers(16, 240), st.sampled_from(["floyd_steinberg", "ordered"]))
def test_grey_is_as_dark_in_dots(tmp_path_factory: pytest.TempPathFactory, level: int, dither: Dither) -> None:
    path = tmp_path_factory.getbasetemp() / "grey.png"
    Image.fromarray(np.full((64, 64), level, np.uint8)).save(path)
    assert abs(dots(path, 64, dither).mean() - (1 - level / 255)) < 0.03


def test_an_ordered_dither_repeats_every_eight_dots(tmp_path: Path) -> None:
    Image.fromarray(np.full((20, 30), 100, np.uint8)).save(tmp_path / "grey.png")
    found = dots(tmp_path / "grey.png", 30, "ordered")
    assert np.array_equal(found[8:], found[:-8])
    assert np.array_equal(found[:, 8:], found[:, :-8])
    assert not np.array_equal(found[1:], found[:-1])


def test_what_is_transparent_is_paper_even_when_black_and_white_change_places(tmp_path: Path) -> None:
    pixels = np.zeros((20, 40, 4), np.uint8)
    pixels[5:15, 10:20] = [255, 255, 255, 255]
    pixels[5:15, 20:30] = [0, 0, 0, 255]
    Image.fromarray(pixels).save(tmp_path / "clear.png")
    plain, inverted = (dots(tmp_path / "clear.png", 40, "none", invert) for invert in (False, True))
    assert np.array_equal(np.argwhere(plain).min(axis=0), [5, 20])
    assert plain.sum() == inverted.sum() == 100
    assert np.array_equal(np.argwhere(inverted).min(axis=0), [5, 10])


def test_a_width_changes_the_height_in_proportion(tmp_path: Path) -> None:
    path = logo(tmp_path)
    for width in (10, 50, 100, 333):
        assert dots(path, width).shape == (round(width * 0.4), width)


@pytest.mark.needs("svg")
def test_an_svg_is_rendered_at_the_width(tmp_path: Path) -> None:
    path = tmp_path / "logo.svg"
    path.write_text(SVG)
    found = dots(path, 480)
    assert found.shape == (160, 480)
    assert found[80, 80]
    assert not found[80, 300]  # a little lighter than middle grey
    assert not found[2, 2]
    assert dots(path, 480, "ordered")[80:100, 300:400].mean() == pytest.approx(1 - 0x88 / 255, abs=0.03)


@pytest.mark.needs("svg")
@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("", "is empty"),
        ("<svg", "not an SVG that can be read"),
        ("<html/>", "not an SVG that can be read"),
        (SVG.replace("0 0 120 40", "0 0 1 100000"), "more than 4,000 dots high at a width of 240"),
        (SVG.replace("</svg>", "<text>Shop</text></svg>"), "has text, whose font another machine may lack"),
        (SVG.replace("</svg>", '<image href="photo.png"/></svg>'), "names another file, 'photo.png'; embed it"),
        (SVG[: SVG.index("<circle")] + "</svg>", "nothing of it is black enough to be printed"),
        (SVG.encode("utf-16"), "not an SVG that can be read"),
    ],
)  # fmt: skip
def test_an_svg_that_can_not_be_drawn_alike_everywhere_is_refused(
    tmp_path: Path, content: str | bytes, said: str
) -> None:
    path = tmp_path / "logo.svg"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    fault = printed_dots(path, 240, "none")
    assert isinstance(fault, str)
    assert fault.startswith(said)


def test_without_its_package_an_svg_names_the_extra(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "resvg_py", None)
    (tmp_path / "logo.svg").write_text(SVG)
    with pytest.raises(MissingExtraError, match=r"pip install 'receiptgen\[svg\]'"):
        printed_dots(tmp_path / "logo.svg", 240, "none")


def animation(form: str) -> bytes:
    frames = [Image.fromarray(np.full((8, 8), level, np.uint8)) for level in (0, 255)]
    stream = BytesIO()
    frames[0].save(stream, form, save_all=True, append_images=frames[1:])
    return stream.getvalue()


def plain(form: str, size: tuple[int, int], level: int = 0) -> bytes:
    stream = BytesIO()
    Image.new("L", size, level).save(stream, form)
    return stream.getvalue()


@pytest.mark.smoke
def test_what_is_no_picture_of_a_logos_size_is_told(tmp_path: Path) -> None:
    cut = plain("PNG", (600, 600))
    cases = {
        b"": "is empty",
        b"no image": "not an image that can be read",
        cut[: len(cut) // 2]: "damaged or cut off",
        animation("GIF"): "has several pictures; save one of them",
        animation("PNG"): "has several pictures; save one of them",
        plain("PNG", (20_000, 4)): "20,000 x 4 pixels are too many; scale it to 6,000 or fewer a side",
        plain("PNG", (2, 900)): "108,000 dots high at a width of 240; the limit is 4,000, so print it narrower",
        plain("JPEG", (90, 90), 255): "nothing of it is black enough to be printed; try invert: true",
    }
    for content, said in cases.items():
        (tmp_path / "logo.png").write_bytes(content)
        fault = printed_dots(tmp_path / "logo.png", 240, "floyd_steinberg")
        assert isinstance(fault, str)
        assert fault.startswith(said), fault
    for path, said in ((tmp_path / "none.png", "no such file"), (tmp_path, "is a directory")):
        assert printed_dots(path, 240, "none") == said


def test_no_bytes_whatever_are_more_than_a_fault(tmp_path: Path) -> None:
    whole, draw = logo(tmp_path).read_bytes(), random.Random(5)
    for _ in range(60):
        content = bytearray(whole)
        for _ in range(draw.randint(1, 8)):
            content[draw.randrange(len(content))] = draw.randrange(256)
        (tmp_path / "broken.png").write_bytes(content)
        assert isinstance(printed_dots(tmp_path / "broken.png", 60, "ordered"), str | np.ndarray)


@pytest.mark.parametrize("width", [50, 100, 240])
def test_colors_have_the_size_of_the_dots_and_what_is_transparent_is_white(tmp_path: Path, width: int) -> None:
    pixels = np.zeros((40, 100, 4), np.uint8)
    pixels[8:32, 20:80] = (200, 30, 40, 255)
    Image.fromarray(pixels).save(tmp_path / "logo.png")
    dots, colors = printed_dots(tmp_path / "logo.png", width, "none"), printed_colors(tmp_path / "logo.png", width)
    assert isinstance(dots, np.ndarray)
    assert isinstance(colors, np.ndarray)
    assert colors.shape == (*dots.shape, 3)
    assert colors[0, 0].tolist() == [255, 255, 255]
    assert colors[len(colors) // 2, width // 2].tolist() == [200, 30, 40]


def test_an_svg_has_its_colors(tmp_path: Path) -> None:
    (tmp_path / "logo.svg").write_text(SVG.replace("<circle", '<circle fill="#c01020"'))
    colors = printed_colors(tmp_path / "logo.svg", 120)
    assert isinstance(colors, np.ndarray)
    assert colors[20, 20].tolist() == [192, 16, 32]
