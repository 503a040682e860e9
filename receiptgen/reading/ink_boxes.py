"""Where what was read of a cell stands on its image: boxes of the ink between neighbours."""

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from receiptgen.finding.found_page import CellImage
from receiptgen.reading.spacing import Spacing, find_characters


def word_boxes(cell: CellImage, words: Sequence[Sequence[float]]) -> NDArray[np.int64]:
    """Return the boxes of the ink of words, int64 (N, 4), in pixels of a cell's image.

    Neighbours are divided in the middle of the widest gap between them, or where there is least ink. Where a part has
    no ink, the box is all of it.

    Args:
        cell: Image of the cell.
        words: Centres of the characters of each word, in reading order, as shares of the image's width.
    """
    # Divided from left to right, whatever the order in which they are read.
    order = sorted(range(len(words)), key=lambda index: min(words[index]))
    boxes = _boxes(cell, _divided(cell, [sorted(words[index]) for index in order], 0, cell.image.shape[1]))
    return boxes[np.argsort(order)] if len(order) else boxes


def character_boxes(
    cell: CellImage, words: Sequence[Sequence[float]], boxes: NDArray[np.int64], spacing: Spacing
) -> list[NDArray[np.int64]]:
    """Return the boxes of the ink of each word's characters, int64 (N, 4), in pixels of a cell's image.

    Args:
        cell: Image of the cell.
        words: Centres of the characters of each word, as ``word_boxes`` takes them.
        boxes: Boxes of the words.
        spacing: Spacing of the page.
    """
    found = [(character.left, character.right) for character in find_characters(cell.own_ink, spacing)]
    parts = []
    for centres, (x0, _, x1, _) in zip(words, boxes.tolist(), strict=True):
        own = [(left, right) for left, right in found if x0 <= (left + right) / 2 < x1]
        # Where the network has read as many characters as there seem to be, these are they; its own positions are a
        # step of the network exact.
        if len(own) != len(centres):
            own = _divided(cell, [[centre] for centre in sorted(centres)], x0, x1)
        # Each character's place among those of its word.
        places = np.argsort(np.argsort(centres, kind="stable"), kind="stable")
        parts.append(_boxes(cell, own)[places])
    return parts


def _divided(cell: CellImage, parts: Sequence[Sequence[float]], left: int, right: int) -> list[tuple[int, int]]:
    """Divide some columns among parts of which the centres of the characters are given."""
    profile = cell.own_ink.sum(axis=0, dtype=np.int64)
    width = len(profile)
    divisions = [
        _division(profile, max(left, int(part[-1] * width)), min(right, int(following[0] * width)))
        for part, following in pairwise(parts)
    ]
    return list(pairwise(np.maximum.accumulate([left, *divisions, right]).tolist()))


def _division(profile: NDArray[np.int64], left: int, right: int) -> int:
    """Return the column that divides what has its centres in two columns."""
    between = profile[left:right]
    if not len(between):
        return left
    ends = np.flatnonzero(np.diff(between == 0, prepend=False, append=False))
    if len(ends):
        widest = int((ends[1::2] - ends[::2]).argmax())
        return left + int(ends[2 * widest] + ends[2 * widest + 1]) // 2
    return left + int(np.flatnonzero(between == between.min()).mean())


def _boxes(cell: CellImage, columns: Sequence[tuple[int, int]]) -> NDArray[np.int64]:
    """Return the boxes of the ink between pairs of columns, of all that is there where there is none."""
    if not columns:
        return np.empty((0, 4), np.int64)
    top, ink = max(0, cell.rows[0]), cell.own_ink
    height, width = ink.shape
    pairs = np.array(columns, np.int64)
    lefts, rights = pairs[:, 0].clip(0, width - 1), pairs[:, 1].clip(1, width)
    bounds = np.stack([lefts, np.maximum(rights, lefts + 1)], axis=1).ravel()
    inked, places = ink.any(axis=0), np.arange(width)
    # What has no ink is beyond all that has; one column more, since the end of a part is a column for NumPy.
    least = np.full((2, width + 1), max(height, width))
    most = np.zeros((2, width + 1), np.int64)
    least[:, :-1] = np.where(inked, [places, ink.argmax(axis=0)], least[:, :-1])
    most[:, :-1] = np.where(inked, [places + 1, height - ink[::-1].argmax(axis=0)], 0)
    x0, y0 = np.minimum.reduceat(least, bounds, axis=1)[:, ::2]
    x1, y1 = np.maximum.reduceat(most, bounds, axis=1)[:, ::2]
    boxes = np.stack([x0, top + y0, x1, top + y1], axis=1)
    empty = np.stack([lefts, np.full_like(lefts, top), bounds[1::2], np.full_like(lefts, top + height)], axis=1)
    return np.where((x1 > 0)[:, None], boxes, empty)
