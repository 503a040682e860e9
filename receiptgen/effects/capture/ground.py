"""The ground that a receipt lies on."""

from typing import Annotated, NamedTuple

import numpy as np
from numpy.typing import NDArray
from pydantic import field_validator

from receiptgen.config.records import Record
from receiptgen.core.dice import Dice
from receiptgen.core.distributions import Spread, Weights, between
from receiptgen.effects import EFFECTS, EffectStep
from receiptgen.effects._ink import over_channels
from receiptgen.effects.capture._backdrop import TEXTURES, outlined, shadowed, texture
from receiptgen.effects.capture._outline import EDGES, is_whole, outline
from receiptgen.imaging.colors import in_color
from receiptgen.imaging.geometry import Projective
from receiptgen.imaging.noise import OFFSETS
from receiptgen.imaging.page import Page, check_size


class GroundDrawn(NamedTuple):
    """Margins as shares of the shorter side, texture, edge and its depth in pixels, shadow's depth, noise offset."""

    left: float
    top: float
    right: float
    bottom: float
    texture: str
    edge: str
    depth: float
    shadow: float
    offset: int


@EFFECTS.register
class Ground(Record):
    """Lay the page on something: a table, cloth, a scanner's black lid, other papers; all drawn, without any text.

    Paper that was turned or curled before lies there in its own outline; only straight paper can be torn.

    Attributes:
        margin: Ground that is seen on each side, as a share of the page's shorter side, 0 to 2; each its own.
        texture: Ground, by weight: black, white, grey, wood, cloth, table or paper (another sheet peeks in).
        edge: Form of the paper's upper and lower edge, by weight: straight, zigzag (saw teeth) or torn. No tear is
            as deep as the first or last ink.
        depth: Depth of the teeth or the tear in pixels, 0 to 60.
        shadow: Share of light lost in the paper's shadow, 0 to 0.9.
    """

    margin: Annotated[Spread, between(0, 2)] = Spread(0.04, 0.15, 0.4)
    texture: Weights = Weights(black=2.0, white=2.0, grey=2.0, wood=3.0, cloth=1.0, table=3.0, paper=1.0)
    edge: Weights = Weights(straight=2.0, zigzag=2.0, torn=1.0)
    depth: Annotated[Spread, between(0, 60)] = Spread(3, 10)
    shadow: Annotated[Spread, between(0, 0.9)] = Spread(0, 0.5)

    @field_validator("texture")
    @classmethod
    def _is_texture(cls, names: Weights) -> Weights:
        if not names.keys() <= set(TEXTURES):
            raise ValueError(f"textures are {', '.join(TEXTURES)}")
        return names

    @field_validator("edge")
    @classmethod
    def _is_edge(cls, names: Weights) -> Weights:
        if not names.keys() <= set(EDGES):
            raise ValueError(f"edges are {', '.join(EDGES)}")
        return names

    def draw(self, dice: Dice) -> tuple[EffectStep, ...]:
        """Draw margins, ground and edge."""
        spread = dice.spread
        margins = (spread(self.margin), spread(self.margin), spread(self.margin), spread(self.margin))
        names = (dice.weigh(self.texture), dice.weigh(self.edge))
        return (
            EffectStep(
                self, GroundDrawn(*margins, *names, spread(self.depth), spread(self.shadow), dice.integer(0, OFFSETS))
            ),
        )

    def apply(self, page: Page, drawn: GroundDrawn) -> Page:
        """Draw the ground, the shadow and, within its outline, the page; it is moved, never scaled."""
        high, wide = page.size
        left, top, right, bottom = (round(share * min(high, wide)) for share in drawn[:4])
        check_size(high + top + bottom, wide + left + right)
        dice = Dice(drawn.offset)
        corners = outline(page, drawn.edge, drawn.depth, dice) + np.array([left, top])
        ground = texture(drawn.texture, (high + top + bottom, wide + left + right), dice.integer(0, OFFSETS))
        image = shadowed(ground, corners, drawn.shadow, dice)
        image = in_color(image) if page.color else image
        target = image[top : top + high, left : left + wide]
        _lay(target, page, corners - [left, top])
        return page.moved(Projective.translation(left, top), image)


def _lay(target: NDArray[np.uint8], page: Page, corners: NDArray[np.float64]) -> None:
    """Copy the paper onto the ground, softly along its outline (N, 2); only where it has one of its own."""
    if is_whole(page):
        # Between the tears the paper is whole: most of a page is copied as it is.
        high = len(target)
        first = int(np.ceil(corners[corners[:, 1] < high / 2, 1].max(initial=0))) + 1
        last = int(corners[corners[:, 1] > high / 2, 1].min(initial=high)) - 1
        target[first:last] = page.image[first:last]
        parts = [slice(0, first), slice(max(first, last), high)] if first > 1 or last < high - 1 else []
        if not parts:
            target[:] = page.image
    else:
        parts = [slice(0, len(target))]
    for part in parts:
        under, over = target[part], page.image[part]
        mask = np.zeros(under.shape[:2], np.uint8)
        outlined(mask, corners - [0, part.start], 255)
        share = over_channels(mask.astype(np.float32) / 255, under)
        under[:] = np.rint(under + (over - under.astype(np.float32)) * share).astype(np.uint8)
