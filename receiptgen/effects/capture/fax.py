"""A page that came by fax."""

from typing import Annotated, NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from receiptgen.config.records import Record
from receiptgen.core.dice import Dice
from receiptgen.core.distributions import Spread, between
from receiptgen.effects import EFFECTS, EffectStep
from receiptgen.effects.capture._levels import ink_and_paper
from receiptgen.imaging.channels import grey, in_color
from receiptgen.imaging.noise import GRAIN_SIGMA, OFFSETS, chance, grain
from receiptgen.imaging.page import Page

# Slope of the threshold: only black and white are left.
_STEEP = 2.0**14


class FaxDrawn(NamedTuple):
    """Lines a row, threshold as a share of the way from ink to paper, noise in levels, share of lost rows, noise."""

    lines: int
    level: float
    noise: float
    lost: float
    offset: int


@EFFECTS.register
class Fax(Record):
    """Black and white at 204 x 98 or 204 x 196 dots an inch; rows that were lost repeat the one above.

    Nothing moves but what a lost row shows, which is the row above it.

    Attributes:
        fine: Share of pages sent in fine resolution, with all rows, 0 to 1; the others have every row twice.
        level: Threshold as a share of the way from the ink's to the paper's level, 0 to 1; higher is bolder.
        noise: Standard deviation of the noise before the threshold in levels, 0 to 80.
        lost: Share of rows that were lost on the line, 0 to 0.2.
    """

    fine: Annotated[Spread, between(0, 1)] = Spread(0.4)
    level: Annotated[Spread, between(0.1, 0.95)] = Spread(0.55, 0.75)
    noise: Annotated[Spread, between(0, 80)] = Spread(4, 20)
    lost: Annotated[Spread, between(0, 0.2)] = Spread(0, 0, 0.015)

    def draw(self, dice: Dice) -> tuple[EffectStep, ...]:
        """Draw the resolution and the line."""
        lines = 1 if dice.chance(dice.spread(self.fine)) else 2
        spread = dice.spread
        drawn = FaxDrawn(lines, spread(self.level), spread(self.noise), spread(self.lost), dice.integer(0, OFFSETS))
        return (EffectStep(self, drawn),)

    def apply(self, page: Page, drawn: FaxDrawn) -> Page:
        """Halve rows, threshold, lose rows and double rows; regions stay."""
        image, height = grey(page.image), page.image.shape[0]
        ink, paper = ink_and_paper(page)
        if drawn.lines == 2:
            image = _halved(image)
        noise = grain((image.shape[0], image.shape[1]), drawn.offset)
        offset = 127.5 - _STEEP * (ink + drawn.level * (paper - ink))
        share = _STEEP * drawn.noise * (paper - ink) / 255 / GRAIN_SIGMA
        black = cv2.addWeighted(image, _STEEP, noise, share, offset, dtype=cv2.CV_8U)
        rows = np.arange(len(black))
        rows[1:] -= chance((1, len(black)), drawn.offset, drawn.lost)[0, 1:]
        if drawn.lines == 2:
            rows = np.repeat(rows, 2)[:height]
        shown = np.asarray(black[rows], np.uint8)
        return page.with_image(in_color(shown) if page.color else shown)


def _halved(image: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Return the mean of each pair of rows; the last of an odd number stands for two."""
    if len(image) % 2:
        image = np.concatenate([image, image[-1:]])
    size = (image.shape[1], len(image) // 2)
    return np.asarray(cv2.resize(image, size, interpolation=cv2.INTER_AREA), np.uint8)
