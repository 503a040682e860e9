"""Data loader: worker processes prepare batches while the network trains.

Lines form an endless stream of blocks, a few of which are a *round*. A worker prepares the lines of a block and writes
them to memory that it shares with this process. Each batch of the round takes some lines of every block, by
``BatchPlan``: they depend neither on the number of workers nor on how many processes train together, of which each
takes some of the blocks.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from itertools import count, islice
from queue import Empty, Full, Queue
from threading import Event, Thread
from typing import Any, Protocol

from .batch_plan import BatchPlan
from .process_group import ProcessGroup
from .skipped import Skip
from .worker_pool import Block, SampleStream, WorkerPool

# Seconds between checks whether to stop.
_POLL = 1.0


class BlockPool(Protocol):
    """What prepares blocks beside this process."""

    @property
    def parallel(self) -> int:
        """Number of blocks that are prepared at a time."""

    def blocks(self, indices: Iterator[int], stop: Event) -> Iterator[Block]:
        """Yield the blocks of these indices, in order, until it is stopped."""

    def close(self) -> None:
        """End what was started."""


class Loader:
    """Yields batches in order, prepared ahead; a context manager.

    Args:
        lines: Stream of lines.
        plan: How they become batches.
        group: Processes that train together.
        workers: Number of worker processes of this process; 0 prepares batches in this process on demand.
        first: Index of the first batch; those before it were trained on already.
        on_skip: Called with rows that gave no line, as they occur.
        pool: What prepares blocks instead of worker processes, such as nodes of a cluster; closed with the loader.

    Attributes:
        rate: Lines per second that the workers prepare when they need not wait.
    """

    def __init__(
        self, lines: SampleStream, plan: BatchPlan, group: ProcessGroup, workers: int, first: int = 0,
        on_skip: Callable[[Sequence[Skip]], None] = lambda skips: None, pool: BlockPool | None = None,
    ) -> None:  # fmt: skip
        plan.check(group)
        self._lines, self._plan, self._share = lines, plan, plan.share(group)
        self._first, self._on_skip = first, on_skip
        self.rate = 0.0
        if pool is None and workers:
            pool = WorkerPool(lines, workers, ahead=len(self._share.blocks))
        self._pool = pool
        self._ready: Queue[Any] = Queue(maxsize=2 * plan.parts + 6)
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

    def __iter__(self) -> Iterator[Any]:
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
        for round_index in count(self._first // self._plan.batches):
            yield from (round_index * self._plan.blocks + block for block in self._share.blocks)

    def _fill(self) -> None:
        """Put batches, or an error, into the queue; runs in a thread of its own."""
        assert self._pool is not None
        try:
            for batch in self._batches(self._pool.blocks(self._block_indices(), self._stop)):
                self._put(batch)
        except BaseException as error:  # raised again in ``__iter__``
            self._put(error)

    def _put(self, item: Any) -> None:
        """Put an item into the queue when there is room, unless the loader is stopped."""
        waiting = True
        while waiting and not self._stop.is_set():
            with suppress(Full):
                self._ready.put(item, timeout=_POLL)
                waiting = False

    def _batches(self, blocks: Iterator[Block]) -> Iterator[Any]:
        first_round, skip = divmod(self._first, self._plan.batches)
        for round_index in count(first_round):
            own: list[Block] = []  # the memory of those before is free for these
            own.extend(map(self._note, islice(blocks, len(self._share.blocks))))
            if len(own) < len(self._share.blocks):
                return
            for start in self._plan.starts(round_index)[skip:]:
                yield self._lines.batch(list(zip(own, self._plan.slices(start, self._share), strict=True)), self._plan)
            skip = 0

    def _note(self, block: Block) -> Block:
        """Tell what a block lacks and how long it took, and return it."""
        if self._share.turn == 0:  # others of its processes would tell the same
            self._on_skip(block.flaws)
        parallel = self._pool.parallel if self._pool else 1
        rate = parallel * self._plan.of_block / self._share.turns / block.seconds
        # A moving average, since kinds of lines alternate and the load of the machine changes.
        self.rate = rate if not self.rate else 0.9 * self.rate + 0.1 * rate
        return block
