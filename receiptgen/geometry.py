"""Quads and the maps that move them. Pixel coordinates: origin at the top left corner of the top left pixel.

A pixel (row, column) covers the square from (column, row) to (column + 1, row + 1), so a box of ink
``x0, y0, x1, y1`` is half open, like a slice, and ``x1 - x0`` is its width in pixels. A quad is four corners
(x, y), clockwise from the top left as the text is read.
"""

from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

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


class Map(Protocol):
    """A movement of the plane that an effect applies to image and regions alike."""

    def points(self, points: NDArray[np.float64]) -> NDArray[np.float64]:
        """Move points (..., 2) from before the effect to after it."""

    def inverse(self) -> "Map":
        """Return the map back, which rectifies."""


@dataclass(frozen=True, slots=True)
class Projective:
    """A projective (or affine) map.

    Attributes:
        matrix: float64 (3, 3), acting on columns (x, y, 1); invertible.
    """

    matrix: NDArray[np.float64]

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
        angle = np.deg2rad(degrees)
        cos, sin = float(np.cos(angle)), float(np.sin(angle))
        new_width = int(np.ceil(abs(width * cos) + abs(height * sin) - 1e-9))
        new_height = int(np.ceil(abs(width * sin) + abs(height * cos) - 1e-9))
        there = np.array([[1, 0, new_width / 2], [0, 1, new_height / 2], [0, 0, 1.0]])
        turn = np.array([[cos, sin, 0], [-sin, cos, 0], [0, 0, 1.0]])
        back = np.array([[1, 0, -width / 2], [0, 1, -height / 2], [0, 0, 1.0]])
        return cls(np.asarray(there @ turn @ back, np.float64)), (new_height, new_width)

    def points(self, points: NDArray[np.float64]) -> NDArray[np.float64]:
        """Move points (..., 2)."""
        moved = points @ self.matrix[:, :2].T + self.matrix[:, 2]
        return moved[..., :2] / moved[..., 2:]

    def inverse(self) -> "Projective":
        """Return the map back."""
        return Projective(np.asarray(np.linalg.inv(self.matrix), np.float64))

    def pixel_matrix(self) -> NDArray[np.float64]:
        """Return the matrix between pixel centres, which is what OpenCV's warps take.

        OpenCV puts (0, 0) at the centre of the first pixel, we put it at its corner: half a pixel apart.
        """
        shift = np.array([[1, 0, 0.5], [0, 1, 0.5], [0, 0, 1]])
        unshift = np.array([[1, 0, -0.5], [0, 1, -0.5], [0, 0, 1]])
        return np.asarray(unshift @ self.matrix @ shift, np.float64)
