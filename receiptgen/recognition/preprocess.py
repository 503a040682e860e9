"""The one preprocessing that training, evaluation and reading share; it is stored beside the weights."""

import cv2
import numpy as np
from pydantic import Field

from receiptgen.config.records import Record
from receiptgen.imaging.geometry import Pixels

# Share of the pixels that are darker than what counts as ink, and lighter than what counts as paper.
_INK, _PAPER = 0.02, 0.10
_NARROWEST = 8  # pixels


class PreprocessSettings(Record):
    """How the grey levels and the width of a line are made ready.

    Attributes:
        longest: Pixels at most; wider lines are squeezed to that.
        upright: Turn white on black into black on white.
        contrast: Stretch grey levels so that ink is black and paper white; none where 0, else the smallest distance
            of ink and paper, in levels, that is stretched so far: paler lines are taken for noisy paper.
    """

    longest: int = Field(default=1000, ge=32, le=10_000)
    upright: bool = True
    contrast: int = Field(default=32, ge=0, le=255)


class Preprocess(PreprocessSettings):
    """How the image of a line becomes what a network is given.

    Attributes:
        height: Pixels; the width follows.
    """

    height: int = Field(default=32, ge=8, le=256)

    def prepare(self, image: Pixels) -> Pixels:
        """Return the line as the network is given it.

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
        """Return how wide an image is when it is prepared, in pixels."""
        height, width = image.shape[:2]
        return int(min(self.longest, max(_NARROWEST, round(width * self.height / height))))

    def _levels(self, image: Pixels) -> Pixels:
        """Return what each of the 256 levels becomes."""
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
