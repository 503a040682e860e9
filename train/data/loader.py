"""Batches, drawn and read by worker processes while the network trains.

Lines are numbered for ever. Those of one *round* are a few blocks; a worker draws a block, prepares its lines and lays
them into memory that it shares with this process. A block's lines are sorted by width, and batch ``k`` of the round
takes the ``k``-th slice of every block: like widths side by side, and which lines share a batch depends neither on the
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

# Blocks of a round: processes that train together divide it.
SHARDS = 8
# Seconds between looks at whether all is still well.
_PATIENCE = 1.0


class BatchPlan(NamedTuple):
    """How lines become batches.

    Attributes:
        batch: Lines of an update over all processes; a multiple of ``SHARDS`` times ``parts``.
        parts: Batches that an update is made of, one after the other.
        multiple: Widths of batches are multiples of this.
        seed: Of the order of a round's batches.
    """

    batch: int
    parts: int
    multiple: int
    seed: int

    @property
    def slice(self) -> int:
        """Lines that a block gives to each batch."""
        return self.batch // self.parts // SHARDS

    @property
    def batches(self) -> int:
        """Batches of a round."""
        return BLOCK // self.slice

    def check(self, team: ProcessGroup) -> None:
        """See whether the numbers agree.

        Raises:
            TrainingError: They don't.
        """
        unit = SHARDS * self.parts
        if self.batch % unit or not 0 < self.slice <= BLOCK:
            raise TrainingError(f"batch {self.batch}: must be a multiple of {unit}, at most {BLOCK * unit}")
        if SHARDS % team.size:
            raise TrainingError(f"{team.size} processes: 1, 2, 4 or {SHARDS} can train together")


class Loader:
    """Batches in order, prepared ahead; a context manager.

    Args:
        lines: What the lines are.
        order: How they become batches.
        team: Processes that train together.
        workers: Processes that draw for this one; 0 draws in this process, when a batch is asked for.
        first: Batch to begin with; those before it were trained on already.
        note: Called with rows that gave no line, as they are met.

    Attributes:
        rate: Lines a second that are drawn and prepared while nobody waits for the network.
    """

    def __init__(
        self, lines: LineStream, order: BatchPlan, team: ProcessGroup, workers: int, first: int = 0,
        note: Callable[[Sequence[Skip]], None] = lambda skips: None,
    ) -> None:  # fmt: skip
        order.check(team)
        self._lines, self._order, self._team = lines, order, team
        self._first, self._note = first, note
        self.rate = 0.0
        self._workers = max(1, workers)
        self._pool = _Pool(lines, workers) if workers else None
        self._ready: Queue[Batch | BaseException] = Queue(maxsize=2 * order.parts + 6)
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
            TrainingError: A worker ended, or a data set has no row that can be used.
        """
        if not self._pool:
            yield from self._batches(map(self._lines.block, self._numbers()))
        while True:
            try:
                item = self._ready.get(timeout=_PATIENCE)
            except Empty:
                continue
            if isinstance(item, BaseException):
                raise item
            yield item

    def _numbers(self) -> Iterator[int]:
        """Yield the numbers of this process's blocks."""
        own = SHARDS // self._team.size
        number = self._first // self._order.batches
        while True:
            start = number * SHARDS + self._team.rank * own
            yield from range(start, start + own)
            number += 1

    def _fill(self) -> None:
        """Run in a thread of its own: hand batches over, or what went wrong."""
        assert self._pool is not None
        try:
            for batch in self._batches(self._pool.blocks(self._numbers(), self._stop)):
                self._hand(batch)
        except BaseException as error:  # raised again where batches are asked for
            self._hand(error)

    def _hand(self, item: Batch | BaseException) -> None:
        """Wait until there is room for an item, or nobody wants it any more."""
        waiting = True
        while waiting and not self._stop.is_set():
            with suppress(Full):
                self._ready.put(item, timeout=_PATIENCE)
                waiting = False

    def _batches(self, blocks: Iterator[LineBlock]) -> Iterator[Batch]:
        order, own = self._order, SHARDS // self._team.size
        number, skip = divmod(self._first, order.batches)
        while True:
            shards = []
            for _ in range(own):
                block = next(blocks, None)
                if block is None:
                    return
                self._note(block.flaws)
                now = self._workers * BLOCK / block.seconds
                # A moving average: kinds of lines take turns, and the machine has moods.
                self.rate = now if not self.rate else 0.9 * self.rate + 0.1 * now
                shards.append(block)
            turns = np.random.default_rng([order.seed, number]).permutation(order.batches).tolist()
            for turn in turns[skip:]:
                yield self._batch(shards, slice(turn * order.slice, (turn + 1) * order.slice))
            number, skip = number + 1, 0

    def _batch(self, shards: Sequence[LineBlock], part: slice) -> Batch:
        images = [block.image(line) for block in shards for line in range(part.start, part.stop)]
        labels = [label for block in shards for label in block.labels[part]]
        return collate(images, labels, self._order.batch, multiple=self._order.multiple)


class _Pool:
    """Worker processes that make blocks.

    They are started by spawn: a fork of a process in which a framework has threads may wait for ever.
    """

    def __init__(self, lines: LineStream, workers: int) -> None:
        context = get_context("spawn")
        self._memory = [SharedMemory(create=True, size=lines.largest) for _ in range(workers)]
        self._connections: list[Connection] = []
        self._processes = []
        for memory in self._memory:
            ours, theirs = context.Pipe()
            process = context.Process(target=_work, args=(theirs, memory.name, lines), daemon=True)
            process.start()
            theirs.close()
            self._connections.append(ours)
            self._processes.append(process)

    def blocks(self, numbers: Iterator[int], stop: Event) -> Iterator[LineBlock]:
        """Yield blocks in order; each worker has one in hand, and as many again wait."""
        asked: deque[int] = deque()
        made: dict[int, LineBlock] = {}
        busy: dict[int, int] = {}
        idle = deque(range(len(self._connections)))
        while not stop.is_set():
            while idle and len(asked) < 2 * len(self._connections) + SHARDS:
                worker = idle.popleft()
                busy[worker] = next(numbers)
                asked.append(busy[worker])
                with _watched():
                    self._connections[worker].send(busy[worker])
            if asked and asked[0] in made:
                yield made.pop(asked.popleft())
                continue
            for ready in connection.wait([self._connections[worker] for worker in busy], _PATIENCE):
                worker = self._connections.index(ready)  # type: ignore[arg-type]  # they are what we wait for
                made[busy.pop(worker)] = self._take(worker)
                idle.append(worker)

    def _take(self, worker: int) -> LineBlock:
        """Copy a block out of the memory of its worker, who can then begin the next."""
        with _watched():
            said = self._connections[worker].recv()
        if isinstance(said, BaseException):
            raise said
        block: LineBlock = said
        used = block.height * int(block.widths.sum())
        pixels = np.ndarray(used, np.uint8, self._memory[worker].buf).copy()
        return replace(block, pixels=pixels)

    def close(self) -> None:
        """End the workers and free what was shared."""
        for line in self._connections:
            line.close()
        for process in self._processes:
            process.terminate()
            process.join()
        for memory in self._memory:
            memory.close()
            memory.unlink()


@contextmanager
def _watched() -> Iterator[None]:
    """Say what it means if nobody is at the other end of a line."""
    try:
        yield
    except (EOFError, OSError):
        raise TrainingError("a worker that draws lines was killed (out of memory?); --workers 1 needs least") from None


def _work(line: Connection, name: str, lines: LineStream) -> None:
    """Make blocks until the other end is closed, as it is when that process ends, however it does."""
    import signal

    import cv2

    # Ctrl-C is the parent's to handle, and the cores have a worker each.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    cv2.setNumThreads(1)
    memory = SharedMemory(name)
    try:
        while True:
            line.send(_answer(lines, line.recv(), memory))
    except (EOFError, OSError):
        return
    finally:
        memory.close()


def _answer(lines: LineStream, number: int, memory: SharedMemory) -> Any:
    """Return a block whose pixels lie in shared memory, or what went wrong."""
    try:
        block = lines.block(number)
    except ReceiptgenError as error:  # the parent raises it
        return error
    except Exception as error:  # as well, but not all that libraries raise can be sent
        return TrainingError(f"lines can't be drawn: {type(error).__name__}: {error}")
    np.ndarray(block.pixels.size, np.uint8, memory.buf)[:] = block.pixels
    return replace(block, pixels=np.empty(0, np.uint8))
