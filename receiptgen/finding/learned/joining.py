"""Bands grown to the ends of their cells, and pieces of one cell joined."""

from dataclasses import replace

import cv2
import numpy as np
from numpy.typing import NDArray

from receiptgen.finding.learned.bands import Bands, fit_baselines
from receiptgen.finding.learned.baselines import Baselines, Floats
from receiptgen.finding.learned.page_maps import PageMaps

# All lengths in letters. Ends grow in these steps, at most this many, while the map of regions says at least this.
_STEP, _STEPS, _INSIDE = 0.15, 12, 0.45
# Pieces of one cell: gap up to which they are joined at once, and up to which they are if the region goes on between;
# how far one may lie above the other; the factor of their heights; the share of unit vectors' alikeness.
_GAP, _LONG_GAP, _GOES_ON, _HIGHER, _ALIKE, _DIRECTION = 0.35, 1.0, 0.3, 0.3, 1.5, 0.9
# Gap between grown ends below which no two words stand; both may have grown over each other. Pieces whose neighbours
# are looked for at once.
_WORD_SPACE, _OVERLAP, _AT_ONCE = 0.3, 2 * _STEP * _STEPS, 256
# Cells are at least this long.
_SHORTEST = 0.3


def whole_cells(page: PageMaps, bands: Bands) -> Baselines:
    """Return the baselines of whole cells, given the bands of a page."""
    labels, baselines = bands
    if not len(baselines):
        return baselines
    region = np.asarray(cv2.GaussianBlur(page.maps.region, (0, 0), 1.0), np.float32)
    baselines = _grown(page, region, baselines)
    numbers = _joined(_follower(page, region, labels, baselines))
    if numbers.max() + 1 < len(baselines):
        whole = np.concatenate([[0], numbers + 1]).astype(np.int32)[labels]
        baselines = _grown(page, region, fit_baselines(page, whole))
    return baselines.take(baselines.length >= _SHORTEST * baselines.height)


def _grown(page: PageMaps, region: NDArray[np.float32], baselines: Baselines) -> Baselines:
    """Return baselines with their ends moved outwards as far as the region goes on."""
    steps = np.arange(1, _STEPS + 1) * _STEP * baselines.height[:, None]
    inside = [
        page.at(region, baselines.points(baselines.ends[:, [end]] + sense * steps)) > _INSIDE
        for end, sense in ((0, -1), (1, 1))
    ]
    grown = np.stack([np.cumprod(side, axis=1).sum(axis=1) for side in inside], axis=1) * (-1, 1)
    return replace(baselines, ends=baselines.ends + grown * _STEP * baselines.height[:, None])


def _follower(
    page: PageMaps, region: NDArray[np.float32], labels: NDArray[np.int32], baselines: Baselines
) -> NDArray[np.intp]:
    """Return the number (N,) of the piece that goes on where each ends, its own where none does."""
    own = np.arange(len(baselines))
    # From inside the cell on: ends that have grown may lie on the next piece already.
    steps = np.arange(-_STEPS, round(_LONG_GAP / _STEP) + 1) * _STEP
    places = baselines.points(
        np.maximum(baselines.ends[:, 1:] + steps * baselines.height[:, None], baselines.span[:, 1:])
    )
    met = page.at(labels.astype(np.float32), places).astype(np.intp) - 1
    other = (met >= 0) & (met != own[:, None])
    first = other.argmax(axis=1)
    follower = np.where(other.any(axis=1), met[own, first], own)
    gap = steps[first]
    weakest = np.minimum.accumulate(page.at(region, places), axis=1)[own, first]
    joins = other.any(axis=1) & ((gap <= _GAP) | (weakest >= _GOES_ON))
    joins &= _is_one_row(baselines, baselines.take(follower))
    # A piece whose band begins late may be near all the same, where it has grown to the region's end.
    near = _nearest_start(baselines)
    touches = _is_one_row(baselines, baselines.take(near))
    return np.where(joins, follower, np.where(touches, near, own))


def _nearest_start(baselines: Baselines) -> NDArray[np.intp]:
    """Return the number (N,) of the piece that begins next to where each ends, nearer than the next word would."""
    starts, ends = (baselines.points(baselines.ends[:, [side]])[:, 0] for side in range(2))
    numbers = np.arange(len(baselines))
    nearest = numbers.copy()
    for own in np.array_split(numbers, -(-len(numbers) // _AT_ONCE)):
        axis, height = baselines.axis[own, None], baselines.height[own, None]
        offset = starts - ends[own, None]
        gap = (offset * axis).sum(axis=2) / height
        off = np.abs(offset[..., 1] * axis[..., 0] - offset[..., 0] * axis[..., 1]) / height
        goes_on = ((ends - ends[own, None]) * axis).sum(axis=2) > 0
        near = goes_on & (gap > -_OVERLAP) & (gap < _WORD_SPACE) & (off < _HIGHER)
        closest = np.where(near, np.abs(gap), np.inf).argmin(axis=1)
        nearest[own] = np.where(near.any(axis=1), closest, own)
    return nearest


def _is_one_row(first: Baselines, second: Baselines) -> NDArray[np.bool_]:
    """Tell which pairs (N,) are pieces of one row, the second beginning where the first ends."""
    start: Floats = second.points(second.span[:, :1])[:, 0] - first.origin
    along = (start * first.axis).sum(axis=1, keepdims=True)
    distance = second.points(second.span[:, :1])[:, 0] - first.points(along)[:, 0]
    off = np.abs(distance[:, 1] * first.axis[:, 0] - distance[:, 0] * first.axis[:, 1])
    ratio = first.height / second.height
    alike = (ratio < _ALIKE) & (ratio > 1 / _ALIKE) & ((first.axis * second.axis).sum(axis=1) > _DIRECTION)
    return np.asarray(alike & (off < _HIGHER * np.minimum(first.height, second.height)))


def _joined(follower: NDArray[np.intp]) -> NDArray[np.intp]:
    """Return the number (N,), from 0 without gaps, of what all pieces become that follow each other."""
    least = np.arange(len(follower))
    while True:
        lower = np.minimum(least, least[follower])
        np.minimum.at(lower, follower, lower)
        if (lower == least).all():
            return np.unique(least, return_inverse=True)[1]
        least = lower[lower]
