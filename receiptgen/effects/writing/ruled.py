"""Paper with lines to write on."""

from typing import Annotated, NamedTuple

import numpy as np

from receiptgen.config.records import Record
from receiptgen.core.dice import Dice
from receiptgen.core.distributions import Range, Spread, Weights, among, between, counts
from receiptgen.effects import EFFECTS, EffectStep
from receiptgen.effects.writing._line import measures
from receiptgen.imaging.noise import OFFSETS
from receiptgen.imaging.page import Page
from receiptgen.imaging.regions import Mark


class RuledDrawn(NamedTuple):
    """Pattern, distance and drop in heights of a word, level, width in pixels; a seed for where squares begin."""

    pattern: str
    distance: float
    drop: float
    level: int
    width: int
    offset: int


@EFFECTS.register
class Ruled(Record):
    """Print the lines or squares of writing paper under what is written; a dotted or whole line to fill in.

    Pages of more than one line stay as they are.

    Attributes:
        pattern: Which, with weights: ``line`` under the text, ``dotted`` under it, ``lines`` all over the paper,
            ``squares``.
        distance: Distance of lines, in heights of the usual word, 0.3 to 6; squares are a third as wide.
        drop: How far the line lies below the foot of the letters, in the same heights, -0.3 to 1.
        level: Level of the lines, 0 black to 250.
        width: Their width in pixels, 1 to 8.
    """

    pattern: Annotated[Weights, among("line", "dotted", "lines", "squares")] = Weights(
        line=3.0, dotted=1.0, lines=3.0, squares=1.0
    )
    distance: Annotated[Spread, between(0.3, 6)] = Spread(1.3, 2.2)
    drop: Annotated[Spread, between(-0.3, 1)] = Spread(-0.1, 0.05, 0.3)
    level: Annotated[Spread, between(0, 250)] = Spread(60, 150, 220)
    width: Annotated[Range, counts(1, 8)] = Range(1, 2)

    def draw(self, dice: Dice) -> tuple[EffectStep, ...]:
        """Draw the pattern of the paper."""
        pattern, distance, drop = dice.weigh(self.pattern), dice.spread(self.distance), dice.spread(self.drop)
        level, width = round(dice.spread(self.level)), dice.count(self.width)
        return (EffectStep(self, RuledDrawn(pattern, distance, drop, level, width, dice.integer(0, OFFSETS))),)

    def apply(self, page: Page, drawn: RuledDrawn) -> Page:
        """Print the lines; the ink stays as dark as it was, and each line across is a mark."""
        line = measures(page)
        if line is None:
            return page
        height, width = page.size
        image, regions = page.image.copy(), page.regions
        first, distance = round(line.baseline + drawn.drop * line.body), max(3, round(drawn.distance * line.body))
        if drawn.pattern == "squares":
            distance = max(3, distance // 3)
            for x in range(drawn.offset % distance, width, distance):
                part = image[:, x : x + drawn.width]
                np.minimum(part, drawn.level, out=part)
        # As many columns of ink as of paper, where the line is dotted.
        dots = np.arange(width) // (2 * drawn.width) % 2 == 0 if drawn.pattern == "dotted" else np.True_
        alone = drawn.pattern in {"line", "dotted"}
        for y in [first] if alone else range(first % distance, height, distance):
            if not 0 <= y < height:
                continue
            part = image[y : y + drawn.width]
            np.minimum(part, drawn.level, out=part, where=dots)
            quad = np.array([[0, y], [width, y], [width, y + len(part)], [0, y + len(part)]], np.float64)
            regions = regions.marked(Mark("rule"), quad)
        return Page(image, regions, page.maps, page.cover)
