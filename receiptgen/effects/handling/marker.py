"""A highlighter's bands over the print."""

from typing import Annotated, NamedTuple

import numpy as np

from receiptgen.config.records import Record
from receiptgen.core.dice import Dice
from receiptgen.core.distributions import Range, Spread, Weights, between, counts
from receiptgen.effects import EFFECTS, EffectStep
from receiptgen.effects.handling._blank_paper import body_height
from receiptgen.effects.handling._overlay import lay, tight, turned
from receiptgen.effects.handling._targets import draw_target
from receiptgen.imaging.colors import ColorWeights, color_of, level_of
from receiptgen.imaging.geometry import Pixels
from receiptgen.imaging.noise import OFFSETS, curve
from receiptgen.imaging.page import Page
from receiptgen.imaging.regions import Mark

# Level of a band's ink on a grey page: yellow, as most markers are, is nearly white to a grey scanner.
_GREY = 224
# Share of the ink that a band has away from its ends, where the pen was set down and taken off.
_EVEN = 0.8


class MarkerDrawn(NamedTuple):
    """Height in body heights, share of the ink's darkness, degrees, whether at a sum, noise offset, and colour."""

    height: float
    strength: float
    degrees: float
    at_sum: bool
    offset: int
    color: str = ""


@EFFECTS.register
class Marker(Record):
    """Translucent bands of a highlighter over single texts, which stay as easy to read; pale on a grey page.

    Attributes:
        count: Number of bands, 0 to 12.
        height: Height of a band in heights of the page's usual words, 0.4 to 4.
        strength: Share of the ink's darkness, 0.1 to 1.
        degrees: Turn, counter-clockwise, -20 to 20.
        sums: Share of bands at a total or another sum, where there is one; the others are anywhere.
        colors: Colours of the ink, with weights; on pages in colour.
    """

    count: Annotated[Range, counts(0, 12)] = Range(1, 2)
    height: Annotated[Spread, between(0.4, 4)] = Spread(1.0, 1.3, 1.7)
    strength: Annotated[Spread, between(0.1, 1)] = Spread(0.5, 0.75, 1)
    degrees: Annotated[Spread, between(-20, 20)] = Spread(-2, -0.5, 0.5, 2)
    sums: Annotated[Spread, between(0, 1)] = Spread(0.55)
    colors: ColorWeights = Weights(marker_yellow=6.0, marker_green=2.0, marker_pink=1.5, marker_orange=1.0)

    def draw(self, dice: Dice) -> tuple[EffectStep, ...]:
        """Draw the bands, a step each, by one pen."""
        height, strength = dice.spread(self.height), dice.spread(self.strength)
        steps = []
        for _ in range(dice.count(self.count)):
            degrees, at_sum = dice.spread(self.degrees), dice.chance(dice.spread(self.sums))
            steps.append(EffectStep(self, MarkerDrawn(height, strength, degrees, at_sum, dice.integer(0, OFFSETS))))
        return tuple(steps)

    def apply(self, page: Page, drawn: MarkerDrawn) -> Page:
        """Draw one band, which hides nothing."""
        dice, body = Dice(drawn.offset), body_height(page)
        x0, y0, x1, y1 = draw_target(page, body, drawn.at_sum, dice)
        long = x1 - x0 + body * dice.uniform(0.1, 0.9)
        alpha, _, _ = tight(_band(max(3, round(drawn.height * body)), max(4, round(long)), drawn))
        x, y = (x0 + x1) / 2 + body * dice.uniform(-0.2, 0.2), (y0 + y1) / 2 + body * dice.uniform(-0.2, 0.2)
        move = turned((alpha.shape[0], alpha.shape[1]), (x, y), drawn.degrees)
        level = level_of(color_of(drawn.color)) if drawn.color else _GREY
        return lay(page, alpha, move, Mark("marker"), level, drawn.color, soaks=True, hides=False)


def _band(high: int, long: int, drawn: MarkerDrawn) -> Pixels:
    """Draw a band lying straight: how far its ink covers the paper, streaked along, with more of it at the ends."""
    rows, offset = np.arange(high, dtype=np.float32)[:, None] + np.float32(0.5), drawn.offset
    wander = np.float32(0.03 * high)
    upper = np.abs(curve(long, max(2.0, 0.8 * high), offset)) * wander
    lower = high - np.abs(curve(long, max(2.0, 0.8 * high), offset + 1)) * wander
    inside = np.clip(np.minimum(rows - upper, lower - rows), 0, 1)
    away = np.minimum(np.arange(long), np.arange(long)[::-1]).astype(np.float32)
    ends = np.clip(away + np.float32(0.5), 0, 1) * (_EVEN + (1 - _EVEN) * np.exp(away * np.float32(-4 / high)))
    streaks = 1 + 0.12 * np.clip(curve(high, max(1.0, high / 8), offset + 2), -1, 1)[:, None]
    return np.asarray(np.clip(255 * drawn.strength * inside * ends * streaks, 0, 255).astype(np.uint8))
