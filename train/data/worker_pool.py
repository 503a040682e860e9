"""Worker processes that prepare blocks of lines, and the memory that they share with the process that trains."""

import os
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from multiprocessing import connection, get_context
from multiprocessing.connection import Connection
from threading import Event
from typing import Any

import numpy as np

from receiptgen.core.cores import cores
from receiptgen.core.errors import ReceiptgenError, TrainingError

from .line_blocks import LineBlock, LineStream
from .shared_memory import SharedBuffer, create_buffers, open_buffer, release_buffers

# Seconds between checks whether to stop.
_POLL = 1.0
# Cores that a process leaves to itself and to the thread that makes batches, where a GPU computes.
_RESERVED = 2


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

    def __init__(self, lines: LineStream, workers: int, ahead: int) -> None:
        self._ahead = ahead
        context = get_context("spawn")
        self._buffers = create_buffers(workers, lines.largest)
        self._connections: list[Connection] = []
        self._processes = []
        for buffer in self._buffers:
            ours, theirs = context.Pipe()
            process = context.Process(target=_run_worker, args=(theirs, buffer.name, lines), daemon=True)
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

    def _take(self, worker: int) -> LineBlock:
        """Copy a block from the memory of its worker, which can then begin the next."""
        with _worker_errors():
            answer = self._connections[worker].recv()
        if isinstance(answer, BaseException):
            raise answer
        block: LineBlock = answer
        size = block.height * int(block.widths.sum())
        pixels = np.ndarray(size, np.uint8, self._buffers[worker].buf).copy()
        return replace(block, pixels=pixels)

    def close(self) -> None:
        """End the workers and free the shared memory."""
        for pipe in self._connections:
            pipe.close()
        for process in self._processes:
            process.terminate()
            process.join()
        release_buffers(self._buffers)


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
    buffer = open_buffer(name)
    try:
        while True:
            parent.send(_answer(lines, parent.recv(), buffer))
    except (EOFError, OSError):
        return
    finally:
        buffer.close()


def _answer(lines: LineStream, index: int, buffer: SharedBuffer) -> Any:
    """Return a block whose pixels are in shared memory, or an error."""
    try:
        block = lines.block(index)
    except ReceiptgenError as error:  # the parent raises it
        return error
    except Exception as error:  # not every error of a library can be pickled
        return TrainingError(f"lines can't be prepared: {type(error).__name__}: {error}")
    np.ndarray(block.pixels.size, np.uint8, buffer.buf)[:] = block.pixels
    return replace(block, pixels=np.empty(0, np.uint8))
