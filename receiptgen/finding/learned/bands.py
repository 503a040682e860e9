"""Bands: components of the map of the cores of cells, parted where rows touch, each with its baseline."""

from dataclasses import dataclass
from typing import NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from receiptgen.finding.learned.baselines import Baselines, Floats
from receiptgen.finding.learned.page_maps import PageMaps
from receiptgen.imaging.geometry import Pixels

# Probabilities above which values of the band are one component; what is too high for one row at one of them is parted
# at the next.
_LEVELS = 0.3, 0.5, 0.7, 0.93
# Height of a band that may be several rows, in letters, where one row's is 0.48; a value's own height is not counted.
_TALL = 0.85
# A band has somewhere this probability at least, and this many values, and this share of the square of a letter.
_SURE, _LEAST, _SPECK = 0.4, 3, 0.05
# Bands that are looked at, the largest first; the longest of 345 real receipts has 200.
_MOST = 2000
# Lengths in letters from which a band shows its slope, surely shows it, and shows its curvature.
_SLOPED, _SURELY_SLOPED, _CURVED = 1.6, 5.0, 7.0
# Cosine of the angle between the axis of a band and the direction that the map tells, of a long and of a shorter one.
_ALIKE, _VERY_ALIKE = 0.5, 0.8


class Bands(NamedTuple):
    """The bands of a page.

    Attributes:
        labels: Number of each value's band, from 1, or 0, int32 (h, w).
        baselines: Their baselines, in this order.
    """

    labels: NDArray[np.int32]
    baselines: Baselines


@dataclass(frozen=True)
class _BandValues:
    """The values of a page's maps inside bands, band by band.

    Attributes:
        starts: Position of each band's first value.
        label: Number of each value's band, from 0.
        points: Their places (V, 2) on the image.
        height: Logarithm of the height of letters there, in pixels of the image.
        direction: Reading direction there (V, 2).
        probability: Probability there.
    """

    starts: NDArray[np.intp]
    label: NDArray[np.intp]
    points: Floats
    height: Floats
    direction: Floats
    probability: NDArray[np.float32]

    @classmethod
    def of(cls, page: PageMaps, labels: NDArray[np.int32]) -> "_BandValues":
        """Gather the values of labels (h, w), of which each from 1 on is there."""
        places = np.flatnonzero(labels)
        places = places[np.argsort(labels.ravel()[places], kind="stable")]
        label = labels.ravel()[places].astype(np.intp) - 1
        rows, columns = np.divmod(places, labels.shape[1])
        maps = page.maps
        direction = np.stack([maps.across.ravel()[places], maps.down.ravel()[places]], axis=1)
        return cls(
            np.flatnonzero(np.diff(label, prepend=-1)),
            label,
            (np.stack([columns, rows], axis=1) + 0.5) / page.scale,
            np.log(maps.height.ravel()[places].astype(np.float64) * page.letter_scale),
            direction.astype(np.float64),
            maps.band.ravel()[places],
        )

    def mean(self, values: NDArray[np.floating]) -> Floats:
        """Return the mean (N, ...) of values (V, ...) in each band."""
        counts = np.diff(self.starts, append=len(self.label)).reshape(-1, *[1] * (values.ndim - 1))
        return np.asarray(np.add.reduceat(values, self.starts, axis=0) / counts, np.float64)

    def bounds(self, values: Floats) -> Floats:
        """Return the least and the largest value (N, 2) in each band."""
        extremes = [ufunc.reduceat(values, self.starts) for ufunc in (np.minimum, np.maximum)]
        return np.stack(extremes, axis=1)


def find_bands(page: PageMaps) -> Bands:
    """Find the bands of a page, and part those that are too high to be one row."""
    labels = np.zeros(page.maps.band.shape, np.int32)
    undecided = np.ones(labels.shape, np.uint8)
    count = 0
    for level in _LEVELS:
        found = _components(undecided & (page.maps.band > level))
        if not found.any():
            break
        kept, high = _judged(page, found, last=level == _LEVELS[-1])
        numbers = np.zeros(len(kept) + 1, np.int32)
        numbers[1:][kept] = np.arange(1, np.count_nonzero(kept) + 1) + count
        count += int(np.count_nonzero(kept))
        labels = np.where(numbers[found] > 0, numbers[found], labels)
        undecided = np.concatenate([[False], high])[found].astype(np.uint8)
    return Bands(labels, fit_baselines(page, labels))


def fit_baselines(page: PageMaps, labels: NDArray[np.int32]) -> Baselines:
    """Return the baselines of bands, given the number of each value's band, each from 1 on at least once."""
    return _fit(_BandValues.of(page, labels), _value(page))[0]


def _value(page: PageMaps) -> float:
    """Return the side of a value in pixels of the image."""
    return float((page.scale[0] * page.scale[1]) ** -0.5)


def _components(mask: Pixels) -> NDArray[np.int32]:
    """Return the labels of the largest components of a mask, from 1 without gaps."""
    _, labels, stats, _ = cv2.connectedComponentsWithStats(mask, connectivity=4)
    areas = stats[1:, cv2.CC_STAT_AREA]
    kept = np.flatnonzero(areas >= _LEAST)
    kept = kept[np.argsort(-areas[kept], kind="stable")[:_MOST]]
    numbers = np.zeros(len(stats), np.int32)
    numbers[kept + 1] = np.arange(1, len(kept) + 1)
    return np.asarray(numbers[labels])


def _judged(page: PageMaps, labels: NDArray[np.int32], last: bool) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Tell which bands (N,) are kept, and which are too high and are to be parted."""
    values = _BandValues.of(page, labels)
    side = _value(page)
    baselines, thickness = _fit(values, side)
    high = thickness > _TALL * baselines.height + side
    counts = np.diff(values.starts, append=len(values.label))
    sure = np.maximum.reduceat(values.probability, values.starts) >= _SURE
    sure &= counts * side**2 >= _SPECK * baselines.height**2
    return sure & ~high, high & (not last)


def _fit(values: _BandValues, side: float) -> tuple[Baselines, Floats]:
    """Return baselines, and the thickness (N,) of what lies along each."""
    origin = values.mean(values.points)
    height = np.exp(values.mean(values.height))
    offsets = values.points - origin[values.label]
    axis = _axes(values, offsets, height)
    own = axis[values.label]
    along = (offsets * own).sum(axis=1)
    off = offsets[:, 1] * own[:, 0] - offsets[:, 0] * own[:, 1]
    span = values.bounds(along) + np.array([-side / 2, side / 2])
    curve = _curves(values, along, off, span[:, 1] - span[:, 0], height)
    constant, linear, square = curve[values.label].T
    rest = off - (constant + linear * along + square * along**2)
    return Baselines(origin, axis, curve, span, span, height), np.sqrt(12 * values.mean(rest**2))


def _axes(values: _BandValues, offsets: Floats, height: Floats) -> Floats:
    """Return the axis (N, 2) of each band: its own where it is long enough, with the sense that the maps tell."""
    told = values.mean(values.direction)
    told /= np.linalg.norm(told, axis=1, keepdims=True).clip(1e-6)
    xx, yy, xy = (values.mean(offsets[:, a] * offsets[:, b]) for a, b in ((0, 0), (1, 1), (0, 1)))
    angle = np.arctan2(2 * xy, xx - yy) / 2
    own = np.stack([np.cos(angle), np.sin(angle)], axis=1)
    length = np.sqrt(6 * (xx + yy + np.hypot(xx - yy, 2 * xy)))
    same = (own * told).sum(axis=1)
    alike = np.where(length > _SURELY_SLOPED * height, _ALIKE, _VERY_ALIKE)
    sloped = (length > _SLOPED * height) & (np.abs(same) > alike)
    own *= np.where(same < 0, -1.0, 1.0)[:, None]
    return np.where(sloped[:, None], own, told)


def _curves(values: _BandValues, along: Floats, off: Floats, length: Floats, height: Floats) -> Floats:
    """Return the coefficients (N, 3) of curves by least squares: straight if short, level if very short."""
    half = np.maximum(length / 2, 1e-6)
    share = along / half[values.label]
    # Products: raising to a power takes fifty times as long.
    square = share * share
    powers = [np.ones_like(share), share, square, square * share, square * square]
    moments = [values.mean(power) for power in powers]
    normal = np.stack([np.stack([moments[row + column] for column in range(3)], axis=1) for row in range(3)], axis=1)
    right = np.stack([values.mean(off * power) for power in powers[:3]], axis=1)
    # A coefficient that a short band can't tell is held at zero.
    normal[:, 1, 1] += np.where(length > _SLOPED * height, 1e-6, 1e9)
    normal[:, 2, 2] += np.where(length > _CURVED * height, 1e-6, 1e9)
    solved = np.linalg.solve(normal, right[..., None])[..., 0]
    return np.asarray(solved / half[:, None] ** np.arange(3))
