"""Strokes that join letters."""

from typing import Annotated, Any, NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from receiptgen.config.records import Record
from receiptgen.core.dice import Dice
from receiptgen.core.distributions import Spread, between
from receiptgen.effects import EFFECTS, EffectStep, draw_record
from receiptgen.effects.writing._line import Measures, measures
from receiptgen.imaging.geometry import boxes_of_quads
from receiptgen.imaging.page import Page
from receiptgen.imaging.regions import Regions

# From where a stroke sets out and where it arrives, in heights of a word above the line of writing: low and halfway.
_LEAVES, _ARRIVES = (0.02, 0.35), (0.15, 0.6)
# Ink of a stroke; the farthest that one goes, in heights of a word; fractional bits of OpenCV's points.
_INK, _FARTHEST, _SIXTEENTHS = 110, 0.8, 4
# Points of a stroke.
_ALONG = np.linspace(0, 1, 7)[:, None]


class JoinsDrawn(NamedTuple):
    """Share of letters joined to the next, width of the stroke and its sag in heights of a word, noise offset."""

    share: float
    width: float
    sag: float
    offset: int


@EFFECTS.register
class Joins(Record):
    """Join small letters to the next one by a stroke of the pen; its ink belongs to no character's box.

    Pages of more than one line stay as they are.

    Attributes:
        share: Share of the small letters with a small letter after them that are joined to it, 0 to 1.
        width: Width of the stroke in heights of the usual word, 0.02 to 0.3.
        sag: How far its middle hangs down, in the same heights, -0.2 to 0.4.
    """

    share: Annotated[Spread, between(0, 1)] = Spread(0.2, 1)
    width: Annotated[Spread, between(0.02, 0.3)] = Spread(0.05, 0.09)
    sag: Annotated[Spread, between(-0.2, 0.4)] = Spread(-0.03, 0.12)

    def draw(self, dice: Dice) -> tuple[EffectStep, ...]:
        """Draw how often and with what stroke."""
        return (EffectStep(self, draw_record(JoinsDrawn, self, dice)),)

    def apply(self, page: Page, drawn: JoinsDrawn) -> Page:
        """Draw the strokes; regions stay."""
        line = measures(page)
        if line is None:
            return page
        dice, image = Dice(drawn.offset), page.image.copy()
        boxes = boxes_of_quads(page.regions.char_quads)
        for index in _pairs(page.regions):
            if not dice.chance(drawn.share):
                continue
            start = _end_of_stroke(page.image, boxes[index], line, _LEAVES, right=True)
            stop = _end_of_stroke(page.image, boxes[index + 1], line, _ARRIVES, right=False)
            if start is None or stop is None or not 0 <= stop[0] - start[0] <= _FARTHEST * line.body:
                continue
            points = np.array(start) * (1 - _ALONG) + np.array(stop) * _ALONG
            points[:, 1:] += 4 * drawn.sag * line.body * _ALONG * (1 - _ALONG)
            spots = np.rint(points * 2**_SIXTEENTHS).astype(np.int32)
            width = max(1, round(drawn.width * line.body))
            cv2.polylines(image, [spots], False, (0,), width, cv2.LINE_AA, _SIXTEENTHS)
        return page.with_image(image)


def _pairs(regions: Regions) -> list[int]:
    """Return the indices of the small letters that another one follows in their word."""
    return [
        index
        for word in regions.words
        for index, (char, after) in enumerate(zip(word.text, word.text[1:], strict=False), word.start)
        if char.islower() and after.islower()
    ]


def _end_of_stroke(
    image: NDArray[np.uint8], box: NDArray[Any], line: Measures, heights: tuple[float, float], *, right: bool
) -> tuple[float, float] | None:
    """Return the outermost ink of a letter at one side, x and y of its pixel, between two heights above the line."""
    x0, x1 = int(box[0]), int(box[2])
    top, foot = (round(line.baseline - share * line.body) for share in heights[::-1])
    part = image[max(0, top) : foot + 1, max(0, x0) : x1] < 255 - _INK
    columns = np.flatnonzero(part.any(axis=0))
    if not len(columns):
        return None
    column = int(columns[-1 if right else 0])
    rows = np.flatnonzero(part[:, column])
    # The pen leaves by the lower end of what it wrote, and comes by the upper.
    return max(0, x0) + column, max(0, top) + int(rows[-1 if right else 0])
