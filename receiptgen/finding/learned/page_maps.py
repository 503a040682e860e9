"""The maps of a page at a scale at which its print has the size that the network was taught."""

from dataclasses import dataclass
from typing import Protocol

import cv2
import numpy as np
from numpy.typing import NDArray

from receiptgen.finding.finder_model import FinderMaps
from receiptgen.finding.network import PER_VALUE
from receiptgen.imaging.geometry import Pixels

# Pixels of the page in the first pass, of one so small that it is doubled, and at most in the second.
_FIRST, _TINY, _MOST = 1_000_000, 150_000, 2_500_000
# Height of letters at which the network finds most, in its pixels, and the factor up to which a page is near enough.
_LETTER, _NEAR = 20.0, 1.15
# Scales of a page at most, and how it is changed where the first pass finds nothing.
_LARGEST, _AGAIN = 4.0, 2.0
# Values of the band that tell the size of print, and how many there are at least.
_SURE, _FEW = 0.5, 30


class MapsModel(Protocol):
    """What makes maps of images."""

    def maps(self, image: Pixels) -> FinderMaps:
        """Return the maps of an image uint8 (H, W), each float32 (ceil(H / 2), ceil(W / 2))."""


@dataclass(frozen=True)
class PageMaps:
    """Maps of a page, and how they lie on it.

    Attributes:
        maps: The maps, each (h, w); heights are those of the page that the network saw.
        scale: Values per pixel of the image, across and down.
    """

    maps: FinderMaps
    scale: tuple[float, float]

    @property
    def letter_scale(self) -> float:
        """Pixels of the image per unit of the map of heights."""
        return float(1 / (PER_VALUE * (self.scale[0] * self.scale[1]) ** 0.5))

    def at(self, values: NDArray[np.float32], points: NDArray[np.float64]) -> NDArray[np.float32]:
        """Return the values of a map (h, w), nearest to points (N, K, 2) of the image."""
        height, width = values.shape
        columns = (points[..., 0] * self.scale[0]).astype(np.intp).clip(0, width - 1)
        rows = (points[..., 1] * self.scale[1]).astype(np.intp).clip(0, height - 1)
        return np.asarray(values[rows, columns])


def first_maps(model: MapsModel, image: Pixels) -> PageMaps:
    """Return the maps of an image at a scale that costs little.

    Args:
        model: What makes maps.
        image: Grey image uint8 (H, W).
    """
    return _maps_at(model, image, min(1.0, (_FIRST / image.size) ** 0.5) if image.size > _TINY else 2.0)


def closer_maps(model: MapsModel, image: Pixels, first: PageMaps) -> PageMaps:
    """Return the maps of an image at the scale at which its print has the size that the network likes.

    Args:
        model: What makes maps.
        image: Grey image uint8 (H, W).
        first: Its maps at another scale; they are returned if their print is near enough to that size.
    """
    scale = 1 / first.letter_scale
    letter = _letter_height(first.maps)
    # Where none is found, print is too small in a page that was made smaller, else too large.
    blind = _AGAIN if scale < 1 else 1 / _AGAIN
    wanted = scale * (_LETTER / letter if letter else blind)
    wanted = min(wanted, _LARGEST, (_MOST / image.size) ** 0.5)
    return first if 1 / _NEAR < wanted / scale < _NEAR else _maps_at(model, image, wanted)


def _maps_at(model: MapsModel, image: Pixels, scale: float) -> PageMaps:
    """Return the maps of an image at a scale."""
    height, width = image.shape
    size = max(1, round(width * scale)), max(1, round(height * scale))
    if size != (width, height):
        way = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
        page = np.asarray(cv2.resize(image, size, interpolation=way), np.uint8)
    else:
        page = image
    ratios = size[0] / width, size[1] / height
    return PageMaps(model.maps(page), (ratios[0] / PER_VALUE, ratios[1] / PER_VALUE))


def _letter_height(maps: FinderMaps) -> float | None:
    """Return the usual height of letters, None where there are next to none; every letter counts alike, be it large."""
    heights = maps.height[maps.band > _SURE]
    if len(heights) < _FEW:
        return None
    heights = np.sort(heights)
    letters = np.cumsum(1 / heights.astype(np.float64) ** 2)
    return float(heights[np.searchsorted(letters, letters[-1] / 2)])
