"""Mixture of several data sets: one endless, reproducible stream of rows."""

from array import array
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from receiptgen.core.dice import key_of
from receiptgen.core.errors import TrainingError

from .sharded_order import ShardedEpochs
from .sources import ShardLayout

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


# Rows of a data set by class, each int32 (rows of the class,).
Classes = tuple[NDArray[np.int32], ...]


class Mixture:
    """The order in which rows of several data sets are taken.

    In each block of ``BLOCK`` rows every data set has its share, rounded to whole rows and at least one. A data set
    of finite size is read to its end, in a new order for each epoch, before a row comes again; where it has classes,
    each class comes once, in a new order, before one comes again, and within each the same holds for its rows. Where it
    lies in shards, the rows of a few at a time are mixed, and these come in a new order for each epoch.

    Args:
        weights: Weights of the data sets.
        sizes: Number of rows of each; None for endless ones.
        seed: Seed of the orders.
        classes: Classes of each data set that are drawn equally often; None for those whose rows are.
        layouts: How each data set lies in shards; None for those whose rows are at hand in any order.
    """

    def __init__(
        self, weights: Sequence[float], sizes: Sequence[int | None], seed: int,
        classes: Sequence[Classes | None] = (), layouts: Sequence[ShardLayout | None] = (),
    ) -> None:  # fmt: skip
        self.counts = apportion(weights, BLOCK)
        none = [None] * len(sizes)
        known = zip(sizes, classes or none, layouts or none, strict=True)
        self._orders = [_order_of(*each, seed, source) for source, each in enumerate(known)]

    def block(self, index: int) -> list[Row]:
        """Return the rows of a block, one data set after the other."""
        return [
            Row(source, index * count + offset) for source, count in enumerate(self.counts) for offset in range(count)
        ]

    def index(self, row: Row, attempt: int = 0) -> int:
        """Return the index of a row in its data set, or of its replacement at an attempt above 0."""
        order = self._orders[row.source]
        return order.again(row.turn, attempt) if attempt else order.index(row.turn)

    def shards(self, row: Row) -> tuple[int, ...]:
        """Return the shards that the rows round this one lie in, then those that come next; none without shards."""
        order = self._orders[row.source]
        return order.shards(row.turn) if isinstance(order, ShardedEpochs) else ()


class _Order(Protocol):
    """The order of the rows of a data set."""

    def index(self, turn: int) -> int:
        """Return the row that is taken after ``turn`` others."""

    def again(self, turn: int, attempt: int) -> int:
        """Return a row that replaces it."""


def _order_of(size: int | None, classes: Classes | None, layout: ShardLayout | None, seed: int, source: int) -> _Order:
    if size is None:
        return _Endless()
    if layout is not None:
        return ShardedEpochs(layout, seed, source)
    return _Epochs(size, seed, source) if classes is None else _Balanced(classes, seed, source)


class _Endless:
    """Each row once."""

    def index(self, turn: int) -> int:
        return turn

    def again(self, turn: int, attempt: int) -> int:
        return _FAR + turn * TRIES + attempt


class _Epochs:
    """All rows, in a new order for each epoch."""

    def __init__(self, size: int, seed: int, source: int) -> None:
        self._size, self._seed, self._source = size, seed, source
        self._epoch = lru_cache(maxsize=2)(self._permute)

    def index(self, turn: int) -> int:
        epoch, position = divmod(turn, self._size)
        return int(self._epoch(epoch)[position])

    def again(self, turn: int, attempt: int) -> int:
        return key_of(self._seed, "again", self._source, turn, attempt) % self._size

    def _permute(self, epoch: int) -> NDArray[np.int32]:
        random = np.random.default_rng(key_of(self._seed, "order", self._source, epoch))
        return random.permutation(self._size).astype(np.int32)


class _Balanced:
    """All classes, in a new order for each lap, and in each lap the next row of each."""

    def __init__(self, classes: Classes, seed: int, source: int) -> None:
        self._classes, self._seed, self._source = classes, seed, source
        self._lap = lru_cache(maxsize=2)(lambda lap: self._permute(len(classes), "lap", lap))
        # A class may meet its next epoch within a block, which others don't.
        self._epoch = lru_cache(maxsize=2 * len(classes))(
            lambda number, epoch: classes[number][self._permute(len(classes[number]), "class", number, epoch)]
        )

    def index(self, turn: int) -> int:
        lap, position = divmod(turn, len(self._classes))
        number = int(self._lap(lap)[position])
        epoch, place = divmod(lap, len(self._classes[number]))
        return int(self._epoch(number, epoch)[place])

    def again(self, turn: int, attempt: int) -> int:
        # Of any class: all rows of a rare one may be flawed.
        key = key_of(self._seed, "again", self._source, turn, attempt)
        rows = self._classes[key % len(self._classes)]
        return int(rows[key // len(self._classes) % len(rows)])

    def _permute(self, size: int, *parts: int | str) -> NDArray[np.int32]:
        random = np.random.default_rng(key_of(self._seed, *parts, self._source))
        return random.permutation(size).astype(np.int32)


def rows_by_class(texts: Iterable[str | None]) -> Classes:
    """Return the rows of each text, by text.

    Args:
        texts: Text of each row; None for one that belongs to no class.
    """
    rows: dict[str, array[int]] = {}
    for index, text in enumerate(texts):
        if text is not None:
            rows.setdefault(text, array("i")).append(index)
    return tuple(np.array(rows[text], np.int32) for text in sorted(rows))


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
