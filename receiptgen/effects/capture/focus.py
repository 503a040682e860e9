"""A tilted page, of which only a part is in focus."""

from typing import Annotated, NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from receiptgen.config.records import Record
from receiptgen.core.dice import Dice
from receiptgen.core.distributions import Spread, between
from receiptgen.effects import EFFECTS, EffectStep, draw_record
from receiptgen.effects._ink import smooth
from receiptgen.effects.handling._blank_paper import body_height
from receiptgen.imaging.page import Page

# Share of the page in front of and behind the sharpest line that is as sharp, for depth of field.
_DEPTH = 0.08
# A snippet sees a part of a page of this many pixels.
_SPAN = 600
# Pixels of the page for one of the weights of its blurred copies, which change slowly.
_COARSE = 16


class FocusDrawn(NamedTuple):
    """Sigma at the far end in heights of letters, degrees, place of the sharpest line as a share, noise offset."""

    sigma: float
    degrees: float
    at: float
    offset: int


@EFFECTS.register
class Focus(Record):
    """Blur that grows with the distance from a line in focus, as of paper that is turned away from the camera.

    Attributes:
        sigma: Standard deviation of the blur a page's longer side away from that line, in heights of the ink of most
            words, 0 to 1; from about 0.3 on, they can't be read.
        degrees: Direction in which it grows, counter-clockwise from the right, -360 to 360.
        at: Place of the line as a share of the way across the page, -0.5 to 1.5; outside of 0 to 1 all is blurred.
    """

    sigma: Annotated[Spread, between(0, 1)] = Spread(0.05, 0.12, 0.25)
    degrees: Annotated[Spread, between(-360, 360)] = Spread(60, 120)
    at: Annotated[Spread, between(-0.5, 1.5)] = Spread(0, 1)

    def draw(self, dice: Dice) -> tuple[EffectStep, ...]:
        """Draw how far the page is turned away, and which way."""
        return (EffectStep(self, draw_record(FocusDrawn, self, dice)),)

    def apply(self, page: Page, drawn: FocusDrawn) -> Page:
        """Mix the page with itself at half of the blur and at all of it; regions stay."""
        if drawn.sigma <= 0:
            return page
        share, sigma = _blurred(page.size, drawn), drawn.sigma * body_height(page)
        half, full = (smooth(page.image, sigma * part) for part in (0.5, 1.0))
        image = _mixed(page.image, half, np.minimum(share * 2, 1))
        return page.with_image(_mixed(image, full, np.maximum(share * 2 - 1, 0)))


def _blurred(size: tuple[int, int], drawn: FocusDrawn) -> NDArray[np.float32]:
    """Return the share of the blur at each pixel, float32 (H, W), 0 to 1."""
    angle = np.deg2rad(drawn.degrees)
    span = max(*size, _SPAN)
    # Where a smaller image lies in the page follows from the offset.
    starts = [(span - side) * (drawn.offset >> shift & 255) / 255 for side, shift in zip(size, (0, 8), strict=True)]
    y, x = (
        (start + np.linspace(0, side, -(-side // _COARSE) + 1)) / span - 0.5
        for start, side in zip(starts, size, strict=True)
    )
    away = np.abs(x * np.cos(angle) - y[:, None] * np.sin(angle) + 0.5 - drawn.at)
    share = np.clip((away - _DEPTH) / (1 - _DEPTH), 0, 1).astype(np.float32)
    return np.asarray(cv2.resize(share, size[::-1], interpolation=cv2.INTER_LINEAR), np.float32)


def _mixed(sharp: NDArray[np.uint8], soft: NDArray[np.uint8], share: NDArray[np.float32]) -> NDArray[np.uint8]:
    return np.asarray(cv2.blendLinear(sharp, soft, 1 - share, share), np.uint8)
