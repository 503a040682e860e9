"""Measures of a whole page, as a photo of a receipt: its frame, print, paper, light, geometry and ground.

The frame is measured alone. All else begins with boxes of text: only *where* they are counts, not how tightly they
were drawn, since two data sets never box alike. Pages without boxes have no such measures. What can't be measured
is NaN.
"""

from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from receiptgen.fidelity.classifiers import Floats
from receiptgen.fidelity.measures import Measure
from receiptgen.fidelity.page_ground import ground_measures, saturation
from receiptgen.fidelity.page_layout import LAYOUT_MEASURES, layout_measures
from receiptgen.fidelity.page_lines import TextLine, middle, ratio, spread
from receiptgen.imaging.boxes import Box
from receiptgen.imaging.geometry import Pixels, shrink

SMALL = 512  # pixels of the longer side at which light, colour and ground are measured
_TILE = 32  # pixels of a tile in which noise is measured
_QUIET = 20  # percentile of the tiles, of which the noise is taken: those without print or texture
_STEP = 16  # levels; larger steps between pixels are edges of things, not of JPEG blocks
_NAN = float("nan")
# Immerkaer's operator (Fast noise variance estimation, 1996), which no plane and no slope excites.
_IMMERKAER = np.array([[1, -2, 1], [-2, 4, -2], [1, -2, 1]], np.float32)

# Measures of the frame alone; all others need boxes.
FRAME_MEASURES: dict[str, Measure] = {
    "long_side": Measure("px", "longer side of the image"),
    "aspect": Measure("ratio", "height / width of the image"),
    "level": Measure("level", "median of all pixels"),
    "level_low": Measure("level", "5th percentile of all pixels"),
    "level_high": Measure("level", "95th percentile of all pixels"),
    "saturation": Measure("share", "median of (largest - smallest channel) / largest channel"),
    "saturation_high": Measure("share", "95th percentile of the same"),
    "noise": Measure("levels", "Immerkaer's estimate in tiles of 32 px, 20th percentile of the tiles"),
    "blockiness": Measure("levels", "step across lines of the 8 px grid of JPEG - step elsewhere, below 16 levels"),
}
PAGE_MEASURES: dict[str, Measure] = {
    **FRAME_MEASURES,
    "print_size": Measure("px", "median height of a letter: of connected ink in the boxes"),
    "print_share": Measure("per mille", "print_size / longer side"),
    "print_spread": Measure("ratio", "90th - 10th percentile of the lines' letters / print_size"),
    "leading": Measure("letters", "median distance of a line's middle from that of the line below / print_size"),
    "rows": Measure("rows", "height of the text / median distance of a line from the line below"),
    "tilt": Measure("degrees", "median of the lines' angles, counter-clockwise, without its sign"),
    "bend": Measure("degrees", "90th - 10th percentile of the lines' angles: perspective, curl"),
    "text_share": Measure("share", "convex hull of the boxes, of the frame"),
    "margin_x": Measure("share", "smaller gap of that hull to the left or right edge / width"),
    "margin_y": Measure("share", "smaller gap of that hull to the top or bottom edge / height"),
    "paper": Measure("level", "median of the lines' paper"),
    "paper_ratio": Measure("ratio", "5th / 95th percentile of the lines' paper: darkest to lightest"),
    "gradient": Measure("papers", "plane through the lines' paper: its largest difference between lines / paper"),
    "shading": Measure("papers", "deviation of the lines' paper from that plane / paper: shadows, folds"),
    "line_shading": Measure("papers", "median of unevenness along lines / paper"),
    "paper_noise": Measure("levels", "median of the lines' paper noise"),
    "warmth": Measure("octaves", "median log2 of red / blue on the lines' paper"),
    "tint": Measure("octaves", "median log2 of green / the mean of red and blue on the lines' paper"),
    "warmth_spread": Measure("octaves", "90th - 10th percentile of the lines' warmth: mixed light"),
    "ink": Measure("papers", "median of the lines' ink / paper"),
    "ink_spread": Measure("papers", "90th - 10th percentile of the lines' ink / paper"),
    "edge_width": Measure("px", "median of the lines' edges, 10 to 90 % of a ramp"),
    "edge_share": Measure("letters", "edge_width / print_size"),
    "edge_spread": Measure("ratio", "90th - 10th percentile of the lines' edges / edge_width: focus across the page"),
    "sharpness": Measure("contrasts/px", "median of the lines' sharpness"),
    "stroke_share": Measure("letters", "median of the lines' strokes / print_size"),
    "roughness": Measure("ratio", "median of the lines' roughness"),
    "paper_share": Measure("share", "region of the paper's colour and light that holds the text, of the frame"),
    "ground": Measure("papers", "median of what lies outside that region / paper"),
    "ground_spread": Measure("papers", "90th - 10th percentile of the ground / paper"),
    "ground_saturation": Measure("share", "median saturation of the ground"),
    "ground_warmth": Measure("octaves", "log2 of red / blue on the ground, less the paper's warmth"),
    "ground_texture": Measure("papers", "mean deviation of the ground from its mean over 9 px, at 512 px / paper"),
    **LAYOUT_MEASURES,
}


def measure_page(image: Pixels, grey: Pixels, boxes: Sequence[Box], lines: Sequence[TextLine]) -> dict[str, float]:
    """Return all ``PAGE_MEASURES`` of a page.

    Args:
        image: RGB uint8 (H, W, 3).
        grey: The same in grey, uint8 (H, W).
        boxes: Boxes of its text, in pixels.
        lines: ``text_lines`` of them; none if the boxes are unknown.
    """
    scale = min(1.0, SMALL / max(grey.shape))
    small = np.asarray(shrink(image, scale), np.uint8)
    measures = dict.fromkeys(PAGE_MEASURES, _NAN)
    measures |= _frame_measures(grey, small)
    if lines:
        corners = _hull(boxes, grey.shape)
        measures |= _print_measures(lines, boxes, max(grey.shape)) | _hull_measures(corners, grey.shape)
        measures |= _light_measures(lines) | _edge_measures(lines, measures["print_size"])
        measures |= ground_measures(small, lines, corners, scale)
        measures |= layout_measures(grey, boxes, lines, measures["print_size"])
    return measures


def _frame_measures(grey: Pixels, small: Pixels) -> dict[str, float]:
    """Measure the image as it is, without knowing where text stands."""
    height, width = grey.shape
    low, level, high = np.percentile(cv2.cvtColor(small, cv2.COLOR_RGB2GRAY), (5, 50, 95)).tolist()
    colour = saturation(small)
    return {
        "long_side": float(max(height, width)),
        "aspect": height / width,
        "level": level,
        "level_low": low,
        "level_high": high,
        "saturation": float(np.median(colour)),
        "saturation_high": float(np.percentile(colour, 95)),
        "noise": _noise(grey),
        "blockiness": (_blockiness(grey) + _blockiness(grey.T)) / 2,
    }


def _noise(grey: Pixels) -> float:
    """Return the standard deviation of noise in the quietest fifth of all tiles, in levels."""
    rough = np.abs(cv2.filter2D(grey, cv2.CV_32F, _IMMERKAER))
    height, width = (side // _TILE * _TILE for side in grey.shape)
    if not height or not width:
        return _NAN
    tiles = rough[:height, :width].reshape(height // _TILE, _TILE, width // _TILE, _TILE).mean(axis=(1, 3))
    return float(np.percentile(tiles, _QUIET) * np.sqrt(np.pi / 2) / 6)


def _blockiness(grey: Pixels) -> float:
    """Return how much larger steps between columns are on the grid of JPEG's blocks than between its lines."""
    width = grey.shape[1] // 8 * 8
    if width < 16:
        return _NAN
    steps = cv2.absdiff(np.ascontiguousarray(grey[:, : width - 1]), np.ascontiguousarray(grey[:, 1:width]))
    flat = steps <= _STEP
    sums = np.where(flat, steps, 0).sum(axis=0, dtype=np.float64)
    counts = np.count_nonzero(flat, axis=0)
    on_grid = np.arange(width - 1) % 8 == 7
    means = [sums[side].sum() / max(1, counts[side].sum()) for side in (on_grid, ~on_grid)]
    return float(means[0] - means[1])


def _print_measures(lines: Sequence[TextLine], boxes: Sequence[Box], longest: int) -> dict[str, float]:
    """Measure the size of print, and the distance of rows."""
    letters = np.array([line.letter for line in lines])
    size, distance = middle(letters), _row_distance(np.asarray(boxes, np.float64))
    corners = np.asarray(boxes)
    angles = np.array([line.measures["skew"] for line in lines])
    return {
        "print_size": size,
        "print_share": 1000 * size / longest,
        "print_spread": spread(letters) / size,
        "leading": distance / size,
        "rows": float(corners[:, 3].max() - corners[:, 1].min()) / distance,
        "tilt": abs(middle(angles)),
        "bend": spread(angles),
    }


def _row_distance(boxes: Floats) -> float:
    """Return the median distance of the middles of boxes (N, 4) from those of the next boxes below them."""
    left, top, right, bottom = boxes.T
    centre = (top + bottom) / 2
    common = np.minimum(right[:, None], right) - np.maximum(left[:, None], left)
    narrow = np.minimum((right - left)[:, None], right - left)
    down = centre - centre[:, None]
    below = (common > 0.3 * narrow) & (down > 0.5 * (bottom - top)[:, None])
    nearest = np.where(below, down, np.inf).min(axis=1)
    return middle(nearest)


def _hull(boxes: Sequence[Box], size: tuple[int, ...]) -> NDArray[np.float32]:
    """Return the corners of the convex hull of boxes within an image, float32 (N, 2)."""
    x0, y0, x1, y1 = np.asarray(boxes, np.float32).T
    corners = np.concatenate([np.stack(pair, axis=1) for pair in ((x0, y0), (x1, y0), (x1, y1), (x0, y1))])
    return np.asarray(cv2.convexHull(corners.clip(0, np.asarray(size[1::-1], np.float32))), np.float32).reshape(-1, 2)


def _hull_measures(corners: NDArray[np.float32], size: tuple[int, ...]) -> dict[str, float]:
    height, width = size
    (left, top), (right, bottom) = corners.min(axis=0).tolist(), corners.max(axis=0).tolist()
    return {
        "text_share": float(cv2.contourArea(corners)) / (height * width),
        "margin_x": min(left, width - right) / width,
        "margin_y": min(top, height - bottom) / height,
    }


def _light_measures(lines: Sequence[TextLine]) -> dict[str, float]:
    """Measure the paper's light and colour across the page, and the ink's."""
    paper = np.array([line.measures["paper"] for line in lines])
    level = float(np.median(paper))
    centres = np.array([line.centre for line in lines])
    plane = np.column_stack([centres - centres.mean(axis=0), np.ones(len(lines))])
    slope, *_ = np.linalg.lstsq(plane, paper, rcond=None)
    fitted = plane @ slope
    red, green, blue = np.log2(np.maximum(1.0, np.array([line.colour for line in lines]))).T
    ink = np.array([line.measures["ink"] for line in lines]) / paper
    dark, light = np.percentile(paper, (5, 95)).tolist()
    return {
        "paper": level,
        "paper_ratio": dark / max(1.0, light),
        "gradient": float(np.ptp(fitted)) / level,
        "shading": float((paper - fitted).std()) / level,
        "line_shading": middle(np.array([line.measures["unevenness"] for line in lines]) / paper),
        "paper_noise": middle(np.array([line.measures["paper_noise"] for line in lines])),
        "warmth": middle(red - blue),
        "tint": middle(green - (red + blue) / 2),
        "warmth_spread": spread(red - blue),
        "ink": middle(ink),
        "ink_spread": spread(ink),
    }


def _edge_measures(lines: Sequence[TextLine], letter: float) -> dict[str, float]:
    """Measure edges and strokes of letters."""
    edges = np.array([line.measures["edge_width"] for line in lines])
    width = middle(edges)
    medians = {name: middle(np.array([line.measures[name] for line in lines])) for name in ("sharpness", "roughness")}
    return {
        "edge_width": width,
        "edge_share": ratio(width, letter),
        "edge_spread": ratio(spread(edges), width),
        "stroke_share": ratio(middle(np.array([line.measures["stroke"] for line in lines])), letter),
        **medians,
    }
