"""Smooth movements of whole pages, given on a grid."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from receiptgen.imaging.geometry import Box, Level, border, moved_pixels

# Rows of the result that are worked out in one go, and pixels as far as which cubics reach.
_STRIP, _CUBIC = 64, 3


@dataclass(frozen=True, slots=True)
class Mesh:
    """A smooth movement, given by where the points of a grid over the result come from.

    Between the grid's points shifts are bilinear. The map is one to one as long as neighbouring shifts differ by
    less than their distance; ``points`` needs that they differ by less than about half of it.

    Attributes:
        shift: float64 (rows, columns, 2), source minus place at the places ``(column * step, row * step)``; rows and
            columns reach at least over the result.
        step: Whole pixels between neighbouring points of the grid.
    """

    shift: NDArray[np.float64]
    step: int

    @staticmethod
    def lattice(size: tuple[int, int], step: int) -> tuple[NDArray[Any], NDArray[Any]]:
        """Return float64 x (1, columns) and y (rows, 1) of a grid that covers an image of some height and width."""
        rows, columns = (int(np.ceil(length / step)) + 1 for length in size)
        return np.arange(columns)[None] * float(step), np.arange(rows)[:, None] * float(step)

    def shifts(self, points: NDArray[Any]) -> NDArray[np.float64]:
        """Return source minus place at some places (N, 2) of the result."""
        rows, columns = self.shift.shape[:2]
        at = np.minimum(np.maximum(points / self.step, 0), [columns - 1, rows - 1])
        cell = np.minimum(at.astype(int), [max(columns - 2, 0), max(rows - 2, 0)])
        x, y = cell.T
        right, below = np.minimum(x + 1, columns - 1), np.minimum(y + 1, rows - 1) * columns
        # Points by their number in the grid, which gathers twice as fast as by row and column.
        (u, v), field, y = (at - cell).T[..., None], self.shift.reshape(-1, 2), y * columns
        upper = field.take(y + x, axis=0) * (1 - u) + field.take(y + right, axis=0) * u
        lower = field.take(below + x, axis=0) * (1 - u) + field.take(below + right, axis=0) * u
        return np.asarray(upper * (1 - v) + lower * v, np.float64)

    def points(self, points: NDArray[Any]) -> NDArray[np.float64]:
        """Move points (..., 2), by fixed-point iteration to a thousandth of a pixel."""
        source = points.reshape(-1, 2).astype(np.float64)
        place = source
        for _ in range(60):
            after = source - self.shifts(place)
            settled = np.abs(after - place).max(initial=0) < 1e-3
            place = after
            if settled:
                break
        return place.reshape(points.shape)

    def inverse(self) -> "Unmesh":
        """Return the map back."""
        return Unmesh(self)

    def image(
        self, image: NDArray[np.uint8], size: tuple[int, int], ground: Level, part: Box | None = None
    ) -> NDArray[np.uint8]:
        """Move pixels, by cubics: whole pages come this way, on their way to a scanner that blurs them by itself.

        Args:
            image: uint8 (H, W) or (H, W, 3).
            size: Height and width of the result.
            ground: Level or colour of what comes in from beyond the edge.
            part: Part of the result that is to be returned alone; None for all of it.
        """
        left, top, right, bottom = part or (0, 0, size[1], size[0])
        moved = np.empty((bottom - top, right - left, *image.shape[2:]), np.uint8)
        for first, source in self._strips((left, top, right, bottom)):
            strip = moved[first - top : first - top + source.shape[1]]
            cv2.remap(
                image,
                source[0],
                source[1],
                cv2.INTER_CUBIC,
                dst=strip,
                borderMode=cv2.BORDER_CONSTANT,
                borderValue=border(ground),
            )
        return moved

    def reach(self, box: Box) -> Box:
        """Return a box of the result that holds all in which the pixels of a box have a share, and may go beyond it."""
        rows, columns = self.shift.shape[:2]
        places = np.stack(
            np.broadcast_arrays(*self.lattice(((rows - 1) * self.step, (columns - 1) * self.step), self.step)), axis=-1
        )
        # Most by which a place in a cell has another shift than the cell's first knot; cubics reach two pixels far.
        bent = sum(np.abs(np.diff(self.shift, axis=axis)).max(initial=0) for axis in (0, 1))
        room = self.step + bent + _CUBIC
        source = places + self.shift
        near = ((source > np.subtract(box[:2], room)) & (source < np.add(box[2:], room))).all(axis=-1)
        if not near.any():
            return 0, 0, 0, 0
        left, top, right, bottom = cv2.boundingRect(near.view(np.uint8))
        right, bottom = left + right, top + bottom
        return left * self.step, top * self.step, right * self.step, bottom * self.step

    def _strips(self, part: Box) -> Iterator[tuple[int, NDArray[np.float32]]]:
        """Yield the first row of strips of a part of the result, and where their pixels' centres come from.

        Strips stay in the processor's cache; each is float32 (2, h, w), x and y, and is overwritten by the next.
        """
        left, top, right, bottom = part
        step, (rows, columns) = self.step, self.shift.shape[:2]
        # A grid of one row or column is the same everywhere.
        shift = np.pad(self.shift, ((0, rows < 2), (0, columns < 2), (0, 0)), "edge")
        ramp = (np.arange(step, dtype=np.float32) + np.float32(0.5)) / np.float32(step)
        across = _between(shift.transpose(2, 0, 1).astype(np.float32), ramp, left, right)
        centres = np.arange(left, right, dtype=np.float32)
        cells = max(1, _STRIP // step)
        drawn = np.empty((2, cells, step, right - left), np.float32)
        for cell in range(top // step, -(-bottom // step), cells):
            upper, lower = across[:, cell : cell + cells], across[:, cell + 1 : cell + cells + 1]
            upper = upper[:, : lower.shape[1]]
            source = drawn[:, : upper.shape[1]]
            np.multiply((lower - upper)[:, :, None], ramp[:, None], out=source)
            source += upper[:, :, None]
            source = source.reshape(2, -1, right - left)
            first, last = max(top, cell * step), min(bottom, (cell + upper.shape[1]) * step)
            source = source[:, first - cell * step : last - cell * step]
            source[0] += centres
            source[1] += np.arange(first, last, dtype=np.float32)[:, None]
            yield first, source


def _between(grid: NDArray[np.float32], ramp: NDArray[np.float32], left: int, right: int) -> NDArray[np.float32]:
    """Draw lines between the knots of the rows of a grid.

    Args:
        grid: float32 (2, rows, columns).
        ramp: float32 (step,), how far each pixel's centre is from a knot to the next.
        left: First pixel.
        right: Pixel after the last.

    Returns:
        float32 (2, rows, right - left), at the pixels' centres.
    """
    step = len(ramp)
    first, last = left // step, -(-right // step)
    knots, after = grid[:, :, first:last], grid[:, :, first + 1 : last + 1]
    drawn = knots[..., None] + (after - knots)[..., None] * ramp
    return np.asarray(drawn.reshape(*grid.shape[:2], -1)[..., left - first * step : right - first * step], np.float32)


@dataclass(frozen=True, slots=True)
class Unmesh:
    """The map back of a mesh.

    Attributes:
        mesh: The mesh.
    """

    mesh: Mesh

    def points(self, points: NDArray[Any]) -> NDArray[np.float64]:
        """Move points (..., 2)."""
        flat = points.reshape(-1, 2).astype(np.float64)
        return (flat + self.mesh.shifts(flat)).reshape(points.shape)

    def inverse(self) -> Mesh:
        """Return the mesh."""
        return self.mesh

    def image(self, image: NDArray[np.uint8], size: tuple[int, int], ground: Level) -> NDArray[np.uint8]:
        """Move pixels, bilinearly."""
        return moved_pixels(self, image, size, ground)
