"""Images of every sort, and what is none."""

import numpy as np
import pytest
from data_sets import encoded, image
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from receiptgen.imaging.image_files import NO_IMAGE, TOO_LARGE, decode

pytestmark = pytest.mark.smoke


def test_every_sort_of_image_becomes_gray_on_white() -> None:
    gray = image(4)
    alpha = np.dstack([np.zeros((12, 40, 3), np.uint8), 255 - gray])
    forms = {
        "png": encoded(Image.fromarray(gray), "PNG"),
        "16 bits": encoded(Image.fromarray(gray.astype(np.uint16) * 256), "PNG"),
        "tiff": encoded(Image.fromarray(gray), "TIFF"),
        "16-bit tiff": encoded(Image.fromarray(gray.astype(np.uint16) * 256), "TIFF"),
        "palette": encoded(Image.fromarray(gray).convert("P"), "PNG"),
        "colour": encoded(Image.fromarray(gray).convert("RGB"), "PNG"),
        "bmp": encoded(Image.fromarray(gray), "BMP"),
        "pgm": encoded(Image.fromarray(gray), "PPM"),
        "alpha": encoded(Image.fromarray(alpha), "PNG"),
        "alpha of tiff": encoded(Image.fromarray(alpha), "TIFF"),
        "gray and alpha": encoded(Image.fromarray(alpha).convert("LA"), "PNG"),
    }
    for name, content in forms.items():
        read = decode(content)
        assert not isinstance(read, str), (name, read)
        assert read.dtype == np.uint8
        # Colours are weighed, and alpha is rounded, to within a level or two.
        assert np.abs(read.astype(int) - gray).max() <= 2, name


def test_images_cut_off_or_too_large_are_refused_and_nothing_is_printed(capfd: pytest.CaptureFixture[str]) -> None:
    picture = Image.fromarray(image(5, 200, 300))
    for form in ("PNG", "JPEG", "BMP", "TIFF", "WEBP", "GIF"):
        whole = encoded(picture, form)
        assert decode(whole[: len(whole) // 2]) == NO_IMAGE, form
        assert decode(whole[:20]) == NO_IMAGE, form
    header = bytearray(encoded(picture, "PNG"))
    header[16:24] = (50_000).to_bytes(4, "big") * 2
    assert decode(bytes(header)) == TOO_LARGE
    frame = bytearray(encoded(picture, "JPEG"))
    at = frame.index(b"\xff\xc0")
    frame[at + 5 : at + 9] = b"\xff\xff\xff\xff"
    assert decode(bytes(frame)) == TOO_LARGE
    bitmap = bytearray(encoded(picture, "BMP"))
    bitmap[18:26] = (50_000).to_bytes(4, "little") * 2
    assert decode(bytes(bitmap)) == TOO_LARGE
    assert capfd.readouterr() == ("", "")


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=200), st.sampled_from(["PNG", "JPEG", "GIF", "TIFF", "WEBP", "BMP", ""]), st.integers(0, 150))
def test_no_bytes_raise_anything(noise: bytes, form: str, kept: int) -> None:
    whole = encoded(Image.fromarray(image()), form) if form else b""
    read = decode(whole[:kept] + noise + whole[kept + len(noise) :])
    assert isinstance(read, str) or (read.dtype == np.uint8 and read.ndim == 2)
