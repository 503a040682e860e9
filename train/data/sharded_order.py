"""The order in which the rows of a data set in shards are taken."""

from functools import lru_cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from receiptgen.core.dice import key_of

from .sources import ShardLayout


class _Epoch(NamedTuple):
    """An epoch.

    Attributes:
        shards: All shards in the order of this epoch, int64.
        ends: Number of rows up to the end of each group of shards whose rows are mixed, int64.
    """

    shards: NDArray[np.int64]
    ends: NDArray[np.int64]


class ShardedEpochs:
    """All rows, group after group of a few shards, whose rows are mixed; shards are in a new order for each epoch.

    A row is found without those before it, as in any order; only a few shards are needed at a time.

    Args:
        layout: How the rows lie in shards.
        seed: Seed of the orders.
        source: Number of the data set in the mixture.
    """

    def __init__(self, layout: ShardLayout, seed: int, source: int) -> None:
        self._layout, self._seed, self._source = layout, seed, source
        self._rows = np.array(layout.rows, np.int64)
        self._starts = np.concatenate([np.zeros(1, np.int64), np.cumsum(self._rows)])
        self._size = int(self._starts[-1])
        self._epoch = lru_cache(maxsize=3)(self._begin)
        # Two groups are in use where one ends within a block.
        self._group = lru_cache(maxsize=3)(self._mix)

    def index(self, turn: int) -> int:
        """Return the row that is taken after ``turn`` others."""
        epoch, group, position = self._place(turn)
        # Where the numbers of rows are estimates, later epochs go on where this one stops.
        later = 0 if self._layout.exact else epoch * self._size
        return later + int(self._group(epoch, group)[position])

    def again(self, turn: int, attempt: int) -> int:
        """Return a row that replaces it, of the same group of shards."""
        epoch, group, _ = self._place(turn)
        rows = self._group(epoch, group)
        return int(rows[key_of(self._seed, "again", self._source, turn, attempt) % len(rows)])

    def shards(self, turn: int) -> tuple[int, ...]:
        """Return the shards of the group that the row of a turn lies in, and then those of the next group."""
        epoch, group, _ = self._place(turn)
        last = group + 1 == len(self._epoch(epoch).ends)
        following = (epoch + 1, 0) if last else (epoch, group + 1)
        return tuple(self._shards(epoch, group).tolist() + self._shards(*following).tolist())

    def _place(self, turn: int) -> tuple[int, int, int]:
        """Return epoch and group of a turn, and its position among the rows of the group."""
        epoch, position = divmod(turn, self._size)
        ends = self._epoch(epoch).ends
        group = int(np.searchsorted(ends, position, "right"))
        return epoch, group, position - (int(ends[group - 1]) if group else 0)

    def _shards(self, epoch: int, group: int) -> NDArray[np.int64]:
        together = self._layout.together
        return self._epoch(epoch).shards[group * together : (group + 1) * together]

    def _begin(self, epoch: int) -> _Epoch:
        random = np.random.default_rng(key_of(self._seed, "shards", self._source, epoch))
        shards = random.permutation(len(self._rows)).astype(np.int64)
        groups = -(-len(shards) // self._layout.together)
        lasts = np.minimum(np.arange(1, groups + 1) * self._layout.together, len(shards)) - 1
        return _Epoch(shards, np.cumsum(self._rows[shards])[lasts])

    def _mix(self, epoch: int, group: int) -> NDArray[np.int64]:
        """Return the rows of a group, mixed, int64."""
        rows = [np.arange(self._starts[shard], self._starts[shard + 1]) for shard in self._shards(epoch, group)]
        random = np.random.default_rng(key_of(self._seed, "order", self._source, epoch, group))
        return random.permutation(np.concatenate(rows))
