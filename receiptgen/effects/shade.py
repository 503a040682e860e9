"""Uneven light."""

import math
from typing import Annotated, ClassVar, NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from receiptgen.config import Record
from receiptgen.dice import Dice, Spread, between
from receiptgen.effects import EFFECTS, Family, Step
from receiptgen.noise import PLACES, curve
from receiptgen.page import Page

# A snippet sees a part of a light that is as wide as this many pixels.
_SPAN = 600
_CELLS = 40
_BANDS = 0.12
_DARKEST = 0.1
# Less than half a level of white.
_UNSEEN = 0.002


class ShadeDrawn(NamedTuple):
    """Depths as shares of the light, angle in degrees, a shadow's centre, radius and softness in shares of the span."""

    gradient: float
    degrees: float
    bands: float
    vignette: float
    shadow: float
    x: float
    y: float
    radius: float
    softness: float
    place: int


@EFFECTS.register
class Shade(Record):
    """Light that falls off to one side, in soft bands, to the corners, and behind the round edge of a soft shadow.

    Attributes:
        gradient: Share of light lost from one side to the other, 0 to 0.8.
        bands: Share of light lost in bands across the feed, 0 to 0.5.
        vignette: Share of light lost in the corners, 0 to 0.8.
        shadow: Share of light lost in the shadow of a hand, head or phone, 0 to 0.8.
        softness: Width of the shadow's edge as a share of the page, 0.01 to 1.
    """

    family: ClassVar[Family] = "capture"
    gradient: Annotated[Spread, between(0, 0.8)] = Spread(0, 0.08, 0.25)
    bands: Annotated[Spread, between(0, 0.5)] = Spread(0, 0.02, 0.06)
    vignette: Annotated[Spread, between(0, 0.8)] = Spread(0, 0, 0.2)
    shadow: Annotated[Spread, between(0, 0.8)] = Spread(0, 0, 0.35)
    softness: Annotated[Spread, between(0.01, 1)] = Spread(0.05, 0.3)

    def draw(self, dice: Dice) -> tuple[Step, ...]:
        """Draw the depths and where the light comes from."""
        spread, uniform = dice.spread, dice.uniform
        depths = (spread(self.gradient), round(uniform(0, 360), 2), spread(self.bands), spread(self.vignette))
        radius, angle = uniform(0.4, 1.2), uniform(0, 2 * math.pi)
        # The edge runs somewhere through the middle of the page.
        far = radius + uniform(-0.35, 0.35)
        x, y = round(0.5 + far * math.cos(angle), 4), round(0.5 + far * math.sin(angle), 4)
        disc = (spread(self.shadow), x, y, round(radius, 4), spread(self.softness))
        return (Step(self, ShadeDrawn(*depths, *disc, dice.integer(0, PLACES))),)

    def apply(self, page: Page, drawn: ShadeDrawn) -> Page:
        """Multiply every pixel by its light; regions stay."""
        if drawn.gradient + drawn.bands + drawn.vignette + drawn.shadow < _UNSEEN:
            return page
        height, width = page.image.shape
        light = cv2.resize(1 - _loss((height, width), drawn), (width, height), interpolation=cv2.INTER_LINEAR)
        return page.with_image(np.asarray(cv2.multiply(page.image, light, dtype=cv2.CV_8U), np.uint8))


def _loss(size: tuple[int, int], drawn: ShadeDrawn) -> NDArray[np.float32]:
    """Return float32 (rows, columns), the share of light that is lost, on a coarse grid."""
    span = max(*size, _SPAN)
    cell = span / _CELLS
    rows, columns = (int(length / cell) + 2 for length in size)
    # Where a smaller image lies in the span follows from the place.
    top = (1 - size[0] / span) * (drawn.place & 255) / 255
    left = (1 - size[1] / span) * (drawn.place >> 8 & 255) / 255
    y = np.arange(rows, dtype=np.float32)[:, None] * (size[0] / span / (rows - 1)) + np.float32(top)
    x = np.arange(columns, dtype=np.float32) * (size[1] / span / (columns - 1)) + np.float32(left)
    angle = np.deg2rad(drawn.degrees)
    cos, sin = drawn.gradient * float(np.cos(angle)), drawn.gradient * float(np.sin(angle))
    across, down = cos * (x - 0.5), sin * (y - 0.5)
    if drawn.vignette:
        across += 2 * drawn.vignette * (x - 0.5) ** 2
        down += 2 * drawn.vignette * (y - 0.5) ** 2
    if drawn.bands:
        down += drawn.bands * (0.5 + 0.5 * curve(rows, max(1.0, _BANDS * _CELLS), drawn.place))[:, None]
    loss = down + across + 0.5 * drawn.gradient
    if drawn.shadow:
        inside = 0.5 + (drawn.radius - np.sqrt((x - drawn.x) ** 2 + (y - drawn.y) ** 2)) / drawn.softness
        inside = inside.clip(0, 1)
        loss += drawn.shadow * inside * inside * (3 - 2 * inside)
    return np.asarray(loss.clip(0, 1 - _DARKEST), np.float32)
