"""Images of every sort, and what is none."""

from io import BytesIO
from pathlib import Path
from zlib import crc32

import cv2
import numpy as np
import pytest
from data_sets import encoded, image
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import ExifTags, Image, PngImagePlugin

from receiptgen.imaging.image_files import CUT_OFF, NO_IMAGE, TOO_LARGE, decode, decode_picture, read_pictures
from receiptgen.imaging.pictures import Picture

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


def test_images_too_large_are_refused_unread() -> None:
    picture = Image.fromarray(image(5, 200, 300))
    header = bytearray(encoded(picture, "PNG"))
    header[16:24] = (50_000).to_bytes(4, "big") * 2
    header[29:33] = crc32(header[12:29]).to_bytes(4, "big")
    assert str(decode(bytes(header))).startswith(TOO_LARGE)
    frame = bytearray(encoded(picture, "JPEG"))
    at = frame.index(b"\xff\xc0")
    frame[at + 5 : at + 9] = b"\xff\xff\xff\xff"
    assert str(decode(bytes(frame))).startswith(TOO_LARGE)
    bitmap = bytearray(encoded(picture, "BMP"))
    bitmap[18:26] = (50_000).to_bytes(4, "little") * 2
    assert str(decode(bytes(bitmap))).startswith(TOO_LARGE)


def test_a_jpeg_of_thousands_of_scans_is_refused_unread() -> None:
    large = Image.new("L", (4000, 4000))
    content = encoded(large, "JPEG")
    at = content.index(b"\xff\xda")
    assert str(decode(content[:at] + b"\xff\xda\0\x08\1\1\0\1\1\0" * 200 + content[at:])).startswith(TOO_LARGE)


@pytest.mark.parametrize("form", ["PNG", "JPEG", "progressive", "BMP", "raw TIFF", "GIF", "PPM", "WEBP"])
def test_of_a_file_that_is_cut_off_what_is_there_is_read(form: str, capfd: pytest.CaptureFixture[str]) -> None:
    noise = cv2.GaussianBlur(image(5, 200, 300), (9, 9), 3)
    options: dict[str, object] = {"progressive": form == "progressive", "interlace": 0}
    stream = BytesIO()
    Image.fromarray(noise).save(stream, {"progressive": "JPEG", "raw TIFF": "TIFF"}.get(form, form), **options)
    content = stream.getvalue()
    whole = decode(content)
    half = content[: len(content) * 6 // 10]
    picture = decode_picture(half)
    assert isinstance(picture, Picture)
    assert not isinstance(whole, str)
    # A bitmap begins at its foot.
    there = slice(-80, None) if form == "BMP" else slice(80)
    assert np.abs(picture.pixels[there].astype(int) - whole[there]).mean() < (10 if form == "progressive" else 1)
    assert picture.damage.startswith(f"{CUT_OFF}; ")
    assert decode(half) in {CUT_OFF, NO_IMAGE}
    assert isinstance(decode_picture(content[:20]), str)
    assert capfd.readouterr() == ("", "")


def test_rows_that_are_missing_are_white_and_counted() -> None:
    content = encoded(Image.fromarray(np.full((100, 50), 40, np.uint8)), "PPM")
    picture = decode_picture(content[:-2500])
    assert isinstance(picture, Picture)
    assert picture.damage == "damaged or cut off; 50% of its rows are missing"
    assert set(picture.pixels[:50].ravel()) == {40}
    assert set(picture.pixels[50:].ravel()) == {255}


def test_pages_of_a_tiff_are_read_whatever_the_others_are(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    pages = [Image.fromarray(image(seed, 40, 60)) for seed in range(4)]
    pages[0].save(tmp_path / "scan.tif", save_all=True, append_images=pages[1:], compression="tiff_lzw")
    content = bytearray((tmp_path / "scan.tif").read_bytes())
    with Image.open(tmp_path / "scan.tif") as scan:
        scan.seek(1)
        (start,) = scan.tag_v2[273]  # type: ignore[attr-defined]  # of its strip
        scan.seek(2)
        directory = scan.tag_v2._offset  # type: ignore[attr-defined]
    content[start : start + 100] = b"\xff" * 100
    for entry in range(directory + 2, directory + 26, 12):  # width and height, the first two
        assert content[entry] in {0, 1}
        content[entry + 2 : entry + 12] = (
            (4).to_bytes(2, "little") + (1).to_bytes(4, "little") + (60_000).to_bytes(4, "little")
        )
    (tmp_path / "scan.tif").write_bytes(content)
    first, second, third, fourth = read_pictures(str(tmp_path / "scan.tif"))
    assert np.array_equal(first[0], image(0, 40, 60))
    assert isinstance(second, str) or second.damage
    assert str(third).startswith(TOO_LARGE)
    assert np.array_equal(fourth[0], image(3, 40, 60))
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize("form", ["PNG", "JPEG", "TIFF", "WEBP"])
def test_an_image_is_turned_as_its_exif_says(form: str) -> None:
    upright = np.full((40, 60), 255, np.uint8)
    upright[:10, :10] = 0
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = 6
    stream = BytesIO()
    Image.fromarray(upright).transpose(Image.Transpose.ROTATE_90).save(stream, form, exif=exif)
    read = decode(stream.getvalue())
    assert not isinstance(read, str)
    assert np.abs(read.astype(int) - upright).mean() < 3


def test_broken_or_huge_extras_of_a_png_are_not_looked_at(capfd: pytest.CaptureFixture[str]) -> None:
    texts = PngImagePlugin.PngInfo()
    texts.add_text("a", "x" * 3_000_000, zip=True)
    stream = BytesIO()
    Image.fromarray(image(1)).save(stream, "PNG", icc_profile=b"broken", pnginfo=texts)
    assert np.array_equal(decode(stream.getvalue()), image(1))
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        (b"", "is empty"),
        (b"hello", NO_IMAGE),
        (b"%PDF-1.7", "a PDF; save its pages as images, at 200 to 300 dots an inch"),
        (b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n%%EndComments\n", NO_IMAGE),
    ],
)
def test_what_is_not_an_image_is_told(content: bytes, fault: str) -> None:
    assert decode(content) == decode_picture(content) == fault


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=200), st.sampled_from(["PNG", "JPEG", "GIF", "TIFF", "WEBP", "BMP", ""]), st.integers(0, 150))
def test_no_bytes_raise_anything(noise: bytes, form: str, kept: int) -> None:
    whole = encoded(Image.fromarray(image()), form) if form else b""
    read = decode_picture(whole[:kept] + noise + whole[kept + len(noise) :])
    assert isinstance(read, str) or (read.pixels.dtype == np.uint8 and read.pixels.ndim == 2)
