"""Quads and the maps that move them. Pixel coordinates: origin at the top left corner of the top left pixel.

A pixel (row, column) covers the square from (column, row) to (column + 1, row + 1), so a box of ink
``x0, y0, x1, y1`` is half open, like a slice, and ``x1 - x0`` is its width in pixels. A quad is four corners
(x, y), clockwise from the top left as the text is read.
"""

import math
from dataclasses import dataclass
from typing import Any, Protocol

import cv2
import numpy as np
from numpy.typing import NDArray

Pixels = NDArray[np.uint8]
# A level of grey, or red, green and blue; 0 to 255 each.
Level = int | tuple[int, int, int]
# int32 as drawn, float64 once an effect has moved them; shape (N, 4, 2).
Quads = NDArray[Any]
# Columns of a box that are the corners of its quad.
_CORNERS = np.array([0, 1, 2, 1, 2, 3, 0, 3])


def quads_of_boxes(boxes: NDArray[Any]) -> Quads:
    """Turn boxes (N, 4) of ``x0, y0, x1, y1`` into quads (N, 4, 2) of the same dtype."""
    return boxes.take(_CORNERS, axis=1).reshape(-1, 4, 2)


def boxes_of_quads(quads: Quads) -> NDArray[Any]:
    """Return the upright box (N, 4) round each quad."""
    return np.concatenate([quads.min(axis=1), quads.max(axis=1)], axis=1)


def union(boxes: NDArray[Any]) -> tuple[int, int, int, int]:
    """Return the smallest box round boxes (N, 4), N at least 1."""
    x0, y0 = boxes[:, :2].min(axis=0)
    x1, y1 = boxes[:, 2:].max(axis=0)
    return int(x0), int(y0), int(x1), int(y1)


def _border(ground: Level) -> tuple[int, ...]:
    """Return a level for each channel, as OpenCV takes it."""
    return (ground,) * 3 if isinstance(ground, int) else ground


class Map(Protocol):
    """A movement of the plane that an effect applies to image and regions alike."""

    def points(self, points: NDArray[Any]) -> NDArray[np.float64]:
        """Move points (..., 2) from before the effect to after it."""

    def inverse(self) -> "Map":
        """Return the map back, which rectifies."""

    def image(self, image: NDArray[np.uint8], size: tuple[int, int], ground: Level) -> NDArray[np.uint8]:
        """Move pixels.

        Args:
            image: uint8 (H, W) or (H, W, 3).
            size: Height and width of the result.
            ground: Level or colour of what comes in from beyond the edge.
        """


@dataclass(frozen=True, slots=True)
class Projective:
    """A projective (or affine) map.

    Attributes:
        matrix: float64 (3, 3), acting on columns (x, y, 1); invertible.
    """

    matrix: NDArray[np.float64]

    @classmethod
    def translation(cls, x: float, y: float) -> "Projective":
        """Move by some pixels."""
        return cls(np.array([[1.0, 0.0, x], [0.0, 1.0, y], [0.0, 0.0, 1.0]]))

    @classmethod
    def scaling(cls, x: float, y: float) -> "Projective":
        """Stretch by factors, away from the top left corner."""
        return cls(np.array([[x, 0.0, 0.0], [0.0, y, 0.0], [0.0, 0.0, 1.0]]))

    @classmethod
    def rotation(cls, degrees: float, size: tuple[int, int]) -> tuple["Projective", tuple[int, int]]:
        """Turn an image counter-clockwise about its centre, on a canvas that just holds all of it.

        Args:
            degrees: Angle, counter-clockwise as seen.
            size: Height and width of the image in pixels.

        Returns:
            The map, and height and width of the new canvas.
        """
        height, width = size
        angle = math.radians(degrees)
        cos, sin = math.cos(angle), math.sin(angle)
        new_width = math.ceil(abs(width * cos) + abs(height * sin) - 1e-9)
        new_height = math.ceil(abs(width * sin) + abs(height * cos) - 1e-9)
        # To the old centre, turn, to the new one; multiplied out, since a line of text can't wait for products.
        x = new_width / 2 - (cos * width + sin * height) / 2
        y = new_height / 2 - (cos * height - sin * width) / 2
        return cls(np.array([[cos, sin, x], [-sin, cos, y], [0.0, 0.0, 1.0]])), (new_height, new_width)

    @classmethod
    def between(cls, source: NDArray[Any], target: NDArray[Any]) -> "Projective":
        """Return the map of four points (4, 2) to four others, no three of either in a line."""
        matrix = cv2.getPerspectiveTransform(np.asarray(source, np.float32), np.asarray(target, np.float32))
        return cls(np.asarray(matrix, np.float64))

    @property
    def affine(self) -> bool:
        """Whether parallels stay parallel."""
        low = self.matrix[2]
        return bool(low[0] == 0 and low[1] == 0 and low[2] == 1)

    def points(self, points: NDArray[Any]) -> NDArray[np.float64]:
        """Move points (..., 2)."""
        flat = points.reshape(-1, 2)
        if self.affine:
            return np.asarray(flat @ self.matrix[:2, :2].T + self.matrix[:2, 2]).reshape(points.shape)
        moved = flat @ self.matrix[:, :2].T + self.matrix[:, 2]
        return np.asarray(moved[:, :2] / moved[:, 2:]).reshape(points.shape)

    def inverse(self) -> "Projective":
        """Return the map back."""
        return Projective(np.asarray(np.linalg.inv(self.matrix), np.float64))

    def pixel_matrix(self) -> NDArray[np.float64]:
        """Return the matrix between pixel centres, which is what OpenCV's warps take.

        OpenCV puts (0, 0) at the centre of the first pixel, we put it at its corner: half a pixel apart.
        """
        shifted = self.matrix.copy()
        shifted[:, 2] += (shifted[:, 0] + shifted[:, 1]) / 2
        shifted[:2] -= shifted[2] / 2
        return shifted

    def image(self, image: NDArray[np.uint8], size: tuple[int, int], ground: Level) -> NDArray[np.uint8]:
        """Move pixels, bilinearly."""
        matrix, (height, width) = self.pixel_matrix(), size
        if self.affine:
            moved = cv2.warpAffine(image, matrix[:2], (width, height), borderValue=_border(ground))
        else:
            moved = cv2.warpPerspective(image, matrix, (width, height), borderValue=_border(ground))
        return np.asarray(moved, np.uint8)


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

    def image(self, image: NDArray[np.uint8], size: tuple[int, int], ground: Level) -> NDArray[np.uint8]:
        """Move pixels, by cubics: whole pages come this way, on their way to a scanner that blurs them by itself."""
        height, width = size
        grid = self.shift.astype(np.float32)
        map_x, map_y = (_between(_between(grid[..., axis].T, self.step, width).T, self.step, height) for axis in (0, 1))
        map_x += np.arange(width, dtype=np.float32)
        map_y += np.arange(height, dtype=np.float32)[:, None]
        moved = cv2.remap(
            image, map_x, map_y, cv2.INTER_CUBIC, borderMode=cv2.BORDER_CONSTANT, borderValue=_border(ground)
        )
        return np.asarray(moved, np.uint8)


def _between(knots: NDArray[np.float32], step: int, length: int) -> NDArray[np.float32]:
    """Draw lines between knots (N, M) along the first axis, ``step`` pixels apart.

    Returns:
        float32 (length, M), at the pixels' centres; the first and last pixel may lie beyond the last knot.
    """
    if len(knots) < 2:
        return np.repeat(knots, length, axis=0)
    ramp = ((np.arange(step, dtype=np.float32) + 0.5) / step)[:, None]
    # (cells, step, M): no gather, no product of matrices, whose threads would fight with those of other workers.
    drawn = knots[:-1, None] + np.diff(knots, axis=0)[:, None] * ramp
    return np.asarray(drawn.reshape(-1, knots.shape[1])[:length], np.float32)


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
        return _moved_pixels(self, image, size, ground)


@dataclass(frozen=True, slots=True)
class Chain:
    """Maps one after the other.

    Attributes:
        maps: The maps, first to last; none leave everything where it is.
    """

    maps: tuple[Map, ...]

    def points(self, points: NDArray[Any]) -> NDArray[np.float64]:
        """Move points (..., 2)."""
        for move in self.maps:
            points = move.points(points)
        return points.astype(np.float64, copy=False)

    def inverse(self) -> "Chain":
        """Return the map back."""
        return Chain(tuple(move.inverse() for move in reversed(self.maps)))

    def image(self, image: NDArray[np.uint8], size: tuple[int, int], ground: Level) -> NDArray[np.uint8]:
        """Move pixels in one step, bilinearly."""
        return _moved_pixels(self, image, size, ground)


def _moved_pixels(move: Map, image: NDArray[np.uint8], size: tuple[int, int], ground: Level) -> NDArray[np.uint8]:
    """Compute by the map back where each pixel's centre comes from."""
    height, width = size
    centres = np.stack(np.meshgrid(np.arange(width) + 0.5, np.arange(height) + 0.5), axis=-1)
    source = (move.inverse().points(centres) - 0.5).astype(np.float32)
    moved = cv2.remap(
        image,
        source[..., 0],
        source[..., 1],
        cv2.INTER_LINEAR,
        borderMode=cv2.BORDER_CONSTANT,
        borderValue=_border(ground),
    )
    return np.asarray(moved, np.uint8)


def shrink(image: NDArray[Any], scale: float) -> NDArray[Any]:
    """Return an image (H, W) at a smaller scale, by the mean of areas, at least one pixel high and wide.

    Args:
        image: Pixels of any dtype that OpenCV resizes.
        scale: Factor of height and width; from 1 on, the image is returned as it is.
    """
    if scale >= 1:
        return image
    if min(image.shape) * scale >= 1:
        return cv2.resize(image, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    # OpenCV refuses a side that rounds to nothing.
    height, width = (max(1, round(length * scale)) for length in image.shape)
    return cv2.resize(image, (width, height), interpolation=cv2.INTER_AREA)
