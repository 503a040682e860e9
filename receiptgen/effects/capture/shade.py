"""Uneven light."""

import math
from typing import Annotated, NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from receiptgen.config.records import Record
from receiptgen.core.dice import Dice
from receiptgen.core.distributions import Spread, between
from receiptgen.effects import EFFECTS, EffectStep
from receiptgen.effects._ink import over_channels
from receiptgen.imaging.noise import OFFSETS, curve
from receiptgen.imaging.page import Page

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
    offset: int


@EFFECTS.register
class Shade(Record):
    """Light that falls off to one side, in soft bands, to the corners, and beyond the round edge of a soft shadow.

    Attributes:
        gradient: Share of light lost from one side to the other, 0 to 0.8.
        bands: Share of light lost in bands across the feed, 0 to 0.5.
        vignette: Share of light lost in the corners, 0 to 0.8.
        shadow: Share of light lost in the shadow of a hand, head or phone, 0 to 0.8.
        softness: Width of the shadow's edge as a share of the page, 0.01 to 1.
    """

    gradient: Annotated[Spread, between(0, 0.8)] = Spread(0, 0.08, 0.25)
    bands: Annotated[Spread, between(0, 0.5)] = Spread(0, 0.02, 0.06)
    vignette: Annotated[Spread, between(0, 0.8)] = Spread(0, 0, 0.2)
    shadow: Annotated[Spread, between(0, 0.8)] = Spread(0, 0, 0.35)
    softness: Annotated[Spread, between(0.01, 1)] = Spread(0.05, 0.3)

    def draw(self, dice: Dice) -> tuple[EffectStep, ...]:
        """Draw the depths and where the light comes from."""
        spread, uniform = dice.spread, dice.uniform
        depths = (spread(self.gradient), round(uniform(0, 360), 2), spread(self.bands), spread(self.vignette))
        radius, angle = uniform(0.4, 1.2), uniform(0, 2 * math.pi)
        # The edge runs somewhere through the middle of the page.
        far = radius + uniform(-0.35, 0.35)
        x, y = round(0.5 + far * math.cos(angle), 4), round(0.5 + far * math.sin(angle), 4)
        disc = (spread(self.shadow), x, y, round(radius, 4), spread(self.softness))
        return (EffectStep(self, ShadeDrawn(*depths, *disc, dice.integer(0, OFFSETS))),)

    def apply(self, page: Page, drawn: ShadeDrawn) -> Page:
        """Multiply every pixel by its light; regions stay."""
        if drawn.gradient + drawn.bands + drawn.vignette + drawn.shadow < _UNSEEN:
            return page
        size = page.size
        # Where a smaller image lies in the light's span follows from the offset.
        span = max(*size, _SPAN)
        top = (span - size[0]) * (drawn.offset & 255) / 255
        left = (span - size[1]) * (drawn.offset >> 8 & 255) / 255
        light = _even(size, top, left, span, drawn)
        if drawn.shadow:
            light -= _shadow(size, top, left, span, drawn)
        np.maximum(light, _DARKEST, out=light)
        return page.with_image(
            np.asarray(cv2.multiply(page.image, over_channels(light, page.image), dtype=cv2.CV_8U), np.uint8)
        )


def _even(size: tuple[int, int], top: float, left: float, span: float, drawn: ShadeDrawn) -> NDArray[np.float32]:
    """Return float32 (H, W), the light without a shadow."""
    if drawn.bands:
        bands = (0.5 * drawn.bands) * (1 + curve(size[0], _BANDS * span, drawn.offset))
    else:
        bands = np.zeros(size[0], np.float32)
    if not (drawn.gradient or drawn.vignette):
        # Bands alone, as of many scanners: all columns are one.
        return np.repeat((1 - bands)[:, None], size[1], axis=1)
    angle, half = math.radians(drawn.degrees), drawn.gradient / 2
    down = _fall(size[0], top, span, drawn.gradient * math.sin(angle), drawn.vignette) + np.float32(half) + bands
    across = 1 - _fall(size[1], left, span, drawn.gradient * math.cos(angle), drawn.vignette)
    return np.asarray(across - down[:, None], np.float32)


def _fall(length: int, start: float, span: float, slope: float, vignette: float) -> NDArray[np.float32]:
    """Return float32 (length,), the share of light that is lost along one axis."""
    position = (np.arange(length, dtype=np.float32) + np.float32(start + 0.5)) * np.float32(1 / span) - np.float32(0.5)
    lost = position * np.float32(slope)
    if vignette:
        lost += np.float32(2 * vignette) * position * position
    return np.asarray(lost, np.float32)


def _shadow(size: tuple[int, int], top: float, left: float, span: float, drawn: ShadeDrawn) -> NDArray[np.float32]:
    """Return float32 (H, W), the share of light lost in the shadow; it is soft, so a coarse grid is drawn and grown."""
    rows, columns = (int(length * _CELLS / span) + 2 for length in size)
    y = np.linspace(top, top + size[0], rows, dtype=np.float32)[:, None] / span
    x = np.linspace(left, left + size[1], columns, dtype=np.float32) / span
    inside = 0.5 + (drawn.radius - np.sqrt((x - drawn.x) ** 2 + (y - drawn.y) ** 2)) / drawn.softness
    inside = inside.clip(0, 1)
    lost = drawn.shadow * inside * inside * (3 - 2 * inside)
    return np.asarray(cv2.resize(lost.astype(np.float32), (size[1], size[0]), interpolation=cv2.INTER_LINEAR))
