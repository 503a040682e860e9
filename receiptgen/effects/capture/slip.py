"""A scanner that feeds unevenly."""

from typing import Annotated, NamedTuple

import numpy as np
from numpy.typing import NDArray

from receiptgen.config.records import Record
from receiptgen.core.dice import Dice
from receiptgen.core.distributions import Spread, between
from receiptgen.effects import EFFECTS, EffectStep, draw_record
from receiptgen.effects.handling._blank_paper import beyond_edge
from receiptgen.imaging.mesh import Mesh
from receiptgen.imaging.noise import curve
from receiptgen.imaging.page import Page

_CELLS = 32


class SlipDrawn(NamedTuple):
    """Bow, wave and its length in pixels, stretch as a share, angle in degrees, level of the ground, noise offset."""

    bow: float
    wave: float
    length: float
    stretch: float
    degrees: float
    ground: int
    offset: int


@EFFECTS.register
class Slip(Record):
    """What a sheet-fed scanner does when paper slips: lines bow, rows wander sideways and come closer or apart.

    The image grows by what moves beyond its edges.

    Attributes:
        bow: Pixels by which the middle of lines rises above their ends, -60 to 60; negative sags.
        wave: Pixels by which rows wander sideways, 0 to 40; never more than a tenth of ``length``.
        length: Pixels from one sideways or feeding slip to the next, 20 to 4000.
        stretch: Share by which the paper's feed is faster or slower than usual, 0 to 0.12.
        degrees: Skew, counter-clockwise, -5 to 5.
        ground: Level of what comes into sight at the edges, 0 black to 255 white.
    """

    bow: Annotated[Spread, between(-60, 60)] = Spread(-4, -1, 1, 4)
    wave: Annotated[Spread, between(0, 40)] = Spread(0, 1, 4)
    length: Annotated[Spread, between(20, 4000)] = Spread(80, 600)
    stretch: Annotated[Spread, between(0, 0.12)] = Spread(0, 0.05)
    degrees: Annotated[Spread, between(-5, 5)] = Spread(-1.5, -0.3, 0.3, 1.5)
    ground: Annotated[Spread, between(0, 255)] = Spread(255)

    def draw(self, dice: Dice) -> tuple[EffectStep, ...]:
        """Draw how the paper slips."""
        return (EffectStep(self, draw_record(SlipDrawn, self, dice)),)

    def apply(self, page: Page, drawn: SlipDrawn) -> Page:
        """Move pixels and quads by one mesh."""
        height, width = page.size
        step = round(max(4.0, min(drawn.length / 3, max(height, width) / _CELLS), max(height, width) / 160))
        count = int(np.ceil(height / step)) + 1
        known, sideways, fed = _profiles(drawn, count, step, height)
        turn = np.tan(np.deg2rad(drawn.degrees))

        def shift(x: NDArray[np.float64], y: NDArray[np.float64]) -> NDArray[np.float64]:
            """Return source minus position at x (1, columns) and y (rows, 1) of the image before it grows."""
            across = np.interp(y, known, sideways) - turn * (y - height / 2)
            bowed = drawn.bow * (1 - 4 * (np.clip(x / width, 0, 1) - 0.5) ** 2)
            down = np.interp(y, known, fed) + turn * (x - width / 2) + bowed
            return np.stack([across + np.zeros_like(x), down], axis=-1)

        ends_x, ends_y = np.linspace(0, width, 9)[None], np.array([[0.0], [height]])
        upper, lower = shift(ends_x, ends_y)[..., 1]
        across = sideways - turn * (known - height / 2)
        left, right = (int(np.ceil(max(0.0, reach))) for reach in (across.max(), -across.min()))
        top, bottom = (int(np.ceil(max(0.0, reach))) for reach in (upper.max(), -lower.min()))
        size = (height + top + bottom, width + left + right)
        x, y = Mesh.lattice(size, step)
        return page.warped(Mesh(shift(x - left, y - top) - (left, top), step), size, beyond_edge(page, drawn.ground))


def _profiles(
    drawn: SlipDrawn, count: int, step: int, height: int
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """Return positions down the image, and there how far rows come from sideways and along the feed."""
    scale = max(1.0, drawn.length / step)
    sideways = min(drawn.wave, drawn.length / 10) * curve(count, scale, drawn.offset)
    speed = drawn.stretch * curve(count, scale, drawn.offset ^ 0x2F0B4C47).clip(-1.5, 1.5)
    fed = np.cumsum(speed) * step
    # Both ends stay where they are.
    fed -= np.linspace(fed[0], fed[-1], count)
    known = np.minimum(np.arange(count) * step, height)
    return known, (sideways - sideways.mean()).astype(np.float64), fed.astype(np.float64)
