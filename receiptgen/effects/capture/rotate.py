"""A turn in the plane."""

from typing import Annotated, NamedTuple

from receiptgen.config.records import Record
from receiptgen.core.dice import Dice
from receiptgen.core.distributions import Spread, between
from receiptgen.effects import EFFECTS, EffectStep, draw_record
from receiptgen.effects.handling._blank_paper import beyond_edge
from receiptgen.imaging.geometry import Projective
from receiptgen.imaging.page import Page


class RotateDrawn(NamedTuple):
    """Angle in degrees, counter-clockwise, and the level of the ground."""

    degrees: float
    ground: int


@EFFECTS.register
class Rotate(Record):
    """Turn the page on a ground that grows to hold all of it.

    Attributes:
        degrees: Angle, counter-clockwise as seen; real scans stay within 2.
        ground: Level of what comes into sight at the corners, 0 black to 255 white.
    """

    degrees: Annotated[Spread, between(-360, 360)] = Spread(-2.0, 2.0)
    ground: Annotated[Spread, between(0, 255)] = Spread(255)

    def draw(self, dice: Dice) -> tuple[EffectStep, ...]:
        """Draw the angle."""
        return (EffectStep(self, draw_record(RotateDrawn, self, dice)),)

    def apply(self, page: Page, drawn: RotateDrawn) -> Page:
        """Turn pixels and quads by one map."""
        if drawn.degrees == 0:
            return page
        turn, size = Projective.rotation(drawn.degrees, page.size)
        return page.warped(turn, size, beyond_edge(page, drawn.ground))
