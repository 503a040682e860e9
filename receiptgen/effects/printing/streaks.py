"""Swaths of an ink-jet, and how its ink spreads."""

from typing import Annotated, NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from receiptgen.config.records import Record
from receiptgen.core.dice import Dice
from receiptgen.core.distributions import Spread, between
from receiptgen.effects import EFFECTS, EffectStep, draw_record
from receiptgen.effects._ink import keep_ink
from receiptgen.imaging.noise import chance, grain
from receiptgen.imaging.page import Page

_BLOCK = np.ones((3, 3), np.uint8)
# How dark satellites are, as a share of the ink that they belong to.
_SATELLITE = 0.6


class StreaksDrawn(NamedTuple):
    """Dots from seam to seam, ink taken there, dots a seam is high, feather, share of satellites, noise offset."""

    period: float
    depth: float
    height: float
    feather: float
    satellites: float
    offset: int


@EFFECTS.register
class Streaks(Record):
    """Show the swaths of an ink-jet: a seam at every height of its head, feathered edges, satellite drops.

    Ink leaves the boxes of characters by up to 1 dot where it feathers; satellites by 2 dots to the right.

    Attributes:
        period: Dots from one seam to the next, 40 to 120: the height of the head.
        depth: Share of the ink that is missing in a seam, -0.5 to 1; below 0 swaths overlap and it is darker there.
        height: Dots that a seam is high, 1 to 6.
        feather: Greatest darkness of the dots beside ink, as a share of it, 0 to 1; some take none.
        satellites: Share of the dots right of an edge that catch a drop, 0 to 0.3.
    """

    period: Annotated[Spread, between(40, 120)] = Spread(40, 100)
    depth: Annotated[Spread, between(-0.5, 1)] = Spread(-0.2, 0.3, 0.7)
    height: Annotated[Spread, between(1, 6)] = Spread(1, 2.5)
    feather: Annotated[Spread, between(0, 1)] = Spread(0.1, 0.5)
    satellites: Annotated[Spread, between(0, 0.3)] = Spread(0, 0.05)

    def draw(self, dice: Dice) -> tuple[EffectStep, ...]:
        """Draw the seams, the spread of the ink and an offset in the noise."""
        return (EffectStep(self, draw_record(StreaksDrawn, self, dice)),)

    def apply(self, page: Page, drawn: StreaksDrawn) -> Page:
        """Take ink from the seams, and let it spread; regions stay."""
        image = page.image
        if drawn.feather:
            image = _feathered(image, drawn)
        if drawn.satellites:
            image = np.minimum(image, _satellites(page.image, drawn))
        rows = np.arange(image.shape[0], dtype=np.float32) + np.float32(drawn.offset % 997 / 997 * drawn.period)
        away = np.abs(rows % drawn.period - drawn.period / 2)
        depth = drawn.depth * np.clip(drawn.height / 2 + 0.5 - away, 0, 1)
        seams = np.flatnonzero(depth)
        if not seams.size:
            return page.with_image(image)
        image = image.copy() if image is page.image else image
        ink = np.minimum((255 - image[seams]) * (1 - depth[seams, None]), 255)
        image[seams] = 255 - np.rint(ink).astype(np.uint8)
        return page.with_image(image)


def _feathered(image: NDArray[np.uint8], drawn: StreaksDrawn) -> NDArray[np.uint8]:
    """Return the image with ink drawn into fibres beside it, some more, some not at all."""
    shape = (image.shape[0], image.shape[1])
    # Positive grain alone: half of the dots take none. Twice its deviation is all of the feather.
    uneven = np.clip(grain(shape, drawn.offset), 0, 64) * np.float32(drawn.feather / 64)
    return np.minimum(image, keep_ink(np.asarray(cv2.erode(image, _BLOCK), np.uint8), uneven))


def _satellites(image: NDArray[np.uint8], drawn: StreaksDrawn) -> NDArray[np.uint8]:
    """Return drops beside the right edges of ink, on white."""
    fallen = np.full_like(image, 255)
    height, width = image.shape
    if width > 2:
        drops = chance((height, width - 2), drawn.offset >> 4, drawn.satellites)
        paler = cv2.convertScaleAbs(image[:, :-2], alpha=_SATELLITE, beta=255 * (1 - _SATELLITE))
        np.copyto(fallen[:, 2:], np.asarray(paler, np.uint8), where=drops)
    return fallen
