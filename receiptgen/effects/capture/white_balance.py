"""The colour of the light, as far as the camera has not made up for it."""

import math
from typing import Annotated, NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from receiptgen.config.records import Record
from receiptgen.core.dice import Dice
from receiptgen.core.distributions import Spread, Weights, among, between
from receiptgen.effects import EFFECTS, ONLY_IN_COLOR, EffectStep
from receiptgen.imaging.page import Page

# Lights: kelvin from and to, and green from and to, as a share, by which fluorescent tubes and LEDs leave the curve.
_LIGHTS = {
    "daylight": (5000, 6500, -0.01, 0.01),
    "shade": (7000, 10000, -0.01, 0.01),
    "lamp": (2500, 3200, -0.01, 0.01),
    "led": (2700, 5000, -0.02, 0.05),
    "fluorescent": (3500, 5000, 0.02, 0.09),
}
# What is white in sRGB (IEC 61966-2-1), and the exponent that is close to its curve.
_WHITE, _EXPONENT = 6504.0, 1 / 2.2
_TO_SRGB = np.array([[3.2406, -1.5372, -0.4986], [-0.9689, 1.8758, 0.0415], [0.0557, -0.2040, 1.0570]])
_LUMA = np.array([0.299, 0.587, 0.114])
# Pixels of the grid, a side, on which light of two kinds is mixed.
_CELLS = 9


class WhiteBalanceDrawn(NamedTuple):
    """Light, its kelvin and green, the camera's part and tint, a second light: its kelvin or 0, degrees it is at."""

    light: str
    kelvin: float
    green: float
    adapted: float
    tint: float
    second: float
    degrees: float


@EFFECTS.register
class WhiteBalance(Record):
    """Paper and table take on the colour of daylight, of a lamp or a tube, which cameras make up for only in part.

    Grey pages stay as they are, and their records don't mention it.

    Attributes:
        light: Light, by weight: daylight, shade (blue), lamp (yellow), led, fluorescent (greenish).
        adapted: Share of its colour that the camera makes up for, 0 none to 1.5; above 1 it goes too far.
        tint: Share by which the camera makes all of it greener, -0.2 to 0.2; below 0 more purple.
        mixed: Share of pages with a second light from one side, as a window beside a lamp, 0 to 1.
    """

    light: Annotated[Weights, among(*_LIGHTS)] = Weights(daylight=3.0, shade=4.0, lamp=2.0, led=1.5, fluorescent=1.0)
    adapted: Annotated[Spread, between(0, 1.5)] = Spread(0.5, 0.85, 0.97, 1.05, 1.2)
    tint: Annotated[Spread, between(-0.2, 0.2)] = Spread(-0.06, -0.025, -0.01, 0.005, 0.03)
    mixed: Annotated[Spread, between(0, 1)] = Spread(0.2)

    def draw(self, dice: Dice) -> tuple[EffectStep, ...]:
        """Draw nothing yet: grey pages have no colour of light."""
        return (EffectStep(self, ONLY_IN_COLOR),)

    def draw_in_color(self, drawn: object, dice: Dice) -> WhiteBalanceDrawn:
        """Draw the lights and what the camera makes of them."""
        light, other = dice.weigh(self.light), dice.weigh(self.light)
        kelvin, green = _draw_light(light, dice)
        second, _ = _draw_light(other, dice)
        mixed = dice.chance(dice.spread(self.mixed))
        camera = (dice.spread(self.adapted), dice.spread(self.tint))
        degrees = round(dice.uniform(0, 360), 2)
        return WhiteBalanceDrawn(light, kelvin, green, *camera, second if mixed else 0.0, degrees)

    def apply(self, page: Page, drawn: WhiteBalanceDrawn) -> Page:
        """Multiply red, green and blue, each by its share, so that their grey stays; regions stay."""
        if not page.color:
            return page
        gains = _gains(drawn.kelvin, drawn.green * (1 - drawn.adapted) + drawn.tint, drawn.adapted)
        if not drawn.second:
            levels = np.arange(256, dtype=np.float64)[:, None] * gains
            table = np.clip(np.rint(levels), 0, 255).astype(np.uint8)
            return page.with_image(np.asarray(cv2.LUT(page.image, table[None]), np.uint8))
        # The camera makes up for the first light; the second keeps the difference.
        other = gains * (_gains(drawn.second, 0, 0) / _gains(drawn.kelvin, 0, 0)) ** 0.5
        height, width = page.size
        turn = math.radians(drawn.degrees)
        x, y = np.linspace(-0.5, 0.5, _CELLS), np.linspace(-0.5, 0.5, _CELLS)[:, None]
        share = np.clip(0.5 + x * math.cos(turn) - y * math.sin(turn), 0, 1)[..., None]
        factor = (gains * (1 - share) + other * share).astype(np.float32)
        plane = cv2.resize(factor, (width, height), interpolation=cv2.INTER_LINEAR)
        return page.with_image(np.asarray(cv2.multiply(page.image, plane, dtype=cv2.CV_8U), np.uint8))


def _draw_light(light: str, dice: Dice) -> tuple[float, float]:
    coldest, hottest, low, high = _LIGHTS[light]
    return round(dice.uniform(coldest, hottest), 1), round(dice.uniform(low, high), 5)


def _gains(kelvin: float, green: float, adapted: float) -> NDArray[np.float64]:
    """Return factors of red, green and blue levels under a light, made up for in part, and so much greener than it."""
    gains = (_white(kelvin) / _white(_WHITE)) ** (_EXPONENT * (1 - adapted))
    gains[1] *= 1 + green
    return np.asarray(gains / (gains @ _LUMA), np.float64)


def _white(kelvin: float) -> NDArray[np.float64]:
    """Return the linear sRGB of white under a black body of 1667 to 25000 kelvin (Kim et al., US patent 7024034)."""
    t = 1000 / kelvin
    warm, cold = (-0.2661239, -0.2343589, 0.8776956, 0.17991), (-3.0258469, 2.1070379, 0.2226347, 0.24039)
    x = float(np.polyval(warm if kelvin <= 4000 else cold, t))
    hot, mild, cool = (
        (-1.1063814, -1.3481102, 2.18555832, -0.20219683), (-0.9549476, -1.37418593, 2.09137015, -0.16748867),
        (3.081758, -5.8733867, 3.75112997, -0.37001483),
    )  # fmt: skip
    y = float(np.polyval(hot if kelvin <= 2222 else mild if kelvin <= 4000 else cool, x))
    return np.asarray(np.maximum(_TO_SRGB @ np.array([x / y, 1.0, (1 - x - y) / y]), 0.02), np.float64)
