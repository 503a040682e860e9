"""A staple, or the marks it left."""

from typing import Annotated, NamedTuple

import cv2
import numpy as np

from receiptgen.config.records import Record
from receiptgen.core.dice import Dice
from receiptgen.core.distributions import Spread, between
from receiptgen.effects import EFFECTS, EffectStep
from receiptgen.effects.handling._overlay import lay, turned
from receiptgen.imaging.geometry import Pixels
from receiptgen.imaging.noise import OFFSETS, curve
from receiptgen.imaging.page import Page
from receiptgen.imaging.regions import Mark


class StapleDrawn(NamedTuple):
    """Centre in shares of the page; dots of length and width; degrees; whether the wire is still there; and noise."""

    x: float
    y: float
    length: float
    width: float
    degrees: float
    wire: bool
    offset: int


@EFFECTS.register
class Staple(Record):
    """A bar of wire, bright and dark, with its shadow and the two holes it goes through; or just the holes.

    Attributes:
        length: Length of the bar in dots, 10 to 300; office staples are 64 to 96.
        width: Width of the wire in dots, 1 to 12.
        degrees: Turn, counter-clockwise, -180 to 180.
        wire: Share of staples that are still there; the others have left two holes, 0 to 1.
        y: Position on the page, as a share of its height, 0 to 1; mostly near the top.
    """

    length: Annotated[Spread, between(10, 300)] = Spread(64, 80, 96)
    width: Annotated[Spread, between(1, 12)] = Spread(3, 5)
    degrees: Annotated[Spread, between(-180, 180)] = Spread(-45, -10, 5, 50)
    wire: Annotated[Spread, between(0, 1)] = Spread(0.6)
    y: Annotated[Spread, between(0, 1)] = Spread(0.01, 0.05, 0.12)

    def draw(self, dice: Dice) -> tuple[EffectStep, ...]:
        """Draw where it is and how it lies."""
        x, y = round(dice.uniform(0.08, 0.92), 4), dice.spread(self.y)
        length, width, degrees = dice.spread(self.length), dice.spread(self.width), dice.spread(self.degrees)
        wire = dice.chance(dice.spread(self.wire))
        return (EffectStep(self, StapleDrawn(x, y, length, width, degrees, wire, dice.integer(0, OFFSETS))),)

    def apply(self, page: Page, drawn: StapleDrawn) -> Page:
        """Staple the page: wire and holes hide what is under them, the shadow half of it."""
        height, width = page.size
        alpha, level = _patch(drawn)
        y = max(drawn.y * height, min(height / 2, 2.0 * drawn.width))
        move = turned((alpha.shape[0], alpha.shape[1]), (drawn.x * width, y), drawn.degrees)
        return lay(page, alpha, move, Mark("staple"), level)


def _patch(drawn: StapleDrawn) -> tuple[Pixels, Pixels]:
    """Draw the staple lying straight: how far it hides the paper, and its levels."""
    wide, long = max(1, round(drawn.width)), round(drawn.length)
    rows, columns = 3 * wide + 2, long + 2 * wide
    alpha, level = np.zeros((rows, columns), np.uint8), np.full((rows, columns), 40, np.uint8)
    middle, ends = rows // 2, (wide, columns - 1 - wide)
    if drawn.wire:
        # The shadow is below, soft; then the wire, round, with a gleam along it that comes and goes.
        cv2.line(alpha, (ends[0], middle + wide // 2 + 1), (ends[1], middle + wide // 2 + 1), (120.0,), wide)
        alpha = np.asarray(cv2.blur(alpha, (3, 3)), np.uint8)
        arch = np.sqrt(np.clip(1 - np.linspace(-0.95, 0.95, wide) ** 2, 0, 1))[:, None]
        gleam = 150 + 60 * curve(columns, max(2.0, long / 4), drawn.offset)
        top = middle - wide // 2
        level[top : top + wide] = np.clip(35 + gleam * arch**2, 0, 255).astype(np.uint8)
        alpha[top : top + wide, ends[0] - wide // 2 : ends[1] + wide // 2 + 1] = 255
    for end in ends:
        cv2.circle(alpha, (end, middle), max(1, round(0.55 * wide)), (255.0 if drawn.wire else 230.0,), -1, cv2.LINE_AA)
        cv2.circle(level, (end, middle), max(1, round(0.55 * wide)), (30.0,), -1)
    x, y, across, down = cv2.boundingRect(alpha)
    return alpha[y : y + down, x : x + across], level[y : y + down, x : x + across]
