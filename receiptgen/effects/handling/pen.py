"""A pen's marks over the print."""

from typing import Annotated, NamedTuple

from receiptgen.config.records import Record
from receiptgen.core.dice import Dice
from receiptgen.core.distributions import Range, Spread, Weights, among, between, counts
from receiptgen.effects import EFFECTS, EffectStep
from receiptgen.effects.handling._blank_paper import body_height
from receiptgen.effects.handling._overlay import lay, tight
from receiptgen.effects.handling._scribble import SCRIBBLES
from receiptgen.effects.handling._strokes import by_hand, draw_strokes
from receiptgen.effects.handling._targets import draw_target
from receiptgen.imaging.colors import ColorWeights
from receiptgen.imaging.geometry import Projective
from receiptgen.imaging.noise import OFFSETS
from receiptgen.imaging.page import Page
from receiptgen.imaging.regions import Mark

_KINDS = {"underline": "line", "cross_out": "line"}


class PenDrawn(NamedTuple):
    """What is drawn; its width in dots, level and shake in dots; whether at a sum; and an offset in the noise."""

    kind: str
    width: float
    level: int
    shake: float
    at_sum: bool
    offset: int
    color: str = ""


@EFFECTS.register
class Pen(Record):
    """Ticks, rings, lines and signatures in pen over the print.

    Attributes:
        kinds: Which, with weights: ``tick``, ``circle``, ``underline``, ``cross_out``, ``signature``.
        count: Number of marks, 0 to 12.
        width: Width of the strokes in dots, 1 to 12.
        level: Level of the ink, 0 to 200.
        shake: Deviation of the hand in dots, 0 to 6.
        sums: Share of marks at a total or another sum, where there is one; the others are anywhere.
        colors: Colours of the ink, with weights; on pages in colour.
    """

    kinds: Annotated[Weights, among(*SCRIBBLES)] = Weights(
        tick=3.0, circle=3.0, underline=1.5, cross_out=0.7, signature=2.0
    )
    count: Annotated[Range, counts(0, 12)] = Range(1, 2)
    width: Annotated[Spread, between(1, 12)] = Spread(1.8, 2.6, 4.5)
    level: Annotated[Spread, between(0, 200)] = Spread(10, 40, 120)
    shake: Annotated[Spread, between(0, 6)] = Spread(0.3, 1.2)
    sums: Annotated[Spread, between(0, 1)] = Spread(0.55)
    colors: ColorWeights = Weights(pen_blue=5.0, black=3.0, red=1.0, pen_green=0.3)

    def draw(self, dice: Dice) -> tuple[EffectStep, ...]:
        """Draw the marks, a step each, by one pen."""
        width, level, shake = dice.spread(self.width), round(dice.spread(self.level)), dice.spread(self.shake)
        steps = []
        for _ in range(dice.count(self.count)):
            kind, at_sum = dice.weigh(self.kinds), dice.chance(dice.spread(self.sums))
            steps.append(EffectStep(self, PenDrawn(kind, width, level, shake, at_sum, dice.integer(0, OFFSETS))))
        return tuple(steps)

    def apply(self, page: Page, drawn: PenDrawn) -> Page:
        """Draw one mark; it hides what is under it."""
        dice = Dice(drawn.offset)
        body = body_height(page)
        curves = SCRIBBLES[drawn.kind](draw_target(page, body, drawn.at_sum, dice), body, dice)
        width = min(drawn.width, 0.25 * body)
        strokes = [by_hand(curve, width, drawn.shake, dice) for curve in curves]
        alpha, x, y = draw_strokes(strokes)
        alpha, left, top = tight(alpha)
        mark = Mark(_KINDS.get(drawn.kind, drawn.kind))
        return lay(page, alpha, Projective.translation(x + left, y + top), mark, drawn.level, drawn.color)
