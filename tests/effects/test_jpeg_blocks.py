"""JPEG of the inked blocks alone leaves the pixels that JPEG of the whole page leaves."""

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from receiptgen.core.dice import Dice
from receiptgen.effects.capture._jpeg_blocks import _paper, through_jpeg
from receiptgen.effects.capture.jpeg import Jpeg


def page(height: int, width: int, inked: int, level: int) -> NDArray[np.uint8]:
    """Return paper of one level with some spots of noise."""
    image, levels = np.full((height, width), level, np.uint8), np.random.default_rng(height)
    for _ in range(inked):
        y, x = int(levels.integers(0, height)), int(levels.integers(0, width))
        part = image[y : y + 30, x : x + 40]
        part[:] = levels.integers(0, 256, part.shape)
    return image


def through(image: NDArray[np.uint8], quality: int, left: int, top: int) -> NDArray[np.uint8]:
    whole = cv2.copyMakeBorder(image, top, 0, left, 0, cv2.BORDER_REPLICATE)
    _, code = cv2.imencode(".jpg", whole, [cv2.IMWRITE_JPEG_QUALITY, quality])
    return np.asarray(cv2.imdecode(code, cv2.IMREAD_GRAYSCALE), np.uint8)[top:, left:]


@pytest.mark.parametrize("corner", [(0, 0), (7, 0), (3, 5)], ids=str)
@pytest.mark.parametrize("inked", [0, 1, 60, 2000])
@pytest.mark.parametrize(("quality", "level"), [(30, 255), (62, 251), (88, 203)])
def test_every_pixel_is_that_of_the_whole_page(inked: int, quality: int, level: int, corner: tuple[int, int]) -> None:
    image = page(611, 523, inked, level)
    assert (_paper(image) == level) == (inked < 2000)
    assert np.array_equal(through_jpeg(image, quality, *corner), through(image, quality, *corner))


def test_a_line_is_too_small_to_be_looked_through() -> None:
    assert _paper(page(40, 600, 0, 255)) is None


@pytest.mark.parametrize("share", [0, 0.5, 1])
def test_blocks_begin_at_the_corner_of_as_many_images_as_asked(share: float) -> None:
    effect = Jpeg.model_validate({"at_corner": share})
    begins = [step.drawn[2:4] for key in range(200) for step in effect.draw(Dice(key))]
    # Of those that begin anywhere, one of 64 begins there, too.
    assert begins.count((0, 0)) / len(begins) == pytest.approx(share + (1 - share) / 64, abs=0.1)
