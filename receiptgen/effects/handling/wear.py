"""Ink that has rubbed off."""

from statistics import NormalDist
from typing import Annotated, NamedTuple

import cv2
import numpy as np

from receiptgen.config.records import Record
from receiptgen.core.dice import Dice
from receiptgen.core.distributions import Spread, between
from receiptgen.effects import EFFECTS, EffectStep, draw_record
from receiptgen.effects._ink import over_channels
from receiptgen.effects.handling._blank_paper import paper_level
from receiptgen.imaging.noise import field, grain
from receiptgen.imaging.page import Page

_NORMAL = NormalDist(0, 0.6)  # as ``noise.field`` spreads
_STEP = 3  # dots between the points where blotches are worked out
_GAIN = 420.0  # levels of kept ink for each unit of noise
# Share of the paper's level down to which its bands and blotches may go: of toned paper, and of paper in colour, which
# need not be toned, and on which what is left of print must be pale.
_TONED, _TINTED = 0.85, 0.96
_SQUARE = 100.0 * 100.0
_MOST_SCRATCHES = 400


class WearDrawn(NamedTuple):
    """Share of the area, dots across a blotch, share of ink lost there, scratches a square of 100 dots, and noise."""

    share: float
    size: float
    depth: float
    scratches: float
    offset: int


@EFFECTS.register
class Wear(Record):
    """Abrasion: blotches with ragged edges and fine scratches where ink has rubbed off.

    Paper stays as it was, toned paper too.

    Attributes:
        share: Share of the area that has worn, 0 to 0.9.
        size: Size of the blotches in dots, 4 to 400.
        depth: Share of the ink that is gone inside a blotch or scratch, 0 to 1.
        scratches: Scratches a square of 100 dots, 0 to 20.
    """

    share: Annotated[Spread, between(0, 0.9)] = Spread(0.01, 0.05, 0.15)
    size: Annotated[Spread, between(4, 400)] = Spread(8, 20, 60)
    depth: Annotated[Spread, between(0, 1)] = Spread(0.4, 0.95)
    scratches: Annotated[Spread, between(0, 20)] = Spread(0, 0, 0, 0.6)

    def draw(self, dice: Dice) -> tuple[EffectStep, ...]:
        """Draw how much is worn and how, and an offset in the noise."""
        return (EffectStep(self, draw_record(WearDrawn, self, dice)),)

    def apply(self, page: Page, drawn: WearDrawn) -> Page:
        """Take ink off where smooth noise with a grain is above a threshold; regions stay."""
        image = page.image
        height, width = image.shape[:2]
        coarse = (height // _STEP + 2, width // _STEP + 2)
        wandering = field(coarse, max(1.0, drawn.size / _STEP), drawn.offset)
        edge = _NORMAL.inv_cdf(1 - drawn.share) if drawn.share > 0 else 9.0
        # In levels of ink that is kept, beyond 0 and 255 too, so that the grain frays the edges and spares sound print.
        kept = cv2.addWeighted(wandering, -_GAIN, wandering, 0, 160 + _GAIN * edge, dtype=cv2.CV_16S)
        kept = cv2.resize(kept, (width, height), interpolation=cv2.INTER_LINEAR)
        share = cv2.add(kept, grain((height, width), drawn.offset), dtype=cv2.CV_8U)
        if drawn.scratches > 0:
            _scratch(share, drawn)
        share = cv2.convertScaleAbs(share, alpha=drawn.depth, beta=255 * (1 - drawn.depth))
        paper = paper_level(page)
        # On toned paper, ink is what is darker than the tone goes.
        toned = np.multiply(paper, _TINTED if page.color else _TONED)
        ink = cv2.bitwise_not(image) if paper == 255 else cv2.subtract(np.full_like(image, toned), image)
        gone = cv2.multiply(ink, over_channels(cv2.bitwise_not(share), image), scale=1 / 255)
        return page.with_image(np.asarray(cv2.add(image, gone), np.uint8))


def _scratch(share: cv2.typing.MatLike, drawn: WearDrawn) -> None:
    """Draw straight scratches, most of them along one direction, into the share of ink that is kept."""
    height, width = share.shape
    dice = Dice(drawn.offset)
    mean = drawn.scratches * height * width / _SQUARE
    main = dice.uniform(0, np.pi)
    for _ in range(min(_MOST_SCRATCHES, int(mean + dice.random()))):
        angle = main + dice.uniform(-0.4, 0.4)
        length = dice.uniform(15, 120)
        x, y = dice.uniform(0, width) * 16, dice.uniform(0, height) * 16
        end = int(x + 16 * length * np.cos(angle)), int(y + 16 * length * np.sin(angle))
        cv2.line(share, (int(x), int(y)), end, (0.0,), 1, cv2.LINE_AA, 4)
