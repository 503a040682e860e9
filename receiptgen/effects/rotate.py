"""A turn in the plane."""

from dataclasses import dataclass

import cv2
import numpy as np

from receiptgen.config import Record
from receiptgen.dice import Dice, Range
from receiptgen.effects import EFFECTS, Step
from receiptgen.geometry import Projective
from receiptgen.sample import Page


@dataclass(frozen=True, slots=True)
class RotateDrawn:
    """Angle in degrees, counter-clockwise."""

    degrees: float


@EFFECTS.register
class Rotate(Record):
    """Turn the page on a white ground that grows to hold all of it.

    Attributes:
        degrees: Angle, counter-clockwise as seen; real scans stay within 2.
    """

    degrees: Range = Range(-2.0, 2.0)

    def draw(self, dice: Dice) -> tuple[Step, ...]:
        """Draw the angle."""
        return (Step(self, RotateDrawn(round(dice.within(self.degrees), 3))),)

    def apply(self, page: Page, drawn: RotateDrawn) -> Page:
        """Turn pixels and quads by one map."""
        size = (page.image.shape[0], page.image.shape[1])
        turn, (height, width) = Projective.rotation(drawn.degrees, size)
        image = cv2.warpPerspective(page.image, turn.pixel_matrix(), (width, height), borderValue=(255,))
        quads = turn.points(page.regions.quads.astype(np.float64))
        return Page(np.asarray(image, np.uint8), page.regions.moved(quads))
