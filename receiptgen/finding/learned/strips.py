"""Strips: images of cells cut along their baselines, at the size of print that recognisers like."""

from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from receiptgen.core.medians import median
from receiptgen.finding.classical.ink import find_ink
from receiptgen.finding.found_page import CellImage
from receiptgen.finding.learned.baselines import Baselines, Floats
from receiptgen.imaging.geometry import Pixels, shrink

# Least height of letters on a strip in pixels, to which smaller print is enlarged; print of twice that is halved.
_LETTER = 28.0
# Margins in letters above and below, and at the sides. F1 of the words of 24 drawn photos is 85.8, 87.6, 88.7, 89.0 and
# 88.9 for 0.08, 0.12, 0.16, 0.2 and 0.25 above and below, that of 35 real scans 92.3, 92.6, 92.8, 92.8 and 93.5; with
# more there is as much of the rows above and below as of the row.
_MARGIN, _ASIDE = 0.2, 0.2
# Heights that differ from the page's usual one by no more than this factor share its scale, so that characters of one
# font have one pitch.
_USUAL = 1.3
# Capitals are this share of the height of letters, ascender to descender.
_CAPITAL = 0.7
# Columns of a strip at most.
_LONGEST = 6000


@dataclass(frozen=True)
class CurvedStrip:
    """The map from the pixels of a strip along a baseline to the image.

    Attributes:
        baseline: The baseline, one.
        along: Position along its axis of the strip's left edge.
        off: Distance from its curve of the strip's upper edge.
        scale: Pixels of the strip per pixel of the image.
    """

    baseline: Baselines
    along: float
    off: float
    scale: float

    def points(self, points: NDArray[Any]) -> Floats:
        """Move points (..., 2)."""
        flat = points.reshape(-1, 2)
        along, off = self.along + flat[:, 0] / self.scale, self.off + flat[:, 1] / self.scale
        return self.baseline.points(along[None], off[None]).reshape(points.shape)


class StripCutter:
    """Cuts strips from one image.

    Args:
        image: Grey image uint8 (H, W).
        baselines: The baselines of its cells.
    """

    def __init__(self, image: Pixels, baselines: Baselines) -> None:
        self._baselines = baselines
        # The image at a whole, a half, a quarter of its size and so on.
        self._octaves: list[Pixels] = [image]
        heights = baselines.height
        usual = median(heights) if len(heights) else _LETTER
        alike = (heights < _USUAL * usual) & (heights > usual / _USUAL)
        self._scaled_heights = np.where(alike, usual, heights)

    def strips(self) -> list[CellImage]:
        """Return the strips of all cells."""
        return [self._strip(index) for index in range(len(self._baselines))]

    def _strip(self, index: int) -> CellImage:
        baseline = self._baselines.take(np.array([index]))
        height, length = float(baseline.height[0]), float(baseline.length[0])
        octave = max(0, int(np.log2(self._scaled_heights[index] / _LETTER)))
        scale = max(_LETTER / float(self._scaled_heights[index]), 0.5**octave)
        scale = min(scale, _LONGEST / (length + 2 * _ASIDE * height))
        columns = max(1, round((length + 2 * _ASIDE * height) * scale))
        margin, letters = round(_MARGIN * height * scale), max(1, round(height * scale))
        rows = letters + 2 * margin
        middle = float(baseline.ends.mean())
        back = CurvedStrip(baseline, middle - columns / 2 / scale, -rows / 2 / scale, scale)
        image = self._sampled(back, octave, (rows, columns))
        ink = find_ink(image, _CAPITAL * letters)
        return CellImage(image, ink, (margin, margin + letters), back)

    def _sampled(self, back: CurvedStrip, octave: int, size: tuple[int, int]) -> Pixels:
        """Return the pixels of a strip of some rows and columns."""
        source = self._octave(octave)
        rows, columns = size
        along, off = (
            np.asarray(start + (np.arange(count) + 0.5) / back.scale, np.float64)
            for start, count in ((back.along, columns), (back.off, rows))
        )
        across, down = back.baseline.axis[0]
        curve = back.baseline.points(along[None])[0]
        # A row is the curve, moved at a right angle to the axis.
        x, y = curve[:, 0] - down * off[:, None], curve[:, 1] + across * off[:, None]
        (height, width), (whole_height, whole_width) = source.shape, self._octaves[0].shape
        columns_at = (x * (width / whole_width) - 0.5).astype(np.float32)
        rows_at = (y * (height / whole_height) - 0.5).astype(np.float32)
        moved = cv2.remap(source, columns_at, rows_at, cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE)
        return np.asarray(moved, np.uint8)

    def _octave(self, octave: int) -> Pixels:
        """Return the image, halved some times."""
        while len(self._octaves) <= octave:
            self._octaves.append(shrink(self._octaves[-1], 0.5))
        return self._octaves[octave]
