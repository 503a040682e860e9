"""From the printer's dots to the pixels of a scanner or camera."""

from typing import Annotated, NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray
from pydantic import field_validator

from receiptgen.config.records import Record
from receiptgen.core.dice import Dice
from receiptgen.core.distributions import Spread, Weights, between
from receiptgen.effects import EFFECTS, EffectStep, draw_record
from receiptgen.effects.handling._blank_paper import body_height
from receiptgen.imaging.geometry import Projective
from receiptgen.imaging.page import Page, check_size

# Dots an inch of thermal printers: 8 a millimetre.
DOTS = 203
_WAYS = {"area": cv2.INTER_AREA, "linear": cv2.INTER_LINEAR, "cubic": cv2.INTER_CUBIC, "nearest": cv2.INTER_NEAREST}
# Below this scale, linear interpolation skips pixels.
_SKIPS = 0.6
_LOWEST = 40
_HEIGHT = 8
# Longer side of what phones send, in pixels.
_LONGEST = 4000


class _Scaling(NamedTuple):
    """What every resolution is drawn with, in this order; see ``ResampleDrawn``."""

    dpi: float
    stretch: float
    via: float
    shrink: str
    grow: str


class ResampleDrawn(NamedTuple):
    """Pixels an inch, horizontal against vertical scale, pixels an inch in between or 0, ways to shrink and grow.

    And the height of most words, which counts instead of the pixels an inch, or 0.
    """

    dpi: float
    stretch: float
    via: float
    shrink: str
    grow: str
    letters: float


@EFFECTS.register
class Resample(Record):
    """Another resolution: a page of 203 dots an inch comes out at some pixels an inch, with all regions.

    Attributes:
        dpi: Pixels an inch afterwards, 40 to 1200.
        stretch: Horizontal scale against the vertical one, 0.8 to 1.25.
        via: Pixels an inch of a lower resolution that the image goes through first, 0 to 1200; below 40 for none.
        shrink: Interpolation when the image shrinks: area or linear, by weight; below 0.6 always by area.
        grow: Interpolation when the image grows: linear, cubic or nearest, by weight.
        letters: Height of the ink of most words in pixels afterwards, 4 to 120, instead of ``dpi``; the longer side is
            4,000 pixels at most then. None for what ``dpi`` says.
    """

    dpi: Annotated[Spread, between(_LOWEST, 1200)] = Spread(130, 300)
    stretch: Annotated[Spread, between(0.8, 1.25)] = Spread(1)
    via: Annotated[Spread, between(0, 1200)] = Spread(0)
    shrink: Weights = Weights(area=1.0, linear=1.0)
    grow: Weights = Weights(linear=2.0, cubic=1.0)
    letters: Annotated[Spread, between(4, 120)] | None = None

    @field_validator("shrink", "grow")
    @classmethod
    def _known(cls, ways: Weights) -> Weights:
        if not ways.keys() <= _WAYS.keys():
            raise ValueError(f"ways to mix pixels are {', '.join(_WAYS)}")
        return ways

    def draw(self, dice: Dice) -> tuple[EffectStep, ...]:
        """Draw the resolutions and the ways."""
        scaling = draw_record(_Scaling, self, dice)
        letters = 0.0 if self.letters is None else dice.spread(self.letters)
        return (EffectStep(self, ResampleDrawn(*scaling, letters)),)

    def apply(self, page: Page, drawn: ResampleDrawn) -> Page:
        """Scale pixels and quads; never below 8 pixels in height."""
        old, (height, width) = page.image, page.size
        scale = drawn.dpi / DOTS
        if drawn.letters:
            scale = min(drawn.letters / body_height(page), _LONGEST / max(height, width))
        image = old
        if _LOWEST <= drawn.via < DOTS:
            image = _resized(image, drawn.via / DOTS * height, drawn.via / DOTS * width * drawn.stretch, drawn)
        image = _resized(image, scale * height, scale * width * drawn.stretch, drawn)
        if image is old:
            return page
        return page.moved(Projective.scaling(image.shape[1] / width, image.shape[0] / height), image)


def _resized(image: NDArray[np.uint8], high: float, wide: float, drawn: ResampleDrawn) -> NDArray[np.uint8]:
    """Return the image at another height and width in pixels, rounded."""
    height, width = max(_HEIGHT, round(high)), max(1, round(wide))
    if image.shape[:2] == (height, width):
        return image
    check_size(height, width)
    scale = min(height / image.shape[0], width / image.shape[1])
    way = drawn.grow if scale >= 1 else drawn.shrink if scale >= _SKIPS else "area"
    return np.asarray(cv2.resize(image, (width, height), interpolation=_WAYS[way]), np.uint8)
