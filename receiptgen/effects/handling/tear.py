"""A part of the paper that was torn off."""

from typing import Annotated, NamedTuple

import numpy as np
from numpy.typing import NDArray

from receiptgen.config.records import Record
from receiptgen.core.dice import Dice
from receiptgen.core.distributions import Spread, Weights, among, between
from receiptgen.effects import EFFECTS, EffectStep, draw_record
from receiptgen.effects._ink import over_channels
from receiptgen.effects.handling._blank_paper import cramped
from receiptgen.effects.handling._folds import Line
from receiptgen.imaging.noise import curve
from receiptgen.imaging.page import Page

# Dots of bare fibres along the edge, and over which the shadow of the paper fades.
_FIBRES, _SHADOW = 4.0, 3.0
# Share of the light that the shadow takes.
_DEPTH = 0.35


class TearDrawn(NamedTuple):
    """Side that is gone, share of the paper that is left, degrees, dots of raggedness, level beyond, noise offset."""

    sides: str
    left: float
    degrees: float
    ragged: float
    level: int
    offset: int


@EFFECTS.register
class Tear(Record):
    """A part of the page is torn off, with what was printed there: its values are not printed any more.

    Pages as small as one line of print stay as they are.

    Attributes:
        sides: Side that is torn off, with weights: ``foot``, ``head``.
        left: Share of the page's height that is left, measured in its middle, 0.1 to 1.
        degrees: Turn of the tear from straight across, -75 to 75; a steep one takes a corner.
        ragged: Dots by which it strays from a line, 0 to 80.
        level: Level of what is seen beyond it, 0 to 255.
    """

    sides: Annotated[Weights, among("foot", "head")] = Weights(foot=3.0, head=1.0)
    left: Annotated[Spread, between(0.1, 1)] = Spread(0.6, 0.85, 0.95)
    degrees: Annotated[Spread, between(-75, 75)] = Spread(-25, 0, 25)
    ragged: Annotated[Spread, between(0, 80)] = Spread(4, 12, 30)
    level: Annotated[Spread, between(0, 255)] = Spread(255)

    def draw(self, dice: Dice) -> tuple[EffectStep, ...]:
        """Draw where the tear runs."""
        return (EffectStep(self, draw_record(TearDrawn, self, dice)),)

    def apply(self, page: Page, drawn: TearDrawn) -> Page:
        """Take the paper beyond the tear; the image ends where the paper does."""
        if cramped(page):
            return page
        height, width = page.size
        turned = drawn.sides == "head"
        edge = _edge(drawn, (height, width))
        # Pixels from the tear, above 0 on the paper.
        away = edge - (np.arange(height, dtype=np.float32)[:, None] + np.float32(0.5))
        away = -away if turned else away
        beyond = np.asarray(255 * np.clip(0.5 - away, 0, 1), np.uint8)
        torn = page.torn(_image(page.image, away, drawn.level), beyond)
        ends = [int(edge.min()) - 1, height] if turned else [0, int(edge.max()) + 2]
        first, last = max(0, min(ends[0], height - 1)), min(height, max(ends[1], 1))
        return torn.window((0, first, width, last))


def _edge(drawn: TearDrawn, size: tuple[int, int]) -> NDArray[np.float32]:
    """Return the row of the tear in each column, with fractions."""
    width = size[1]
    at = 1 - drawn.left if drawn.sides == "head" else drawn.left
    slow = curve(width, max(8.0, width / 6), drawn.offset)
    fine = curve(width, 9.0, drawn.offset + 1)
    teeth = curve(width, 2.0, drawn.offset + 2)
    stray = np.float32(drawn.ragged) * (0.5 * slow + 0.12 * fine) + np.float32(min(1.5, drawn.ragged)) * 0.5 * teeth
    return np.asarray(Line(False, at, drawn.degrees, 0, drawn.offset).heights(size) + stray, np.float32)


def _image(image: NDArray[np.uint8], away: NDArray[np.float32], level: int) -> NDArray[np.uint8]:
    """Return the pixels of what is left, with the fibres of its edge, and of what is seen beyond."""
    away = over_channels(away, image)
    fibres = np.clip(1 - away / np.float32(_FIBRES), 0, 1) * (away > 0)
    paper = image + (255 - image.astype(np.float32)) * fibres
    shadow = level * (1 - np.float32(_DEPTH) * np.exp(np.minimum(away, 0) / np.float32(_SHADOW)))
    share = np.clip(away + np.float32(0.5), 0, 1)
    return np.asarray(np.rint(shadow + (paper - shadow) * share), np.uint8)
