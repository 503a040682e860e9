"""Punched holes."""

from typing import Annotated, NamedTuple

import numpy as np
from numpy.typing import NDArray

from receiptgen.config.records import Record
from receiptgen.core.dice import Dice
from receiptgen.core.distributions import Range, Spread, Weights, among, between, counts
from receiptgen.effects import EFFECTS, EffectStep
from receiptgen.effects.handling._blank_paper import cramped
from receiptgen.effects.handling._overlay import lay
from receiptgen.imaging.geometry import Pixels, Projective
from receiptgen.imaging.noise import OFFSETS
from receiptgen.imaging.page import Page
from receiptgen.imaging.regions import Mark

_APART = 640.0  # dots between two holes: ISO 838, 80 mm


class PunchDrawn(NamedTuple):
    """Edge, number of holes, dots of radius and from the edge, position along it as a share, level, noise offset."""

    edge: str
    holes: int
    radius: float
    inset: float
    at: float
    level: int
    offset: int


@EFFECTS.register
class Punch(Record):
    """Round holes near the left edge or the top, through which what lies below is seen.

    Pages as small as one line of print stay as they are.

    Attributes:
        edges: Edge of the page, with weights: ``left``, ``top``.
        count: Number of holes, 80 mm apart; those beyond the page are left out; 1 to 4.
        radius: Radius in dots, 4 to 60; an office punch makes 20 to 24.
        inset: Distance from the edge to a hole's centre in dots, 0 to 300.
        level: Level of what lies below, 0 to 255.
    """

    edges: Annotated[Weights, among("left", "top")] = Weights(left=2.0, top=1.0)
    count: Annotated[Range, counts(1, 4)] = Range(1, 2)
    radius: Annotated[Spread, between(4, 60)] = Spread(19, 24)
    inset: Annotated[Spread, between(0, 300)] = Spread(15, 60, 100)
    level: Annotated[Spread, between(0, 255)] = Spread(0, 20, 200, 255, 255)

    def draw(self, dice: Dice) -> tuple[EffectStep, ...]:
        """Draw where the holes are."""
        edge, count = dice.weigh(self.edges), dice.count(self.count)
        radius, inset = dice.spread(self.radius), dice.spread(self.inset)
        at, level = round(dice.uniform(0.2, 0.8), 4), round(dice.spread(self.level))
        return (EffectStep(self, PunchDrawn(edge, count, radius, inset, at, level, dice.integer(0, OFFSETS))),)

    def apply(self, page: Page, drawn: PunchDrawn) -> Page:
        """Punch the page: the holes hide all that was there."""
        if cramped(page):
            return page
        height, width = page.size
        dice = Dice(drawn.offset)
        alpha, level = _hole(drawn.radius, drawn.level, dice)
        length = height if drawn.edge == "left" else width
        first = drawn.at * length - (drawn.holes - 1) * _APART / 2
        for number in range(drawn.holes):
            along = first + number * _APART
            if drawn.holes > 1 and not 0 < along < length:
                continue
            x, y = (drawn.inset, along) if drawn.edge == "left" else (along, drawn.inset)
            move = Projective.translation(round(x - alpha.shape[1] / 2), round(y - alpha.shape[0] / 2))
            page = lay(page, alpha, move, Mark("hole"), level)
        return page


def _hole(radius: float, below: int, dice: Dice) -> tuple[Pixels, Pixels]:
    """Return a disc and what is seen through it: paper's thickness throws a shadow on what is lighter than black."""
    side = 2 * int(np.ceil(radius)) + 1
    at = np.arange(side, dtype=np.float32) - side // 2

    def disc(x: float, y: float, size: float, soft: float) -> NDArray[np.float32]:
        away = np.sqrt((at[None] - x) ** 2 + (at[:, None] - y) ** 2)
        return np.asarray(np.clip((size - away) / soft + 0.5, 0, 1), np.float32)

    shift = radius * dice.uniform(0.05, 0.12)
    angle = dice.uniform(0, 2 * np.pi)
    lit = disc(shift * float(np.cos(angle)), shift * float(np.sin(angle)), radius, 0.12 * radius)
    level = below * (0.6 + 0.4 * lit)
    return np.rint(255 * disc(0, 0, radius, 1)).astype(np.uint8), np.rint(level).astype(np.uint8)
