"""Text detection: cells, which are segments of a row without wide gaps, as people annotate them."""

from collections.abc import Callable, Iterator

import cv2
import numpy as np
from numpy.typing import NDArray

from receiptgen.core.errors import PageError
from receiptgen.finding.classical.ink import weighted_median
from receiptgen.finding.classical.letters import letters_of
from receiptgen.finding.classical.level_page import LevelPage
from receiptgen.finding.found_page import Cell, CellImage
from receiptgen.imaging.boxes import Box
from receiptgen.imaging.geometry import Pixels, Projective

# All relative to the height of a capital.
_GAP = 1.4  # gap within a row, across which letters belong together
_CRACK = 0.25  # vertical gap within a letter
_TALL = 1.5  # height of a cell that may be several rows
_DEEP = 0.25  # share of the ink on both sides that is left in the valley between two rows
_APART = 0.4  # gap between pieces of a broken letter
_PIECES = 1.6  # height of the pieces of one broken letter together
_LARGE, _ROW = 1.4, 0.7  # height of large print; share of the higher word's height that both words have in common
_LOW, _LONG = 0.4, 3.0  # what is lower than the first is a rule if it is longer than the second, or a speck if shorter
# A barcode is at least this wide and high; no more than the third share of its columns has both ink and paper, and
# more than the fourth share has only ink, and as many have only paper.
_WIDE_CODE, _HIGH_CODE, _BETWEEN, _SOLID = 4.0, 1.4, 0.2, 0.2
# Components that are looked at, the largest first: a receipt has some hundreds, an image of noise any number.
_MAX_COMPONENTS = 1500
# Pixels of the boxes of these components together: on a page of text they hardly overlap.
_MOST_PIXELS = 300_000_000
# Height of a cell relative to its capitals, with descenders and rounding.
_CELL = 1.12
# Cells this low or high relative to the estimate make ink and cells be found again.
_FAR = 0.8, 1.25
# Cells with less than this share of the page's usual contrast are print that shines through, or dirt.
_PALE = 0.3
# Cells narrower than this many letters get no slope of their own; slopes below this many degrees are ignored.
_SHORT, _LEVEL = 5.0, 0.2
# How a cell is cropped: margins above and below relative to its height, at its sides, where colons may be too pale to
# have been found, and the least height of a crop without margins.
_MARGIN, _ASIDE, _LEAST = 0.14, 0.45, 0.75


def find_cells(page: LevelPage) -> tuple[LevelPage, list[Cell]]:
    """Find the cells of a page, in no particular order.

    Returns:
        The page, its ink found again where letters turned out to have another size, and its cells.

    Raises:
        PageError: There is too much on it.
    """
    cells = _cells(page)
    wide = [cell for cell in cells if cell.x1 - cell.x0 > 2 * (cell.y1 - cell.y0)]
    if len(wide) >= 5:
        heights, widths = (np.array(values) for values in zip(*((c.y1 - c.y0, c.x1 - c.x0) for c in wide), strict=True))
        letter = weighted_median(heights, widths) / _CELL
        if not _FAR[0] < letter / page.letter < _FAR[1]:
            page = page.with_letter(letter)
            cells = _cells(page)
    if not cells:
        return page, []
    contrasts = np.array([_contrast(page, cell) for cell in cells])
    usual = weighted_median(contrasts, np.array([cell.x1 - cell.x0 for cell in cells]))
    return page, [cell for cell, contrast in zip(cells, contrasts, strict=True) if contrast > _PALE * usual]


def _cells(page: LevelPage) -> list[Cell]:
    letter = page.letter
    text = letters_of(page.ink, letter)
    across, along = int(_GAP * letter) | 1, int(_CRACK * letter) | 1
    closed = cv2.morphologyEx(text, cv2.MORPH_CLOSE, np.ones((1, across), np.uint8))
    closed = cv2.morphologyEx(closed, cv2.MORPH_CLOSE, np.ones((along, 1), np.uint8))
    _, labels, stats, _ = cv2.connectedComponentsWithStats(closed, connectivity=8)
    boxes: list[Box] = []
    largest = np.argsort(-stats[1:, cv2.CC_STAT_AREA], kind="stable")[:_MAX_COMPONENTS] + 1
    sides = stats[largest][:, [cv2.CC_STAT_WIDTH, cv2.CC_STAT_HEIGHT]].astype(np.int64)
    if sides.prod(axis=1).sum() > _MOST_PIXELS:
        raise PageError("more than a page of text: much of it lies across each other")
    for label in largest.tolist():
        x, y, width, height, _ = stats[label].tolist()
        component = np.where(labels[y : y + height, x : x + width] == label, text[y : y + height, x : x + width], 0)
        boxes += [(x + a, y + b, x + c, y + d) for a, b, c, d in _boxes(component, letter)]
    boxes = _join_boxes(_join_boxes(boxes[:_MAX_COMPONENTS], _broken, letter), _large, letter)
    cells = [_cell_with_slope(text, box, letter) for box in boxes]
    return [cell for cell in cells if _is_text(cell, letter) and not _is_barcode(text, cell, letter)]


def _boxes(component: Pixels, letter: float) -> Iterator[Box]:
    """Split a component into rows, and rows at wide gaps; yield boxes."""
    sums = cv2.blur(component.sum(axis=1, dtype=np.float32)[:, None], (1, 3))[:, 0]
    for top, foot in _rows(sums, letter):
        row = component[top:foot]
        gap = int(_GAP * min(foot - top, 2 * letter)) | 1
        columns = np.pad(row.any(axis=0).astype(np.uint8), gap)
        closed = cv2.morphologyEx(columns[None], cv2.MORPH_CLOSE, np.ones((1, gap), np.uint8))[0, gap:-gap]
        edges = np.flatnonzero(np.diff(closed.astype(np.int8), prepend=0, append=0)).tolist()
        for left, right in zip(edges[::2], edges[1::2], strict=True):
            inked = np.flatnonzero(row[:, left:right].any(axis=1))
            if len(inked):
                yield left, top + int(inked[0]), right, top + int(inked[-1]) + 1


def _rows(sums: NDArray[np.float32], letter: float) -> Iterator[tuple[int, int]]:
    """Yield the rows of a component: it is cut at its deepest valley if that is deep enough, and so on."""
    edge = int(0.5 * letter)
    segments = [(0, len(sums))]
    while segments:
        top, foot = segments.pop()
        if foot - top > _TALL * letter and foot - top > 2 * edge:
            inside = sums[top:foot]
            above, below = np.maximum.accumulate(inside), np.maximum.accumulate(inside[::-1])[::-1]
            depth = (inside / np.maximum(np.minimum(above, below), 1))[edge : len(inside) - edge]
            valley = int(depth.argmin())
            if depth[valley] < _DEEP:
                cut_at = top + edge + valley
                segments += [(cut_at, foot), (top, cut_at)]
                continue
        yield top, foot


def _broken(boxes: NDArray[np.int64], letter: float) -> NDArray[np.bool_]:
    """Tell which boxes (N, 4) are pieces of broken letters above each other, bool (N, N)."""
    x0, y0, x1, y1 = boxes.T
    high = np.maximum(y1[:, None], y1) - np.minimum(y0[:, None], y0)
    between = np.maximum(y0[:, None], y0) - np.minimum(y1[:, None], y1)
    shared = np.minimum(x1[:, None], x1) - np.maximum(x0[:, None], x0)
    pieces = (high <= _PIECES * letter) & (between < _APART * letter)
    return np.asarray(pieces & (shared > 0.3 * np.minimum((x1 - x0)[:, None], x1 - x0)))


def _large(boxes: NDArray[np.int64], letter: float) -> NDArray[np.bool_]:
    """Tell which boxes (N, 4) are words of large print side by side, which has wider gaps, bool (N, N)."""
    x0, y0, x1, y1 = boxes.T
    height = y1 - y0
    low, high = np.minimum(height[:, None], height), np.maximum(height[:, None], height)
    shared = np.minimum(y1[:, None], y1) - np.maximum(y0[:, None], y0)
    gap = np.maximum(x0[:, None], x0) - np.minimum(x1[:, None], x1)
    return np.asarray((low > _LARGE * letter) & (shared > _ROW * high) & (gap < _GAP * low))


def _join_boxes(
    boxes: list[Box], belong_together: Callable[[NDArray[np.int64], float], NDArray[np.bool_]], letter: float
) -> list[Box]:
    """Join boxes in pairs as long as any belong together."""
    array = np.array(boxes, np.int64).reshape(-1, 4)
    while len(array) > 1:
        array = array[np.lexsort((array[:, 0], array[:, 1]))]
        joined: set[int] = set()
        dropped = []
        for one, other in np.argwhere(np.triu(belong_together(array, letter), 1)).tolist():
            if one not in joined and other not in joined:
                array[one, :2] = np.minimum(array[one, :2], array[other, :2])
                array[one, 2:] = np.maximum(array[one, 2:], array[other, 2:])
                joined |= {one, other}
                dropped.append(other)
        if not dropped:
            break
        array = np.delete(array, dropped, axis=0)
    return [(a, b, c, d) for a, b, c, d in array.tolist()]


def _cell_with_slope(text: Pixels, box: Box, letter: float) -> Cell:
    """Return the cell of a box, with its slope if it is long."""
    x0, y0, x1, y1 = box
    if x1 - x0 < _SHORT * letter:
        return Cell(*box)
    component = text[y0:y1, x0:x1].astype(np.float32)
    weights = component.sum(axis=0)
    positions = np.arange(x1 - x0) - (x1 - x0 - 1) / 2
    middles = (component * np.arange(y1 - y0)[:, None]).sum(axis=0) / np.maximum(weights, 1)
    fall = float(np.polyfit(positions, middles, 1, w=np.sqrt(weights))[0])
    if abs(np.degrees(np.arctan(fall))) < _LEVEL:
        return Cell(*box)
    rows, columns = np.nonzero(component)
    level = rows - fall * positions[columns]
    return Cell(x0, y0 + round(float(level.min())), x1, y0 + round(float(level.max())) + 1, fall)


def _is_text(cell: Cell, letter: float) -> bool:
    width, height = (cell.x1 - cell.x0) / letter, (cell.y1 - cell.y0) / letter
    return height >= _LOW or _LOW <= width <= _LONG


def _is_barcode(text: Pixels, cell: Cell, letter: float) -> bool:
    """Tell whether a cell is a barcode: most of its columns are all ink or all paper."""
    if cell.x1 - cell.x0 < _WIDE_CODE * letter or cell.y1 - cell.y0 < _HIGH_CODE * letter:
        return False
    columns = text[max(0, cell.y0) : cell.y1, cell.x0 : cell.x1].mean(axis=0)
    ink, paper = float((columns >= 0.8).mean()), float((columns <= 0.2).mean())
    return min(ink, paper) > _SOLID and 1 - ink - paper < _BETWEEN


def _contrast(page: LevelPage, cell: Cell) -> float:
    area = slice(max(0, cell.y0), cell.y1), slice(cell.x0, cell.x1)
    image, ink = page.image[area], page.ink[area].astype(bool)
    if ink.all() or not ink.any():
        return 0.0
    return float(np.median(image[~ink])) - float(np.median(image[ink]))


def crop_cell(page: LevelPage, cell: Cell) -> CellImage:
    """Crop a cell from its page."""
    height = max(cell.y1 - cell.y0, round(_LEAST * page.letter))
    margin = _MARGIN * height
    aside = max(margin, _ASIDE * page.letter)
    middle = (cell.y0 + cell.y1) / 2
    top, foot = max(0, round(middle - height / 2 - margin)), round(middle + height / 2 + margin)
    left, right = max(0, round(cell.x0 - aside)), round(cell.x1 + aside)
    # Columns stay where they are; rows are sheared about the middle of the cell.
    fall = np.array([[1.0, 0.0, left], [cell.fall, 1.0, top + cell.fall * (left - (cell.x0 + cell.x1) / 2)], [0, 0, 1]])
    if cell.fall:
        image, ink = (_warp(pixels, fall, (right - left, foot - top)) for pixels in (page.image, page.ink))
    else:
        image, ink = page.image[top:foot, left:right], page.ink[top:foot, left:right]
    return CellImage(image, ink, (cell.y0 - top, cell.y1 - top), Projective(page.back.matrix @ fall))


def _warp(pixels: Pixels, matrix: NDArray[np.float64], size: tuple[int, int]) -> Pixels:
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    centres = Projective(matrix).pixel_matrix()[:2]
    return np.asarray(cv2.warpAffine(pixels, centres, size, flags=flags, borderMode=cv2.BORDER_REPLICATE), np.uint8)
