"""A hand that holds the paper."""

from typing import Annotated, Any, NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from receiptgen.config.records import Record
from receiptgen.core.dice import Dice
from receiptgen.core.distributions import Range, Spread, Weights, among, between, counts
from receiptgen.effects import EFFECTS, EffectStep
from receiptgen.effects._ink import blend, light
from receiptgen.effects.capture._backdrop import outlined
from receiptgen.effects.capture._outline import is_whole, outline
from receiptgen.imaging.channels import grey
from receiptgen.imaging.colors import ColorWeights, color_of
from receiptgen.imaging.geometry import Pixels
from receiptgen.imaging.noise import OFFSETS
from receiptgen.imaging.page import Page
from receiptgen.imaging.regions import Mark
from receiptgen.scenery.hand import LENGTH, draw_look, finger, thumb
from receiptgen.scenery.solids import Lamp, Solid, overlap, shaded, shadow, turn

# Each side's corners of the page's quad.
_SIDES = {"top": (0, 1), "right": (1, 2), "bottom": (2, 3), "left": (3, 0)}
# Skin is soft: it is drawn with half a pixel a dot, and enlarged.
_ZOOM = 0.5
# Dots from the thumb to the first finger behind the paper, and from finger to finger.
_BESIDE, _BETWEEN = 150.0, 165.0


class GripDrawn(NamedTuple):
    """Side, place along it, how far the thumb reaches over the paper in dots, degrees, fingers behind, skin, noise."""

    side: str
    at: float
    reach: float
    degrees: float
    fingers: int
    skin: str
    offset: int


@EFFECTS.register
class Grip(Record):
    """A hand holds the paper: a thumb lies on it and hides what is under it, fingers are seen beside it.

    Comes after ``ground`` and ``perspective``, and before ``resample``.

    Attributes:
        side: Side of the paper from which the hand comes, with weights: left, right, bottom or top.
        at: Place along that side, as a share of it, 0 to 1.
        reach: How far the thumb reaches over the paper, in dots (8 a millimetre), 10 to 600.
        degrees: Turn of the thumb from straight across the edge, -60 to 60.
        fingers: Number of fingers that are seen behind the paper, 0 to 3.
        skins: Colours of skin, with weights: ``#rrggbb``. Grey pages have their grey.
    """

    side: Annotated[Weights, among(*_SIDES)] = Weights(left=3.0, right=3.0, bottom=2.0, top=0.5)
    at: Annotated[Spread, between(0, 1)] = Spread(0.25, 0.5, 0.9)
    reach: Annotated[Spread, between(10, 600)] = Spread(60, 140, 260)
    degrees: Annotated[Spread, between(-60, 60)] = Spread(-40, 40)
    fingers: Annotated[Range, counts(0, 3)] = Range(0, 3)
    # From light to dark, after the steps of Fitzpatrick's scale.
    skins: ColorWeights = Weights(
        {"#ecc4b0": 1.0, "#e2b296": 1.0, "#ce9c7c": 1.0, "#b28060": 1.0, "#865c42": 1.0, "#5c3e2e": 1.0}
    )

    def draw(self, dice: Dice) -> tuple[EffectStep, ...]:
        """Draw whose hand it is and where it comes from."""
        side, at, reach = dice.weigh(self.side), dice.spread(self.at), dice.spread(self.reach)
        degrees, fingers, skin = dice.spread(self.degrees), dice.count(self.fingers), dice.weigh(self.skins)
        return (EffectStep(self, GripDrawn(side, at, reach, degrees, fingers, skin, dice.integer(0, OFFSETS))),)

    def apply(self, page: Page, drawn: GripDrawn) -> Page:
        """Draw the fingers outside of the paper and the thumb over it; what is under the thumb is hidden."""
        dice = Dice(drawn.offset)
        lamp, look = Lamp.draw(dice), draw_look(color_of(drawn.skin), dice)
        first, last = page.regions.page_quad[list(_SIDES[drawn.side])].astype(np.float64)
        along = (last - first) / max(1e-6, float(np.linalg.norm(last - first)))
        inward = np.array([-along[1], along[0]])
        edge = first + drawn.at * (last - first)
        image, covered = page.image.copy(), np.zeros(page.size, np.uint8)
        beyond = _beyond(page, drawn)
        behind = dice.fork("fingers")
        for tip, degrees in _fingers(drawn, edge, along, inward, behind) if beyond is not None else ():
            _lay(image, covered, finger(look, _ZOOM, behind), tip, degrees, lamp, beyond)
        turned = float(np.degrees(np.arctan2(-inward[1], inward[0]))) + drawn.degrees
        _lay(image, covered, thumb(look, _ZOOM, dice), edge + inward * drawn.reach, turned, lamp, None)
        x, y, width, height = cv2.boundingRect(covered)
        if not width:
            return page
        quad = np.array([[x, y], [x + width, y], [x + width, y + height], [x, y + height]], np.float64)
        return page.overlaid(image, covered[y : y + height, x : x + width], Mark("hand"), quad, (x, y))


def _fingers(
    drawn: GripDrawn, edge: NDArray[np.float64], along: NDArray[np.float64], inward: NDArray[np.float64], dice: Dice
) -> list[tuple[NDArray[np.float64], float]]:
    """Return tip and degrees of the fingers behind the paper, side by side and away from the thumb."""
    down = 1 if drawn.degrees > 0 else -1
    straight = float(np.degrees(np.arctan2(-inward[1], inward[0])))
    found = []
    for number in range(drawn.fingers):
        beside = down * (_BESIDE + number * _BETWEEN + dice.uniform(-15, 15))
        tip = edge + along * beside + inward * dice.uniform(60, 200)
        found.append((tip, straight - down * dice.uniform(0, 16)))
    return found


def _beyond(page: Page, drawn: GripDrawn) -> NDArray[np.uint8] | None:
    """Return 255 where the page shows what is not paper, uint8 (H, W); None where it is nothing but paper."""
    if is_whole(page) or not drawn.fingers:
        return None
    paper = np.zeros(page.size, np.uint8)
    outlined(paper, outline(page, "straight", 0, Dice(0)), 255)
    return np.asarray(cv2.bitwise_not(paper), np.uint8)


def _lay(
    image: Pixels, covered: NDArray[np.uint8], solid: Solid, tip: NDArray[np.float64], degrees: float, lamp: Lamp,
    beyond: NDArray[np.uint8] | None,
) -> None:  # fmt: skip
    """Lay a thumb or finger on a page in place, its tip at x, y, pointing some degrees counter-clockwise from right.

    Args:
        image: The page's pixels, grey or RGB.
        covered: uint8 (H, W), how far the hand hides the page; what this one hides is added.
        solid: The thumb or finger, at ``_ZOOM``.
        tip: Where its tip lies.
        degrees: Where it points.
        lamp: The light on it.
        beyond: uint8 (H, W), where it is seen, 255 wholly; None for everywhere.
    """
    turned = turn(solid, degrees)
    angle = np.radians(degrees)
    middle = tip - np.array([np.cos(angle), -np.sin(angle)]) * (LENGTH / 2)
    darkness, pad = shadow(turned, lamp)
    dark, alpha = (_enlarged(part) for part in (darkness, turned.alpha))
    colors = _enlarged(shaded(turned, lamp))
    left, top = (round(place - length / 2) for place, length in zip(middle, alpha.shape[::-1], strict=True))
    if inside := overlap(image, dark, (left - round(pad / _ZOOM), top - round(pad / _ZOOM))):
        there, here = inside
        seen = dark[here] if beyond is None else dark[here] * (beyond[there] * np.float32(1 / 255))
        image[there] = light(image[there], 1 - seen)
    if inside := overlap(image, alpha, (left, top)):
        there, here = inside
        seen = alpha[here] if beyond is None else alpha[here] * (beyond[there] * np.float32(1 / 255))
        skin = colors[here] if image.ndim == 3 else grey(colors[here])
        image[there] = blend(image[there], skin, seen)
        covered[there] = np.maximum(covered[there], np.rint(seen * 255).astype(np.uint8))


def _enlarged(patch: NDArray[Any]) -> NDArray[Any]:
    """Return a patch drawn at ``_ZOOM`` at a pixel a dot."""
    return np.asarray(cv2.resize(patch, None, fx=1 / _ZOOM, fy=1 / _ZOOM, interpolation=cv2.INTER_LINEAR))
