"""Drawn pages that crops are cut of, and pages whose rows were pushed together."""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from receiptgen.core.dice import Dice
from receiptgen.imaging.channels import grey
from receiptgen.imaging.geometry import Chain, Pixels
from receiptgen.imaging.page import Page

from .cells import Cell, PageCells, Points, moved, page_cells

# Height of letters to which larger pages are reduced: no crop shows more.
_LARGEST = 34.0
# Points along each side of the outline of the paper.
_SIDE = 9
# Fewest cells of a page that is worth cutting, and fewest gaps that squeezing has to find.
FEWEST, _GAPS = 4, 4
# Gaps higher than this number of letter heights are left: they are pictures and codes.
_PICTURE = 3.0
# Share of a letter's height that stays above and below each row, since ink reaches beyond its cell.
_KEPT = 0.04


@dataclass(frozen=True)
class DrawnPage:
    """A page with its cells.

    Attributes:
        image: uint8 (H, W), black 0.
        cells: Its cells, and what is ignored.
        paper: Outline (n, 2) of the paper.
        height: Median height of letters in pixels.
    """

    image: Pixels
    cells: PageCells
    paper: Points
    height: float

    def mapped(self, image: Pixels, move: "NDArray[np.float64]") -> "DrawnPage":
        """Return the page after a projective map (3, 3) that gave this image."""
        tops = moved([cell.tops for cell in self.cells.cells], move)
        bottoms = moved([cell.bottoms for cell in self.cells.cells], move)
        cells = tuple(map(Cell, tops, bottoms))
        paper = moved([self.paper], move)[0]
        return DrawnPage(image, PageCells(cells, tuple(moved(self.cells.ignored, move))), paper, _median_height(cells))


def _median_height(cells: tuple[Cell, ...]) -> float:
    return float(np.median([cell.height for cell in cells]))


def drawn_page(page: Page) -> DrawnPage | None:
    """Return a page with its cells, no larger than crops need; None where it has too few."""
    cells = page_cells(page)
    if len(cells.cells) < FEWEST:
        return None
    image = np.ascontiguousarray(grey(page.image))
    found = DrawnPage(image, cells, _outline(page), _median_height(cells.cells))
    scale = _LARGEST / found.height
    if scale >= 1:
        return found
    reduced = cv2.resize(image, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    # The sides of the reduced image are whole pixels.
    across, down = reduced.shape[1] / image.shape[1], reduced.shape[0] / image.shape[0]
    return found.mapped(np.asarray(reduced, np.uint8), np.diag([across, down, 1.0]))


def _outline(page: Page) -> Points:
    """Return the outline of the paper on the image."""
    (height, width), _ = page.grid(1 << 14)
    share = np.linspace(0, 1, _SIDE)[:-1]
    zeros, ones = np.zeros_like(share), np.ones_like(share)
    x = np.concatenate([share, ones, 1 - share, zeros]) * width
    y = np.concatenate([zeros, share, ones, 1 - share]) * height
    return Chain(page.maps).points(np.stack([x, y], 1))


def squeezed(page: DrawnPage, leading: float, dice: Dice) -> DrawnPage:
    """Return a page whose rows are pushed together; as it is where rows share their pixel rows all over.

    What lies between rows is taken out of the image. Real receipts have less leading than most printers draw.

    Args:
        page: The page.
        leading: Space that is left between rows, in letter heights.
        dice: Dice that let spaces differ.
    """
    page = _level(page)
    rows = page.image.shape[0]
    inked = np.zeros(rows + 2, np.int8)
    margin = _KEPT * page.height
    for cell in page.cells.cells:
        low = min(cell.tops[:, 1].min(), cell.bottoms[:, 1].min()) - margin
        high = max(cell.tops[:, 1].max(), cell.bottoms[:, 1].max()) + margin
        inked[max(0, int(low)) + 1 : max(0, int(np.ceil(high))) + 1] = 1
    inked[[0, -1]] = 1
    edges = np.flatnonzero(np.diff(inked[: rows + 2])).reshape(-1, 2)
    kept, cut = np.ones(rows, bool), 0
    for start, stop in edges.tolist():
        left = round(leading * page.height * dice.uniform(0.6, 1.4))
        taken = stop - start - left
        if start > 0 and stop < rows and taken > 0 and stop - start < _PICTURE * page.height:
            middle = (start + stop) // 2
            kept[middle - taken // 2 : middle - taken // 2 + taken] = False
            cut += 1
    if cut < _GAPS:
        return page
    above = np.concatenate([[0], np.cumsum(kept)]).astype(np.float64)

    def move(points: Points) -> Points:
        y = np.interp(points[:, 1], np.arange(rows + 1), above)
        outside = np.where(points[:, 1] < 0, points[:, 1], np.maximum(points[:, 1] - rows, 0))
        return np.stack([points[:, 0], y + outside], 1)

    cells = tuple(Cell(move(cell.tops), move(cell.bottoms)) for cell in page.cells.cells)
    ignored = tuple(map(move, page.cells.ignored))
    return DrawnPage(page.image[kept], PageCells(cells, ignored), move(page.paper), page.height)


def _level(page: DrawnPage) -> DrawnPage:
    """Return a page sheared so that its rows are level, by the median slope of long cells."""
    spans = [cell.tops[-1] - cell.tops[0] for cell in page.cells.cells]
    slopes = [span[1] / span[0] for span in spans if span[0] > 4 * page.height]
    slope = float(np.median(slopes)) if slopes else 0.0
    height, width = page.image.shape
    shear = np.array([[1.0, 0.0, 0.0], [-slope, 1.0, max(0.0, slope * width)], [0.0, 0.0, 1.0]])
    size = (width, int(height + abs(slope) * width))
    image = cv2.warpAffine(page.image, shear[:2], size, flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    return page.mapped(np.asarray(image, np.uint8), shear)
