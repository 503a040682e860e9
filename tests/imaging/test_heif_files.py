"""Photos in HEIC, written by the library that reads them."""

import sys
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from PIL import ExifTags, Image

from receiptgen.imaging import heif_files
from receiptgen.imaging.geometry import Pixels
from receiptgen.imaging.heif_files import MISSING
from receiptgen.imaging.image_files import CUT_OFF, decode, decode_photo, read_pictures

pytestmark = pytest.mark.smoke
HEADER = b"\0\0\0\x18ftypheic\0\0\0\0mif1heic"


def corner() -> Pixels:
    """A page with a dark corner at the top left."""
    page = np.full((64, 96), 255, np.uint8)
    page[:16, :16] = 0
    return page


def heic(orientation: int = 1) -> bytes:
    from pillow_heif import register_heif_opener

    register_heif_opener()
    exif, stream = Image.Exif(), BytesIO()
    exif[ExifTags.Base.Orientation] = orientation
    Image.fromarray(corner()).convert("RGB").save(stream, "HEIF", exif=exif, quality=95)
    return stream.getvalue()


@pytest.mark.needs("heif")
def test_a_photo_in_heic_is_read_whatever_its_name(tmp_path: Path) -> None:
    (tmp_path / "photo.jpg").write_bytes(heic())
    (picture,) = read_pictures(str(tmp_path / "photo.jpg"))
    assert not isinstance(picture, str)
    assert np.abs(picture.pixels.astype(int) - corner()).mean() < 3
    color = decode_photo(heic(), 1000)
    assert not isinstance(color, str)
    assert color.shape == (64, 96, 3)


@pytest.mark.needs("heif")
def test_a_photo_in_heic_is_turned_as_its_exif_says() -> None:
    read = decode(heic(6))  # to be turned clockwise
    assert not isinstance(read, str)
    assert np.abs(read.astype(int) - np.rot90(corner(), -1)).mean() < 3


@pytest.mark.needs("heif")
def test_what_turned_the_pixels_is_not_applied_again(monkeypatch: pytest.MonkeyPatch) -> None:
    content = heic(6)
    place = content.index(b"mdat") - 4
    read = decode(content[:place] + b"\0\0\0\x0cfreeirot" + content[place:])
    # The box moves the pixels' data, which is then not found: it is only looked for what the file says of turning.
    assert isinstance(read, str)
    with Image.open(BytesIO(content)) as image:
        heif_files.keep_orientation(image, b"irot" + content)
        assert image.getexif().get(ExifTags.Base.Orientation, 1) == 1
        heif_files.keep_orientation(image, content)
        assert image.getexif()[ExifTags.Base.Orientation] == 6


@pytest.mark.needs("heif")
def test_a_photo_in_heic_that_is_cut_short_is_told(capfd: pytest.CaptureFixture[str]) -> None:
    content = heic()
    for kept in (len(HEADER), 100, len(content) // 2, len(content) - 1):
        assert decode(content[:kept]) == CUT_OFF
    assert capfd.readouterr() == ("", "")


def test_without_the_package_it_is_told_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pillow_heif", None)
    heif_files.reads_heif.cache_clear()
    try:
        assert decode(HEADER) == MISSING
        assert "receiptgen[heif]" in MISSING
    finally:
        heif_files.reads_heif.cache_clear()
