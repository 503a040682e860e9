"""Curled paper."""

from typing import Annotated, NamedTuple

import numpy as np
from numpy.typing import NDArray

from receiptgen.config.records import Record
from receiptgen.core.dice import Dice
from receiptgen.core.distributions import Spread, Weights, between
from receiptgen.effects import EFFECTS, EffectStep, draw_record
from receiptgen.effects._ink import light
from receiptgen.effects.handling._blank_paper import beyond_edge
from receiptgen.imaging.mesh import Mesh
from receiptgen.imaging.noise import curve
from receiptgen.imaging.page import Page

_CELLS = 48
_POINTS = 257
# How much narrower or wider than flat a stretch may be seen, so that the mesh can be inverted.
_NARROWEST, _WIDEST = 0.8, 1.35


class CurlDrawn(NamedTuple):
    """Axis, angles of the paper and the light in degrees, distance in longer sides, shading, ground, noise offset."""

    axis: str
    bend: float
    end: float
    ripple: float
    distance: float
    light: float
    shade: float
    ground: int
    offset: int


@EFFECTS.register
class Curl(Record):
    """Paper bent in space, as one surface of straight lines, seen from above and lit from one side.

    Attributes:
        axis: Which lines stay straight, by weight: ``rows`` when paper curls along its feed, ``columns`` when across.
        bend: Angle in degrees between the paper's two ends and its middle, -35 to 35; above 0 the ends rise.
        end: Angle in degrees by which the last fifth rolls up further, 0 to 35.
        ripple: Angle in degrees of irregular waves, 0 to 15.
        distance: Distance of the camera in longer sides of the page, 1.2 to 20.
        light: Angle in degrees of the light from straight above, -60 to 60.
        shade: Strength of the shading by the paper's slope, 0 none to 1 as on matt paper under one lamp.
        ground: Level of what comes into sight beyond the paper, 0 black to 255 white.
    """

    axis: Weights = Weights(rows=3.0, columns=1.0)
    bend: Annotated[Spread, between(-35, 35)] = Spread(-20, -5, 5, 20)
    end: Annotated[Spread, between(0, 35)] = Spread(0, 5, 25)
    ripple: Annotated[Spread, between(0, 15)] = Spread(0, 3)
    distance: Annotated[Spread, between(1.2, 20)] = Spread(1.5, 4)
    light: Annotated[Spread, between(-60, 60)] = Spread(-50, 50)
    shade: Annotated[Spread, between(0, 1)] = Spread(0.2, 0.8)
    ground: Annotated[Spread, between(0, 255)] = Spread(255)

    def draw(self, dice: Dice) -> tuple[EffectStep, ...]:
        """Draw the paper's shape and the light."""
        return (EffectStep(self, draw_record(CurlDrawn, self, dice)),)

    def apply(self, page: Page, drawn: CurlDrawn) -> Page:
        """Shade the paper where it lies, then move pixels and quads by one mesh."""
        down = drawn.axis == "rows"
        height, width = page.size
        length, side = (height, width) if down else (width, height)
        slope, seen, nearness = _profile(length, max(height, width), drawn)
        arc = np.linspace(0, length, _POINTS)
        lamp = np.deg2rad(drawn.light)
        # Lambert's law; the paper's flattest part under the lamp stays as it was.
        lit = np.cos(slope - lamp).clip(0.05)
        factor = np.interp(np.arange(length) + 0.5, arc, 1 - drawn.shade * (1 - lit / lit.max())).astype(np.float32)
        shaded = page.with_image(light(page.image, factor[:, None] if down else factor[None]))
        new_length, new_side = int(np.ceil(seen[-1])), int(np.ceil(side * nearness.max()))
        size = (new_length, new_side) if down else (new_side, new_length)
        step = round(max(4.0, max(size) / _CELLS))
        x, y = Mesh.lattice(size, step)
        along, across = (y, x) if down else (x, y)
        source = np.interp(along, seen, arc)
        # Beyond both ends the mesh continues as it was.
        source += np.maximum(0, along - seen[-1])
        spread = side / 2 + (across - new_side / 2) / np.interp(along, seen, nearness)
        shifts = (spread - across, source - along + np.zeros_like(across))
        move = Mesh(np.stack(shifts if down else shifts[::-1], axis=-1), step)
        return shaded.warped(move, size, beyond_edge(shaded, drawn.ground))


def _profile(
    length: int, longer: int, drawn: CurlDrawn
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """Return along the paper's own length: its slope in radians, where it is seen in pixels, and its magnification."""
    along = np.linspace(0, 1, _POINTS)
    rolled = drawn.end * np.clip((along - 0.8) / 0.2, 0, 1) ** 2
    rippled = drawn.ripple * curve(_POINTS, _POINTS / 5, drawn.offset)
    slope = np.deg2rad(drawn.bend * (2 * along - 1) + rolled + rippled)
    step = length / (_POINTS - 1)
    while True:
        middle = (slope[1:] + slope[:-1]) / 2
        position = np.concatenate([[0.0], np.cumsum(np.cos(middle) * step)])
        rise = np.concatenate([[0.0], np.cumsum(np.sin(middle) * step)])
        far = drawn.distance * longer
        nearness = far / (far - (rise - rise.mean()))
        centre = position[-1] / 2
        seen = centre + (position - centre) * nearness
        steps = np.diff(seen) / step
        if steps.min() >= _NARROWEST and steps.max() <= _WIDEST:
            return slope, seen - seen[0], nearness
        # Too steep to be read, or to be inverted.
        slope = slope * 0.85
