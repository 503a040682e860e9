"""Receipts of an image: the components of the map of paper, and the cells on each."""

import cv2
import numpy as np
from numpy.typing import NDArray

from receiptgen.finding.learned.baselines import Baselines
from receiptgen.finding.learned.page_maps import PageMaps

# Probability of paper from which it is one component; cells on what has a lower one than the second are outside.
_PAPER, _OUTSIDE = 0.5, 0.2
# Shares of a cell at which the map is looked at.
_SHARES = np.array([0.1, 0.3, 0.5, 0.7, 0.9])
# A component with a smaller share of all cells, or fewer, belongs to the nearest other.
_LEAST, _FEW = 0.1, 4


def paper_labels(page: PageMaps) -> tuple[int, NDArray[np.int32]]:
    """Return the number of papers and one, and the number of each value's paper from 1, 0 outside, (h, w)."""
    count, labels = cv2.connectedComponents((page.maps.paper > _PAPER).astype(np.uint8))
    return count, np.asarray(labels, np.int32)


def on_paper(page: PageMaps, baselines: Baselines) -> NDArray[np.bool_]:
    """Tell which cells (N,) lie on paper."""
    paper = page.at(page.maps.paper, baselines.points(baselines.along(_SHARES)))
    # Of an odd number of places the middle one.
    return np.asarray(np.sort(paper, axis=1)[:, len(_SHARES) // 2] >= _OUTSIDE)


def papers_of(page: PageMaps, baselines: Baselines) -> NDArray[np.intp]:
    """Return the number (N,) of the receipt that each cell is on, from 0 from the top left."""
    count, labels = paper_labels(page)
    places = baselines.points(baselines.along(_SHARES))
    met = page.at(labels.astype(np.float32), places).astype(np.intp)
    number = np.max(met, axis=1)
    cells = np.bincount(number, minlength=count)
    large = cells >= max(_FEW, _LEAST * len(number))
    large[0] = False
    if np.count_nonzero(large) < 2:
        return np.zeros(len(number), np.intp)
    middles = places[:, len(_SHARES) // 2]
    centres = np.array([middles[number == paper].mean(axis=0) for paper in np.flatnonzero(large)])
    order = np.argsort(centres.sum(axis=1), kind="stable")
    rank = np.full(count, -1, np.intp)
    rank[np.flatnonzero(large)[order]] = np.arange(len(order))
    nearest = np.linalg.norm(middles[:, None] - centres[order], axis=2).argmin(axis=1)
    return np.asarray(np.where(rank[number] >= 0, rank[number], nearest))
