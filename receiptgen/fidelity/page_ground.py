"""Where the paper of a page ends, and what lies round it."""

from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from receiptgen.fidelity.page_lines import TextLine
from receiptgen.imaging.geometry import Pixels

# A pixel is paper whose level is this near the plane through the lines' paper, as a share of it, and whose red and
# blue are this near the paper's relative to green.
_LEVEL, _COLOUR = 0.22, 0.1
_FEWEST = 0.03  # share of the frame; less ground than this can't be measured
_TEXTURE = 9  # pixels

Mask = NDArray[np.bool_]


def ground_measures(
    small: Pixels, lines: Sequence[TextLine], corners: NDArray[np.float32], scale: float
) -> dict[str, float]:
    """Return the measures of a page's ground, and the share of the frame that is paper.

    Args:
        small: The page shrunk by ``scale``, RGB uint8 (H, W, 3).
        lines: Lines of the page.
        corners: Convex hull of its text, float32 (N, 2), in pixels of the whole page.
        scale: Pixels of ``small`` per pixel of the page.
    """
    paper = paper_region(small, lines, corners, scale)
    measures = {"paper_share": float(paper.mean())}
    reach = max(3, round(0.03 * max(paper.shape))) | 1
    ground = ~cv2.dilate(paper.view(np.uint8), np.ones((reach, reach), np.uint8)).view(bool)
    if ground.mean() < _FEWEST:
        return measures
    level = float(np.median([line.measures["paper"] for line in lines]))
    grey = np.asarray(cv2.cvtColor(small, cv2.COLOR_RGB2GRAY), np.float32)
    low, high = np.percentile(grey[ground], (10, 90)).tolist()
    red, _, blue = np.log2(np.maximum(1.0, small[ground].mean(axis=0))).tolist()
    rough = np.abs(grey - cv2.blur(grey, (_TEXTURE, _TEXTURE)))
    warmth = [np.log2(max(1.0, line.colour[0]) / max(1.0, line.colour[2])) for line in lines]
    return measures | {
        "ground": float(np.median(grey[ground])) / level,
        "ground_spread": (high - low) / level,
        "ground_saturation": float(np.median(saturation(small)[ground])),
        "ground_warmth": red - blue - float(np.median(warmth)),
        "ground_texture": float(rough[ground].mean()) / level,
    }


def paper_region(small: Pixels, lines: Sequence[TextLine], corners: NDArray[np.float32], scale: float) -> Mask:
    """Return the region of the paper's colour and light that the text lies in, with the text, bool (H, W)."""
    height, width = small.shape[:2]
    letter = float(np.nanmedian([line.letter for line in lines])) * scale
    side = max(3, round(2 * letter)) | 1
    # Print is filled with the paper round it.
    filled = np.asarray(cv2.morphologyEx(small, cv2.MORPH_CLOSE, np.ones((side, side), np.uint8)), np.float32)
    centres = np.array([line.centre for line in lines]) * scale
    plane = np.column_stack([centres, np.ones(len(lines))])
    slope, *_ = np.linalg.lstsq(plane, np.array([line.measures["paper"] for line in lines]), rcond=None)
    y, x = np.mgrid[:height, :width]
    light = np.clip(slope[0] * x + slope[1] * y + slope[2], 20, 255)
    near = np.abs(np.asarray(filled @ np.array([0.299, 0.587, 0.114], np.float32)) - light) < _LEVEL * light
    green = np.maximum(1.0, filled[..., 1])
    colours = np.median([line.colour for line in lines], axis=0)
    for channel in (0, 2):
        near &= np.abs(filled[..., channel] / green - colours[channel] / max(1.0, colours[1])) < _COLOUR
    region = near.astype(np.uint8)
    cv2.fillConvexPoly(region, np.rint(corners * scale).astype(np.int32), 1)
    _, labels = cv2.connectedComponents(region, connectivity=4)
    inside = np.rint(corners.mean(axis=0) * scale).astype(int)
    return np.asarray(labels == labels[min(inside[1], height - 1), min(inside[0], width - 1)])


def saturation(image: Pixels) -> NDArray[np.float64]:
    """Return (largest - smallest channel) / largest of an RGB image, float64 (H, W)."""
    high = image.max(axis=-1).astype(np.float64)
    return np.asarray((high - image.min(axis=-1)) / np.maximum(high, 1), np.float64)
