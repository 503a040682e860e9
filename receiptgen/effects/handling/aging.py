"""The paper's own tone."""

from typing import Annotated, NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from receiptgen.config.records import Record
from receiptgen.core.dice import Dice
from receiptgen.core.distributions import Spread, Weights, between
from receiptgen.effects import EFFECTS, EffectStep, draw_record
from receiptgen.effects._ink import over_channels, tinted
from receiptgen.imaging.colors import ColorWeights
from receiptgen.imaging.noise import curve, field
from receiptgen.imaging.page import Page

_STEP = 8  # dots between the points where the tone is worked out


class AgingDrawn(NamedTuple):
    """Level of white paper; levels taken by bands, blotches and edges; share of the width; noise offset."""

    level: float
    bands: float
    blotches: float
    edges: float
    rim: float
    offset: int
    color: str = ""


@EFFECTS.register
class Aging(Record):
    """Paper that is no longer white: an even tone, soft bands across the feed, blotches, darkened edges.

    Attributes:
        level: Level that white becomes, 120 to 255; ink darkens by the same share, so it stays darker than its paper.
        bands: Levels by which soft bands, one above the other, stray from the tone, 0 to 60.
        blotches: The same for soft blotches.
        edges: Levels by which the paper is darker at its edges, 0 to 200.
        rim: Depth of the dark edge, 0.005 to 0.5 of the page's shorter side.
        colors: Colours that the paper turns to, with weights; on pages in colour.
    """

    level: Annotated[Spread, between(120, 255)] = Spread(200, 230, 244, 252, 255)
    bands: Annotated[Spread, between(0, 60)] = Spread(0, 2, 8)
    blotches: Annotated[Spread, between(0, 60)] = Spread(0, 2, 7)
    edges: Annotated[Spread, between(0, 200)] = Spread(0, 0, 10, 50)
    rim: Annotated[Spread, between(0.005, 0.5)] = Spread(0.01, 0.08)
    colors: ColorWeights = Weights(grey=3.0, cream=3.0, yellowed=2.0)

    def draw(self, dice: Dice) -> tuple[EffectStep, ...]:
        """Draw the tone and an offset in the noise."""
        return (EffectStep(self, draw_record(AgingDrawn, self, dice)),)

    def apply(self, page: Page, drawn: AgingDrawn) -> Page:
        """Multiply every pixel by the paper's tone; regions stay."""
        height, width = page.size
        rows, columns = height // _STEP + 2, width // _STEP + 2
        # A band and a blotch are some 100 dots across; what cannot be told from an even tone is not worked out.
        tone = np.full((rows, columns), drawn.level, np.float32)
        if drawn.bands >= 0.5:
            tone += drawn.bands * curve(rows, 10, drawn.offset)[:, None]
        if drawn.blotches >= 0.5:
            tone += drawn.blotches * 1.4 * field((rows, columns), 14, drawn.offset)
        if drawn.edges >= 0.5:
            tone -= drawn.edges * _edges((rows, columns), drawn.rim * min(height, width) / _STEP, drawn.offset)
        factor = cv2.resize(_whole(tone), (width, height), interpolation=cv2.INTER_LINEAR)
        tone = over_channels(tinted(np.asarray(factor, np.uint8), drawn.color), page.image)
        return page.with_image(np.asarray(cv2.multiply(page.image, tone, scale=1 / 255), np.uint8))


def _whole(tone: NDArray[np.float32]) -> NDArray[np.uint8]:
    """Round to levels, cut off at both ends."""
    return np.asarray(cv2.addWeighted(tone, 1, tone, 0, 0, dtype=cv2.CV_8U), np.uint8)


def _edges(shape: tuple[int, int], rim: float, offset: int) -> NDArray[np.float32]:
    """Return 1 at the edges falling to 0 within about a rim, here more and there less."""
    rows, columns = shape
    down = np.arange(rows, dtype=np.float32)
    across = np.arange(columns, dtype=np.float32)
    near = np.minimum(np.minimum(down, down[::-1])[:, None], np.minimum(across, across[::-1]))
    uneven = np.maximum(0.25, 1 + 0.8 * field(shape, 9, offset + 1))
    return np.asarray(np.exp(near / (-rim * uneven)), np.float32)
