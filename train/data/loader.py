"""Data loader: worker processes prepare batches while the network trains.

Lines form an endless stream of blocks, a few of which are a *round*. A worker prepares the lines of a block and writes
them to memory that it shares with this process. A block's lines are sorted by width, and batch ``k`` of the round
takes the ``k``-th slice of every block. So a batch has lines of similar width, and its lines depend neither on the
number of workers nor on how many processes train together, of which each takes some of the blocks.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from queue import Empty, Full, Queue
from threading import Event, Thread
from typing import NamedTuple

import numpy as np

from receiptgen.core.errors import TrainingError

from .batches import Batch, collate
from .line_blocks import LineBlock, LineStream
from .mixture import BLOCK
from .process_group import ProcessGroup
from .skipped import Skip
from .worker_pool import WorkerPool

# Blocks of a round, which are divided among the processes that train together.
SHARDS = 8
# Seconds between checks whether to stop.
_POLL = 1.0


class BatchPlan(NamedTuple):
    """How lines become batches.

    Attributes:
        batch: Number of lines of a step over all processes; a multiple of ``SHARDS`` times ``parts``.
        parts: Number of batches that a step accumulates.
        multiple: Divisor of the widths of batches.
        seed: Seed of the order of a round's batches.
    """

    batch: int
    parts: int
    multiple: int
    seed: int

    @property
    def slice(self) -> int:
        """Number of lines of each block in a batch."""
        return self.batch // self.parts // SHARDS

    @property
    def batches(self) -> int:
        """Number of batches of a round."""
        return BLOCK // self.slice

    def check(self, group: ProcessGroup) -> None:
        """Check that the sizes fit together.

        Raises:
            TrainingError: They don't.
        """
        unit = SHARDS * self.parts
        if self.batch % unit or not 0 < self.slice <= BLOCK:
            raise TrainingError(f"batch {self.batch}: must be a multiple of {unit}, at most {BLOCK * unit}")
        if SHARDS % group.size:
            raise TrainingError(f"{group.size} processes: 1, 2, 4 or {SHARDS} can train together")


class Loader:
    """Yields batches in order, prepared ahead; a context manager.

    Args:
        lines: Stream of lines.
        plan: How they become batches.
        group: Processes that train together.
        workers: Number of worker processes of this process; 0 prepares batches in this process on demand.
        first: Index of the first batch; those before it were trained on already.
        on_skip: Called with rows that gave no line, as they occur.

    Attributes:
        rate: Lines per second that the workers prepare when they need not wait.
    """

    def __init__(
        self, lines: LineStream, plan: BatchPlan, group: ProcessGroup, workers: int, first: int = 0,
        on_skip: Callable[[Sequence[Skip]], None] = lambda skips: None,
    ) -> None:  # fmt: skip
        plan.check(group)
        self._lines, self._plan, self._group = lines, plan, group
        self._first, self._on_skip = first, on_skip
        self.rate = 0.0
        self._workers = max(1, workers)
        self._pool = WorkerPool(lines, workers, ahead=SHARDS) if workers else None
        self._ready: Queue[Batch | BaseException] = Queue(maxsize=2 * plan.parts + 6)
        self._stop = Event()
        self._thread = Thread(target=self._fill, daemon=True)

    def __enter__(self) -> "Loader":
        if self._pool:
            self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        if self._pool:
            self._thread.join()
            self._pool.close()

    def __iter__(self) -> Iterator[Batch]:
        """Yield batches without end.

        Raises:
            TrainingError: A worker was killed, or a data set has no row that can be used.
        """
        if not self._pool:
            yield from self._batches(map(self._lines.block, self._block_indices()))
        while True:
            try:
                item = self._ready.get(timeout=_POLL)
            except Empty:
                continue
            if isinstance(item, BaseException):
                raise item
            yield item

    def _block_indices(self) -> Iterator[int]:
        """Yield the indices of this process's blocks."""
        own = SHARDS // self._group.size
        round_index = self._first // self._plan.batches
        while True:
            start = round_index * SHARDS + self._group.rank * own
            yield from range(start, start + own)
            round_index += 1

    def _fill(self) -> None:
        """Put batches, or an error, into the queue; runs in a thread of its own."""
        assert self._pool is not None
        try:
            for batch in self._batches(self._pool.blocks(self._block_indices(), self._stop)):
                self._put(batch)
        except BaseException as error:  # raised again in ``__iter__``
            self._put(error)

    def _put(self, item: Batch | BaseException) -> None:
        """Put an item into the queue when there is room, unless the loader is stopped."""
        waiting = True
        while waiting and not self._stop.is_set():
            with suppress(Full):
                self._ready.put(item, timeout=_POLL)
                waiting = False

    def _batches(self, blocks: Iterator[LineBlock]) -> Iterator[Batch]:
        plan, own = self._plan, SHARDS // self._group.size
        round_index, skip = divmod(self._first, plan.batches)
        while True:
            shards = []
            for _ in range(own):
                block = next(blocks, None)
                if block is None:
                    return
                self._on_skip(block.flaws)
                rate = self._workers * BLOCK / block.seconds
                # A moving average, since kinds of lines alternate and the load of the machine changes.
                self.rate = rate if not self.rate else 0.9 * self.rate + 0.1 * rate
                shards.append(block)
            slices = np.random.default_rng([plan.seed, round_index]).permutation(plan.batches).tolist()
            for index in slices[skip:]:
                yield self._batch(shards, slice(index * plan.slice, (index + 1) * plan.slice))
            round_index, skip = round_index + 1, 0

    def _batch(self, shards: Sequence[LineBlock], part: slice) -> Batch:
        images = [block.image(line) for block in shards for line in range(part.start, part.stop)]
        labels = [label for block in shards for label in block.labels[part]]
        plan = self._plan
        return collate(images, labels, plan.batch, multiple=plan.multiple, part=plan.batch // plan.parts)
