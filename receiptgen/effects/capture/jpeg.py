"""The losses of JPEG."""

from typing import Annotated, NamedTuple

import numpy as np
from numpy.typing import NDArray

from receiptgen.config.records import Record
from receiptgen.core.dice import Dice
from receiptgen.core.distributions import Range, Spread, Weights, among, between, counts
from receiptgen.effects import EFFECTS, EffectStep
from receiptgen.effects.capture._jpeg_blocks import SUBSAMPLINGS, through_color_jpeg, through_jpeg
from receiptgen.imaging.page import Page

_BLOCK = 8


class JpegDrawn(NamedTuple):
    """Quality, that of a second time or 0, where in an 8 x 8 block the image begins, and how colours are sampled."""

    quality: int
    again: int
    x: int
    y: int
    subsampling: str = ""


@EFFECTS.register
class Jpeg(Record):
    """Compression as JPEG, once or twice; the blocks begin anywhere, as in a part of a larger image, or at the corner.

    Attributes:
        quality: Quality as libjpeg counts it, 5 to 100.
        times: Number of compressions, 1 or 2, each with a quality of its own; the second blocks begin at the corner.
        at_corner: Share of images whose blocks begin at the corner, as in a file that nothing was cut from, 0 to 1.
        subsampling: How colours are sampled, by weight: ``4:2:0`` one for four pixels, as phones do, ``4:2:2`` one for
            two, ``4:4:4`` one each. Grey pages have none.
    """

    quality: Annotated[Spread, between(5, 100)] = Spread(30, 95)
    times: Annotated[Range, counts(1, 2)] = Range(1, 1)
    at_corner: Annotated[Spread, between(0, 1)] = Spread(0)
    subsampling: Annotated[Weights, among(*SUBSAMPLINGS)] = Weights({"4:2:0": 8.0, "4:2:2": 1.0, "4:4:4": 1.0})

    def draw(self, dice: Dice) -> tuple[EffectStep, ...]:
        """Draw qualities and where blocks begin."""
        drawn = JpegDrawn(
            round(dice.spread(self.quality)),
            round(dice.spread(self.quality)) if dice.count(self.times) > 1 else 0,
            dice.integer(0, _BLOCK - 1),
            dice.integer(0, _BLOCK - 1),
        )
        corner = dice.fork("corner of the blocks")
        if corner.chance(corner.spread(self.at_corner)):
            drawn = drawn._replace(x=0, y=0)
        return (EffectStep(self, drawn),)

    def draw_in_color(self, drawn: JpegDrawn, dice: Dice) -> JpegDrawn:
        """Draw how colours are sampled."""
        return drawn._replace(subsampling=dice.weigh(self.subsampling))

    def apply(self, page: Page, drawn: JpegDrawn) -> Page:
        """Write and read every pixel; regions stay."""
        image = _through(page.image, drawn.quality, drawn)
        if drawn.again:
            image = _through(image, drawn.again, drawn._replace(x=0, y=0))
        return page.with_image(image)


def _through(image: NDArray[np.uint8], quality: int, drawn: JpegDrawn) -> NDArray[np.uint8]:
    """Return what is left of an image, grey or RGB, after JPEG."""
    if image.ndim == 2:
        return through_jpeg(image, quality, drawn.x, drawn.y)
    return through_color_jpeg(image, quality, drawn.subsampling, drawn.x, drawn.y)
