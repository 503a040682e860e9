"""Batches of pages of words with the roles that a reader of fields is to give for them."""

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from receiptgen.extraction.labelling.features import FEATURES, LETTERS, WordFeatures

from .labelled_words import UNKNOWN

# Divisor of the widths of batches in words, so that they have few widths.
MULTIPLE = 32


class WordTruth(NamedTuple):
    """What is true of the words of pages, as ``LabelledWords`` has it; an axis for several pages may come first.

    Attributes:
        roles: Number of each word's role, int16 (words,); ``UNKNOWN`` where none is known, as in all of these.
        starts: Whether it is the first word of an item, int8.
        month_first: Whether the date that it is part of has its month before its day, int8.
    """

    roles: NDArray[np.int16]
    starts: NDArray[np.int8]
    month_first: NDArray[np.int8]


class WordBatch(NamedTuple):
    """Pages of words that a network processes together.

    Attributes:
        codes: Codes of letters, uint8 (N, ``LETTERS``, width), 0 beyond the words of a page.
        features: Features of words, float32 (N, features, width), 0 there.
        extents: Number of words of each page, int64 (N,).
        truth: What is true of them, each (N, width), ``UNKNOWN`` there.
        total: Number of pages of the whole step, over all processes and parts.
        part: Number of pages of this part of the step, over all processes.
    """

    codes: NDArray[np.uint8]
    features: NDArray[np.float32]
    extents: NDArray[np.int64]
    truth: WordTruth
    total: int
    part: int

    @property
    def width(self) -> int:
        """Most words of a page, with padding."""
        return int(self.codes.shape[2])

    @property
    def labels_each(self) -> float:
        """Number of labels of a page, by which losses compare: the loss is a mean over its words."""
        return 1.0

    def widened(self, width: int) -> "WordBatch":
        """Return the batch padded to a width of at least its own."""
        more = width - self.width
        if not more:
            return self
        truth = WordTruth(*(_padded(part, more, UNKNOWN) for part in self.truth))
        codes, features = (_padded(part, more, 0) for part in (self.codes, self.features))
        return self._replace(codes=codes, features=features, truth=truth)

    def arrays(self) -> dict[str, NDArray[np.generic]]:
        """Return all that it holds by name, for a file."""
        return {"codes": self.codes, "features": self.features, "extents": self.extents, **self.truth._asdict()}


def _padded(array: NDArray[Any], more: int, value: int) -> NDArray[Any]:
    return np.pad(array, [(0, 0)] * (array.ndim - 1) + [(0, more)], constant_values=value)


def collate_words(
    features: Sequence[WordFeatures], truths: Sequence[WordTruth], total: int, part: int | None = None
) -> WordBatch:
    """Return a batch of pages, padded to a multiple of ``MULTIPLE`` words.

    Args:
        features: What is seen of each page's words, at least one page.
        truths: What is true of them.
        total: As ``WordBatch`` has it.
        part: As ``WordBatch`` has it; None where this process has all pages.
    """
    extents = np.array([page.codes.shape[1] for page in features], np.int64)
    count, width = len(features), -(-int(extents.max()) // MULTIPLE) * MULTIPLE
    codes = np.zeros((count, LETTERS, width), np.uint8)
    numbers = np.zeros((count, len(FEATURES), width), np.float32)
    truth = WordTruth(
        np.full((count, width), UNKNOWN, np.int16), *(np.full((count, width), UNKNOWN, np.int8) for _ in range(2))
    )
    for row, (page, known, words) in enumerate(zip(features, truths, extents.tolist(), strict=True)):
        codes[row, :, :words], numbers[row, :, :words] = page
        parts: Sequence[tuple[NDArray[Any], NDArray[Any]]] = tuple(zip(truth, known, strict=True))
        for whole, own in parts:
            whole[row, :words] = own
    return WordBatch(codes, numbers, extents, truth, total, count if part is None else part)
