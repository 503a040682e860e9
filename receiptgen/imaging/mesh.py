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
# Pixels from which an image is a page rather than a line; height and width of its tiles, and side of blocks in which
# ink is looked for; share of inked tiles from which it isn't worth while to tell them apart.
_PAGE, _TILE, _BLOCK, _MOSTLY = 1 << 17, (16, 32), 8, 0.85


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
        return self._shifts(np.ascontiguousarray(points.T), self._planes()).T

    def _planes(self) -> NDArray[np.float64]:
        """Return the shifts as float64 (2, rows * columns), across and down."""
        return np.ascontiguousarray(self.shift.reshape(-1, 2).T)

    def _shifts(self, points: NDArray[Any], planes: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return source minus place, float64 (2, N), at some places (2, N); long rows are several times as fast."""
        rows, columns = self.shift.shape[:2]
        at = np.minimum(np.maximum(points / self.step, 0), [[columns - 1], [rows - 1]])
        cell = np.minimum(at.astype(int), [[max(columns - 2, 0)], [max(rows - 2, 0)]])
        x, y = cell
        right, below = np.minimum(x + 1, columns - 1), np.minimum(y + 1, rows - 1) * columns
        # Points by their number in the grid, which gathers twice as fast as by row and column.
        (u, v), y = at - cell, y * columns
        upper = planes.take(y + x, axis=1) * (1 - u) + planes.take(y + right, axis=1) * u
        lower = planes.take(below + x, axis=1) * (1 - u) + planes.take(below + right, axis=1) * u
        return np.asarray(upper * (1 - v) + lower * v, np.float64)

    def points(self, points: NDArray[Any]) -> NDArray[np.float64]:
        """Move points (..., 2), by fixed-point iteration to a thousandth of a pixel."""
        source = np.array(points.reshape(-1, 2).T, np.float64, order="C")
        place, planes = source, self._planes()
        for _ in range(60):
            after = source - self._shifts(place, planes)
            settled = np.abs(after - place).max(initial=0) < 1e-3
            place = after
            if settled:
                break
        return np.ascontiguousarray(place.T).reshape(points.shape)

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
        left, top, right, bottom = whole = part or (0, 0, size[1], size[0])
        moved = np.empty((bottom - top, right - left, *image.shape[2:]), np.uint8)
        inked = self._inked(image, size, ground) if part is None and size[0] * size[1] >= _PAGE else None
        if inked is None or inked.mean() > _MOSTLY:
            for first, source in self._strips(whole):
                _remap(image, source, ground, moved[first - top : first - top + source.shape[1]])
            return moved
        moved[:] = ground
        high, wide = _TILE
        for first, source in self._strips(whole):
            for start in range(0, source.shape[1], high):
                for begin, end in _runs(inked[(first + start) // high]):
                    there = slice(start, start + high), slice(begin * wide, end * wide)
                    _remap(image, source[:, *there], ground, moved[first : first + _STRIP][there])
        return moved

    def _inked(self, image: NDArray[np.uint8], size: tuple[int, int], ground: Level) -> NDArray[np.bool_]:
        """Tell of each tile of the result whether anything but ground may have a share in it, bool (rows, columns)."""
        high, wide = _TILE
        rows, columns = (-(-length // side) for length, side in zip(size, _TILE, strict=True))
        places = np.stack(np.meshgrid((np.arange(columns) + 0.5) * wide, (np.arange(rows) + 0.5) * high), axis=-1)
        source = places + self.shifts(places.reshape(-1, 2)).reshape(places.shape)
        # Corners of a tile have other shifts than its centre.
        reach = np.array([wide / 2, high / 2]) + _CUBIC + self._bent() * (wide + high) / 2 / self.step
        blocks = _blocks(image, ground)
        sums = cv2.integral(blocks)
        ends = np.array(blocks.shape[::-1])
        (x0, y0), (x1, y1) = (
            np.clip(np.floor(at / _BLOCK).astype(int) + after, 0, ends).transpose(2, 0, 1)
            for at, after in ((source - reach, 0), (source + reach, 1))
        )
        return np.asarray(sums[y1, x1] - sums[y0, x1] - sums[y1, x0] + sums[y0, x0] > 0)

    def _bent(self) -> float:
        """Return the most by which a place in a cell has another shift than the cell's first knot, in pixels."""
        return float(sum(np.abs(np.diff(self.shift, axis=axis)).max(initial=0) for axis in (0, 1)))

    def reach(self, box: Box) -> Box:
        """Return a box of the result that holds all in which the pixels of a box have a share, and may go beyond it."""
        rows, columns = self.shift.shape[:2]
        places = np.stack(
            np.broadcast_arrays(*self.lattice(((rows - 1) * self.step, (columns - 1) * self.step), self.step)), axis=-1
        )
        room = self.step + self._bent() + _CUBIC
        source = places + self.shift
        near = ((source > np.subtract(box[:2], room)) & (source < np.add(box[2:], room))).all(axis=-1)
        if not near.any():
            return 0, 0, 0, 0
        left, top, right, bottom = cv2.boundingRect(np.asarray(near, np.uint8))
        right, bottom = left + right, top + bottom
        return left * self.step, top * self.step, right * self.step, bottom * self.step

    def _strips(self, part: Box) -> Iterator[tuple[int, NDArray[np.float32]]]:
        """Yield the first row of strips of a part of the result, and where their pixels' centres come from.

        Strips stay in the processor's cache; each is float32 (2, h, w), x and y, and is overwritten by the next.
        """
        left, top, right, bottom = part
        rows, columns = self.shift.shape[:2]
        # A grid of one row or column is the same everywhere.
        shift = np.pad(self.shift, ((0, rows < 2), (0, columns < 2), (0, 0)), "edge").astype(np.float32)
        centres = np.arange(left, right, dtype=np.float32)
        cells, ramp = _cells(left, right, self.step, shift.shape[1])
        steps = np.diff(shift, axis=1).take(cells, axis=1) * ramp[:, None]
        across = np.ascontiguousarray((shift.take(cells, axis=1) + steps).transpose(2, 0, 1))
        steps = np.diff(across, axis=1)
        drawn = np.empty((2, 2, min(_STRIP, bottom - top), right - left), np.float32)
        for first in range(top, bottom, _STRIP):
            last = min(first + _STRIP, bottom)
            cells, ramp = _cells(first, last, self.step, shift.shape[0])
            source, upper = drawn[:, :, : last - first]
            for axis in (0, 1):
                np.take(steps[axis], cells, axis=0, out=source[axis], mode="clip")
                np.take(across[axis], cells, axis=0, out=upper[axis], mode="clip")
            source *= ramp[:, None]
            source += upper
            source[0] += centres
            source[1] += np.arange(first, last, dtype=np.float32)[:, None]
            yield first, source


def _cells(first: int, last: int, step: int, knots: int) -> tuple[NDArray[np.int_], NDArray[np.float32]]:
    """Return for pixels ``first`` to ``last`` their cells between knots, and how far in it their centres are."""
    pixels = np.arange(first, last)
    ramp = (np.arange(step, dtype=np.float32) + np.float32(0.5)) / np.float32(step)
    return np.minimum(pixels // step, knots - 2), ramp[pixels % step]


def _runs(inked: NDArray[np.bool_]) -> list[tuple[int, int]]:
    """Return where runs of inked tiles begin and end in a row; a single empty tile doesn't end a run."""
    joined = np.zeros(len(inked) + 2, bool)
    joined[1:-1] = inked
    joined[2:-2] |= inked[:-2] & inked[2:]
    turns = np.flatnonzero(joined[1:] != joined[:-1]).tolist()
    return list(zip(turns[::2], turns[1::2], strict=True))


def _blocks(image: NDArray[np.uint8], ground: Level) -> NDArray[np.uint8]:
    """Return for each block of an image 1 where there is anything but ground, uint8."""
    channels = border(ground)[: 1 if image.ndim == 2 else 3]
    height, width = image.shape[:2]
    same = np.full((-(-height // _BLOCK) * _BLOCK, -(-width // _BLOCK) * _BLOCK), 255, np.uint8)
    same[:height, :width] = cv2.inRange(image, channels, channels)
    # Eight bytes of a row are one number.
    numbers = same.view(np.uint64).reshape(-1, _BLOCK, same.shape[1] // _BLOCK)
    return np.asarray(np.bitwise_and.reduce(numbers, axis=1) != np.iinfo(np.uint64).max, np.uint8)


def _remap(
    image: NDArray[np.uint8], source: NDArray[np.float32], ground: Level, out: NDArray[np.uint8] | None = None
) -> NDArray[np.uint8]:
    """Return pixels by cubics from where float32 (2, H, W), x and y, says."""
    x, y = source
    moved = cv2.remap(image, x, y, cv2.INTER_CUBIC, dst=out, borderMode=cv2.BORDER_CONSTANT, borderValue=border(ground))
    return np.asarray(moved, np.uint8)


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
