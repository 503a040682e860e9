"""A receipt on a flatbed scanner's A4 page."""

from typing import Annotated, NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from receiptgen.config.records import Record
from receiptgen.core.dice import Dice
from receiptgen.core.distributions import Spread, between
from receiptgen.effects import EFFECTS, EffectStep
from receiptgen.imaging.geometry import Projective, Quads
from receiptgen.imaging.page import Page, check_size

# A4 at 203 dots an inch.
_HEIGHT, _WIDTH = 2374, 1678


class SheetDrawn(NamedTuple):
    """Place as shares of the free room, margin in dots or -1 for the whole A4, levels, depths and side of the edges."""

    x: float
    y: float
    margin: float
    lid: float
    paper: float
    edge: float
    side: int


@EFFECTS.register
class Sheet(Record):
    """The receipt lies somewhere on a white A4 page of 1678 x 2374 dots; faint lines show its edges.

    Receipts longer than A4 have a page as long as themselves. Comes before ``resample``.

    Attributes:
        x: Place as a share of the room to its left and right, 0 to 1.
        y: Place as a share of the room above and below it, 0 to 1.
        whole: Share of pages that show the whole A4, 0 to 1; the others only what is near the receipt.
        margin: Dots that are shown round the receipt otherwise, 0 to 1000.
        lid: Level of the scanner's lid, 0 to 255.
        paper: Level of the receipt's paper, 0 to 255.
        edge: Levels by which the shadow along the edges is darker than the lid, 0 to 255.
    """

    x: Annotated[Spread, between(0, 1)] = Spread(0.05, 0.45, 0.55, 0.95)
    y: Annotated[Spread, between(0, 1)] = Spread(0, 0.1, 0.4)
    whole: Annotated[Spread, between(0, 1)] = Spread(0.5)
    margin: Annotated[Spread, between(0, 1000)] = Spread(10, 60, 300)
    lid: Annotated[Spread, between(0, 255)] = Spread(235, 253, 255, 255)
    paper: Annotated[Spread, between(0, 255)] = Spread(235, 250, 255)
    edge: Annotated[Spread, between(0, 255)] = Spread(0, 12, 70)

    def draw(self, dice: Dice) -> tuple[EffectStep, ...]:
        """Draw the position and what is shown."""
        margin = dice.spread(self.margin)
        spread = dice.spread
        drawn = SheetDrawn(
            spread(self.x),
            spread(self.y),
            -1 if dice.chance(spread(self.whole)) else margin,
            spread(self.lid),
            spread(self.paper),
            spread(self.edge),
            dice.integer(0, 3),
        )
        return (EffectStep(self, drawn),)

    def apply(self, page: Page, drawn: SheetDrawn) -> Page:
        """Lay the page on the sheet; it is moved, never scaled."""
        high, wide = page.size
        height, width = max(_HEIGHT, high), max(_WIDTH, wide)
        left, top = round(drawn.x * (width - wide)), round(drawn.y * (height - high))
        if drawn.margin >= 0:
            near = round(drawn.margin)
            right, bottom = min(width, left + wide + near), min(height, top + high + near)
            x0, y0 = max(0, left - near), max(0, top - near)
            left, top, width, height = left - x0, top - y0, right - x0, bottom - y0
        check_size(height, width)
        image = np.full((height, width, *page.image.shape[2:]), round(drawn.lid), np.uint8)
        image[top : top + high, left : left + wide] = cv2.convertScaleAbs(page.image, alpha=drawn.paper / 255)
        if drawn.edge >= 1:
            _edges(image, page.regions.page_quad + np.array([left, top]), drawn)
        return page.moved(Projective.translation(left, top), image)


def _edges(image: NDArray[np.uint8], paper: Quads, drawn: SheetDrawn) -> None:
    """Draw the shadow just outside the paper, on two sides more than on the others."""
    middle = paper.mean(axis=0)
    # One dot outside, between pixel centres and in sixteenths, as OpenCV counts.
    corners = np.rint((paper + np.sign(paper - middle) - 0.5) * 16).astype(int).tolist()
    for number in range(4):
        deep = drawn.edge if (number - drawn.side) % 4 < 2 else drawn.edge * 0.3
        ends = corners[number], corners[(number + 1) % 4]
        for share, thickness in ((0.35, 3), (1.0, 1)):
            level = max(0, round(drawn.lid - share * deep))
            cv2.line(image, ends[0], ends[1], (level, level, level), thickness, cv2.LINE_AA, 4)
