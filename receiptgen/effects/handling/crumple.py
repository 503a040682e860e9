"""Paper that was crumpled and smoothed out again."""

from typing import Annotated, NamedTuple

import cv2
import numpy as np

from receiptgen.config.records import Record
from receiptgen.core.dice import Dice
from receiptgen.core.distributions import Spread, between
from receiptgen.effects import EFFECTS, EffectStep, draw_record
from receiptgen.effects._ink import over_channels
from receiptgen.effects.handling._blank_paper import paper_level
from receiptgen.effects.handling._facets import Slopes, facets, rounded, thrown
from receiptgen.imaging.mesh import Mesh
from receiptgen.imaging.page import Page

_STEEPEST = 0.28  # most that neighbouring shifts of the mesh may differ, as a share of its step


class CrumpleDrawn(NamedTuple):
    """Dots across a facet, share that is round, dots that print moves, shares of light, degrees of it, and noise."""

    size: float
    soft: float
    shift: float
    shade: float
    shadow: float
    degrees: float
    offset: int


@EFFECTS.register
class Crumple(Record):
    """Facets as of paper that was a ball: print shifts with the surface, which is lit from one side.

    Attributes:
        size: Dots across a facet, 10 to 600.
        soft: How round the facets are, 0 flat with sharp edges to 1 smooth waves.
        shift: Dots by which print moves on a usual slope, 0 to 20; less where facets are small.
        shade: Share of the light that changes on a usual slope, 0 to 0.5.
        shadow: Share of the light lost where a facet stands between the lamp and another one, 0 to 0.9; round facets
            throw little of it, smooth waves none.
        degrees: Direction that the light comes from, counter-clockwise from the right, -360 to 360.
    """

    size: Annotated[Spread, between(10, 600)] = Spread(40, 80, 160)
    soft: Annotated[Spread, between(0, 1)] = Spread(0, 0.3, 0.9)
    shift: Annotated[Spread, between(0, 20)] = Spread(0.3, 1, 2.5)
    shade: Annotated[Spread, between(0, 0.5)] = Spread(0.015, 0.03, 0.07)
    shadow: Annotated[Spread, between(0, 0.9)] = Spread(0, 0, 0.25)
    degrees: Annotated[Spread, between(-360, 360)] = Spread(0, 360)

    def draw(self, dice: Dice) -> tuple[EffectStep, ...]:
        """Draw the facets' size, the light and an offset in the noise."""
        return (EffectStep(self, draw_record(CrumpleDrawn, self, dice)),)

    def apply(self, page: Page, drawn: CrumpleDrawn) -> Page:
        """Move pixels and quads by the surface's slopes, then light it by the same slopes."""
        height, width = page.size
        scale = max(drawn.size, max(height, width) / 60)
        slopes = rounded(facets((height, width), scale, drawn.offset), drawn.soft, scale)
        if drawn.shift > 0:
            page = page.warped(_shifts(slopes, page, drawn), (height, width), paper_level(page))
        angle = np.deg2rad(drawn.degrees)
        towards = np.asarray(
            cv2.addWeighted(slopes.across, float(-np.cos(angle)), slopes.down, float(np.sin(angle)), 0), np.float32
        )
        # Levels of 128 leave the light as it is.
        light = cv2.addWeighted(towards, 128 * drawn.shade, towards, 0, 128)
        # Shadows begin at sharp edges; without one they would look like stains.
        shadow = drawn.shadow * (1 - drawn.soft) ** 2
        if shadow > 0:
            light = light * (1 - shadow * thrown(towards, drawn.degrees, scale / slopes.step))
        shade = np.rint(light).clip(0, 255).astype(np.uint8)
        ends = (round(shade.shape[1] * slopes.step), round(shade.shape[0] * slopes.step))
        lit = cv2.resize(shade, ends, interpolation=cv2.INTER_LINEAR)[:height, :width]
        return page.with_image(
            np.asarray(cv2.multiply(page.image, over_channels(lit, page.image), scale=1 / 128), np.uint8)
        )


def _shifts(slopes: Slopes, page: Page, drawn: CrumpleDrawn) -> Mesh:
    """Return the mesh that moves print with the surface, gently enough to be turned round."""
    height, width = page.size
    step = round(max(4.0, drawn.size / 4, max(height, width) / 150))
    x, y = Mesh.lattice((height, width), step)
    soft = [cv2.GaussianBlur(slope, (0, 0), max(0.5, step / slopes.step / 2)) for slope in (slopes.across, slopes.down)]
    rows = np.minimum((y[:, 0] / slopes.step).astype(int), soft[0].shape[0] - 1)
    columns = np.minimum((x[0] / slopes.step).astype(int), soft[0].shape[1] - 1)
    shift = np.stack([slope[rows][:, columns] for slope in soft], axis=2).astype(np.float64) * drawn.shift
    steps = [np.abs(np.diff(shift, axis=axis)).max(initial=0) for axis in (0, 1)]
    return Mesh(shift * min(1.0, _STEEPEST * step / max(*steps, 1e-9)), step)
