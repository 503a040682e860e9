"""Paper that was printed before the receipt: pale emblems, bands, a stripe along its edge."""

from typing import Annotated, NamedTuple

import cv2
import numpy as np

from receiptgen.config.records import Record
from receiptgen.core.dice import Dice
from receiptgen.core.distributions import Spread, Weights, among, between
from receiptgen.effects import EFFECTS, EffectStep
from receiptgen.effects._ink import tinted
from receiptgen.imaging.colors import ColorWeights
from receiptgen.imaging.emblems import draw_emblem
from receiptgen.imaging.geometry import Pixels
from receiptgen.imaging.noise import OFFSETS
from receiptgen.imaging.page import Page


class PreprintDrawn(NamedTuple):
    """What is printed, how large as a share of the page's width, its share of full ink, level, and a seed for where."""

    kind: str
    size: float
    contrast: float
    level: int
    offset: int
    color: str = ""


@EFFECTS.register
class Preprint(Record):
    """Pale print that was on the roll before: the receipt is printed over it. Nobody is to read it: it has no regions.

    Attributes:
        kinds: Which, with weights: one large ``emblem``, ``emblems`` all over, ``bands`` as of computer paper, or a
            ``stripe`` along one edge, as where a roll ends.
        size: Width of an emblem, a band or the stripe's double, as a share of the page's width, 0.05 to 1.
        contrast: Share of full ink, 0.01 to 0.6.
        level: Level of its full ink, 0 to 220.
        colors: Its colours, with weights; on pages in colour.
    """

    kinds: Annotated[Weights, among("emblem", "emblems", "bands", "stripe")] = Weights(
        emblem=2.0, emblems=3.0, bands=0.7, stripe=1.3
    )
    size: Annotated[Spread, between(0.05, 1)] = Spread(0.15, 0.3, 0.7)
    contrast: Annotated[Spread, between(0.01, 0.6)] = Spread(0.06, 0.14, 0.3)
    level: Annotated[Spread, between(0, 220)] = Spread(40, 150)
    colors: ColorWeights = Weights(red=3.0, pink=2.0, ribbon_blue=2.0, green=1.0, yellow=1.0, violet=0.7)

    def draw(self, dice: Dice) -> tuple[EffectStep, ...]:
        """Draw what is printed, how large and how dark, and a seed for where."""
        kind, size, contrast = dice.weigh(self.kinds), dice.spread(self.size), dice.spread(self.contrast)
        level, offset = round(dice.spread(self.level)), dice.integer(0, OFFSETS)
        return (EffectStep(self, PreprintDrawn(kind, size, contrast, level, offset)),)

    def apply(self, page: Page, drawn: PreprintDrawn) -> Page:
        """Darken paper and print alike where the roll was printed; regions stay."""
        cover = _cover(drawn, page.size)
        ink = tinted(drawn.level, drawn.color) if page.color else drawn.level
        planes = [
            cv2.convertScaleAbs(cover, alpha=-drawn.contrast * (255 - level) / 255, beta=255)
            for level in (ink if isinstance(ink, tuple) else (ink,) * (3 if page.color else 1))
        ]
        paper = cv2.merge(planes) if page.color else planes[0]
        return page.with_image(np.asarray(cv2.multiply(page.image, paper, scale=1 / 255), np.uint8))


def _cover(drawn: PreprintDrawn, size: tuple[int, int]) -> Pixels:
    """Return how far the roll is covered with ink, uint8 of a size."""
    (height, width), dice = size, Dice(drawn.offset)
    side = max(8, round(drawn.size * width))
    cover = np.zeros(size, np.uint8)
    if drawn.kind == "stripe":
        edge = max(1, side // 2)
        cover[:, :edge] = 255
        return cover if dice.chance(0.5) else np.ascontiguousarray(cover[:, ::-1])
    if drawn.kind == "bands":
        cover[(np.arange(height) + dice.integer(0, side)) // side % 2 == 0] = 255
        return cover
    emblem = draw_emblem(dice, side).astype(np.uint8) * 255
    if drawn.kind == "emblem":
        x, y = dice.integer(0, max(0, width - side)), dice.integer(0, max(0, height - side))
        target = cover[y : y + side, x : x + side]
        target[:] = emblem[: target.shape[0], : target.shape[1]]
        return cover
    # Staggered, with as much paper between them as they are wide.
    tile = np.zeros((2 * side, 2 * side), np.uint8)
    tile[:side, :side] = tile[side:, side:] = emblem
    shift = dice.integer(0, 2 * side)
    tiled = np.tile(tile, (-(-height // len(tile)) + 1, -(-width // len(tile)) + 1))
    return np.ascontiguousarray(tiled[shift : shift + height, shift // 2 : shift // 2 + width])
