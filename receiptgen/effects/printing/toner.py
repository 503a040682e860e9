"""What a laser printer does with its toner."""

from typing import Annotated, NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from receiptgen.config.records import Record
from receiptgen.core.dice import Dice
from receiptgen.core.distributions import Spread, between
from receiptgen.effects import EFFECTS, EffectStep, draw_record
from receiptgen.imaging.noise import GRAIN_SIGMA, chance, grain
from receiptgen.imaging.page import Page

_BLOCK = np.ones((3, 3), np.uint8)
# Dots of the side of a cell; specks fall into cells with ink and into those beside them.
_CELL = 4


class TonerDrawn(NamedTuple):
    """Shares of specks and of voids, roughness of edges, and an offset in the noise."""

    specks: float
    voids: float
    rough: float
    offset: int


@EFFECTS.register
class Toner(Record):
    """Scatter a little toner round text, leave voids in solid ink, and roughen its edges.

    Specks are single dots up to 8 dots from ink; edges leave the boxes of characters by up to 1 dot.

    Attributes:
        specks: Share of the dots near text that catch a speck, 0 to 0.1.
        voids: Share of the dots of ink that miss it, 0 to 0.3.
        rough: Unevenness of edges, as a share of full ink, 0 to 1.
    """

    specks: Annotated[Spread, between(0, 0.1)] = Spread(0, 0.003)
    voids: Annotated[Spread, between(0, 0.3)] = Spread(0, 0.03)
    rough: Annotated[Spread, between(0, 1)] = Spread(0, 0.4)

    def draw(self, dice: Dice) -> tuple[EffectStep, ...]:
        """Draw specks, voids, roughness and an offset in the noise."""
        return (EffectStep(self, draw_record(TonerDrawn, self, dice)),)

    def apply(self, page: Page, drawn: TonerDrawn) -> Page:
        """Add and take single dots; regions stay."""
        image, offset = page.image, drawn.offset
        shape = (image.shape[0], image.shape[1])
        if drawn.rough:
            image = _roughened(image, drawn.rough, offset)
        image = image.copy() if image is page.image else image
        if drawn.voids:
            missed = np.flatnonzero(chance(shape, offset >> 4, drawn.voids) & (page.image < 255))
            image.reshape(-1)[missed] |= np.uint8(192)
        if drawn.specks:
            rows, columns = np.divmod(np.flatnonzero(chance(shape, offset >> 6, drawn.specks)), shape[1])
            near = _near(image)
            caught = near[rows // _CELL, columns // _CELL]
            # Neither black nor white: what is left of a grain after fusing.
            image[rows[caught], columns[caught]] &= np.uint8(95)
        return page.with_image(image)


def _near(image: NDArray[np.uint8]) -> NDArray[np.bool_]:
    """Return for each cell whether it, or one beside it, has ink."""
    height, width = image.shape
    whole = cv2.copyMakeBorder(image, 0, -height % _CELL, 0, -width % _CELL, cv2.BORDER_REPLICATE)
    size = (whole.shape[1] // _CELL, whole.shape[0] // _CELL)
    cells = cv2.resize(whole, size, interpolation=cv2.INTER_AREA)
    return np.asarray(cv2.erode(cells, _BLOCK) < 224, np.bool_)


def _roughened(image: NDArray[np.uint8], rough: float, offset: int) -> NDArray[np.uint8]:
    """Return the image with grain where ink and paper meet, as strong as they differ."""
    edge = cv2.subtract(cv2.dilate(image, _BLOCK), cv2.erode(image, _BLOCK))
    # Grain without its sign, added where it is even and taken where it is odd: bytes are four times as fast.
    noise = grain((image.shape[0], image.shape[1]), offset)
    change = cv2.multiply(edge, cv2.convertScaleAbs(noise), scale=rough / (2 * GRAIN_SIGMA))
    added = cv2.multiply(change, noise.view(np.uint8) & np.uint8(1))
    return np.asarray(cv2.subtract(cv2.add(image, cv2.subtract(change, added)), added), np.uint8)
