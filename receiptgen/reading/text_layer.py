"""Pages of a PDF whose words the file itself tells: they are taken as they are, and only laid out in rows."""

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from receiptgen.core.bidi import prevailing_direction
from receiptgen.core.medians import median
from receiptgen.finding.classical.finder import unread_share
from receiptgen.finding.classical.ink import find_ink
from receiptgen.finding.classical.level_page import LevelPage
from receiptgen.finding.found_page import Cell
from receiptgen.imaging.geometry import Pixels, Projective, quads_of_boxes, shrink
from receiptgen.imaging.pictures import PrintedWord
from receiptgen.reading.results import PageText, TextLine, TextWord
from receiptgen.reading.rows import group_rows, text_columns

# A gap between words that parts cells, relative to their height: wider than one space, narrower than two.
_GAP = 0.9
# Height of a capital relative to a word's box, from ascender to descender; and its most pixels where ink is looked for.
_CAPITAL, _LETTER = 0.6, 12.0
# Share of a page's letters that its words may leave over: more are on a picture, as on a scan with a printed footer.
_MOST_UNREAD = 0.5


def page_of_layer(image: Pixels, words: Sequence[PrintedWord]) -> PageText | None:
    """Lay out the words of a text layer as those that are read of an image.

    Args:
        image: The rendered page, uint8 (H, W).
        words: Words of its layer, all upright.

    Returns:
        The page, its ``source`` the text layer and all confidences 1; None where there are no words, or where much of
        what is printed isn't in the layer, so that the image has to be read.
    """
    unread = _unread(image, words) if words else 1.0
    if unread > _MOST_UNREAD:
        return None
    direction = prevailing_direction(" ".join(word.text for word in words))
    onward = 1 if direction == "ltr" else -1
    rows = [[words[index] for index in row] for row in group_rows([_cell(word.boxes) for word in words])]
    parts = [_cells(row) for row in rows]
    cells = [_cell(np.concatenate([word.boxes for word in part])) for row in parts for part in row]
    texts = [" ".join(word.text for word in part) for row in parts for part in row]
    columns = iter(text_columns(cells, texts, direction))
    lines = [[_line(part[::onward], next(columns)) for part in row][::onward] for row in parts]
    height, width = image.shape
    return PageText(width, height, tuple(map(tuple, lines)), unread, source="text layer")


def _unread(image: Pixels, words: Sequence[PrintedWord]) -> float:
    """Return the share of a page's ink, of what may be letters, that lies in none of the words."""
    boxes = np.array([_box(word.boxes) for word in words])
    letter = _CAPITAL * median(boxes[:, 3] - boxes[:, 1])
    scale = min(1.0, _LETTER / max(letter, 1.0))
    small, letter = shrink(image, scale), max(scale * letter, 1.0)
    page = LevelPage(small, find_ink(small, letter), letter, Projective.scaling(1 / scale, 1 / scale))
    return unread_share(page, [_cell(scale * box[None]) for box in boxes])


def _cells(row: Sequence[PrintedWord]) -> list[list[PrintedWord]]:
    """Part a row, from the left, at its wide gaps."""
    cells = [[row[0]]]
    for before, word in pairwise(row):
        left, right = _box(before.boxes), _box(word.boxes)
        gap, height = right[0] - left[2], max(left[3] - left[1], right[3] - right[1])
        if gap > _GAP * height:
            cells.append([])
        cells[-1].append(word)
    return cells


def _line(words: Sequence[PrintedWord], column: int) -> TextLine:
    boxes = np.array([_box(word.boxes) for word in words])
    quads = quads_of_boxes(boxes)
    said = tuple(
        TextWord(word.text, 1.0, (1.0,) * len(word.text), quad, quads_of_boxes(word.boxes))
        for word, quad in zip(words, quads, strict=True)
    )
    (whole,) = quads_of_boxes(_box(boxes)[None])
    return TextLine(said, 1.0, whole, column)


def _box(boxes: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the box round boxes (N, 4)."""
    return np.concatenate([boxes[:, :2].min(axis=0), boxes[:, 2:].max(axis=0)])


def _cell(boxes: NDArray[np.float64]) -> Cell:
    """Return the whole pixels round boxes (N, 4) as a level cell."""
    box = _box(boxes)
    x0, y0 = np.floor(box[:2]).astype(int).tolist()
    x1, y1 = np.ceil(box[2:]).astype(int).tolist()
    return Cell(x0, y0, max(x1, x0 + 1), max(y1, y0 + 1))
