"""Mixture of several data sets: one endless, reproducible stream of rows."""

from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from receiptgen.core.dice import key_of
from receiptgen.core.errors import TrainingError

# Rows of a block; in each, every data set has its share.
BLOCK = 256
# Where replacements of flawed rows begin in an endless data set; no run gets as far otherwise.
_FAR = 1 << 40
# Rows that are tried for one line before a data set counts as unusable.
TRIES = 1000


class Row(NamedTuple):
    """A row of a data set.

    Attributes:
        source: Index of the data set.
        turn: Count of rows taken from it before; with ``n`` rows, ``turn // n`` is the epoch.
    """

    source: int
    turn: int


class Mixture:
    """The order in which rows of several data sets are taken.

    In each block of ``BLOCK`` rows every data set has its share, rounded to whole rows and at least one. A data set
    of finite size is read to its end, in a new order for each epoch, before a row comes again.

    Args:
        weights: Weights of the data sets.
        sizes: Number of rows of each; None for endless ones.
        seed: Seed of the orders.
    """

    def __init__(self, weights: Sequence[float], sizes: Sequence[int | None], seed: int) -> None:
        self._sizes, self._seed = tuple(sizes), seed
        self.counts = apportion(weights, BLOCK)
        self._order = lru_cache(maxsize=2 * len(sizes))(self._permute)

    def block(self, index: int) -> list[Row]:
        """Return the rows of a block, one data set after the other."""
        return [
            Row(source, index * count + offset) for source, count in enumerate(self.counts) for offset in range(count)
        ]

    def index(self, row: Row, attempt: int = 0) -> int:
        """Return the index of a row in its data set, or of its replacement at an attempt above 0."""
        size = self._sizes[row.source]
        if size is None:
            return row.turn if not attempt else _FAR + row.turn * TRIES + attempt
        if attempt:
            return key_of(self._seed, "again", row.source, row.turn, attempt) % size
        epoch, position = divmod(row.turn, size)
        return int(self._order(row.source, epoch)[position])

    def _permute(self, source: int, epoch: int) -> NDArray[np.int32]:
        random = np.random.default_rng(key_of(self._seed, "order", source, epoch))
        return random.permutation(self._sizes[source] or 0).astype(np.int32)


def apportion(weights: Sequence[float], total: int) -> tuple[int, ...]:
    """Divide a total by weights into whole numbers, each at least 1 (the largest remainders are rounded up).

    Raises:
        TrainingError: There are more weights than the total.
    """
    if len(weights) > total:
        raise TrainingError(f"{len(weights)} data sets: at most {total} can be mixed; join some")
    exact = np.asarray(weights, np.float64) * ((total - len(weights)) / sum(weights))
    counts = 1 + np.floor(exact).astype(int)
    missing = total - int(counts.sum())
    counts[np.argsort(-(exact % 1), kind="stable")[:missing]] += 1
    return tuple(counts.tolist())
