"""Where texts lie, as formats for whole pages have it: upright boxes inside the image, and names of flat folders."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from receiptgen.imaging.geometry import Quads, boxes_of_quads
from receiptgen.imaging.sample import Sample
from receiptgen.writers._truth import is_receipt

# The side of a page for LayoutLM and its successors, whatever its pixels (Xu et al. 2020, section 2.2).
_SIDE = 1000


def stem_of(sample: Sample) -> str:
    """Return the name of a sample's files in a folder without folders: ``price-000012``, ``000012`` for a receipt."""
    if is_receipt(sample):
        return f"{sample.index:06d}"
    return sample.name.replace("/", "-")


def boxes_inside(sample: Sample, quads: Quads) -> NDArray[np.float64]:
    """Return the upright boxes round quads, clipped to the image.

    Args:
        sample: Its page's image is what clips them.
        quads: (N, 4, 2), pixels.

    Returns:
        float64 (N, 4): x0, y0, x1, y1 in pixels, x0 <= x1 and y0 <= y1. A box that lies outside is empty.
    """
    height, width = sample.page.size
    return boxes_of_quads(quads).astype(np.float64).clip(0, [width, height, width, height])


def whole_boxes(sample: Sample, quads: Quads) -> list[list[int]]:
    """Return the boxes of ``boxes_inside`` grown to whole pixels."""
    boxes = boxes_inside(sample, quads)
    listed: list[list[int]] = (
        np.concatenate([np.floor(boxes[:, :2]), np.ceil(boxes[:, 2:])], axis=1).astype(int).tolist()
    )
    return listed


def page_boxes(sample: Sample, quads: Quads) -> list[list[int]]:
    """Return the boxes of ``boxes_inside`` on a page of 1000 x 1000, whole numbers of 0 to 1000."""
    height, width = sample.page.size
    boxes = boxes_inside(sample, quads) * (_SIDE / np.array([width, height, width, height]))
    listed: list[list[int]] = np.rint(boxes).astype(int).tolist()
    return listed


def float_quads(quads: Quads) -> list[list[float]]:
    """Return quads (N, 4, 2) as lists ``x0, y0, .., x3, y3`` of floats, rounded to 0.01, whether or not they moved."""
    # Adding 0 turns -0.0 into 0.0.
    listed: list[list[float]] = (quads.reshape(-1, 8).astype(np.float64).round(2) + 0.0).tolist()
    return listed


def corners(quad: list[Any]) -> dict[str, Any]:
    """Return a flat quad as ``x1 y1 .. x4 y4``."""
    return {
        f"{axis}{number}": quad[2 * (number - 1) + place] for number in range(1, 5) for place, axis in enumerate("xy")
    }
