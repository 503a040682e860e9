"""Lines along which paper was folded: where they run, and what happens to ink and light near them."""

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from receiptgen.effects._ink import keep_ink, light
from receiptgen.imaging.geometry import Level
from receiptgen.imaging.noise import curve, grain

Strip = NDArray[np.uint8]
# From distances in pixels and the strip to what becomes of it.
Change = Callable[[Strip, NDArray[np.float32]], Strip]


class Line(NamedTuple):
    """A nearly straight line across a page, or along it.

    Attributes:
        along: Whether it runs down the page instead of across it.
        at: Position of its middle, as a share of the page's height, or width.
        degrees: Turn from straight across, or along.
        wander: Deviation from a straight line, in pixels.
        offset: Position in the noise.
    """

    along: bool
    at: float
    degrees: float
    wander: float
    offset: int

    def heights(self, shape: tuple[int, ...]) -> NDArray[np.float32]:
        """Return for every column (row) of a page its row (column), with fractions."""
        height, width = (shape[1], shape[0]) if self.along else shape[:2]
        away = np.arange(width, dtype=np.float32) - np.float32(width / 2)
        line = self.at * height + np.tan(np.deg2rad(self.degrees)) * away
        if self.wander > 0:
            line += self.wander * curve(width, 60, self.offset)
        return np.asarray(line, np.float32)

    def change(self, image: NDArray[np.uint8], reach: float, change: Change) -> NDArray[np.uint8]:
        """Change the pixels within some reach of the line; their distances are negative above (left of) it."""
        work = image.swapaxes(0, 1) if self.along else image
        line = self.heights(image.shape)
        top = max(0, int(line.min() - reach))
        stop = min(work.shape[0], int(line.max() + reach) + 2)
        changed = image.copy()
        if top < stop:
            rows = np.arange(top, stop, dtype=np.float32)[:, None] + np.float32(0.5)
            strip: Any = change(np.ascontiguousarray(work[top:stop]), rows - line)
            (changed.swapaxes(0, 1) if self.along else changed)[top:stop] = strip
        return changed


def crack(strip: Strip, distance: NDArray[np.float32], width: float, lost: float, offset: int, paper: Level) -> Strip:
    """Take off ink along a line, in flakes.

    Args:
        strip: uint8 (h, w) or (h, w, 3).
        distance: float32 (h, w), from the line in pixels.
        width: Reach to either side, in pixels.
        lost: Share of the ink that is lost at most.
        offset: Position in the noise.
        paper: Level or colour of the bare paper.
    """
    near = 1.6 * np.exp(-((distance * np.float32(0.8 / width)) ** 2))
    ragged = near - 0.6 + grain(distance.shape, offset) * np.float32(1 / 90) + 0.4 * curve(strip.shape[1], 12, offset)
    ragged *= near > 0.05
    return keep_ink(strip, 1 - np.float32(lost) * np.clip(ragged, 0, 1), paper)


def ridge(strip: Strip, distance: NDArray[np.float32], width: float, depth: float) -> Strip:
    """Light a line as a tiny ridge: brighter on one side, darker on the other.

    Args:
        strip: uint8 (h, w) or (h, w, 3).
        distance: float32 (h, w), from the line in pixels.
        width: Reach to either side, in pixels.
        depth: Share of the light that changes at most; below 0 the other way round.
    """
    scaled = distance * np.float32(1 / width)
    return light(strip, 1 - np.float32(1.65 * depth) * scaled * np.exp(scaled * scaled * np.float32(-0.5)))
