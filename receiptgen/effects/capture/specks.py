"""Salt and pepper."""

from typing import Annotated, NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from receiptgen.config.records import Record
from receiptgen.core.dice import Dice
from receiptgen.core.distributions import Spread, between
from receiptgen.effects import EFFECTS, EffectStep, draw_record
from receiptgen.effects._ink import over_channels
from receiptgen.imaging.noise import chance
from receiptgen.imaging.page import Page

# Share of a clump's square that is speck, so that no two clumps look alike.
_FILLED = 0.7


class SpecksDrawn(NamedTuple):
    """Shares of pixels that turn dark and light, side of a clump in pixels, depth in levels, offset of the noise."""

    dark: float
    light: float
    size: int
    depth: float
    offset: int


@EFFECTS.register
class Specks(Record):
    """Single pixels or small clumps of them that are dark or light for no reason: dust, and scans in black and white.

    Attributes:
        dark: Share of pixels that turn dark, 0 to 0.2.
        light: Share of pixels that turn light, 0 to 0.2.
        size: Largest side of a clump in pixels, 1 to 6.
        depth: Levels by which a speck is darker or lighter, 0 to 255.
    """

    dark: Annotated[Spread, between(0, 0.2)] = Spread(0, 0.0002, 0.001)
    light: Annotated[Spread, between(0, 0.2)] = Spread(0, 0.002, 0.02)
    size: Annotated[Spread, between(1, 6)] = Spread(1, 1, 2.5)
    depth: Annotated[Spread, between(0, 255)] = Spread(120, 255, 255)

    def draw(self, dice: Dice) -> tuple[EffectStep, ...]:
        """Draw shares and size."""
        return (EffectStep(self, draw_record(SpecksDrawn, self, dice)),)

    def apply(self, page: Page, drawn: SpecksDrawn) -> Page:
        """Lay the specks over the pixels; regions stay."""
        image, depth = page.image, np.uint8(round(drawn.depth))
        if drawn.light > 0:
            specks = _clumps(page.size, drawn.offset, drawn.light, drawn.size)
            image = cv2.add(image, over_channels(specks * depth, image))  # type: ignore[assignment]  # still uint8
        if drawn.dark > 0:
            specks = _clumps(page.size, drawn.offset ^ 0x5BD1E995, drawn.dark, drawn.size)
            image = cv2.subtract(image, over_channels(specks * depth, image))  # type: ignore[assignment]  # still uint8
        return page.with_image(image)


def _clumps(shape: tuple[int, ...], offset: int, share: float, size: int) -> NDArray[np.uint8]:
    """Return uint8 (H, W), 1 on about a share of the pixels, in clumps of some pixels."""
    high, wide = shape
    if size < 2:
        return chance((high, wide), offset, share).view(np.uint8)
    seeds = chance((high, wide), offset, share / (size * size * _FILLED)).view(np.uint8)
    grown = cv2.dilate(seeds, np.ones((size, size), np.uint8))
    return np.asarray(grown & chance((high, wide), offset + 1, _FILLED).view(np.uint8), np.uint8)
