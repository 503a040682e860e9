"""Measures of how a page is set: distances of its rows, their columns, print sizes, rules, margins and length.

Rows are found from boxes of text, turned level; a gap counts as one between columns where it is wider than any space
between words, so that it makes no difference whether words or whole texts are boxed.
"""

from collections.abc import Sequence
from typing import NamedTuple

import cv2
import numpy as np

from receiptgen.fidelity.classifiers import Floats
from receiptgen.fidelity.measures import Measure
from receiptgen.fidelity.page_lines import TextLine, middle, spread
from receiptgen.imaging.boxes import Box
from receiptgen.imaging.geometry import Pixels

# A gap is one between columns from so many letter heights on, and one between sections from so many row distances on.
_COLUMN, _SECTION = 1.8, 1.5
# Print is large from this ratio to the usual letter on, and small below this one.
_LARGE, _SMALL = 1.35, 0.78
# A rule is as long as this share of the text's width, and no thicker than this share of a letter.
_RULE_LENGTH, _RULE_THICKNESS = 0.35, 0.3
# Letters by which the dashes of a rule, or its characters, may stand apart.
_RULE_GAP = 1.2
# Pixels of the longer side at which rules are sought, with letters of some pixels still.
_RULE_SIDE = 1400
# Share of the text's width by which a row may be off the middle and is centred still.
_CENTRED = 0.03
_NAN = float("nan")

LAYOUT_MEASURES: dict[str, Measure] = {
    "pitch_spread": Measure("ratio", "90th - 10th percentile of distances of rows / their median"),
    "gap_share": Measure("share", "rows that stand 1.5 usual distances or more below the one before"),
    "columns": Measure("columns", "mean columns of a row: texts 1.8 letter heights and more apart"),
    "column_gap": Measure("share", "median widest gap of rows of several columns / width of the text; 0 without such"),
    "row_fill": Measure("share", "median length of a row, from its first letter to its last / width of the text"),
    "centred_share": Measure("share", "rows whose middle is that of the text, and which are shorter than it"),
    "large_share": Measure("share", "lines whose letters are 1.35 times print_size or higher"),
    "small_share": Measure("share", "lines whose letters are lower than 0.78 times print_size"),
    "rules": Measure("per row", "rules, solid or of characters, 0.35 of the text's width or longer / rows"),
    "text_length": Measure("ratio", "height of the text / its width"),
    "space_left": Measure("share", "gap from the image's edge to the text / width of the text"),
    "space_right": Measure("share", "the same at the right"),
    "space_top": Measure("share", "the same at the top, by the text's width, too"),
    "space_bottom": Measure("share", "the same at the bottom"),
}


class _Rows(NamedTuple):
    """Rows of a page, turned level.

    Attributes:
        middles: Their heights, in pixels, ascending.
        spans: Left and right end of each text, by row, from left to right.
        left: Left end of all text.
        right: Right end of all text.
    """

    middles: Floats
    spans: list[list[tuple[float, float]]]
    left: float
    right: float


def layout_measures(grey: Pixels, boxes: Sequence[Box], lines: Sequence[TextLine], letter: float) -> dict[str, float]:
    """Return all ``LAYOUT_MEASURES`` of a page.

    Args:
        grey: The page, uint8 (H, W).
        boxes: Boxes of its text, in pixels.
        lines: Its measured lines, three at least.
        letter: Height of its usual letter in pixels.
    """
    if not np.isfinite(letter) or letter <= 0:
        return dict.fromkeys(LAYOUT_MEASURES, _NAN)
    angle = middle(np.array([line.measures["skew"] for line in lines]))
    rows = _rows_of(np.asarray(boxes, np.float64), angle if np.isfinite(angle) else 0.0)
    width = max(1.0, rows.right - rows.left)
    heights = np.array([line.letter for line in lines]) / letter
    heights = heights[np.isfinite(heights)]
    x0, y0, x1, y1 = np.asarray(boxes, np.float64).T
    return {
        **_row_measures(rows, width, letter),
        "large_share": float(np.mean(heights >= _LARGE)) if len(heights) else _NAN,
        "small_share": float(np.mean(heights < _SMALL)) if len(heights) else _NAN,
        "rules": _count_rules(grey, width, letter) / len(rows.middles),
        "text_length": float(y1.max() - y0.min()) / width,
        "space_left": float(x0.min()) / width,
        "space_right": float(grey.shape[1] - x1.max()) / width,
        "space_top": float(y0.min()) / width,
        "space_bottom": float(grey.shape[0] - y1.max()) / width,
    }


def _rows_of(boxes: Floats, angle: float) -> _Rows:
    """Gather boxes (N, 4) into rows, after turning them by their angle, in degrees counter-clockwise."""
    sine, cosine = np.sin(np.radians(angle)), np.cos(np.radians(angle))
    x, y = (boxes[:, 0] + boxes[:, 2]) / 2, (boxes[:, 1] + boxes[:, 3]) / 2
    across, down = x * cosine - y * sine, x * sine + y * cosine
    half = (boxes[:, 2] - boxes[:, 0]) / 2
    near = 0.5 * float(np.median(boxes[:, 3] - boxes[:, 1]))
    middles, spans = list[float](), list[list[tuple[float, float]]]()
    for index in np.argsort(down, kind="stable").tolist():
        if not middles or down[index] - middles[-1] > near:
            middles.append(float(down[index]))
            spans.append([])
        spans[-1].append((float(across[index] - half[index]), float(across[index] + half[index])))
    return _Rows(
        np.array(middles), [sorted(row) for row in spans], float((across - half).min()), float((across + half).max())
    )


def _row_measures(rows: _Rows, width: float, letter: float) -> dict[str, float]:
    """Measure distances of rows and what stands in them."""
    steps = np.diff(rows.middles)
    usual = middle(steps)
    gaps = [_gaps(row, _COLUMN * letter) for row in rows.spans]
    widest = np.array([max(row) for row in gaps if row])
    ends = np.array([(row[0][0], max(right for _, right in row)) for row in rows.spans])
    lengths = (ends[:, 1] - ends[:, 0]) / width
    off = np.abs(ends.sum(axis=1) - rows.left - rows.right) / 2 / width
    return {
        "pitch_spread": spread(steps) / usual if len(steps) and usual > 0 else _NAN,
        "gap_share": float(np.mean(steps >= _SECTION * usual)) if len(steps) else _NAN,
        "columns": 1 + float(np.mean([len(row) for row in gaps])),
        "column_gap": middle(widest) / width if len(widest) else 0.0,
        "row_fill": float(np.median(lengths)),
        "centred_share": float(np.mean((off < _CENTRED) & (lengths < 1 - 4 * _CENTRED))),
    }


def _gaps(row: Sequence[tuple[float, float]], least: float) -> list[float]:
    """Return the gaps between the texts of a row, left to right, that are not smaller than some pixels."""
    gaps, end = list[float](), row[0][1]
    for left, right in row[1:]:
        if left - end >= least:
            gaps.append(left - end)
        end = max(end, right)
    return gaps


def _count_rules(grey: Pixels, width: float, letter: float) -> int:
    """Count long thin strokes across the page, and rows of dashes or other small characters."""
    scale = min(1.0, _RULE_SIDE / max(grey.shape))
    small = np.asarray(cv2.resize(grey, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA), np.uint8)
    size = max(3, round(2 * letter * scale) | 1)
    ink = cv2.adaptiveThreshold(small, 255, cv2.ADAPTIVE_THRESH_MEAN_C, cv2.THRESH_BINARY_INV, size, 12)
    bridge = np.ones((1, max(2, round(_RULE_GAP * letter * scale))), np.uint8)
    joined = cv2.morphologyEx(ink, cv2.MORPH_CLOSE, bridge)
    _, _, stats, _ = cv2.connectedComponentsWithStats(joined, connectivity=8)
    lengths, areas = stats[1:, cv2.CC_STAT_WIDTH], stats[1:, cv2.CC_STAT_AREA]
    thin = areas / np.maximum(1, lengths) <= max(3.0, _RULE_THICKNESS * letter * scale)
    level = stats[1:, cv2.CC_STAT_HEIGHT] < 0.35 * lengths
    return int(np.count_nonzero((lengths >= _RULE_LENGTH * width * scale) & thin & level))
