"""From the text of a page to the fields of its receipt: words on the level page, handed to a reader of fields."""

from collections.abc import Sequence
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from receiptgen.core.bidi import prevailing_direction
from receiptgen.core.medians import median
from receiptgen.extraction.field_reader import FieldReader
from receiptgen.extraction.fields import ReceiptFields
from receiptgen.extraction.labelling.page_words import PageWord
from receiptgen.reading.results import PageText, TextWord

# Name of the packaged weights that tell fields.
FIELD_WEIGHTS = Path("fields")
# Gap between the last row of one photo and the first row of the next, relative to the height of words.
_GAP = 0.5


class _Placed(NamedTuple):
    """A word and where it is: its row, its cell, its photo."""

    word: TextWord
    row: int
    cell: int
    photo: int


def fields_of(page: PageText, reader: FieldReader) -> ReceiptFields:
    """Return what the receipt on a page says.

    Args:
        page: Its text; without words it says nothing.
        reader: Tells the fields of words.

    Returns:
        The fields; their words are indices among ``page.words``.
    """
    words = page_words(page)
    return reader.read(words) if words else ReceiptFields()


@cache
def field_reader(weights: Path = FIELD_WEIGHTS) -> FieldReader:
    """Return a reader of fields, which is opened once in a process.

    Args:
        weights: Packaged weights by name, or a file.

    Raises:
        WeightsError: The weights can't be read.
        MissingExtraError: Nothing is installed that reads them; the message names the extra.
    """
    from receiptgen.extraction.opened_reader import open_field_reader

    return open_field_reader(weights)


def page_words(page: PageText) -> list[PageWord]:
    """Return the words of a page in the order of ``page.words``, where they are once the page is level.

    Of a page that was put together of several photos each photo is made level by itself, brought to the print size of
    the first, and set below the one before.
    """
    cells = [(index, line) for index, row in enumerate(page.rows) for line in row]
    placed = [_Placed(word, row, cell, line.photo) for cell, (row, line) in enumerate(cells) for word in line.words]
    if not placed:
        return []
    boxes = np.zeros((len(placed), 4))
    for photo in sorted({one.photo for one in placed}):
        chosen = np.array([one.photo == photo for one in placed])
        boxes[chosen] = _level_boxes([one.word for one in placed if one.photo == photo])
    if page.photos:
        _join_photos(page, placed, boxes)
    return [
        PageWord(one.word.text, one.word.confidence, left, top, right, bottom, one.row, one.cell)
        for one, (left, top, right, bottom) in zip(placed, boxes.tolist(), strict=True)
    ]


def _level_boxes(words: Sequence[TextWord]) -> NDArray[np.float64]:
    """Return left, top, right and bottom of words, (N, 4), on the page turned so that its text is level.

    The page is turned about the origin by its mean reading direction, in which wide words count for more; a word that
    still slopes is as high as it is in its middle.
    """
    quads = np.array([word.quad for word in words])
    along = (quads[:, 1] - quads[:, 0] + quads[:, 2] - quads[:, 3]).sum(axis=0)
    cosine, sine = along / (np.hypot(*along) or 1.0)
    level = quads @ np.array([[cosine, -sine], [sine, cosine]])
    left, right = (level[:, pair, 0].mean(axis=1) for pair in ([0, 3], [1, 2]))
    top, bottom = (level[:, pair, 1].mean(axis=1) for pair in ([0, 1], [2, 3]))
    return np.stack([np.minimum(left, right), top, np.maximum(left, right), bottom], axis=1)


def _join_photos(page: PageText, placed: Sequence[_Placed], boxes: NDArray[np.float64]) -> None:
    """Move the boxes of each photo to where they are on the one page that the photos make."""
    of_photo = {photo: np.array([one.photo == photo for one in placed]) for photo in {one.photo for one in placed}}
    first, *others = sorted(of_photo)
    height = _height(boxes[of_photo[first]])
    for photo in others:
        boxes[of_photo[photo]] *= height / _height(boxes[of_photo[photo]])
    width = _letter_width(placed, boxes)
    for photo, chosen in of_photo.items():
        boxes[chosen, 0::2] -= _left_of_columns(page, placed, boxes, photo, width)
    done = {first}
    for photo in others:
        boxes[of_photo[photo], 1::2] += _drop(placed, boxes, photo, done, _GAP * height)
        done.add(photo)


def _height(boxes: NDArray[np.float64]) -> float:
    return median(boxes[:, 3] - boxes[:, 1]) or 1.0


def _letter_width(placed: Sequence[_Placed], boxes: NDArray[np.float64]) -> float:
    return float((boxes[:, 2] - boxes[:, 0]).sum()) / sum(len(one.word.text) for one in placed)


def _left_of_columns(
    page: PageText, placed: Sequence[_Placed], boxes: NDArray[np.float64], photo: int, width: float
) -> float:
    """Return where the first column of the page is on one of its photos, by the columns of all its cells."""
    leftward = prevailing_direction(page.text) == "rtl"
    lines = page.lines
    edges: dict[int, list[float]] = {}
    for one, box in zip(placed, boxes.tolist(), strict=True):
        if one.photo == photo:
            edges.setdefault(one.cell, []).append(box[2] if leftward else box[0])
    starts = [
        max(each) + width * lines[cell].column if leftward else min(each) - width * lines[cell].column
        for cell, each in edges.items()
    ]
    return median(starts)


def _drop(placed: Sequence[_Placed], boxes: NDArray[np.float64], photo: int, done: set[int], gap: float) -> float:
    """Return by how much a photo moves down so that its rows follow those of the photos before."""
    tops: dict[int, float] = {}
    bottoms: dict[int, float] = {}
    for one, box in zip(placed, boxes.tolist(), strict=True):
        if one.photo == photo:
            tops[one.row] = min(tops.get(one.row, box[1]), box[1])
        elif one.photo in done:
            bottoms[one.row] = max(bottoms.get(one.row, box[3]), box[3])
    rows = sorted({*tops, *bottoms})
    drops = [bottoms[above] + gap - tops[row] for above, row in pairwise(rows) if above in bottoms and row in tops]
    return median(drops) if drops else 0.0
