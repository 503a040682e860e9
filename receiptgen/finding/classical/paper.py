"""Paper detection on photos: a bright quad with an edge on every side."""

from collections.abc import Iterator
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from receiptgen.imaging.geometry import Pixels, Projective, shrink

# Longest side of the image in which paper is looked for, and the share of it below which dark strokes are filled in.
_SMALL, _STROKE = 600, 0.03
# Number of thresholds between paper and ground: one would do in even light, but shadows need several.
_THRESHOLDS = 8
# Shares of the image that paper covers; share of its hull that it fills; overlap of hull and quad.
_COVERS, _SOLID, _ALIKE = (0.1, 0.95), 0.85, 0.88
# The least share where there may be several papers, and the number of regions that are looked at for each threshold.
_COVERS_OF_SEVERAL, _SEVERAL = 0.04, 12
# Share of a quad that another covers if both are one paper, or the other holds it; and if they are not apart; area of
# a paper relative to the largest one.
_SAME, _OVERLAP, _SIMILAR = 0.7, 0.1, 0.15
# Levels by which paper is brighter than the ground beyond its edge, at this distance in pixels, along this share of
# each side.
_STEP, _OFF, _ALONG = 8, 5, 0.7
# Points on a side at which that is measured.
_POINTS = 40
# Corners farther than this share of the image's diagonal from an upright rectangle need rectification.
_ASKEW = 0.012


def rectify_paper(image: Pixels) -> tuple[Pixels, Projective] | None:
    """Crop the paper and rectify its perspective and rotation.

    Args:
        image: Grey image, uint8 (H, W).

    Returns:
        The paper, uint8 (H, W), and the map from its pixels to those of ``image``; None where no quad has edges on
        every side, or where it is upright already.
    """
    quad = find_paper(image)
    if quad is None:
        return None
    low, high = quad.min(axis=0), quad.max(axis=0)
    upright = np.array([low, (high[0], low[1]), high, (low[0], high[1])])
    if np.abs(quad - upright).max() < _ASKEW * np.hypot(*image.shape):
        return None
    return rectify_quad(image, quad)


def rectify_quad(image: Pixels, quad: NDArray[np.float64]) -> tuple[Pixels, Projective]:
    """Cut a quad (4, 2), clockwise from the top left, out of an image; return it with the map back to the image."""
    sides = np.linalg.norm(np.roll(quad, -1, axis=0) - quad, axis=1)
    width, height = max(1, round(max(sides[0], sides[2]))), max(1, round(max(sides[1], sides[3])))
    to_paper = Projective.between(quad, np.array([(0, 0), (width, 0), (width, height), (0, height)]))
    moved = cv2.warpPerspective(image, to_paper.pixel_matrix(), (width, height), borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(moved, np.uint8), to_paper.inverse()


def find_paper(image: Pixels) -> NDArray[np.float64] | None:
    """Return the corners of the largest paper with an edge on every side.

    Args:
        image: Grey image, uint8 (H, W).

    Returns:
        Quad float64 (4, 2), clockwise from the corner at the top left after the smallest rotation, or None.
    """
    candidates = _candidates(image, _COVERS[0], 1)
    return max(candidates, key=_area) if candidates else None


def find_papers(image: Pixels) -> list[NDArray[np.float64]]:
    """Return the corners of all papers of similar size with an edge on every side, as ``find_paper`` has them.

    Where a candidate holds two others, as the ground between two papers may be as bright as these, it is none.

    Args:
        image: Grey image, uint8 (H, W).

    Returns:
        Quads float64 (4, 2) that don't overlap, in no particular order.
    """
    distinct: list[NDArray[np.float64]] = []
    for quad in sorted(_candidates(image, _COVERS_OF_SEVERAL, _SEVERAL), key=_area, reverse=True):
        if all(_common(quad, other) < _SAME * _area(other) for other in distinct):
            distinct.append(quad)
    smallest_first = distinct[::-1]
    papers: list[NDArray[np.float64]] = []
    for quad in smallest_first:
        inside = [other for other in papers if _common(quad, other) > _SAME * _area(other)]
        if len(inside) < 2:
            papers = [other for other in papers if _common(quad, other) < _OVERLAP * _area(other)] + [quad]
    largest = max(map(_area, papers), default=0.0)
    return [quad for quad in papers if _area(quad) > _SIMILAR * largest]


def _candidates(image: Pixels, least: float, most: int) -> list[NDArray[np.float64]]:
    """Return quads with an edge on every side that cover at least a share of the image, some at each threshold."""
    scale = min(1.0, _SMALL / max(image.shape))
    small: Pixels = shrink(image, scale)
    side = int(_STROKE * max(small.shape)) | 1
    square = np.ones((side, side), np.uint8)
    filled = np.asarray(cv2.GaussianBlur(cv2.morphologyEx(small, cv2.MORPH_CLOSE, square), (5, 5), 0), np.uint8)
    quads = _quads(filled, square, least, most)
    return [_order_corners((quad + 0.5) / scale) for quad in quads if _has_edges(filled, quad)]


def _area(quad: NDArray[np.float64]) -> float:
    return float(cv2.contourArea(quad.astype(np.float32)))


def _common(one: NDArray[np.float64], other: NDArray[np.float64]) -> float:
    """Return the area that two convex quads have in common."""
    return float(cv2.intersectConvexConvex(one.astype(np.float32), other.astype(np.float32))[0])


def _quads(filled: Pixels, square: Pixels, least: float, most: int) -> Iterator[NDArray[np.float64]]:
    """Yield the quads, float64 (4, 2), that fit the bright regions at several thresholds, the largest at each."""
    middle, _ = cv2.threshold(filled, 0, 1, cv2.THRESH_BINARY + cv2.THRESH_OTSU)
    bright = filled > middle
    if bright.all() or not bright.any():
        return
    for level in np.linspace(filled[~bright].mean(), filled[bright].mean(), _THRESHOLDS + 2)[1:-1].tolist():
        paper = cv2.morphologyEx((filled > level).astype(np.uint8), cv2.MORPH_OPEN, square)
        outlines, _ = cv2.findContours(paper, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
        for outline in sorted(outlines, key=cv2.contourArea, reverse=True)[:most]:
            quad = _fitting_quad(outline, least * filled.size, _COVERS[1] * filled.size)
            if quad is not None:
                yield quad


def _fitting_quad(outline: NDArray[Any], least: float, most: float) -> NDArray[np.float64] | None:
    """Return the quad that fits a region which fills its hull, or None; its area is bounded, in pixels."""
    hull = cv2.convexHull(outline)
    area = cv2.contourArea(hull)
    if not least < area < most or cv2.contourArea(outline) < _SOLID * area:
        return None
    quad = _four_corners(hull)
    if quad is None:
        return None
    common, _ = cv2.intersectConvexConvex(quad, hull.astype(np.float32))
    return quad.astype(np.float64) if common > _ALIKE * max(area, cv2.contourArea(quad)) else None


def _four_corners(hull: NDArray[Any]) -> NDArray[np.float32] | None:
    perimeter = cv2.arcLength(hull, closed=True)
    for share in np.arange(0.01, 0.12, 0.005).tolist():
        corners = cv2.approxPolyDP(hull, share * perimeter, closed=True)
        if len(corners) <= 4:
            return corners[:, 0].astype(np.float32) if len(corners) == 4 else None
    return None


def _has_edges(filled: Pixels, quad: NDArray[np.float64]) -> bool:
    """Tell whether a quad is brighter than the ground beyond each of its sides; beyond the image all is white."""
    along = np.roll(quad, -1, axis=0) - quad
    inwards = along[:, ::-1] * (-1, 1) / np.maximum(1, np.linalg.norm(along, axis=1))[:, None]
    inwards *= np.sign((inwards * (quad.mean(axis=0) - quad)).sum(axis=1))[:, None]
    points = quad[:, None] + np.linspace(0.05, 0.95, _POINTS)[:, None] * along[:, None]
    inside, outside = (_levels_at(filled, points + off * inwards[:, None]) for off in (_OFF, -_OFF))
    return bool(((inside - outside > _STEP).mean(axis=1) > _ALONG).all())


def _levels_at(image: Pixels, points: NDArray[np.float64]) -> NDArray[np.int16]:
    """Return the grey levels at points (N, M, 2), white beyond the image."""
    across, down = np.moveaxis(points.astype(np.float32), 2, 0)
    levels = cv2.remap(image, across, down, cv2.INTER_LINEAR, borderMode=cv2.BORDER_CONSTANT, borderValue=(255,))
    return levels.astype(np.int16)


def _order_corners(quad: NDArray[np.float64]) -> NDArray[np.float64]:
    offsets = quad - quad.mean(axis=0)
    quad = quad[np.argsort(np.arctan2(offsets[:, 1], offsets[:, 0]))]
    along = np.roll(quad, -1, axis=0) - quad
    # Opposite sides are added, since perspective rotates one against the other.
    across = along - np.roll(along, -2, axis=0)
    return np.roll(quad, -int(np.abs(np.arctan2(across[:, 1], across[:, 0])).argmin()), axis=0)
