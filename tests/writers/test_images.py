"""Image files as PNG, JPEG and WebP."""

import io

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from receiptgen.core.errors import LayoutError
from receiptgen.writers import PNG, ImageFormat

LEVELS = np.add.outer(np.arange(60), 2 * np.arange(90)).astype(np.uint8)
RAMP = np.stack([LEVELS, LEVELS // 2, 255 - LEVELS], axis=2)
FORMATS = [PNG, ImageFormat("jpeg", 95), ImageFormat("webp", 95), ImageFormat("webp", 100)]


def read(content: bytes, mode: str) -> NDArray[np.uint8]:
    with Image.open(io.BytesIO(content)) as image:
        return np.asarray(image.convert(mode))


@pytest.mark.parametrize("image", [LEVELS // 2, RAMP], ids=["grey", "color"])
@pytest.mark.parametrize("how", FORMATS, ids=str)
def test_an_image_file_is_read_back_by_pillow(how: ImageFormat, image: NDArray[np.uint8]) -> None:
    file = how.encode(image)
    with Image.open(io.BytesIO(file)) as opened:
        assert opened.format == {"png": "PNG", "jpeg": "JPEG", "webp": "WEBP"}[how.name]
    found = read(file, "L" if image.ndim == 2 else "RGB").astype(int)
    smooth = np.abs(found - image)[:, :60]
    assert found.shape == image.shape
    assert smooth.mean() < 6
    if how in {PNG, ImageFormat("webp", 100)}:
        assert np.array_equal(found, image)
    assert file.format == how
    assert file == how.encode(image)


@pytest.mark.parametrize("name", ["jpeg", "webp"])
def test_less_quality_is_less_bytes(name: str) -> None:
    noise = np.random.Generator(np.random.PCG64(1)).integers(0, 256, (100, 100, 3), dtype=np.uint8)
    sizes = [len(ImageFormat(name, quality).encode(noise)) for quality in (1, 50, 90)]  # type: ignore[arg-type]
    assert sizes == sorted(sizes)


def test_an_image_that_a_format_cannot_hold_is_told_in_one_line() -> None:
    with pytest.raises(LayoutError, match="too large for webp: the limit is 16,383 a side; write png") as told:
        ImageFormat("webp").encode(np.zeros((16_384, 2), np.uint8))
    assert "\n" not in str(told.value)
