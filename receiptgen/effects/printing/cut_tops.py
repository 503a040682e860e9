"""Lines whose letters have lost their upper part."""

from typing import Annotated, NamedTuple

import numpy as np
from numpy.typing import NDArray

from receiptgen.config.records import Record
from receiptgen.core.dice import Dice
from receiptgen.core.distributions import Share, Spread, between
from receiptgen.effects import EFFECTS, EffectStep, draw_record
from receiptgen.effects._ink import keep_ink
from receiptgen.effects.printing._print import box_of, wave
from receiptgen.imaging.noise import OFFSETS
from receiptgen.imaging.page import Page

# Dots over which ink comes back below the cut, and from one depth of it to the next along the line.
_SOFT, _SCALE = 1.5, 30


class CutTopsDrawn(NamedTuple):
    """Share of lines, depth as a share of their height, share of ink left there, and a seed for which they are."""

    share: float
    depth: float
    strength: float
    offset: int


@EFFECTS.register
class CutTops(Record):
    """Take the upper part of letters, so that T becomes I and G looks like b: a head that is cold as a line begins.

    Attributes:
        share: Share of the lines of a page, 0 to 1.
        depth: Height of the part without ink, as a share of the line's height, 0 to 0.5.
        strength: Share of the ink that is left there, 0 to 1.
        stretch: Share of these lines where it is only a stretch of the line, 0 to 1.
    """

    share: Annotated[Spread, between(0, 1)] = Spread(0, 0.4)
    depth: Annotated[Spread, between(0, 0.5)] = Spread(0.1, 0.25)
    strength: Annotated[Spread, between(0, 1)] = Spread(0, 0.4)
    stretch: Share = 0.5

    def draw(self, dice: Dice) -> tuple[EffectStep, ...]:
        """Draw share, depth, strength and a seed."""
        return (EffectStep(self, draw_record(CutTopsDrawn, self, dice)),)

    def apply(self, page: Page, drawn: CutTopsDrawn) -> Page:
        """Take ink from the top of some lines, and from the dot above; regions stay."""
        dice, image = Dice(drawn.offset), None
        for quad in page.regions.line_quads:
            if not dice.chance(drawn.share):
                continue
            image = page.image.copy() if image is None else image
            whole, start, length = not dice.chance(self.stretch), dice.uniform(0, 0.7), dice.uniform(0.2, 0.6)
            x0, y0, x1, y1 = box_of(quad, image.shape, 1)
            offset = dice.integer(0, OFFSETS)
            if x0 >= x1 or y0 >= y1:
                continue
            height = drawn.depth * (y1 - y0)
            depth = height + (1 + height / 4) * wave(x1 - x0, _SCALE, offset)
            if not whole:
                depth *= _window(x1 - x0, start, length, y1 - y0)
            y1 = min(y1, y0 + int(depth.max() + _SOFT) + 2)
            # The line's box begins a row below ours.
            rows = np.arange(y1 - y0, dtype=np.float32)[:, None] - 0.5
            kept = np.clip((rows - depth) / _SOFT + 0.5, 0, 1) * (1 - drawn.strength) + drawn.strength
            kept[:, depth < 0.5] = 1
            image[y0:y1, x0:x1] = keep_ink(image[y0:y1, x0:x1], kept)
        return page if image is None else page.with_image(image)


def _window(width: int, start: float, length: float, soft: float) -> NDArray[np.float32]:
    """Return float32 (width,): 1 over a stretch given in shares of the width, and 0 some dots away from it."""
    across = np.arange(width, dtype=np.float32)
    away = np.maximum(start * width - across, across - (start + length) * width)
    return np.asarray(np.clip(1 - away / np.float32(soft), 0, 1), np.float32)
