"""The classical finder: what may be letters by its ink, on a page laid level."""

from collections.abc import Sequence
from dataclasses import replace

import cv2
import numpy as np

from receiptgen.finding.classical.cells import crop_cell, find_cells
from receiptgen.finding.classical.letters import letters_of
from receiptgen.finding.classical.level_page import LevelPage, level_page
from receiptgen.finding.found_page import Cell, FoundCell, FoundPage
from receiptgen.imaging.geometry import Pixels


class ClassicalFinder:
    """Finds text by its ink, without a network. It takes the rows of a page to run across it."""

    def find(self, image: Pixels) -> FoundPage:
        """Find the cells of a page, as ``Finder`` says."""
        return replace(_find(image, 0), sideways=lambda: _find(image, 1))


def _find(image: Pixels, turns: int) -> FoundPage:
    """Find the cells of a page, after some quarter turns counter-clockwise."""
    page = level_page(image, turns)
    if page is None:
        return FoundPage((), lambda read: 0.0)
    page, cells = find_cells(page)
    return FoundPage(
        [FoundCell(cell, crop_cell(page, cell)) for cell in cells],
        lambda read: unread_share(page, [cells[index] for index in read]),
    )


def unread_share(page: LevelPage, cells: Sequence[Cell]) -> float:
    """Return the share of a page's ink, of what may be letters by its size, that lies outside the cells."""
    ink = letters_of(page.ink, page.letter)
    total = np.count_nonzero(ink)
    if not total:
        return 0.0
    for cell in cells:
        fall = cell.fall * (cell.x1 - cell.x0) / 2
        left, right = ((cell.x0, -fall), (cell.x1, fall))
        corners = [(x, y + offset) for y in (cell.y0, cell.y1) for x, offset in (left, right)]
        cv2.fillConvexPoly(ink, np.array(corners)[[0, 1, 3, 2]].round().astype(np.int32), (0,))
    return float(np.count_nonzero(ink) / total)
