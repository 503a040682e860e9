"""The learned finder: cells along the baselines that a network's maps show."""

from collections.abc import Sequence
from dataclasses import replace
from functools import partial

import numpy as np
from numpy.typing import NDArray

from receiptgen.finding.found_page import Cell, FoundCell, FoundPage
from receiptgen.finding.learned.bands import find_bands
from receiptgen.finding.learned.baselines import Baselines
from receiptgen.finding.learned.directions import agreement, with_agreed_directions
from receiptgen.finding.learned.joining import whole_cells
from receiptgen.finding.learned.level_map import fit_level_map
from receiptgen.finding.learned.page_maps import MapsModel, PageMaps, closer_maps, first_maps
from receiptgen.finding.learned.papers import on_paper, papers_of
from receiptgen.finding.learned.strips import StripCutter
from receiptgen.imaging.geometry import Pixels, Projective

# Shortest side of an image that has room for letters, in pixels.
_LEAST = 5
# Share of the values of bands that agree on a direction from which a page is surely not on its side.
_CERTAIN = 0.95


class LearnedFinder:
    """Finds text by the maps of a network, however bent it lies.

    Args:
        model: What makes the maps.
    """

    def __init__(self, model: MapsModel) -> None:
        self._model = model

    def find(self, image: Pixels) -> FoundPage:
        """Find the cells of a page, as ``Finder`` says."""
        if min(image.shape) < _LEAST:
            return FoundPage((), _all_read, finds_light=True)
        first = first_maps(self._model, image)
        page = closer_maps(self._model, image, first)
        if agreement(page)[1] >= _CERTAIN:
            return self._found(image, page)
        # It may lie on its side, of which networks are taught little: upright they are surer.
        upright = np.rot90(image).copy()
        again = first_maps(self._model, upright)
        if agreement(again)[0] > agreement(first)[0]:
            return self._found_turned(upright, again)
        # Networks that were taught upright pages alone are sure of nothing here.
        return replace(self._found(image, page), sideways=partial(self._found_turned, upright, again))

    def _found_turned(self, image: Pixels, first: PageMaps) -> FoundPage:
        """Return the cells of an image that was turned to the left, given its first maps, on the image as it was."""
        # Its height was the width before.
        width, height = image.shape
        turn, _ = Projective.rotation(90, (height, width))
        return self._found(image, closer_maps(self._model, image, first)).moved(turn.inverse())

    def _found(self, image: Pixels, page: PageMaps) -> FoundPage:
        """Return the cells that maps show."""
        page = with_agreed_directions(page)
        baselines = whole_cells(page, find_bands(page))
        baselines = baselines.take(on_paper(page, baselines))
        if not len(baselines):
            return FoundPage((), _all_read, finds_light=True)
        papers = papers_of(page, baselines)
        baselines = _with_one_sense(baselines, papers)
        strips = StripCutter(image, baselines).strips()
        cells = map(FoundCell, _level_boxes(baselines, papers), strips, papers.tolist())
        return FoundPage(list(cells), _UnreadShare(baselines), finds_light=True)


def _with_one_sense(baselines: Baselines, papers: NDArray[np.intp]) -> Baselines:
    """Return baselines that are all read the way most letters of their receipt are."""
    weights = np.bincount(papers, minlength=1)
    length = baselines.length[:, None] * baselines.axis
    usual = np.stack([np.bincount(papers, length[:, part], len(weights)) for part in range(2)], axis=1)
    return baselines.upside_down((baselines.axis * usual[papers]).sum(axis=1) < 0)


def _level_boxes(baselines: Baselines, papers: NDArray[np.intp]) -> list[Cell]:
    """Return the box of each cell in the level coordinates of its receipt."""
    boxes: dict[int, Cell] = {}
    for paper in sorted(set(papers.tolist())):
        own = np.flatnonzero(papers == paper)
        cells = baselines.take(own)
        boxes |= zip(own.tolist(), fit_level_map(cells).cells(cells), strict=True)
    return [boxes[index] for index in range(len(baselines))]


class _UnreadShare:
    """The share of the letters that were found which were not read, each cell counted by its area."""

    def __init__(self, baselines: Baselines) -> None:
        self._areas = baselines.length * baselines.height

    def __call__(self, read: Sequence[int]) -> float:
        return float(1 - self._areas[list(read)].sum() / self._areas.sum())


def _all_read(read: Sequence[int]) -> float:
    return 0.0
