"""The endless stream of pages of labelled words, in blocks that workers prepare."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from time import perf_counter
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from receiptgen.core.dice import Dice, key_of
from receiptgen.core.errors import ReceiptgenError, TrainingError
from receiptgen.extraction.labelling.features import FEATURES, LETTERS, MOST_WORDS, WordFeatures, word_features

from ..batch_plan import BatchPlan
from ..skipped import Skip
from .batches import WordBatch, WordTruth, collate_words
from .labelled_words import LabelledWords

# Pages of a block.
BLOCK = 16
# Readings that are tried for each page of a block before their source is given up.
_TRIES = 4
# Rows and types of a page's arrays, in the order of ``WordFeatures`` and ``WordTruth``.
_ARRAYS: tuple[tuple[int, type[Any]], ...] = (
    (LETTERS, np.uint8), (len(FEATURES), np.float32), (1, np.int16), (1, np.int8), (1, np.int8),
)  # fmt: skip
WORD_BYTES = sum(rows * np.dtype(kind).itemsize for rows, kind in _ARRAYS)


class LabelledPages(Protocol):
    """Pages of labelled words by number; can be pickled."""

    def draw(self, index: int) -> LabelledWords:
        """Return page number ``index``, from 0; neighbours may be of one receipt.

        Raises:
            ReceiptgenError: There is none of that number.
        """


class PagesSource(Protocol):
    """Settings of pages that are learned from."""

    @property
    def weight(self) -> float:
        """Weight of its pages against those of others."""

    def open(self, seed: int) -> LabelledPages:
        """Load what is drawn.

        Raises:
            ReceiptgenError: Something is missing or wrong.
        """


@dataclass(frozen=True)
class WordBlock:
    """Some pages of words.

    Attributes:
        pixels: Their arrays one after the other, as bytes.
        words: Number of words of each page.
        flaws: Pages that could not be drawn.
        seconds: Time that it took to prepare, in seconds.
    """

    pixels: NDArray[np.uint8]
    words: tuple[int, ...]
    flaws: list[Skip]
    seconds: float

    @property
    def bytes(self) -> int:
        """Number of bytes of all pages."""
        return sum(self.words) * WORD_BYTES

    def page(self, index: int) -> tuple[WordFeatures, WordTruth]:
        """Return what is seen of a page's words, and what is true of them."""
        start, words = sum(self.words[:index]) * WORD_BYTES, self.words[index]
        parts: list[Any] = []
        for rows, kind in _ARRAYS:
            length = rows * words * np.dtype(kind).itemsize
            # A copy, since numbers of several bytes may begin anywhere.
            parts.append(np.frombuffer(self.pixels[start : start + length].tobytes(), kind).reshape(rows, words))
            start += length
        codes, features, *truth = parts
        return WordFeatures(codes, features), WordTruth(*(part[0] for part in truth))


def seen_page(page: LabelledWords) -> tuple[WordFeatures, WordTruth]:
    """Return what is seen of a page's first ``MOST_WORDS`` words, and what is true of them."""
    truth = WordTruth(page.roles[:MOST_WORDS], page.starts[:MOST_WORDS], page.month_first[:MOST_WORDS])
    return word_features(page.words[:MOST_WORDS]), truth


class WordStream:
    """The endless stream of pages of several sources; can be pickled, and gives any block by index.

    Args:
        sources: Pages to draw.
        seed: Seed of all.
    """

    def __init__(self, sources: Sequence[PagesSource], seed: int) -> None:
        self._sources, self._seed = tuple(sources), seed

    def __getstate__(self) -> dict[str, object]:
        return {name: value for name, value in self.__dict__.items() if name != "_pages"}

    @cached_property
    def _pages(self) -> list[LabelledPages]:
        return [
            source.open(key_of(self._seed, "word source", str(place))) for place, source in enumerate(self._sources)
        ]

    def open(self) -> None:
        """Load what is drawn, so that faults are told before anything is trained."""
        assert self._pages

    @property
    def largest(self) -> int:
        """Most bytes of a block."""
        return BLOCK * MOST_WORDS * WORD_BYTES

    def block(self, index: int) -> WordBlock:
        """Draw some pages of one source, and compute what is seen of them.

        Raises:
            TrainingError: Too few pages could be drawn.
        """
        start = perf_counter()
        flaws: list[Skip] = []
        dice = Dice(key_of(self._seed, "word block", index))
        place = dice.weigh_index([source.weight for source in self._sources])
        pages = self._drawn(place, range(index * _TRIES * BLOCK, (index + 1) * _TRIES * BLOCK), flaws)
        # By width, so that batches have little padding; every other page after the others, since neighbours may be of
        # one receipt, which a batch should not have twice.
        order = [each for part in (pages[0::2], pages[1::2]) for each in sorted(part, key=_words)]
        content = b"".join(array.tobytes() for page in order for part in page for array in part)
        pixels = np.frombuffer(bytearray(content), np.uint8)
        return WordBlock(pixels, tuple(map(_words, order)), flaws, perf_counter() - start)

    def _drawn(self, place: int, numbers: range, flaws: list[Skip]) -> list[tuple[WordFeatures, WordTruth]]:
        """Return the pages of a block, the first of a source that can be drawn."""
        pages: list[tuple[WordFeatures, WordTruth]] = []
        for number in numbers:
            try:
                pages.append(seen_page(self._pages[place].draw(number)))
            except ReceiptgenError as error:
                flaws.append(Skip("pages", f"pages {place}, number {number}", str(error)))
            if len(pages) == BLOCK:
                return pages
        raise TrainingError(f"pages {place}: {len(flaws)} of {len(numbers)} can't be drawn; {flaws[-1].reason}")

    def batch(self, blocks: Sequence[tuple[WordBlock, slice]], plan: BatchPlan) -> WordBatch:
        """Return a batch of some pages of some blocks."""
        pages = [block.page(place) for block, part in blocks for place in range(part.start, part.stop)]
        features, truths = zip(*pages, strict=True)
        return collate_words(features, truths, plan.batch, plan.lines)


def _words(page: tuple[WordFeatures, WordTruth]) -> int:
    return int(page[0].codes.shape[1])
