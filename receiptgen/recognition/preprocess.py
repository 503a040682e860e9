"""Preprocessing of images, shared by training, evaluation and reading and stored with the weights."""

from dataclasses import dataclass
from functools import lru_cache
from typing import Annotated, Literal

import cv2
import numpy as np

from receiptgen.core.settings import Limits, Settings
from receiptgen.imaging.geometry import Pixels
from receiptgen.recognition.padding import PAPER

# Shares of the pixels that are darker than the level of ink, and lighter than the level of paper.
_INK, _PAPER = 0.02, 0.10
_SHARES = np.array([_INK, _PAPER, 0.5, 1 - _PAPER, 1 - _INK])
_NARROWEST = 8  # pixels


@dataclass(frozen=True, kw_only=True)
class PreprocessSettings(Settings):
    """Settings for the grey levels and the width of an image.

    Attributes:
        longest: Largest width of a line in pixels; wider lines are squeezed to it.
        fit: How an image comes to the size of a network whose width is fixed: ``keep`` its proportions, centred on
            paper, or ``stretch`` it.
        upright: Whether white on black becomes black on white.
        contrast: Grey levels are stretched so that ink is black and paper white. 0 for no stretching, else the smallest
            distance of ink and paper, in levels, that is stretched fully: paler lines may be noisy paper.
    """

    longest: Annotated[int, Limits(ge=32, le=10_000)] = 1000
    fit: Literal["keep", "stretch"] = "keep"
    upright: bool = True
    contrast: Annotated[int, Limits(ge=0, le=255)] = 32


@dataclass(frozen=True, kw_only=True)
class Preprocess(PreprocessSettings):
    """How an image becomes the input of a network.

    Attributes:
        height: Height of the input in pixels.
        width: Width of the input in pixels; 0 for that of a line, which follows from its height.
    """

    height: Annotated[int, Limits(ge=8, le=256)] = 32
    width: Annotated[int, Limits(ge=0, le=1024)] = 0

    def prepare(self, image: Pixels) -> Pixels:
        """Return the image as the network reads it.

        Args:
            image: uint8 (H, W) or (H, W, 3) in the order blue, green, red; at least one pixel.

        Returns:
            uint8 (``height``, ``width``), or (``height``, 8 to ``longest``) for lines; ink dark.
        """
        if image.ndim == 3:
            image = np.asarray(cv2.cvtColor(image, cv2.COLOR_BGR2GRAY), np.uint8)
        height, width = image.shape
        edge = np.concatenate([image[0], image[-1], image[:, 0], image[:, -1]]) if self.width else None
        size = self._size(height, width)
        if size != (width, height):
            shrinks = height > size[1]
            image = np.asarray(cv2.resize(image, size, interpolation=cv2.INTER_AREA if shrinks else cv2.INTER_LINEAR))
        if self.upright or self.contrast:
            image = np.asarray(cv2.LUT(image, self._levels(image, edge)), np.uint8)
        return self._centred(image) if self.width else np.ascontiguousarray(image)

    def width_of(self, image: Pixels) -> int:
        """Return the width in pixels of an image once prepared."""
        return self.width or self._size(*image.shape[:2])[0]

    def _size(self, height: int, width: int) -> tuple[int, int]:
        """Return the width and height to which an image is scaled."""
        if not self.width:
            return int(min(self.longest, max(_NARROWEST, round(width * self.height / height)))), self.height
        if self.fit == "stretch":
            return self.width, self.height
        scale = min(self.width / width, self.height / height)
        return max(1, round(width * scale)), max(1, round(height * scale))

    def _centred(self, image: Pixels) -> Pixels:
        """Return the image in the middle of paper of the input's size."""
        height, width = image.shape
        paper = np.full((self.height, self.width), PAPER, np.uint8)
        top, left = (self.height - height) // 2, (self.width - width) // 2
        paper[top : top + height, left : left + width] = image
        return paper

    def _levels(self, image: Pixels, edge: Pixels | None) -> Pixels:
        """Return the new value of each of the 256 grey levels of an image; ``edge`` is paper, or else most of it."""
        counts = cv2.calcHist([image], [0], None, [256], [0, 256]).ravel().cumsum()
        darkest, dark, middle, light, lightest = counts.searchsorted(counts[-1] * _SHARES).tolist()
        # Ink covers less than half of a line, but more of a bold character's image, though not of the edge.
        background = middle if edge is None else int(np.sort(edge)[len(edge) // 2])
        inverse = self.upright and background - darkest < lightest - background
        ink, paper = (lightest, dark) if inverse else (darkest, light)
        return _table(ink, paper, inverse, self.contrast)


# Lines of one scanner often have the same levels.
@lru_cache(maxsize=4096)
def _table(ink: int, paper: int, inverse: bool, contrast: int) -> Pixels:
    """Return the new value of each grey level where those of ink and paper are known; nobody may change it."""
    levels = np.arange(256.0)
    if contrast:
        reach = max(abs(paper - ink), contrast)
        levels = 255 + (levels - paper) * ((-255 if inverse else 255) / reach)
    elif inverse:
        levels = 255 - levels
    return np.asarray(levels.clip(0, 255).round(), np.uint8)
