"""What a printer does to the outlines of characters: dots, stretching, slanting, printing twice, doubling."""

from dataclasses import dataclass
from typing import Literal, get_args

import cv2
import numpy as np
from numpy.typing import NDArray

# "dots": one bit per pixel, as a printer's own fonts; "smooth": 256 levels, as a scan of a laser printer.
Ink = Literal["dots", "smooth"]
INKS: tuple[Ink, ...] = get_args(Ink)
# Steps of stretching, and the cover (of 255) from which a resized dot is printed, so that strokes of one dot survive.
STEPS, _PRINTED = 20, 84
# What is inside an outline of two dots; thinner strokes have no inside, and stay.
_INSIDE = np.ones((5, 5), np.uint8)


@dataclass(frozen=True, slots=True)
class InkStyle:
    """How characters are printed; see ``glyph_atlas.Atlas`` for what the values mean.

    Attributes:
        ink: One bit or 256 levels.
        bold: Print twice, a dot apart.
        wide: Times that every column is printed.
        tall: Times that every row is printed.
        stretch: Width relative to the font's own.
        lean: Tangent of the angle of slanting.
        outline: Whether strokes are hollow that are thick enough.
    """

    ink: Ink = "smooth"
    bold: bool = False
    wide: int = 1
    tall: int = 1
    stretch: float = 1.0
    lean: float = 0.0
    outline: bool = False

    @property
    def mode(self) -> Literal["1", "L"]:
        """Mode in which Pillow draws: dots that are stretched are made of levels."""
        return "1" if self.ink == "dots" and self.stretch == 1 else "L"

    def columns(self, count: int) -> int:
        """Return how many columns some of a canvas are printed as; what is stretched is a multiple of ``STEPS``."""
        return (count if self.stretch == 1 else count * round(self.stretch * STEPS) // STEPS) * self.wide

    def printed(self, canvas: NDArray[np.uint8], starts: list[int], baseline: int) -> NDArray[np.uint8]:
        """Return a canvas as it is printed.

        Args:
            canvas: Ink uint8 (H, W).
            starts: First column of each character, and the width at the end; multiples of ``STEPS``.
            baseline: Row of the baseline.
        """
        ink = canvas
        if self.stretch != 1:
            steps = round(self.stretch * STEPS)
            starts = [start * steps // STEPS for start in starts]
            # In blocks that become whole columns, since OpenCV rounds a column's place by where it is on a canvas: a
            # character would depend on those that are printed beside it.
            blocks = canvas.reshape(-1, STEPS)
            ink = np.asarray(cv2.resize(blocks, (steps, len(blocks)), interpolation=cv2.INTER_AREA), np.uint8)
            ink = ink.reshape(len(canvas), -1)
            if self.ink == "dots":
                # A character too fine to be printed at all keeps its darkest dots; else its label would be wrong.
                darkest = np.maximum.reduceat(ink.max(axis=0), starts[:-1])
                limits = np.where(darkest > _PRINTED, _PRINTED, darkest // 2)
                ink = (ink > limits.repeat(np.diff(starts))).astype(np.uint8) * 255
        if self.lean:
            ink = self._slant(ink, baseline)
        if self.bold:
            ink[:, 1:] = np.maximum(ink[:, 1:], ink[:, :-1])
        if self.outline:
            ink = ink - np.asarray(cv2.erode(ink, _INSIDE), np.uint8)
        if self.tall == self.wide == 1:
            return ink
        return ink.repeat(self.tall, axis=0).repeat(self.wide, axis=1)

    def _slant(self, ink: NDArray[np.uint8], baseline: int) -> NDArray[np.uint8]:
        """Return a canvas whose rows are shifted by their distance from the baseline; dots stay dots."""
        if self.ink == "dots":
            shifts = np.rint((baseline - np.arange(len(ink))) * self.lean).astype(int)
            columns = np.arange(ink.shape[1]) - shifts[:, None]
            return np.asarray(np.take_along_axis(ink, columns % ink.shape[1], 1))
        shear = np.array([[1, -self.lean, self.lean * baseline], [0, 1, 0]], np.float64)
        return np.asarray(cv2.warpAffine(ink, shear, (ink.shape[1], len(ink))), np.uint8)
