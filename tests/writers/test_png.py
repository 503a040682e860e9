"""Images as PNG."""

import io
import zlib
from importlib import import_module

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from PIL import Image

from receiptgen.writers import _png, encode_png


@settings(max_examples=40, deadline=None)
@given(arrays(np.uint8, st.tuples(st.integers(1, 40), st.integers(1, 300))))
def test_png_is_read_back_by_pillow_and_opencv(image: np.ndarray) -> None:
    data = encode_png(image)
    with Image.open(io.BytesIO(data)) as opened:
        assert opened.mode == "L"
        assert np.array_equal(np.asarray(opened), image)
    assert np.array_equal(cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_UNCHANGED), image)


@settings(max_examples=40, deadline=None)
@given(arrays(np.uint8, st.tuples(st.integers(1, 40), st.integers(1, 100), st.just(3))))
def test_png_in_color_is_read_back_by_pillow_and_opencv(image: np.ndarray) -> None:
    data = encode_png(image)
    with Image.open(io.BytesIO(data)) as opened:
        assert opened.mode == "RGB"
        assert np.array_equal(np.asarray(opened), image)
    assert np.array_equal(cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_UNCHANGED)[..., ::-1], image)


def test_png_of_tinted_paper_is_as_small_as_that_of_a_grey_one() -> None:
    grey = np.full((600, 500), 255, np.uint8)
    grey[::20, 40:-40:3] = 0
    tinted = np.asarray(np.where(grey[..., None] == 255, (255, 240, 158), (24, 27, 48)), np.uint8)
    assert len(encode_png(tinted)) < 2 * len(encode_png(grey))


@pytest.mark.parametrize("noise", [0, 255])
def test_png_of_a_page_is_read_back(noise: int) -> None:
    generator = np.random.Generator(np.random.PCG64(1))
    letters = generator.integers(0, 2, (24, 80), dtype=np.uint8) * 255
    image = np.tile(letters, (40, 7)) ^ generator.integers(0, noise + 1, (960, 560), dtype=np.uint8)
    with Image.open(io.BytesIO(encode_png(image))) as opened:
        assert np.array_equal(np.asarray(opened), image)


def test_png_of_a_smooth_page_is_smaller_for_its_filter() -> None:
    levels = np.random.Generator(np.random.PCG64(2)).integers(0, 256, (60, 40), dtype=np.uint8)
    image = np.asarray(cv2.resize(levels, (800, 1200), interpolation=cv2.INTER_LINEAR), np.uint8)
    data = encode_png(image)
    assert np.array_equal(cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_UNCHANGED), image)
    runs = zlib.compressobj(1, zlib.DEFLATED, 15, 9, zlib.Z_RLE)
    assert len(data) < 0.9 * len(runs.compress(image.tobytes()) + runs.flush())


def test_png_takes_a_crop_that_is_a_view() -> None:
    image = np.arange(200, dtype=np.uint8).reshape(10, 20)[2:8, 3:15]
    assert np.array_equal(cv2.imdecode(np.frombuffer(encode_png(image), np.uint8), 0), image)


def runs(kind: str) -> np.ndarray:
    generator = np.random.Generator(np.random.PCG64(3))
    if kind == "noise":
        return generator.integers(0, 4, (700, 500), dtype=np.uint8)
    if kind == "blank":
        return np.full((700, 500), 255, np.uint8)
    if kind == "crop":
        return generator.integers(0, 3, (24, 90), dtype=np.uint8)
    lengths = generator.integers(1, 600, 4000)
    return np.repeat(generator.integers(0, 9, 4000, dtype=np.uint8), lengths)[: 700 * 500].reshape(700, 500)


@pytest.mark.needs("zlib-ng")
@pytest.mark.parametrize("kind", ["noise", "blank", "crop", "runs"])
def test_png_has_the_same_bytes_with_and_without_the_speedups(kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    found = []
    for module in (zlib, import_module("zlib_ng.zlib_ng")):
        monkeypatch.setattr(_png, "_zlib_of_runs", module)
        found.append(encode_png(runs(kind)))
    assert found[0] == found[1]


def test_filter_of_a_page_is_that_of_most_of_it() -> None:
    # Blank in the middle; smooth elsewhere, where differences from the row above have fewer values.
    levels = np.random.Generator(np.random.PCG64(2)).integers(0, 256, (60, 40), dtype=np.uint8)
    image = np.asarray(cv2.resize(levels, (800, 1200), interpolation=cv2.INTER_LINEAR), np.uint8)
    image[560:640] = 255
    data = encode_png(image)
    assert np.array_equal(cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_UNCHANGED), image)
    packed = zlib.compressobj(1, zlib.DEFLATED, 15, 8, zlib.Z_RLE)
    assert len(data) < 0.9 * len(packed.compress(image.tobytes()) + packed.flush())
