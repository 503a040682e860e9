"""Black corners and edges of sheet-fed scans."""

from typing import Annotated, NamedTuple

import numpy as np
from numpy.typing import NDArray

from receiptgen.config.records import Record
from receiptgen.core.dice import Dice
from receiptgen.core.distributions import Spread, between
from receiptgen.effects import EFFECTS, EffectStep
from receiptgen.effects._ink import over_channels
from receiptgen.imaging.noise import OFFSETS, curve
from receiptgen.imaging.page import Page
from receiptgen.imaging.regions import Regions

# Pixels that stay free between ink and what is laid here.
_CLEAR = 2.0


class CornersDrawn(NamedTuple):
    """Sizes as shares of the width, clockwise from the top left, level, shape and bottom over top; edges in pixels."""

    top_left: float
    top_right: float
    bottom_right: float
    bottom_left: float
    steepness: float
    left: float
    right: float
    level: int
    offset: int


@EFFECTS.register
class Corners(Record):
    """Dark triangles where paper was folded or torn, thin dark lines along the sides; never over words or marks.

    Attributes:
        share: Share of corners that are dark, 0 to 1.
        size: Size of a corner as a share of the page's width, 0 to 0.5; less where ink is in the way.
        edges: Share of the two sides that have a dark line, 0 to 1.
        width: Width of such a line in pixels, 0 to 40; less where ink is in the way.
        level: Level of the dark, 0 to 255.
    """

    share: Annotated[Spread, between(0, 1)] = Spread(0.35)
    size: Annotated[Spread, between(0, 0.5)] = Spread(0.01, 0.04, 0.12)
    edges: Annotated[Spread, between(0, 1)] = Spread(0.3)
    width: Annotated[Spread, between(0, 40)] = Spread(1, 3, 8)
    level: Annotated[Spread, between(0, 255)] = Spread(0, 10, 60)

    def draw(self, dice: Dice) -> tuple[EffectStep, ...]:
        """Draw which corners and sides."""
        share, edges = dice.spread(self.share), dice.spread(self.edges)
        a, b, c, d = (dice.spread(self.size) if dice.chance(share) else 0.0 for _ in range(4))
        shape = round(dice.uniform(0.4, 2.5), 4)
        left, right = (dice.spread(self.width) if dice.chance(edges) else 0.0 for _ in range(2))
        level = round(dice.spread(self.level))
        drawn = CornersDrawn(a, b, c, d, shape, left, right, level, dice.integer(0, OFFSETS))
        return (EffectStep(self, drawn),)

    def apply(self, page: Page, drawn: CornersDrawn) -> Page:
        """Darken the corners as far as they are free; regions stay."""
        image = page.image.copy()
        ink = _ink_points(page.regions)
        # Turned so that each corner in its turn is the top left one; views, so that writing reaches the image.
        for number, size in enumerate(drawn[:4]):
            right, bottom = number in (1, 2), number in (2, 3)
            view = image[:: -1 if bottom else 1, :: -1 if right else 1]
            points = np.abs(ink - [image.shape[1] * right, image.shape[0] * bottom])
            if size > 0:
                _triangle(view, points, size * image.shape[1], drawn, number)
        for number, width in enumerate((drawn.left, drawn.right)):
            view = image[:, :: -1 if number else 1]
            points = np.abs(ink - [image.shape[1] * number, 0])
            if width > 0:
                _edge(view, points, width, drawn, number)
        return page.with_image(image)


def _ink_points(regions: Regions) -> NDArray[np.float64]:
    """Return corners (N, 2) of all words and marks."""
    quads = np.concatenate([regions.word_quads, regions.mark_quads])
    return np.asarray(quads.reshape(-1, 2), np.float64)


def _triangle(view: NDArray[np.uint8], ink: NDArray[np.float64], size: float, drawn: CornersDrawn, number: int) -> None:
    """Darken the triangle at the top left of a view, so much smaller that no ink is in it."""
    steep = drawn.steepness if number % 2 else 1 / drawn.steepness
    wide, high = size, size * steep
    reach = (ink[:, 0] / wide + ink[:, 1] / high).min(initial=1.0)
    wide, high = wide * reach - _CLEAR, high * reach - _CLEAR
    if wide < 1 or high < 1:
        return
    part = view[: int(high) + 2, : int(wide) + 2]
    y, x = np.arange(part.shape[0])[:, None] + 0.5, np.arange(part.shape[1]) + 0.5
    # The fold is not quite straight, and only ever inside the free triangle.
    bent = np.abs(curve(part.shape[0], max(2.0, high / 3), drawn.offset + number))[:, None] * min(2.0, high / 12)
    inside = (1 - x / wide - y / high) * min(wide, high) - bent
    _darken(part, np.clip(inside, 0, 1), drawn.level)


def _edge(view: NDArray[np.uint8], ink: NDArray[np.float64], width: float, drawn: CornersDrawn, number: int) -> None:
    """Darken a line of changing width along the left of a view."""
    width = min(width, ink[:, 0].min(initial=width + _CLEAR) - _CLEAR, view.shape[1] - 1.0)
    if width <= 0:
        return
    part = view[:, : int(np.ceil(width))]
    widths = width * (0.6 + 0.4 * curve(len(view), max(2.0, len(view) / 4), drawn.offset + 7 + number)).clip(0, 1)
    _darken(part, np.clip(widths[:, None] - np.arange(part.shape[1]), 0, 1), drawn.level)


def _darken(part: NDArray[np.uint8], share: NDArray[np.floating], level: int) -> None:
    """Bring a view so far to a level, where it is lighter."""
    darker = part + (level - part.astype(np.float32)) * over_channels(share, part)
    part[:] = np.minimum(part, np.rint(darker)).astype(np.uint8)
