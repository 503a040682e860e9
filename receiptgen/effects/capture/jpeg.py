"""The losses of JPEG."""

from typing import Annotated, NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from receiptgen.config.records import Record
from receiptgen.core.dice import Dice
from receiptgen.core.distributions import Range, Spread, Weights, among, between, counts
from receiptgen.effects import EFFECTS, EffectStep
from receiptgen.effects.capture._jpeg_blocks import through_jpeg
from receiptgen.imaging.page import Page

_BLOCK = 8


# How many pixels share a colour, as libjpeg has it.
_SAMPLING = {
    "4:2:0": cv2.IMWRITE_JPEG_SAMPLING_FACTOR_420,
    "4:2:2": cv2.IMWRITE_JPEG_SAMPLING_FACTOR_422,
    "4:4:4": cv2.IMWRITE_JPEG_SAMPLING_FACTOR_444,
}


class JpegDrawn(NamedTuple):
    """Quality, that of a second time or 0, where in an 8 x 8 block the image begins, and how colours are sampled."""

    quality: int
    again: int
    x: int
    y: int
    subsampling: str = ""


@EFFECTS.register
class Jpeg(Record):
    """Compression as JPEG, once or twice; the blocks begin anywhere, as in a part of a larger image.

    Attributes:
        quality: Quality as libjpeg counts it, 5 to 100.
        times: Number of compressions, 1 or 2, each with a quality of its own; the second blocks begin at the corner.
        subsampling: How colours are sampled, by weight: ``4:2:0`` one for four pixels, as phones do, ``4:2:2`` one for
            two, ``4:4:4`` one each. Grey pages have none.
    """

    quality: Annotated[Spread, between(5, 100)] = Spread(30, 95)
    times: Annotated[Range, counts(1, 2)] = Range(1, 1)
    subsampling: Annotated[Weights, among(*_SAMPLING)] = Weights({"4:2:0": 8.0, "4:2:2": 1.0, "4:4:4": 1.0})

    def draw(self, dice: Dice) -> tuple[EffectStep, ...]:
        """Draw qualities and where blocks begin."""
        drawn = JpegDrawn(
            round(dice.spread(self.quality)),
            round(dice.spread(self.quality)) if dice.count(self.times) > 1 else 0,
            dice.integer(0, _BLOCK - 1),
            dice.integer(0, _BLOCK - 1),
        )
        return (EffectStep(self, drawn),)

    def draw_in_color(self, drawn: JpegDrawn, dice: Dice) -> JpegDrawn:
        """Draw how colours are sampled."""
        return drawn._replace(subsampling=dice.weigh(self.subsampling))

    def apply(self, page: Page, drawn: JpegDrawn) -> Page:
        """Write and read every pixel; regions stay."""
        image, through = page.image, _color_through if page.color else _grey_through
        image = through(image, drawn.quality, drawn)
        if drawn.again:
            image = through(image, drawn.again, drawn._replace(x=0, y=0))
        return page.with_image(image)


def _grey_through(image: NDArray[np.uint8], quality: int, drawn: JpegDrawn) -> NDArray[np.uint8]:
    """Return what is left of a grey image after JPEG."""
    return through_jpeg(image, quality, drawn.x, drawn.y)


def _color_through(image: NDArray[np.uint8], quality: int, drawn: JpegDrawn) -> NDArray[np.uint8]:
    """Return what is left of an image in colour after JPEG."""
    options = [cv2.IMWRITE_JPEG_QUALITY, quality, cv2.IMWRITE_JPEG_SAMPLING_FACTOR, _SAMPLING[drawn.subsampling]]
    if drawn.x or drawn.y:
        image = cv2.copyMakeBorder(image, drawn.y, 0, drawn.x, 0, cv2.BORDER_REPLICATE)  # type: ignore[assignment]  # still uint8
    # OpenCV has blue first.
    _, code = cv2.imencode(".jpg", cv2.cvtColor(image, cv2.COLOR_RGB2BGR), options)
    decoded = np.asarray(cv2.imdecode(code, cv2.IMREAD_COLOR), np.uint8)
    return np.asarray(cv2.cvtColor(decoded, cv2.COLOR_BGR2RGB), np.uint8)[drawn.y :, drawn.x :]
