"""Worker processes that prepare blocks of lines, and the memory that they share with the process that trains."""

import os
import signal
from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from multiprocessing import connection, get_context
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from multiprocessing.util import Finalize
from threading import Event
from typing import Any, Protocol

import numpy as np

from receiptgen.core.cores import cores
from receiptgen.core.errors import ReceiptgenError, TrainingError
from receiptgen.imaging.geometry import Pixels

from .batch_plan import BatchPlan
from .shared_memory import SharedBuffer, create_buffers, open_buffer, release_buffers
from .skipped import Skip

# Seconds between checks whether to stop.
_POLL = 1.0
# Cores that a process leaves to itself and to the thread that makes batches, where a GPU computes.
_RESERVED = 2


class Block(Protocol):
    """Some prepared samples, a dataclass: what of it is large lies in ``pixels``."""

    @property
    def pixels(self) -> Pixels:
        """All large arrays as bytes, uint8 (``bytes``,)."""

    @property
    def bytes(self) -> int:
        """Number of these bytes, known without them."""

    @property
    def flaws(self) -> list[Skip]:
        """Rows that gave no sample."""

    @property
    def seconds(self) -> float:
        """Time that it took to prepare, in seconds."""


class SampleStream(Protocol):
    """An endless stream of samples in blocks: lines, or crops of pages. It can be pickled."""

    @property
    def largest(self) -> int:
        """Most bytes of a block."""

    def block(self, index: int) -> Block:
        """Prepare a block, the same in every process."""

    def batch(self, blocks: Sequence[tuple[Any, slice]], plan: BatchPlan) -> Any:
        """Return a batch of some samples of some blocks."""


def default_workers(gpu: bool) -> int:
    """Return how many workers suit this process, which shares its cores with the others that a launcher started here.

    Args:
        gpu: Whether a GPU computes; otherwise half of the cores do.
    """
    processes = int(os.environ.get("LOCAL_WORLD_SIZE", "1"))
    return max(1, (cores() - _RESERVED) // processes if gpu else cores() // processes // 2)


class WorkerPool:
    """Worker processes that prepare blocks.

    They are spawned, since a fork of a process in which a framework has threads may deadlock.

    Args:
        lines: Stream of lines.
        workers: Number of processes.
        ahead: Number of finished blocks that may wait, besides one for each worker.
    """

    def __init__(self, lines: SampleStream, workers: int, ahead: int) -> None:
        self._ahead = ahead
        context = get_context("spawn")
        with _signals_held():  # released by the tracker of shared memory, which the first piece of it starts
            self._buffers = create_buffers(workers, lines.largest)
        self._connections: list[Connection] = []
        self._processes: list[BaseProcess] = []
        # When the program ends, multiprocessing would send SIGTERM to workers that nobody has ended, and wait for them.
        self._kill = Finalize(self, _kill_all, (self._processes,), exitpriority=1)
        for buffer in self._buffers:
            ours, theirs = context.Pipe()
            process = context.Process(target=_run_worker, args=(theirs, buffer.name, lines), daemon=True)
            with _signals_held():
                process.start()
            theirs.close()
            self._connections.append(ours)
            self._processes.append(process)

    @property
    def parallel(self) -> int:
        """Number of blocks that are prepared at a time."""
        return len(self._processes)

    def blocks(self, indices: Iterator[int], stop: Event) -> Iterator[Block]:
        """Yield blocks in order; each worker prepares one, and as many again may wait."""
        requested: deque[int] = deque()
        finished: dict[int, Block] = {}
        busy: dict[int, int] = {}
        idle = deque(range(len(self._connections)))
        while not stop.is_set():
            while idle and len(requested) < 2 * len(self._connections) + self._ahead:
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

    def _take(self, worker: int) -> Block:
        """Copy a block from the memory of its worker, which can then begin the next."""
        with _worker_errors():
            answer = self._connections[worker].recv()
        if isinstance(answer, BaseException):
            raise answer
        block: Any = answer
        pixels = np.ndarray(block.bytes, np.uint8, self._buffers[worker].buf).copy()
        copied: Block = replace(block, pixels=pixels)
        return copied

    def close(self) -> None:
        """End the workers and free the shared memory."""
        for pipe in self._connections:
            pipe.close()
        self._kill()
        release_buffers(self._buffers)


def _kill_all(processes: Sequence[BaseProcess]) -> None:
    for process in processes:
        process.kill()
        process.join()


@contextmanager
def _signals_held() -> Iterator[None]:
    """Hold signals back that stop this process: it gets them afterwards, processes that it starts now never get them.

    A scheduler or a terminal sends them to all processes of a job, and this one has to save its state with the workers
    alive.
    """
    if not hasattr(signal, "pthread_sigmask"):  # Windows
        yield
        return
    mask = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT, signal.SIGTERM, signal.SIGUSR1})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, mask)


@contextmanager
def _worker_errors() -> Iterator[None]:
    """Turn the error of a closed connection into one that names its cause."""
    try:
        yield
    except (EOFError, OSError):
        raise TrainingError(
            "a worker that prepares lines was killed (out of memory?); --workers 1 needs the least"
        ) from None


def _run_worker(parent: Connection, name: str, lines: SampleStream) -> None:
    """Prepare blocks until the parent closes the connection or ends."""
    import cv2

    if not hasattr(signal, "pthread_sigmask"):
        signal.signal(signal.SIGINT, signal.SIG_IGN)
    # Each core has a worker of its own.
    cv2.setNumThreads(1)
    buffer = open_buffer(name)
    try:
        while True:
            parent.send(_answer(lines, parent.recv(), buffer))
    except (EOFError, OSError):
        return
    finally:
        buffer.close()


def _answer(lines: SampleStream, index: int, buffer: SharedBuffer) -> Any:
    """Return a block whose pixels are in shared memory, or an error."""
    try:
        block = lines.block(index)
    except ReceiptgenError as error:  # the parent raises it
        return error
    except Exception as error:  # not every error of a library can be pickled
        return TrainingError(f"lines can't be prepared: {type(error).__name__}: {error}")
    np.ndarray(block.pixels.size, np.uint8, buffer.buf)[:] = block.pixels
    emptied: Any = block
    return replace(emptied, pixels=np.empty(0, np.uint8))
