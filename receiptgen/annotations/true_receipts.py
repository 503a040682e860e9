"""Receipts whose fields are known: drawn ones, those with SROIE's keys, photos whose boxes have classes."""

import re
from collections.abc import Iterable, Iterator, Mapping
from itertools import groupby
from pathlib import Path
from types import MappingProxyType
from typing import Any, NamedTuple

from receiptgen.annotations.classed_boxes import ClassedBox, classed_pages, has_classed_boxes
from receiptgen.annotations.keyed_pages import has_keys, keyed_pages
from receiptgen.annotations.searching import all_in
from receiptgen.annotations.truth import BrokenLabel, Label, TrueWord, find_labels, read_fields, read_values, read_words
from receiptgen.annotations.value_structure import check_values
from receiptgen.core.errors import DatasetError

# Left, top, right, bottom, in pixels.
Bounds = tuple[float, float, float, float]
# What of which as much lies under a stamp, a pen or a hole can't be read by anyone.
_HIDDEN = 0.5
# Path of the amount of a payment, whose role is ``tender.KIND``.
_TENDER = re.compile(r"tenders\.(\d+)\.amount")


class DrawnTruth(NamedTuple):
    """What a drawn receipt says.

    Attributes:
        values: The values, in the structure of ``items.json``.
        hidden: Paths of values that nobody can read, as ``items.3.amount``.
        tender_kinds: How each payment was made, as ``cash``, as far as its amount is printed, by its index.
    """

    values: Mapping[str, Any]
    hidden: frozenset[str] = frozenset()
    tender_kinds: Mapping[int, str] = MappingProxyType({})


class KeyTruth(NamedTuple):
    """What SROIE's key says: company, date, address and total, letter by letter; entries that it lacks are missing."""

    entities: Mapping[str, str]


class ClassTruth(NamedTuple):
    """What the boxes of a photo say, by their classes."""

    boxes: tuple[ClassedBox, ...]


class TrueCell(NamedTuple):
    """A run of words without wide gaps.

    Attributes:
        words: Text and box of each word, in reading order.
        row: Index of its row; None where only its box tells.
    """

    words: tuple[tuple[str, Bounds], ...]
    row: int | None = None


class TrueReceipt(NamedTuple):
    """A receipt whose fields are known.

    Attributes:
        image: File of its image.
        truth: What it says.
        cells: Its text, by which fields are told without recognition; none where the truth has no boxes.
    """

    image: Path
    truth: DrawnTruth | KeyTruth | ClassTruth
    cells: tuple[TrueCell, ...]


def true_receipts(folder: Path) -> list[TrueReceipt]:
    """Find the receipts of a folder.

    Args:
        folder: Has ``img`` and ``key`` as SROIE's task 3, or ``img`` and ``truth.json`` with boxes of classes, or is
            one that ``receiptgen draw`` wrote receipts into, or above it.

    Raises:
        DatasetError: There are none, or labels can't be read.
    """
    lacks = (
        "holds no receipts whose fields are known; looked for what 'draw' writes (truth.json, labels.jsonl), img/ with "
        "key/ as SROIE, and img/ with truth.json"
    )
    return all_in(folder, _receipts, lacks)


def drawn_truth(content: bytes) -> DrawnTruth:
    """Return what a receipt says by the truth that ``receiptgen draw`` writes of it.

    Raises:
        ValueError: It is not such a truth, or its values have another structure.
    """
    values = read_values(content)
    check_values(values)
    seen: dict[str, bool] = {}
    kinds: dict[int, str] = {}
    for field in read_fields(content):
        for path in field.values:
            seen[path] = seen.get(path, False) or field.hidden < _HIDDEN
            if tender := _TENDER.fullmatch(path):
                kinds[int(tender[1])] = field.role.rpartition(".")[2]
    return DrawnTruth(values, frozenset(path for path, is_seen in seen.items() if not is_seen), kinds)


def split_box(text: str, box: Bounds) -> TrueCell:
    """Return the words of a box of text; each has a share of its width by its characters, spaces included."""
    left, top, right, bottom = box
    step = (right - left) / max(1, len(text))
    words, start = [], 0
    for word in text.split():
        start = text.index(word, start)
        words.append((word, (left + step * start, top, left + step * (start + len(word)), bottom)))
        start += len(word)
    return TrueCell(tuple(words))


def _receipts(folder: Path) -> Iterator[TrueReceipt]:
    if has_keys(folder):
        for page in keyed_pages(folder):
            yield TrueReceipt(page.image, KeyTruth(page.entities), _cells((text, box) for box, text in page.boxes))
    elif has_classed_boxes(folder):
        for image, boxes in classed_pages(folder):
            yield TrueReceipt(image, ClassTruth(boxes), _cells((box.text, box.box) for box in boxes))
    else:
        for label in find_labels(folder):
            if isinstance(label, BrokenLabel):
                raise DatasetError(f"{folder / label.name}: is not the truth of a receipt")
            if label.head.is_receipt:
                yield _drawn(folder, label)


def _cells(boxes: Iterable[tuple[str, Bounds]]) -> tuple[TrueCell, ...]:
    return tuple(split_box(text, box) for text, box in boxes if text.strip())


def _drawn(folder: Path, label: Label) -> TrueReceipt:
    try:
        truth = drawn_truth(label.content)
        words = [word for word in read_words(label.content) if word.hidden < _HIDDEN]
    except ValueError:
        raise DatasetError(f"{folder / label.name}: is not the truth of a receipt") from None
    return TrueReceipt(folder / label.file, truth, tuple(_drawn_cells(words)))


def _drawn_cells(words: Iterable[TrueWord]) -> Iterator[TrueCell]:
    """Join the words of a line that stand no further apart than they are high, as people box them."""
    for line, of_line in groupby(words, lambda word: word.line):
        cell: list[tuple[str, Bounds]] = []
        for word in of_line:
            if cell and not abs(_gap(cell[-1][1], word.box)) < word.box[3] - word.box[1]:
                yield TrueCell(tuple(cell), line)
                cell = []
            cell.append((word.text, word.box))
        if cell:
            yield TrueCell(tuple(cell), line)


def _gap(before: Bounds, after: Bounds) -> float:
    """Return the pixels between two boxes of a line, whichever stands to the left."""
    return max(after[0] - before[2], before[0] - after[2])
