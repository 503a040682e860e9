"""Shadows that something between the lamp and the paper throws."""

from collections.abc import Callable
from typing import Annotated, NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from receiptgen.config.records import Record
from receiptgen.core.dice import Dice
from receiptgen.core.distributions import Spread, Weights, among, between
from receiptgen.effects import EFFECTS, EffectStep, draw_record
from receiptgen.imaging.noise import OFFSETS, curve
from receiptgen.imaging.page import Page

Points = NDArray[np.float64]
# Longer side of the grid on which shadows are drawn, in cells; hard edges are drawn on the finer one.
_FINE, _COARSE, _HARD = 512, 96, 0.02
# A snippet is a part of a page of this many pixels, and so are its shadows.
_SPAN = 600
# Far beyond the page, in its longer sides.
_FAR = 4.0


class ShadowDrawn(NamedTuple):
    """What throws it, share of light lost, place and size as shares, degrees, softness, share of colour, noise."""

    kinds: str
    depth: float
    x: float
    y: float
    size: float
    degrees: float
    softness: float
    cold: float
    offset: int


@EFFECTS.register
class Shadow(Record):
    """A shadow with edges of its own, hard or soft: of the phone that takes the picture, of a hand, of a window's bars.

    Attributes:
        kinds: What throws it, by weight: ``edge`` something large with a straight edge, ``body`` a head or arm with a
            curved one, ``phone`` a phone and the hand that holds it, ``hand`` a hand with fingers, ``window`` bars of
            a window, between which the sun shines.
        depth: Share of light lost in it, 0 to 0.95.
        x: Where its tip or edge is, as a share of the page's width, -0.5 to 1.5.
        y: The same of the height, -0.5 to 1.5.
        size: Its width as a share of the page's longer side, 0.05 to 1.5.
        degrees: Where it points, counter-clockwise from the right, -360 to 360.
        softness: Width of its edge as a share of the longer side, 0.001 to 0.5.
        cold: How much bluer it is than the light, 0 to 0.5, as where the sky lights it; grey pages have none of it.
    """

    kinds: Annotated[Weights, among("edge", "body", "phone", "hand", "window")] = Weights(
        edge=3.0, body=3.0, phone=3.0, hand=2.0, window=1.0
    )
    depth: Annotated[Spread, between(0, 0.95)] = Spread(0.15, 0.35, 0.65)
    x: Annotated[Spread, between(-0.5, 1.5)] = Spread(0.1, 0.9)
    y: Annotated[Spread, between(-0.5, 1.5)] = Spread(0.1, 0.9)
    size: Annotated[Spread, between(0.05, 1.5)] = Spread(0.25, 0.7)
    degrees: Annotated[Spread, between(-360, 360)] = Spread(0, 60, 120, 360)
    softness: Annotated[Spread, between(0.001, 0.5)] = Spread(0.003, 0.02, 0.06, 0.2)
    cold: Annotated[Spread, between(0, 0.5)] = Spread(0, 0.03, 0.12)

    def draw(self, dice: Dice) -> tuple[EffectStep, ...]:
        """Draw what throws it, and how."""
        return (EffectStep(self, draw_record(ShadowDrawn, self, dice)),)

    def apply(self, page: Page, drawn: ShadowDrawn) -> Page:
        """Take light from every pixel in the shadow; regions stay."""
        if drawn.depth <= 0:
            return page
        lost = _mask(page.size, drawn) * np.float32(drawn.depth)
        if not page.color:
            return page.with_image(np.asarray(cv2.multiply(page.image, 1 - lost, dtype=cv2.CV_8U), np.uint8))
        # Red, green and blue: as much of blue is left as red is lost.
        shares = (1 + drawn.cold, 1.0, 1 - drawn.cold)
        light = cv2.merge([np.maximum(0, 1 - lost * np.float32(share)) for share in shares])
        return page.with_image(np.asarray(cv2.multiply(page.image, light, dtype=cv2.CV_8U), np.uint8))


def _mask(size: tuple[int, int], drawn: ShadowDrawn) -> NDArray[np.float32]:
    """Return how much of each pixel is in the shadow, float32 (H, W), 0 to 1."""
    span = max(*size, _SPAN)
    cells = (_FINE if drawn.softness < _HARD else _COARSE) / span
    rows, columns = (max(2, round(side * cells)) for side in size)
    mask = np.zeros((rows, columns), np.uint8)
    angle = np.deg2rad(drawn.degrees)
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    place = np.array([drawn.x * size[1], drawn.y * size[0]])
    for points in _CASTERS[drawn.kinds](drawn.size, Dice(drawn.offset)):
        corners = (points @ turn * span + place) * cells
        cv2.fillPoly(mask, [np.rint((corners - 0.5) * 16).astype(np.int32)], 255, cv2.LINE_AA, 4)
    soft = cv2.GaussianBlur(mask, (0, 0), max(0.5, drawn.softness * span * cells / 2), borderType=cv2.BORDER_REPLICATE)
    grown = cv2.resize(soft, size[::-1], interpolation=cv2.INTER_LINEAR)
    return grown.astype(np.float32) * np.float32(1 / 255)


def _box(left: float, right: float, half: float) -> Points:
    """Return a box that points to the right, in longer sides of the page; y is down."""
    return np.array([[left, -half], [right, -half], [right, half], [left, half]])


def _capsule(tip: Points, degrees: float, long: float, half: float) -> Points:
    """Return a finger or arm with a round tip, which comes from the left and is turned counter-clockwise."""
    round_end = np.deg2rad(np.linspace(-90, 90, 13))
    arc = np.stack([np.cos(round_end) - 1, np.sin(round_end)], axis=1) * half
    shape = np.concatenate([[[-long, -half]], arc, [[-long, half]]])
    angle = np.deg2rad(degrees)
    return np.asarray(shape @ [[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]] + tip, np.float64)


def _edge(size: float, dice: Dice) -> list[Points]:
    return [_box(-_FAR, 0, _FAR)]


def _body(size: float, dice: Dice) -> list[Points]:
    wander = curve(64, 16, dice.integer(0, OFFSETS)) * size * 0.2
    y = np.linspace(-1.5, 1.5, 64)
    bulge = -0.25 * y * y / max(size, 0.1) + wander
    return [np.concatenate([np.stack([bulge, y], axis=1), [[-_FAR, 1.5], [-_FAR, -1.5]]])]


def _phone(size: float, dice: Dice) -> list[Points]:
    half = size / 4
    arm = _capsule(np.array([-half * 2.2, half * dice.uniform(-0.6, 0.6)]), dice.uniform(-25, 25), _FAR, half * 0.8)
    thumb = _capsule(np.array([-half * 1.2, half * 1.1]), -dice.uniform(5, 30), half * 3, half * 0.3)
    return [_box(-half * 4, 0, half), arm, thumb]


def _hand(size: float, dice: Dice) -> list[Points]:
    half = size / 4
    palm = _capsule(np.array([-half * 1.5, 0.0]), 0, _FAR, half)
    spread = dice.uniform(2, 9)
    fingers = [
        _capsule(np.array([-abs(number - 1.3) * half * 0.25, (number - 1.5) * half * 0.55]),
                 (1.5 - number) * spread, half * 2, half * 0.22)
        for number in range(4)
    ]  # fmt: skip
    thumb = _capsule(np.array([-half * 1.1, half * 1.7]), -dice.uniform(25, 55), half * 2, half * 0.26)
    return [palm, *fingers, thumb]


def _window(size: float, dice: Dice) -> list[Points]:
    """Bars across and along, and the wall beyond both sides."""
    bar, pane = size * dice.uniform(0.05, 0.14), size * dice.uniform(0.5, 0.8)
    across = [_box(-_FAR, _FAR, bar) + np.array([0, (number - 1) * pane]) for number in range(3)]
    along = [_box(-bar, bar, _FAR) + np.array([(number - 1) * pane * 1.3, 0]) for number in range(3)]
    walls = [_box(-_FAR, -pane * 1.3, _FAR), _box(pane * 1.3, _FAR, _FAR)]
    return [*across, *along, *walls]


_CASTERS: dict[str, Callable[[float, Dice], list[Points]]] = {
    "edge": _edge,
    "body": _body,
    "phone": _phone,
    "hand": _hand,
    "window": _window,
}
