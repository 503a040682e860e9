"""The frame of a camera."""

from typing import Annotated, NamedTuple

import numpy as np

from receiptgen.config.records import Record
from receiptgen.core.dice import Dice
from receiptgen.core.distributions import Spread, Weights, among, between
from receiptgen.effects import EFFECTS, EffectStep
from receiptgen.imaging.page import Page

# Width and height of what sensors and programs for photographs have.
_ASPECTS = {"9:16": (9, 16), "2:3": (2, 3), "3:4": (3, 4), "1:1": (1, 1), "4:3": (4, 3), "3:2": (3, 2)}


class FrameDrawn(NamedTuple):
    """Shape of the frame, share of its width that the paper takes, its place as shares, whether it cuts print off.

    Of a frame that does not, how much it keeps beside the print.
    """

    aspect: str
    fill: float
    x: float
    y: float
    cut: bool
    beside: float


@EFFECTS.register
class Frame(Record):
    """A camera's frame: as wide as the paper asks for, and of some shape; wider, or with print cut off, for long paper.

    Comes after ``ground``, ``perspective`` and ``grip``, and before ``resample``. What lies outside is not printed.
    Where the page has less ground than the frame, the frame is smaller; where print would be cut off at its sides, it
    ends with the page.

    Attributes:
        aspect: Width to height, by weight: 9:16, 2:3, 3:4, 1:1, 4:3 or 3:2.
        fill: Width of the paper as a share of the frame's, 0.2 to 1.3; above 1 its sides are cut.
        x: Where the frame is from side to side, 0 at the paper's left end to 1 at its right end.
        y: Where it is from head to foot, likewise.
        cut: Share of pictures that cut print off where the frame is too small for it, 0 to 1; the others are larger.
        beside: What those others keep around the print at least, as a share of its width, 0 to 0.5.
    """

    aspect: Annotated[Weights, among(*_ASPECTS)] = Weights(
        {"3:4": 6.0, "2:3": 1.0, "9:16": 1.5, "1:1": 1.0, "4:3": 0.5, "3:2": 0.2}
    )
    fill: Annotated[Spread, between(0.2, 1.3)] = Spread(0.5, 0.75, 0.9, 1)
    x: Annotated[Spread, between(0, 1)] = Spread(0.1, 0.9)
    y: Annotated[Spread, between(0, 1)] = Spread(0, 0, 0.3, 1)
    cut: Annotated[Spread, between(0, 1)] = Spread(0.3)
    beside: Annotated[Spread, between(0, 0.5)] = Spread(0.02, 0.06, 0.12, 0.3)

    def draw(self, dice: Dice) -> tuple[EffectStep, ...]:
        """Draw shape, size and place."""
        aspect, spread = dice.weigh(self.aspect), dice.spread
        fill, x, y, cut = spread(self.fill), spread(self.x), spread(self.y), dice.chance(spread(self.cut))
        drawn = FrameDrawn(aspect, fill, x, y, cut, dice.fork("beside the print").spread(self.beside))
        return (EffectStep(self, drawn),)

    def apply(self, page: Page, drawn: FrameDrawn) -> Page:
        """Cut the frame out; what is not in it lies outside."""
        paper, whole = page.regions.page_quad, np.array(page.size[::-1])
        low, high = paper.min(axis=0), paper.max(axis=0)
        wide, tall = _ASPECTS[drawn.aspect]
        sides = np.array([1, tall / wide]) * (high[0] - low[0]) / drawn.fill
        ink = page.regions.content_quads.reshape(-1, 2).clip(0, whole)
        kept = len(ink) > 0 and not drawn.cut
        least = 0.0
        if len(ink):
            beside = max(1.0, drawn.beside * float(np.ptp(ink[:, 0])))
            needed = (np.ptp(ink, axis=0) + 2 * beside) / sides
            # Who cuts print off does so above or below, unless the paper fills more than the frame.
            least = max(needed) if kept else min(1.0, needed[0])
        sides *= max(least, min(1.0, *(whole / sides)))
        sides = np.minimum(np.ceil(sides), whole).clip(1)
        # At 0 it begins where the paper does, at 1 it ends where the paper does.
        first = low + (drawn.x, drawn.y) * (high - low - sides)
        if kept:
            last = ink.min(axis=0) - beside
            first = np.clip(first, np.minimum(ink.max(axis=0) - sides + beside, last), last)
        left, top = np.floor(first).clip(0, whole - sides).astype(int).tolist()
        width, height = sides.astype(int).tolist()
        return page.part((left, top, left + width, top + height))
