"""Maps of a finder made by hand, as a perfect network would make them."""

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from receiptgen.finding.finder_model import FinderMaps
from receiptgen.imaging.geometry import Pixels

# Height of the band of a row, in letters.
BAND = 0.48


@dataclass(frozen=True)
class Row:
    """A row of print, in pixels of its image.

    Attributes:
        left: Left end.
        right: Right end.
        middle: Height on the image of its middle line at the left end.
        height: Height of its letters.
        fall: Pixels that it falls per pixel to the right, at the left end.
        bend: What it falls more with the square of the distance from the left end.
        sense: 1 if it is read to the right, -1 if it stands on its head.
    """

    left: float
    right: float
    middle: float
    height: float = 20.0
    fall: float = 0.0
    bend: float = 0.0
    sense: int = 1

    def middle_at(self, x: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return its middle line at places across the image."""
        return self.middle + self.fall * (x - self.left) + self.bend * (x - self.left) ** 2


def maps_of(rows: Sequence[Row], size: tuple[int, int], paper: NDArray[np.float32] | None = None) -> FinderMaps:
    """Return the maps of rows on an image of some height and width; all of it is paper if nothing else is said."""
    height, width = (-(-side // 2) for side in size)
    y, x = 2.0 * np.mgrid[:height, :width] + 1
    maps = np.zeros((6, height, width), np.float32)
    maps[2], maps[3], maps[5] = 20, 1, 1 if paper is None else paper
    for row in rows:
        off = np.abs(y - row.middle_at(x)) / row.height
        for part, share in ((0, BAND), (1, 1.0)):
            maps[part] = np.maximum(maps[part], ((x > row.left) & (x < row.right) & (off < share / 2)) * 0.98)
        near = (x > row.left - row.height) & (x < row.right + row.height) & (off < 0.7)
        maps[2][near], maps[3][near], maps[4][near] = row.height, row.sense, row.sense * row.fall
    return FinderMaps(*maps)


@dataclass
class HandModel:
    """A model whose maps are those of rows of an image of some size, at whatever scale it is shown.

    Attributes:
        rows: The rows.
        size: Height and width of the image.
        shown: Height and width of each image that it was shown.
        paper: Map of paper, None for all.
    """

    rows: Sequence[Row]
    size: tuple[int, int]
    shown: list[tuple[int, int]]
    paper: NDArray[np.float32] | None = None

    def maps(self, image: Pixels) -> FinderMaps:
        """Return the maps of the rows, as large as the image asks for."""
        height, width = image.shape
        self.shown.append((height, width))
        scale = width / self.size[1]
        whole = maps_of(self.rows, self.size, self.paper)
        half = -(-width // 2), -(-height // 2)
        maps = [cv2.resize(part, half, interpolation=cv2.INTER_LINEAR) for part in whole]
        maps[2] *= scale
        return FinderMaps(*(np.asarray(part, np.float32) for part in maps))
