"""Preprocessing of line images, shared by training, evaluation and reading and stored with the weights."""

import cv2
import numpy as np
from pydantic import Field

from receiptgen.config.records import Record
from receiptgen.imaging.geometry import Pixels

# Shares of the pixels that are darker than the level of ink, and lighter than the level of paper.
_INK, _PAPER = 0.02, 0.10
_NARROWEST = 8  # pixels


class PreprocessSettings(Record):
    """Settings for the grey levels and the width of a line.

    Attributes:
        longest: Largest width in pixels; wider lines are squeezed to it.
        upright: Whether white on black becomes black on white.
        contrast: Grey levels are stretched so that ink is black and paper white. 0 for no stretching, else the smallest
            distance of ink and paper, in levels, that is stretched fully: paler lines may be noisy paper.
    """

    longest: int = Field(default=1000, ge=32, le=10_000)
    upright: bool = True
    contrast: int = Field(default=32, ge=0, le=255)


class Preprocess(PreprocessSettings):
    """How the image of a line becomes the input of a network.

    Attributes:
        height: Height of the input in pixels; the width follows.
    """

    height: int = Field(default=32, ge=8, le=256)

    def prepare(self, image: Pixels) -> Pixels:
        """Return the line as the network reads it.

        Args:
            image: uint8 (H, W) or (H, W, 3) in the order blue, green, red; at least one pixel.

        Returns:
            uint8 (``height``, width), ink dark, width from 8 to ``longest``.
        """
        if image.ndim == 3:
            image = np.asarray(cv2.cvtColor(image, cv2.COLOR_BGR2GRAY), np.uint8)
        height, width = image.shape
        size = (self.width(image), self.height)
        if size != (width, height):
            shrinks = height > self.height
            image = np.asarray(cv2.resize(image, size, interpolation=cv2.INTER_AREA if shrinks else cv2.INTER_LINEAR))
        if not (self.upright or self.contrast):
            return np.ascontiguousarray(image)
        return np.asarray(cv2.LUT(image, self._levels(image)), np.uint8)

    def width(self, image: Pixels) -> int:
        """Return the width in pixels of an image once prepared."""
        height, width = image.shape[:2]
        return int(min(self.longest, max(_NARROWEST, round(width * self.height / height))))

    def _levels(self, image: Pixels) -> Pixels:
        """Return the new value of each of the 256 grey levels."""
        counts = cv2.calcHist([image], [0], None, [256], [0, 256]).ravel().cumsum()
        shares = np.array([_INK, _PAPER, 0.5, 1 - _PAPER, 1 - _INK])
        darkest, dark, middle, light, lightest = np.searchsorted(counts, counts[-1] * shares).tolist()
        # Ink covers less than half of a line, so that the median is paper.
        inverse = self.upright and middle - darkest < lightest - middle
        ink, paper = (lightest, dark) if inverse else (darkest, light)
        levels = np.arange(256.0)
        if self.contrast:
            reach = max(abs(paper - ink), self.contrast)
            levels = 255 + (levels - paper) * ((-255 if inverse else 255) / reach)
        elif inverse:
            levels = 255 - levels
        return np.asarray(levels.clip(0, 255).round(), np.uint8)
