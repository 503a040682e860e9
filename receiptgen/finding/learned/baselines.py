"""Baselines: the middle lines of cells, each a curve along an axis of its own; all cells of a page at once."""

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Baselines:
    """Curves along the middle of cells, in pixels of the image.

    A point of a cell lies so far *along* its axis from its origin, and so far *off* its curve, downwards as it is read.

    Attributes:
        origin: Points (N, 2).
        axis: Unit vectors (N, 2) of the reading direction.
        curve: Coefficients (N, 3) of 1, t and t squared, which give the curve's distance from the axis at t along it.
        span: Positions (N, 2) along the axis between which the curve was fitted; beyond them it goes on straight.
        ends: Positions (N, 2) along the axis where the cell begins and ends.
        height: Height (N,) of the letters, ascender to descender.
    """

    origin: Floats
    axis: Floats
    curve: Floats
    span: Floats
    ends: Floats
    height: Floats

    def __len__(self) -> int:
        return len(self.origin)

    @property
    def length(self) -> Floats:
        """Lengths (N,) along the axis."""
        return np.asarray(self.ends[:, 1] - self.ends[:, 0])

    def take(self, chosen: NDArray[Any]) -> "Baselines":
        """Return some of them, by numbers or a mask (N,)."""
        parts = (self.origin, self.axis, self.curve, self.span, self.ends, self.height)
        return Baselines(*(part[chosen] for part in parts))

    def points(self, along: Floats, off: Floats | float = 0.0) -> Floats:
        """Return points (N, K, 2) of each cell, ``along`` and ``off`` of shapes that broadcast to (N, K)."""
        inside = along.clip(self.span[:, :1], self.span[:, 1:])
        constant, linear, square = (self.curve[:, [power]] for power in range(3))
        bend = constant + linear * inside + square * inside**2 + (along - inside) * (linear + 2 * square * inside) + off
        across, down = self.axis[:, None, 0], self.axis[:, None, 1]
        x = self.origin[:, None, 0] + along * across - bend * down
        y = self.origin[:, None, 1] + along * down + bend * across
        return np.stack([x, y], axis=-1)

    def slopes(self, along: Floats) -> Floats:
        """Return unit vectors (N, K, 2) of the curves' direction at positions (N, K)."""
        inside = along.clip(self.span[:, :1], self.span[:, 1:])
        slope = self.curve[:, [1]] + 2 * self.curve[:, [2]] * inside
        across, down = self.axis[:, None, 0], self.axis[:, None, 1]
        vectors = np.stack([across - slope * down, down + slope * across], axis=-1)
        return np.asarray(vectors / np.linalg.norm(vectors, axis=-1, keepdims=True))

    def along(self, shares: Floats) -> Floats:
        """Return positions (N, K) at shares (K,) of the way from one end to the other."""
        return self.ends[:, :1] + shares * self.length[:, None]

    def upside_down(self, chosen: NDArray[np.bool_]) -> "Baselines":
        """Return them with those of a mask (N,) read the other way."""
        turned = chosen[:, None]
        return replace(
            self,
            axis=np.where(turned, -self.axis, self.axis),
            curve=np.where(turned, self.curve * (-1, 1, -1), self.curve),
            span=np.where(turned, -self.span[:, ::-1], self.span),
            ends=np.where(turned, -self.ends[:, ::-1], self.ends),
        )
