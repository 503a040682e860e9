"""Folds: the paper was folded flat and opened again."""

from typing import Annotated, NamedTuple

import numpy as np
from numpy.typing import NDArray

from receiptgen.config.records import Record
from receiptgen.core.dice import Dice
from receiptgen.core.distributions import Spread, between
from receiptgen.effects import EFFECTS, EffectStep
from receiptgen.effects._ink import light
from receiptgen.effects.handling._blank_paper import bare_paper, paper_level
from receiptgen.effects.handling._folds import Line, crack, ridge
from receiptgen.imaging.mesh import Mesh
from receiptgen.imaging.noise import OFFSETS
from receiptgen.imaging.page import Page

# Largest shift as a share of the reach: neighbouring shifts of the mesh then differ by less than 0.3 of its step.
_STEEPEST = 0.15


class FoldDrawn(NamedTuple):
    """Whether along the feed; middle as a share of the page; degrees; shade; dots of reach, shift; ink lost; noise."""

    along: bool
    at: float
    degrees: float
    shade: float
    reach: float
    shift: float
    lost: float
    offset: int


@EFFECTS.register
class Fold(Record):
    """A fold across or along the page: one side catches light, the other is in shade, and print bends towards it.

    Attributes:
        along: Share of folds that run along the feed rather than across it, 0 to 1.
        at: Where, as a share of the page's height or width, 0 to 1.
        degrees: Turn from straight, -30 to 30.
        shade: Share of the light that changes at the fold, -0.6 to 0.6; above 0 the side after it is darker.
        reach: Dots over which the shade decays to a third, 2 to 300.
        shift: Dots by which print moves across the fold at most, 0 to 12, and no more than 0.15 of the reach.
        lost: Share of the ink lost on the fold, 0 to 1.
    """

    along: Annotated[Spread, between(0, 1)] = Spread(0.35)
    at: Annotated[Spread, between(0, 1)] = Spread(0.2, 0.5, 0.8)
    degrees: Annotated[Spread, between(-30, 30)] = Spread(-3, 0, 3)
    shade: Annotated[Spread, between(-0.6, 0.6)] = Spread(-0.18, -0.06, 0.06, 0.18)
    reach: Annotated[Spread, between(2, 300)] = Spread(12, 30, 70)
    shift: Annotated[Spread, between(0, 12)] = Spread(0.3, 1, 2.5)
    lost: Annotated[Spread, between(0, 1)] = Spread(0, 0.7)

    def draw(self, dice: Dice) -> tuple[EffectStep, ...]:
        """Draw where it runs and how strong it is."""
        drawn = FoldDrawn(
            dice.chance(dice.spread(self.along)),
            dice.spread(self.at),
            dice.spread(self.degrees),
            dice.spread(self.shade),
            dice.spread(self.reach),
            dice.spread(self.shift),
            dice.spread(self.lost),
            dice.integer(0, OFFSETS),
        )
        return (EffectStep(self, drawn),)

    def apply(self, page: Page, drawn: FoldDrawn) -> Page:
        """Bend pixels and quads by one mesh, then change the light."""
        line = Line(drawn.along, drawn.at, drawn.degrees, 0.5, drawn.offset)
        if drawn.shift > 0:
            page = page.warped(_bend(page, drawn), page.size, paper_level(page))
        paper = bare_paper(page)
        reach, shade = np.float32(drawn.reach), np.float32(drawn.shade)

        def change(strip: NDArray[np.uint8], distance: NDArray[np.float32]) -> NDArray[np.uint8]:
            away = np.abs(distance)
            # From one side to the other within about two dots.
            side = distance / (away + np.float32(0.7))
            return light(strip, 1 - shade * side * np.exp(away / -reach))

        def fibres(strip: NDArray[np.uint8], distance: NDArray[np.float32]) -> NDArray[np.uint8]:
            return ridge(crack(strip, distance, 1.3, drawn.lost, drawn.offset, paper), distance, 1.0, drawn.shade)

        image = line.change(page.image, 3.5 * drawn.reach, change)
        return page.with_image(line.change(image, 5, fibres))


def _bend(page: Page, drawn: FoldDrawn) -> Mesh:
    """Return the mesh that draws print towards the fold, or pushes it away."""
    height, width = page.size
    step = round(max(2.0, drawn.reach / 3, max(height, width) / 250))
    x, y = Mesh.lattice((height, width), step)
    along, across, span, length = (y, x, width, height) if drawn.along else (x, y, height, width)
    away = (across - drawn.at * span - np.tan(np.deg2rad(drawn.degrees)) * (along - length / 2)) / drawn.reach
    most = min(drawn.shift, _STEEPEST * drawn.reach, _STEEPEST * step * 3) * (1 if drawn.shade > 0 else -1)
    shifts = 1.65 * most * away * np.exp(-0.5 * away**2)
    still = np.zeros_like(shifts)
    return Mesh(np.stack([shifts, still] if drawn.along else [still, shifts], axis=2), step)
