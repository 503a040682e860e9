"""The grey of a picture, and its colours."""

import numpy as np
from PIL import Image

from receiptgen.imaging.channels import grey, in_color


def test_grey_is_what_reading_an_image_file_gives() -> None:
    pixels = np.random.Generator(np.random.PCG64(1)).integers(0, 256, (40, 50, 3), dtype=np.uint8)
    assert np.array_equal(grey(pixels), np.asarray(Image.fromarray(pixels).convert("L")))
    levels = grey(pixels)
    assert grey(levels) is levels
    assert np.array_equal(grey(in_color(levels)), levels)
