"""Data loader: worker processes prepare batches while the network trains.

Lines form an endless stream of blocks, a few of which are a *round*. A worker prepares the lines of a block and writes
them to memory that it shares with this process. A block's lines are sorted by width, and batch ``k`` of the round
takes the ``k``-th slice of every block. So a batch has lines of similar width, and its lines depend neither on the
number of workers nor on how many processes train together, of which each takes some of the blocks.
"""

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from multiprocessing import connection, get_context
from multiprocessing.connection import Connection
from multiprocessing.shared_memory import SharedMemory
from queue import Empty, Full, Queue
from threading import Event, Thread
from typing import Any, NamedTuple

import numpy as np

from receiptgen.core.errors import ReceiptgenError, TrainingError

from .batches import Batch, collate
from .line_blocks import LineBlock, LineStream
from .mixture import BLOCK
from .process_group import ProcessGroup
from .skipped import Skip

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
        self._pool = _Pool(lines, workers) if workers else None
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
        return collate(images, labels, self._plan.batch, multiple=self._plan.multiple)


class _Pool:
    """Worker processes that prepare blocks.

    They are spawned, since a fork of a process in which a framework has threads may deadlock.
    """

    def __init__(self, lines: LineStream, workers: int) -> None:
        context = get_context("spawn")
        self._memory = [SharedMemory(create=True, size=lines.largest) for _ in range(workers)]
        self._connections: list[Connection] = []
        self._processes = []
        for memory in self._memory:
            ours, theirs = context.Pipe()
            process = context.Process(target=_run_worker, args=(theirs, memory.name, lines), daemon=True)
            process.start()
            theirs.close()
            self._connections.append(ours)
            self._processes.append(process)

    def blocks(self, indices: Iterator[int], stop: Event) -> Iterator[LineBlock]:
        """Yield blocks in order; each worker prepares one, and as many again may wait."""
        requested: deque[int] = deque()
        finished: dict[int, LineBlock] = {}
        busy: dict[int, int] = {}
        idle = deque(range(len(self._connections)))
        while not stop.is_set():
            while idle and len(requested) < 2 * len(self._connections) + SHARDS:
                worker = idle.popleft()
                busy[worker] = next(indices)
                requested.append(busy[worker])
                with _worker_errors():
                    self._connections[worker].send(busy[worker])
            if requested and requested[0] in finished:
                yield finished.pop(requested.popleft())
                continue
            for ready in connection.wait([self._connections[worker] for worker in busy], _POLL):
                worker = self._connections.index(ready)  # type: ignore[arg-type]  # these are connections
                finished[busy.pop(worker)] = self._take(worker)
                idle.append(worker)

    def _take(self, worker: int) -> LineBlock:
        """Copy a block from the memory of its worker, which can then begin the next."""
        with _worker_errors():
            answer = self._connections[worker].recv()
        if isinstance(answer, BaseException):
            raise answer
        block: LineBlock = answer
        size = block.height * int(block.widths.sum())
        pixels = np.ndarray(size, np.uint8, self._memory[worker].buf).copy()
        return replace(block, pixels=pixels)

    def close(self) -> None:
        """End the workers and free the shared memory."""
        for pipe in self._connections:
            pipe.close()
        for process in self._processes:
            process.terminate()
            process.join()
        for memory in self._memory:
            memory.close()
            memory.unlink()


@contextmanager
def _worker_errors() -> Iterator[None]:
    """Turn the error of a closed connection into one that names its cause."""
    try:
        yield
    except (EOFError, OSError):
        raise TrainingError(
            "a worker that prepares lines was killed (out of memory?); --workers 1 needs the least"
        ) from None


def _run_worker(parent: Connection, name: str, lines: LineStream) -> None:
    """Prepare blocks until the parent closes the connection or ends."""
    import signal

    import cv2

    # The parent handles Ctrl-C, and each core has a worker of its own.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    cv2.setNumThreads(1)
    memory = SharedMemory(name)
    try:
        while True:
            parent.send(_answer(lines, parent.recv(), memory))
    except (EOFError, OSError):
        return
    finally:
        memory.close()


def _answer(lines: LineStream, index: int, memory: SharedMemory) -> Any:
    """Return a block whose pixels are in shared memory, or an error."""
    try:
        block = lines.block(index)
    except ReceiptgenError as error:  # the parent raises it
        return error
    except Exception as error:  # not every error of a library can be pickled
        return TrainingError(f"lines can't be prepared: {type(error).__name__}: {error}")
    np.ndarray(block.pixels.size, np.uint8, memory.buf)[:] = block.pixels
    return replace(block, pixels=np.empty(0, np.uint8))
