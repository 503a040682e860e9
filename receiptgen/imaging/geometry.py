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
# A part of an image: ``x0, y0, x1, y1``, half open.
Box = tuple[int, int, int, int]
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


def border(ground: Level) -> tuple[int, ...]:
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
        return bool(self.matrix[2].tolist() == [0, 0, 1])

    def points(self, points: NDArray[Any]) -> NDArray[np.float64]:
        """Move points (..., 2)."""
        if self.affine and points.size:
            # A third of the time of a product of matrices, for the few points of a line of text.
            pairs = points.reshape(-1, 1, 2).astype(np.float64, copy=False)
            return np.asarray(cv2.transform(pairs, self.matrix[:2]), np.float64).reshape(points.shape)
        flat = points.reshape(-1, 2)
        moved = flat @ self.matrix[:, :2].T + self.matrix[:, 2]
        return np.asarray(moved[:, :2] / moved[:, 2:]).reshape(points.shape)

    def inverse(self) -> "Projective":
        """Return the map back."""
        return Projective(np.asarray(np.linalg.inv(self.matrix), np.float64))

    def pixel_matrix(self) -> NDArray[np.float64]:
        """Return the matrix between pixel centres, which is what OpenCV's warps take.

        OpenCV puts (0, 0) at the centre of the first pixel, we put it at its corner: half a pixel apart.
        """
        # Nine numbers are faster in Python than in NumPy.
        rows = [(a, b, c + (a + b) / 2) for a, b, c in self.matrix.tolist()]
        x, y, z = (each / 2 for each in rows[2])
        return np.array([*[(a - x, b - y, c - z) for a, b, c in rows[:2]], rows[2]])

    def image(
        self, image: NDArray[np.uint8], size: tuple[int, int], ground: Level, part: Box | None = None
    ) -> NDArray[np.uint8]:
        """Move pixels, bilinearly; all of the result, or a part of it alone."""
        matrix, (height, width) = self.pixel_matrix(), size
        if part is not None:
            matrix = Projective.translation(-part[0], -part[1]).matrix @ matrix
            width, height = part[2] - part[0], part[3] - part[1]
        if self.affine:
            moved = cv2.warpAffine(image, matrix[:2], (width, height), borderValue=border(ground))
        else:
            moved = cv2.warpPerspective(image, matrix, (width, height), borderValue=border(ground))
        return np.asarray(moved, np.uint8)

    def reach(self, box: Box) -> Box:
        """Return a box of the result that holds all in which the pixels of a box have a share, and may go beyond it."""
        # A pixel has a share in what comes from within a pixel of it.
        (x0, y0), (x1, y1) = (box[0] - 1, box[1] - 1), (box[2] + 1, box[3] + 1)
        corners = self.points(np.array([[x0, y0], [x1, y0], [x1, y1], [x0, y1]], np.float64))
        (left, top), (right, bottom) = np.floor(corners.min(axis=0)), np.ceil(corners.max(axis=0))
        return int(left), int(top), int(right), int(bottom)


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
        return moved_pixels(self, image, size, ground)


def moved_pixels(move: Map, image: NDArray[np.uint8], size: tuple[int, int], ground: Level) -> NDArray[np.uint8]:
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
        borderValue=border(ground),
    )
    return np.asarray(moved, np.uint8)


def shrink(image: NDArray[Any], scale: float) -> NDArray[Any]:
    """Return an image (H, W) or (H, W, C) at a smaller scale, by the mean of areas, at least one pixel high and wide.

    Args:
        image: Pixels of any dtype that OpenCV resizes.
        scale: Factor of height and width; from 1 on, the image is returned as it is.
    """
    if scale >= 1:
        return image
    if min(image.shape[:2]) * scale >= 1:
        return cv2.resize(image, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    # OpenCV refuses a side that rounds to nothing.
    height, width = (max(1, round(length * scale)) for length in image.shape[:2])
    return cv2.resize(image, (width, height), interpolation=cv2.INTER_AREA)
