"""A shaken hand."""

from typing import Annotated, NamedTuple

import cv2
import numpy as np

from receiptgen.config.records import Record
from receiptgen.core.dice import Dice
from receiptgen.core.distributions import Spread, between
from receiptgen.effects import EFFECTS, EffectStep, draw_record
from receiptgen.imaging.page import Page


class MotionDrawn(NamedTuple):
    """Length of the movement in pixels, and its direction in degrees, counter-clockwise."""

    length: float
    degrees: float


@EFFECTS.register
class Motion(Record):
    """Blur along a line, evenly to both sides, as of a camera that moved while it looked.

    Attributes:
        length: Pixels that the image moved, 0 to 60.
        degrees: Direction, counter-clockwise; 0 is along the lines of text.
    """

    length: Annotated[Spread, between(0, 60)] = Spread(1, 4)
    degrees: Annotated[Spread, between(-360, 360)] = Spread(0, 180)

    def draw(self, dice: Dice) -> tuple[EffectStep, ...]:
        """Draw length and direction."""
        return (EffectStep(self, draw_record(MotionDrawn, self, dice)),)

    def apply(self, page: Page, drawn: MotionDrawn) -> Page:
        """Blur every pixel; beyond the edge the paper continues. Regions stay."""
        if drawn.length <= 0:
            return page
        angle, half = np.deg2rad(drawn.degrees), drawn.length / 2
        cos, sin, reach = float(np.cos(angle)), float(np.sin(angle)), int(np.ceil(half))
        x = np.arange(-reach, reach + 1, dtype=np.float32)
        y = x[:, None]
        along, across = np.abs(x * cos - y * sin), np.abs(x * sin + y * cos)
        kernel = np.clip(half + 0.5 - along, 0, 1) * np.clip(1 - across, 0, 1)
        kernel /= kernel.sum()
        return page.with_image(
            np.asarray(cv2.filter2D(page.image, -1, kernel, borderType=cv2.BORDER_REPLICATE), np.uint8)
        )
