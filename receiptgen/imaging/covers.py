"""What lies over the print: how far it hides each pixel, and the boxes outside which it hides none.

A hole, a stamp or a pen takes a small part of a page, so that whatever looks only into the boxes is done sooner.
"""

from collections.abc import Iterable
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from receiptgen.imaging.geometry import Box, Map, Pixels, Projective, Quads, boxes_of_quads, union
from receiptgen.imaging.mesh import Mesh


def box_of_cover(cover: Pixels) -> tuple[Box, ...]:
    """Return the box round all that is hidden, none where nothing is.

    Args:
        cover: uint8 (H, W), 0 where nothing is hidden.
    """
    x, y, width, height = cv2.boundingRect(cover)
    return ((x, y, x + width, y + height),) if width else ()


def apart(boxes: Iterable[Box]) -> tuple[Box, ...]:
    """Return boxes that share no pixel and hold all of those given."""
    found: list[Box] = []
    for box in boxes:
        while touching := [other for other in found if _touch(box, other)]:
            found = [other for other in found if other not in touching]
            box = union(np.array([box, *touching]))
        found.append(box)
    return tuple(found)


def _touch(one: Box, other: Box) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


def within(boxes: Iterable[Box], part: Box) -> tuple[Box, ...]:
    """Return what of some boxes is inside a part of a page, as boxes of that part."""
    left, top, right, bottom = part
    cut = [(max(x0, left), max(y0, top), min(x1, right), min(y1, bottom)) for x0, y0, x1, y1 in boxes]
    return tuple([(x0 - left, y0 - top, x1 - left, y1 - top) for x0, y0, x1, y1 in cut if x0 < x1 and y0 < y1])


def move_cover(cover: Pixels, boxes: Iterable[Box], move: Map, size: tuple[int, int]) -> tuple[Pixels, tuple[Box, ...]]:
    """Move a cover and its boxes; beyond its edge nothing is hidden.

    Args:
        cover: uint8 (H, W).
        boxes: Boxes outside which it is 0.
        move: Map from before to after.
        size: Height and width after it.
    """
    if not isinstance(move, Projective | Mesh):
        moved = move.image(cover, size, 0)
        return moved, box_of_cover(moved)
    after = apart(within([move.reach(box) for box in boxes], (0, 0, size[1], size[0])))
    moved = np.zeros(size, np.uint8)
    for box in after:
        x0, y0, x1, y1 = box
        moved[y0:y1, x0:x1] = move.image(cover, size, 0, box)
    return moved, after


def hidden_shares(cover: Pixels, boxes: Iterable[Box], quads: Quads) -> NDArray[np.float64]:
    """Return for each quad the share of its area that is hidden, 0 to 1, by whole pixels.

    Args:
        cover: uint8 (H, W).
        boxes: Boxes that share no pixel, outside which it is 0.
        quads: (N, 4, 2).
    """
    shares = np.zeros(len(quads))
    height, width = cover.shape
    bounds = boxes_of_quads(quads)
    low = np.floor(bounds[:, :2]).astype(int).clip(0, [width, height])
    high = np.ceil(bounds[:, 2:]).astype(int).clip(0, [width, height])
    touched = np.zeros(len(quads), bool)
    for box in boxes:
        touched |= _touched(cover, box, low, high)
    places = np.flatnonzero(touched)
    # Sixteenths of a pixel, between centres, as OpenCV counts.
    corners = np.round((quads[places] - low[places, None] - 0.5) * 16).astype(np.int32)
    for index, points, (x0, y0), (x1, y1) in zip(
        places.tolist(), corners, low[places].tolist(), high[places].tolist(), strict=True
    ):
        inside = np.zeros((y1 - y0, x1 - x0), np.uint8)
        cv2.fillConvexPoly(inside, points, (255.0,), shift=4)
        count = cv2.countNonZero(inside)
        hiding = cv2.sumElems(cv2.bitwise_and(cover[y0:y1, x0:x1], inside))[0]
        shares[index] = hiding / 255 / max(1, count)
    return shares


def _touched(cover: Pixels, box: Box, low: NDArray[Any], high: NDArray[Any]) -> NDArray[np.bool_]:
    """Tell of boxes, given by their corners (N, 2), whether anything is hidden where they share pixels with a box."""
    left, top, right, bottom = box
    sums = cv2.integral(cover[top:bottom, left:right])
    (x0, y0), (x1, y1) = (np.clip(corners - [left, top], 0, [right - left, bottom - top]).T for corners in (low, high))
    return np.asarray(sums[y1, x1] - sums[y0, x1] - sums[y1, x0] + sums[y0, x0] > 0)
