"""The frame of a camera."""

from typing import Annotated, NamedTuple

from receiptgen.config.records import Record
from receiptgen.core.dice import Dice
from receiptgen.core.distributions import Spread, Weights, among, between
from receiptgen.effects import EFFECTS, EffectStep, draw_record
from receiptgen.imaging.page import Page

# Width and height of what sensors and programs for photographs have.
_ASPECTS = {"9:16": (9, 16), "2:3": (2, 3), "3:4": (3, 4), "1:1": (1, 1), "4:3": (4, 3), "3:2": (3, 2)}


class FrameDrawn(NamedTuple):
    """Shape of the frame, share of its width that the paper takes, and its place as shares of what is beyond it."""

    aspect: str
    fill: float
    x: float
    y: float


@EFFECTS.register
class Frame(Record):
    """A camera's frame: as wide as the paper asks for, and of some shape, so that long receipts are cut by it.

    Comes after ``ground``, ``perspective`` and ``grip``, and before ``resample``. What lies outside is not printed.
    Where the page has less ground than the frame, the frame ends with the page.

    Attributes:
        aspect: Width to height, by weight: 9:16, 2:3, 3:4, 1:1, 4:3 or 3:2.
        fill: Width of the paper as a share of the frame's, 0.2 to 1.3; above 1 its sides are cut.
        x: Where the frame is from side to side, 0 at the paper's left end to 1 at its right end.
        y: Where it is from head to foot, likewise.
    """

    aspect: Annotated[Weights, among(*_ASPECTS)] = Weights(
        {"3:4": 6.0, "2:3": 1.0, "9:16": 1.5, "1:1": 1.0, "4:3": 0.5, "3:2": 0.2}
    )
    fill: Annotated[Spread, between(0.2, 1.3)] = Spread(0.5, 0.75, 0.9, 1)
    x: Annotated[Spread, between(0, 1)] = Spread(0.1, 0.9)
    y: Annotated[Spread, between(0, 1)] = Spread(0, 0, 0.3, 1)

    def draw(self, dice: Dice) -> tuple[EffectStep, ...]:
        """Draw shape, size and place."""
        return (EffectStep(self, draw_record(FrameDrawn, self, dice)),)

    def apply(self, page: Page, drawn: FrameDrawn) -> Page:
        """Cut the frame out; what is not in it lies outside."""
        low, high = page.regions.page_quad.min(axis=0), page.regions.page_quad.max(axis=0)
        wide, tall = _ASPECTS[drawn.aspect]
        width = float(high[0] - low[0]) / drawn.fill
        sides = []
        for axis, (side, place) in enumerate(((width, drawn.x), (width * tall / wide, drawn.y))):
            whole = page.size[1 - axis]
            length = max(1, min(whole, round(side)))
            # At 0 it begins where the paper does, at 1 it ends where the paper does.
            start = low[axis] + place * (high[axis] - low[axis] - length)
            first = min(max(0, round(float(start))), whole - length)
            sides.append((first, first + length))
        (left, right), (top, bottom) = sides
        return page.part((left, top, right, bottom))
