"""Lines of a page, cut out and measured: the samples from which its print, light and sharpness follow."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import cv2
import numpy as np

from receiptgen.fidelity.classifiers import Floats
from receiptgen.fidelity.line_crops import LineCrop
from receiptgen.fidelity.measures import ink_of, measure_crop
from receiptgen.imaging.boxes import SHORTEST_SIDE, Box, cut_box
from receiptgen.imaging.geometry import Pixels

MOST = 24  # lines of a page that are measured
_ASPECT = 2.0  # least width of a line over its height; narrower ones are single letters and signs
_MARGIN = 0.15  # share of its height by which a box is grown: boxes may cut letters
# A letter is at least this share of its box's height, or else a dot; and has this many pixels, or else is noise.
_LOWEST, _FEWEST = 0.25, 5
_NAN = float("nan")


@dataclass(frozen=True, slots=True)
class TextLine:
    """A line of print on a page.

    Attributes:
        crop: Grey image uint8 (H, W).
        measures: ``measure_crop`` of it.
        centre: Its middle on the page: x, y in pixels.
        letter: Median height of its letters, in pixels; NaN if none can be told.
        colour: Medians of red, green and blue of its paper.
    """

    crop: Pixels
    measures: Mapping[str, float]
    centre: tuple[float, float]
    letter: float
    colour: tuple[float, float, float]


def text_lines(image: Pixels, grey: Pixels, boxes: Sequence[Box]) -> list[TextLine]:
    """Cut out and measure lines that show ink, at most ``MOST`` of a page, evenly spread over its boxes.

    Args:
        image: RGB uint8 (H, W, 3).
        grey: The same in grey, uint8 (H, W).
        boxes: Boxes of its text.
    """
    wide = [box for box in boxes if box[2] - box[0] >= _ASPECT * (box[3] - box[1])]
    step = max(1.0, len(wide) / MOST)
    chosen = [wide[int(index * step)] for index in range(min(MOST, len(wide)))]
    lines = (_line(image, grey, box) for box in chosen)
    return [line for line in lines if line is not None]


def _line(image: Pixels, grey: Pixels, box: Box) -> TextLine | None:
    """Measure a line; None where the box is too small, beyond the image or without ink."""
    margin = round(_MARGIN * (box[3] - box[1]))
    crop = cut_box(grey, box, margin)
    if min(crop.shape) < SHORTEST_SIDE or (ink := ink_of(crop)) is None:
        return None
    crop = crop.copy()
    red, green, blue = np.median(_cut(image, box, margin)[~ink], axis=0).tolist()
    _, _, stats, _ = cv2.connectedComponentsWithStats(ink.view(np.uint8), connectivity=8)
    heights, areas = stats[1:, cv2.CC_STAT_HEIGHT], stats[1:, cv2.CC_STAT_AREA]
    letters = heights[(heights >= _LOWEST * crop.shape[0]) & (areas >= _FEWEST)]
    return TextLine(
        crop,
        measure_crop(LineCrop(crop, 0, "", "")),
        ((box[0] + box[2]) / 2, (box[1] + box[3]) / 2),
        float(np.median(letters)) if len(letters) else _NAN,
        (red, green, blue),
    )


def _cut(image: Pixels, box: Box, margin: int) -> Pixels:
    """Return the same part of an image in colour as ``cut_box`` of one in grey."""
    return np.dstack([cut_box(image[..., channel], box, margin) for channel in range(3)])


def spread(values: Floats) -> float:
    """Return the 90th less the 10th percentile of what is known of some values; NaN where fewer than 3 are."""
    known = values[np.isfinite(values)]
    return float(np.subtract(*np.percentile(known, (90, 10)))) if len(known) >= 3 else _NAN


def middle(values: Floats) -> float:
    """Return the median of what is known of some values; NaN where nothing is."""
    known = values[np.isfinite(values)]
    return float(np.median(known)) if len(known) else _NAN


def ratio(part: float, whole: float) -> float:
    """Return ``part / whole``; NaN where the whole is 0, as the width of edges that no lens has softened."""
    return part / whole if whole else _NAN
