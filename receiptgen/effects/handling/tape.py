"""Sticky tape."""

from typing import Annotated, NamedTuple

import numpy as np

from receiptgen.config.records import Record
from receiptgen.core.dice import Dice
from receiptgen.core.distributions import Spread, Weights, among, between
from receiptgen.effects import EFFECTS, EffectStep
from receiptgen.effects.handling._overlay import lay, turned
from receiptgen.imaging.colors import ColorWeights
from receiptgen.imaging.geometry import Pixels
from receiptgen.imaging.noise import OFFSETS, curve, field, grain
from receiptgen.imaging.page import Page
from receiptgen.imaging.regions import Mark

_EDGE = 2  # dots: where the tape's border catches dust and light


class TapeDrawn(NamedTuple):
    """How it lies; its middle in shares of the page; dots wide, share of the page long; degrees, haze, level, noise."""

    lies: str
    x: float
    y: float
    width: float
    length: float
    degrees: float
    haze: float
    level: int
    offset: int
    color: str = ""


@EFFECTS.register
class Tape(Record):
    """A translucent strip with visible edges and soft glossy streaks along it.

    Attributes:
        lies: How, with weights: ``across`` the page, ``along`` it.
        width: Width in dots, 8 to 500; common rolls have 96, 120 or 152.
        length: Length as a share of the page's width, or height where it lies along, 0.05 to 2.
        degrees: Turn from straight, -90 to 90.
        haze: Share by which it hides what is under it, 0.02 to 0.6.
        level: Level of its haze, 100 to 255.
        colors: Colours of the tape, with weights; on pages in colour.
    """

    lies: Annotated[Weights, among("across", "along")] = Weights(across=3.0, along=1.0)
    width: Annotated[Spread, between(8, 500)] = Spread(90, 120, 155)
    length: Annotated[Spread, between(0.05, 2)] = Spread(0.2, 0.5, 1.3)
    degrees: Annotated[Spread, between(-90, 90)] = Spread(-12, -1, 1, 12)
    haze: Annotated[Spread, between(0.02, 0.6)] = Spread(0.08, 0.16, 0.25)
    level: Annotated[Spread, between(100, 255)] = Spread(170, 215)
    colors: ColorWeights = Weights(tape=3.0, white=2.0, yellowed=1.0)

    def draw(self, dice: Dice) -> tuple[EffectStep, ...]:
        """Draw where it sticks."""
        drawn = TapeDrawn(
            dice.weigh(self.lies),
            round(dice.uniform(0.1, 0.9), 4),
            round(dice.uniform(0.1, 0.9), 4),
            dice.spread(self.width),
            dice.spread(self.length),
            dice.spread(self.degrees),
            dice.spread(self.haze),
            round(dice.spread(self.level)),
            dice.integer(0, OFFSETS),
        )
        return (EffectStep(self, drawn),)

    def apply(self, page: Page, drawn: TapeDrawn) -> Page:
        """Stick it over the print, which shows through paler."""
        height, width = page.size
        along = drawn.lies == "along"
        length = max(8, round(drawn.length * (height if along else width)))
        alpha, level = _strip(max(8, round(drawn.width)), length, drawn)
        x, y = drawn.x * width, drawn.y * height
        move = turned((alpha.shape[0], alpha.shape[1]), (x, y), drawn.degrees + (90 if along else 0))
        return lay(page, alpha, move, Mark("tape"), level, drawn.color)


def _strip(wide: int, long: int, drawn: TapeDrawn) -> tuple[Pixels, Pixels]:
    """Draw the strip lying straight: how far it hides the paper, and its levels."""
    haze = np.full((wide, long), 255 * drawn.haze, np.float32)
    streaks = 18 * curve(wide, 7, drawn.offset)[:, None] + 12 * field((wide, long), max(20.0, wide / 3), drawn.offset)
    level = np.float32(drawn.level) + streaks
    gloss = np.exp(-(((np.arange(wide, dtype=np.float32) / wide - 0.35) / 0.13) ** 2))[:, None]
    level += 40 * gloss * np.clip(0.6 + curve(long, max(10.0, long / 3), drawn.offset + 1), 0, 1)
    # Air bubbles and dust stick to the edges, which are darker.
    for border in (slice(0, _EDGE), slice(wide - _EDGE, wide)):
        haze[border] += 45 + 0.5 * np.abs(grain((_EDGE, long), drawn.offset).astype(np.float32))
        level[border] -= 70
    teeth = np.abs((np.arange(wide) % 8) - 4)[:, None]
    near = np.minimum(np.arange(long), np.arange(long)[::-1])
    haze = np.where(near < teeth, 0, haze)
    haze = np.where((near >= teeth) & (near < teeth + 2), haze + 40, haze)
    return np.clip(haze, 0, 255).astype(np.uint8), np.clip(level, 0, 255).astype(np.uint8)
