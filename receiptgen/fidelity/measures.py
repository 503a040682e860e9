"""Measures of a line crop: levels, strokes, edges, paper, margins. NumPy and OpenCV only, under a millisecond each.

Ink is the dark side of Otsu's threshold; *paper* and *ink* are the medians of the two sides, *contrast* is their
difference, and *cover* of a pixel is ``(paper - level) / contrast``, 1 on ink and 0 on paper. A crop whose contrast
is below ``FAINT`` has no ink, so that only height and paper are measured. What can't be measured is NaN.
"""

from collections.abc import Iterable
from typing import NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from receiptgen.fidelity.line_crops import LineCrop
from receiptgen.imaging.geometry import Pixels

Mask = NDArray[np.bool_]
Levels = NDArray[np.float32]

FAINT = 12  # levels
_NAN = float("nan")
# Below this cover a pixel counts as bare paper, above 1 minus this as full ink, so that noise makes no edges.
_DEAD = 0.1
_SKEW_ASPECT = 6.0  # a line this many times as wide as high shows its angle
_ANGLES = np.array(sorted(np.arange(-5, 5.01, 0.25), key=abs))  # degrees, the smallest first, which wins a tie
_STRIPS = 24
_SPECK = 3  # pixels
_BLOCK = 16.0  # levels


class Measure(NamedTuple):
    """The description of a measure.

    Attributes:
        unit: Its unit; ``share`` is 0 to 1.
        formula: How it is computed.
    """

    unit: str
    formula: str


MEASURES: dict[str, Measure] = {
    "height": Measure("px", "height of the crop"),
    "pitch": Measure("heights", "width / characters / height, of 8 characters or more"),
    "paper": Measure("level", "median of paper pixels"),
    "ink": Measure("level", "median of ink pixels"),
    "contrast": Measure("levels", "paper - ink"),
    "ink_share": Measure("share", "ink pixels of all pixels"),
    "ink_spread": Measure("contrasts", "interquartile range of ink pixels / contrast"),
    "ink_uneven": Measure("contrasts", "deviation of the dark tenth's level among columns one height wide / contrast"),
    "stroke": Measure("px", "2 * sum of cover / sum of its gradient: width of a bar of that area and outline"),
    "stroke_share": Measure("heights", "stroke / height"),
    "sharpness": Measure("contrasts/px", "95th percentile of the step between neighbours along outlines / contrast"),
    "edge_width": Measure("px", "6 * sum of cover * (1 - cover) / sum of its gradient: 10 to 90 % of a ramp's width"),
    "grey_share": Measure("share", "pixels with a cover of 0.2 to 0.8 of all pixels"),
    "binary_share": Measure("share", "pixels of level 8 or less, or 247 or more, of all pixels"),
    "roughness": Measure("ratio", "outline of the ink, in pixel edges / that of the ink after a 3 x 3 median"),
    "specks": Measure("per height²", "components of ink of 1 to 3 pixels * height² / pixels"),
    "paper_noise": Measure("levels", "deviation of paper from its 3 x 3 mean, 2 px and more from ink; 1 % cut off"),
    "unevenness": Measure("levels", "deviation among the means of paper in columns one height wide, 3 or more"),
    "blockiness": Measure("levels", "step between columns on bare paper, by phase modulo 8: largest mean - median"),
    "skew": Measure("degrees", "counter-clockwise angle of the most peaked projection; crops 6 times as wide as high"),
    "margin_top": Measure("heights", "gap from the edge to the first ink / height"),
    "margin_bottom": Measure("heights", "gap from the edge to the first ink / height"),
    "margin_left": Measure("heights", "gap from the edge to the first ink / height"),
    "margin_right": Measure("heights", "gap from the edge to the first ink / height"),
    "edge_ink": Measure("share", "ink pixels of the crop's outermost pixels"),
}  # fmt: skip


def measure_crop(crop: LineCrop) -> dict[str, float]:
    """Return all ``MEASURES`` of a crop."""
    image = crop.image
    height, width = image.shape
    measures = dict.fromkeys(MEASURES, _NAN)
    measures["height"] = float(height)
    measures["binary_share"] = float(((image <= 8) | (image >= 247)).mean())
    if crop.length >= 8:
        measures["pitch"] = width / crop.length / height
    ink = ink_of(image)
    if ink is None:
        measures["paper"] = float(np.median(image))
        everywhere = np.ones(image.shape, bool)
        measures |= _paper_measures(image, everywhere, everywhere)
        return measures
    level, low, high = _quantiles(image[ink], (0.5, 0.25, 0.75))
    (paper,) = _quantiles(image[~ink], (0.5,))
    contrast = paper - level
    measures |= {"paper": paper, "ink": level, "contrast": contrast, "ink_share": float(ink.mean())}
    measures["ink_spread"] = (high - low) / contrast
    cover = (paper - image.astype(np.float32)) / np.float32(contrast)
    measures["grey_share"] = float(((cover > 0.2) & (cover < 0.8)).mean())
    measures |= _edge_measures(image, ink, cover)
    measures |= _ink_measures(ink)
    far = ~cv2.dilate(ink.view(np.uint8), np.ones((5, 5), np.uint8)).view(bool)
    measures |= _paper_measures(image, ~ink, far)
    measures["ink_uneven"] = _uneven_ink(image, ink) / contrast
    measures["skew"] = _skew(np.clip(cover, 0, 1))
    return measures


def measure_crops(crops: Iterable[LineCrop]) -> NDArray[np.float64]:
    """Return the measures of several crops, float64 (N, len(MEASURES))."""
    return np.array([list(measure_crop(crop).values()) for crop in crops], np.float64).reshape(-1, len(MEASURES))


def paper_level(image: Pixels) -> int:
    """Return the median level of a crop's paper."""
    ink = ink_of(image)
    return int(np.median(image if ink is None else image[~ink]))


def _quantiles(levels: Pixels, shares: tuple[float, ...]) -> list[float]:
    """Return the levels below which shares of the pixels lie; counting is faster than sorting."""
    below = np.bincount(levels, minlength=256).cumsum()
    return [float(np.searchsorted(below, share * below[-1], side="left")) for share in shares]


def ink_of(image: Pixels) -> Mask | None:
    """Return the dark side of Otsu's threshold, or None where there is no ink."""
    threshold, _ = cv2.threshold(image, 0, 255, cv2.THRESH_BINARY + cv2.THRESH_OTSU)
    ink: Mask = image <= threshold
    count = np.count_nonzero(ink)
    if not 0 < count < ink.size or _quantiles(image[~ink], (0.5,))[0] - _quantiles(image[ink], (0.5,))[0] < FAINT:
        return None
    return ink


def _edge_measures(image: Pixels, ink: Mask, cover: Levels) -> dict[str, float]:
    """Measure strokes and edges."""
    measures = {}
    clean = np.clip((cover - _DEAD) / (1 - 2 * _DEAD), 0, 1)
    right = np.diff(clean, axis=1)[:-1]
    below = np.diff(clean, axis=0)[:, :-1]
    total = float(np.sqrt(right * right + below * below).sum())
    if total > 0:
        measures["stroke"] = 2 * float(clean.sum()) / total
        measures["stroke_share"] = measures["stroke"] / image.shape[0]
        measures["edge_width"] = 6 * float((clean * (1 - clean)).sum()) / total
    across = ink[:, 1:] != ink[:, :-1]
    along = ink[1:] != ink[:-1]
    steps = np.concatenate([np.abs(np.diff(cover, axis=1))[across], np.abs(np.diff(cover, axis=0))[along]])
    if steps.size:
        measures["sharpness"] = float(np.percentile(steps, 95))
        smooth = cv2.medianBlur(ink.view(np.uint8), 3)
        left = np.count_nonzero(np.diff(smooth, axis=1)) + np.count_nonzero(np.diff(smooth, axis=0))
        measures["roughness"] = steps.size / left if left else _NAN
    return measures


def _ink_measures(ink: Mask) -> dict[str, float]:
    """Measure margins, and the specks among the ink."""
    height, width = ink.shape
    _, _, stats, _ = cv2.connectedComponentsWithStats(ink.view(np.uint8), connectivity=8)
    specks = np.count_nonzero(stats[1:, cv2.CC_STAT_AREA] <= _SPECK)
    rows, columns = np.flatnonzero(ink.any(axis=1)), np.flatnonzero(ink.any(axis=0))
    edge = np.concatenate([ink[0], ink[-1], ink[1:-1, 0], ink[1:-1, -1]])
    return {
        "specks": float(specks) * height / width,
        "margin_top": int(rows[0]) / height,
        "margin_bottom": (height - 1 - int(rows[-1])) / height,
        "margin_left": int(columns[0]) / height,
        "margin_right": (width - 1 - int(columns[-1])) / height,
        "edge_ink": float(edge.mean()),
    }


def _paper_measures(image: Pixels, paper: Mask, far: Mask) -> dict[str, float]:
    """Measure the paper: noise far from ink, and slow changes along the line."""
    measures = {}
    # Within the crop only, since a mean at its edge would include mirrored pixels.
    inner = far[1:-1, 1:-1]
    if np.count_nonzero(inner) >= 32:
        local = cv2.blur(image.astype(np.float32), (3, 3))
        rest = np.abs(image.astype(np.float32) - local)[1:-1, 1:-1][inner]
        rest = rest[rest <= np.percentile(rest, 99)]
        measures["paper_noise"] = float(np.sqrt(np.mean(rest * rest)))
    measures["blockiness"] = _blockiness(image.astype(np.float32), far)
    height, width = image.shape
    mask = far if np.count_nonzero(far) * 20 >= far.size else paper
    starts = np.arange(0, width - height // 2, height)
    if len(starts) >= 3:
        counts = np.add.reduceat(np.count_nonzero(mask, axis=0), starts)
        sums = np.add.reduceat(np.where(mask, image, 0).sum(axis=0), starts)
        wide_enough = counts >= height
        if np.count_nonzero(wide_enough) >= 3:
            measures["unevenness"] = float((sums[wide_enough] / counts[wide_enough]).std())
    return measures


def _uneven_ink(image: Pixels, ink: Mask) -> float:
    """Return the deviation of the ink's dark level among columns one height wide, in levels."""
    height, width = image.shape
    levels = []
    for start in range(0, width - height // 2, height):
        part = image[:, start : start + height][ink[:, start : start + height]]
        if part.size >= height:
            levels.append(np.partition(part, part.size // 10)[part.size // 10])
    return float(np.std(levels)) if len(levels) >= 3 else _NAN


def _blockiness(image: Levels, far: Mask) -> float:
    """Return the visibility of JPEG blocks on bare paper.

    The phase of the block grid in a crop is unknown. So the steps between columns are averaged by phase modulo 8,
    and the result is the largest of the eight less their median. Most crops have too few rows to measure these.
    """
    bare = far[:, 1:] & far[:, :-1]
    if bare.shape[1] < 24:
        return _NAN
    # Bounded, so that one speck does not count as a block.
    steps = np.where(bare, np.minimum(np.abs(np.diff(image, axis=1)), _BLOCK), 0).sum(axis=0)
    end = len(steps) // 8 * 8
    counts = np.count_nonzero(bare, axis=0)[:end].reshape(-1, 8).sum(axis=0)
    if counts.min() < 32:
        return _NAN
    phases = steps[:end].reshape(-1, 8).sum(axis=0) / counts
    return float(phases.max() - np.median(phases))


def _skew(cover: Levels) -> float:
    """Return the angle in degrees, counter-clockwise, at which rows of ink stand out most."""
    height, width = cover.shape
    if width < _SKEW_ASPECT * height:
        return _NAN
    edges = np.linspace(0, width, _STRIPS + 1).astype(int)
    strips = np.add.reduceat(cover, edges[:-1], axis=1)
    centres = (edges[:-1] + edges[1:]) / 2 - width / 2
    # Counter-clockwise: the right end is higher, so its rows are shifted down.
    shifts = np.rint(np.tan(np.deg2rad(_ANGLES))[:, None] * centres).astype(int)
    reach = int(np.abs(shifts).max())
    # Bare rows on either side, as many again as are looked at, so that a shift leads to none of the other end.
    padded = np.zeros((height + 4 * reach, _STRIPS), np.float32)
    padded[2 * reach : 2 * reach + height] = strips
    rows = np.arange(reach, height + 3 * reach, dtype=np.int32)[None, :, None]
    places = (rows - shifts.astype(np.int32)[:, None, :]) * _STRIPS + np.arange(_STRIPS, dtype=np.int32)
    profiles = padded.ravel().take(places).sum(axis=2)
    return float(_ANGLES[int((profiles**2).sum(axis=1).argmax())])
