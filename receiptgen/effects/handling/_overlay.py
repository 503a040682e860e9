"""Where something is laid over a page, and how it hides what is under it."""

from dataclasses import replace
from typing import Any

import cv2
import numpy as np

from receiptgen.effects._ink import blend, over_channels, tinted
from receiptgen.imaging.geometry import Pixels, Projective
from receiptgen.imaging.page import Page
from receiptgen.imaging.regions import Mark


def turned(size: tuple[int, int], centre: tuple[float, float], degrees: float) -> Projective:
    """Return the map that lays a patch of some height and width with its centre at a point, counter-clockwise."""
    height, width = size
    angle = np.deg2rad(degrees)
    cos, sin = float(np.cos(angle)), float(np.sin(angle))
    there = np.array([[1, 0, centre[0]], [0, 1, centre[1]], [0, 0, 1.0]])
    turn = np.array([[cos, sin, 0], [-sin, cos, 0], [0, 0, 1.0]])
    back = np.array([[1, 0, -width / 2], [0, 1, -height / 2], [0, 0, 1.0]])
    return Projective(np.asarray(there @ turn @ back, np.float64))


def tight(alpha: Pixels) -> tuple[Pixels, int, int]:
    """Cut off what is empty round a patch; return it with the column and row where it began."""
    x, y, width, height = cv2.boundingRect(alpha)
    return alpha[y : y + height, x : x + width], int(x), int(y)


def lay(
    page: Page,
    alpha: Pixels,
    move: Projective,
    mark: Mark,
    level: Pixels | int,
    color: str = "",
    *,
    soaks: bool = False,
    hides: bool = True,
) -> Page:
    """Lay a patch over the print.

    Args:
        page: Page under the patch.
        alpha: uint8 (h, w), how far the patch hides what is under it.
        move: Map from the patch to the page, affine.
        mark: Kind of the patch.
        level: The patch's own pixels in grey, or one level for all.
        color: The colour of which these are shades, as ``#rrggbb``; empty for grey.
        soaks: Whether the patch is ink that darkens paper and print alike, rather than something opaque on them.
        hides: Whether what is under the patch counts as hidden by it.

    Returns:
        The page with a mark whose quad is tight round the patch, or round what is on the page of an upright one; the
        page as it was where nothing of it would be.
    """
    height, width = alpha.shape
    quad = move.points(np.array([[0.0, 0], [width, 0], [width, height], [0, height]]))
    x0, y0 = (max(0, int(low)) for low in np.floor(quad.min(axis=0)))
    x1 = min(page.image.shape[1], int(np.ceil(quad[:, 0].max())))
    y1 = min(page.image.shape[0], int(np.ceil(quad[:, 1].max())))
    if x0 >= x1 or y0 >= y1 or not alpha.size:
        return page
    local = Projective(np.asarray(Projective.translation(-x0, -y0).matrix @ move.matrix, np.float64))
    laid = local.image(alpha, (y1 - y0, x1 - x0), 0)
    left, top, across, down = cv2.boundingRect(laid)
    if not across:
        return page
    if move.matrix[0, 1] == move.matrix[1, 0] == 0:
        left, top = left + x0, top + y0
        corners = [[left, top], [left + across, top], [left + across, top + down], [left, top + down]]
        quad = np.array(corners, np.float64)
    over: Any = level if isinstance(level, int) else local.image(level, laid.shape, 255)
    image = page.image.copy()
    under = image[y0:y1, x0:x1]
    over = over_channels(tinted(over, color), under)
    target = under * np.float32(1 / 255) * over if soaks else over
    image[y0:y1, x0:x1] = blend(under, target, laid * np.float32(1 / 255))
    if not hides:
        return replace(page, image=image, regions=page.regions.marked(mark, quad))
    return page.overlaid(image, laid, mark, quad, (x0, y0))


def patch_size(shape: tuple[int, ...], degrees: float) -> tuple[float, float]:
    """Return height and width of the upright box round a patch once it is turned."""
    height, width = shape
    angle = np.deg2rad(degrees)
    cos, sin = abs(float(np.cos(angle))), abs(float(np.sin(angle)))
    return width * sin + height * cos, width * cos + height * sin
