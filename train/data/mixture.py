"""Several data sets as one endless stream of rows; row ``i`` is the same whoever asks for it."""

from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from receiptgen.core.dice import key_of
from receiptgen.core.errors import TrainingError

# Rows of a block, within which each data set has its share.
BLOCK = 256
# Where rows that stand in for flawed ones begin in a stream without end: nothing else gets as far.
_FAR = 1 << 40
# Rows that are tried for one line before a data set is given up.
TRIES = 1000


class Row(NamedTuple):
    """Which row of which data set.

    Attributes:
        share: Number of the data set.
        turn: How manieth row of its own this is; of a data set of ``n`` rows, ``turn // n`` is the epoch.
    """

    share: int
    turn: int


class Mixture:
    """The order in which rows are taken.

    Each block of ``BLOCK`` rows has every data set's share in it, rounded to whole rows and at least one. A data set
    of finite size is read to its end, in an order of its own for each epoch, before a row comes again.

    Args:
        weights: Of the data sets.
        sizes: Their rows; None where they never end.
        seed: Of the orders.
    """

    def __init__(self, weights: Sequence[float], sizes: Sequence[int | None], seed: int) -> None:
        self._sizes, self._seed = tuple(sizes), seed
        self.counts = apportion(weights, BLOCK)
        self._order = lru_cache(maxsize=2 * len(sizes))(self._permute)

    def block(self, number: int) -> list[Row]:
        """Return the rows of a block, those of one data set after the other."""
        return [Row(share, number * count + place) for share, count in enumerate(self.counts) for place in range(count)]

    def index(self, row: Row, attempt: int = 0) -> int:
        """Return the index in its data set of a row, or of the one that stands in for it at an attempt above 0."""
        size = self._sizes[row.share]
        if size is None:
            return row.turn if not attempt else _FAR + row.turn * TRIES + attempt
        if attempt:
            return key_of(self._seed, "again", row.share, row.turn, attempt) % size
        epoch, place = divmod(row.turn, size)
        return int(self._order(row.share, epoch)[place])

    def _permute(self, share: int, epoch: int) -> NDArray[np.int32]:
        random = np.random.default_rng(key_of(self._seed, "order", share, epoch))
        return random.permutation(self._sizes[share] or 0).astype(np.int32)


def apportion(weights: Sequence[float], total: int) -> tuple[int, ...]:
    """Divide a total by weights into whole numbers, each at least 1 (the largest remainders are rounded up).

    Raises:
        TrainingError: There are more weights than the total has.
    """
    if len(weights) > total:
        raise TrainingError(f"{len(weights)} data sets: at most {total} can be mixed; join some")
    exact = np.asarray(weights, np.float64) * ((total - len(weights)) / sum(weights))
    counts = 1 + np.floor(exact).astype(int)
    short = total - int(counts.sum())
    counts[np.argsort(-(exact % 1), kind="stable")[:short]] += 1
    return tuple(counts.tolist())
