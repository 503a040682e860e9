"""Pages whose text and lines are known: receipts that ``draw`` wrote, boxed as SROIE's, or boxed by class."""

from collections.abc import Iterator, Sequence
from math import ceil, floor
from pathlib import Path
from typing import NamedTuple

from receiptgen.annotations.boxed_pages import boxed_pages, boxed_rows, has_boxes
from receiptgen.annotations.classed_boxes import ClassedBox, classed_pages, has_classed_boxes
from receiptgen.annotations.searching import all_in
from receiptgen.annotations.truth import BrokenLabel, TrueField, find_labels, read_fields, read_words
from receiptgen.core.errors import DatasetError
from receiptgen.imaging.boxes import Box

# Words and fields of which as much lies under a stamp, a pen or a hole can't be read by anyone, and don't count.
_HIDDEN = 0.5


class TruePage(NamedTuple):
    """A page whose text is known.

    Attributes:
        image: File of its image.
        text: All that is printed on it and can be seen, words with spaces between.
        boxes: Upright boxes of its lines, cut where a row has a wide gap.
        classed: The same boxes with texts and classes, where texts lack spaces, so that ``text`` has no words to be
            counted; None where it has.
    """

    image: Path
    text: str
    boxes: tuple[Box, ...]
    classed: tuple[ClassedBox, ...] | None = None


def true_pages(folder: Path) -> list[TruePage]:
    """Find the pages of a folder.

    Args:
        folder: Has ``img`` and ``box`` as SROIE, or ``img`` and ``truth.json`` with boxes of classes, or is one that
            ``receiptgen draw`` wrote receipts into, or above it.

    Raises:
        DatasetError: There are none, or labels can't be read.
    """
    lacks = "holds no receipts with truth; looked for truth.json, labels.jsonl, or img/ with box/"
    return all_in(folder, _pages, lacks)


def _pages(folder: Path) -> Iterator[TruePage]:
    if has_boxes(folder):
        return _boxed(folder)
    return _classed(folder) if has_classed_boxes(folder) else _drawn(folder)


def _boxed(folder: Path) -> Iterator[TruePage]:
    for image, labels in boxed_pages(folder):
        if labels is None:
            continue
        rows = list(boxed_rows(labels))
        yield TruePage(image, " ".join(text for _, _, text in rows), tuple(box for _, box, _ in rows))


def _classed(folder: Path) -> Iterator[TruePage]:
    for image, boxes in classed_pages(folder):
        whole = tuple((floor(x0), floor(y0), ceil(x1), ceil(y1)) for _, _, (x0, y0, x1, y1) in boxes)
        yield TruePage(image, " ".join(box.text for box in boxes), whole, boxes)


def _drawn(folder: Path) -> Iterator[TruePage]:
    for label in find_labels(folder):
        if isinstance(label, BrokenLabel):
            raise DatasetError(f"{folder / label.name}: is not the truth of a receipt")
        if not label.head.is_receipt:
            continue
        try:
            words = [word.text for word in read_words(label.content) if word.hidden < _HIDDEN]
            fields = [field for field in read_fields(label.content) if field.hidden < _HIDDEN]
        except ValueError:
            raise DatasetError(f"{folder / label.name}: is not the truth of a receipt") from None
        yield TruePage(folder / label.file, " ".join(words), tuple(_segments(fields)))


def _segments(fields: Sequence[TrueField]) -> Iterator[Box]:
    """Join the fields of a row that stand no further apart than they are high, as people box them."""
    before: Box | None = None
    line = -1
    for field in fields:
        box = field.box
        if before and field.line == line and 0 <= box[0] - before[2] < box[3] - box[1]:
            before = before[0], min(before[1], box[1]), box[2], max(before[3], box[3])
        else:
            if before:
                yield before
            before, line = box, field.line
    if before:
        yield before
