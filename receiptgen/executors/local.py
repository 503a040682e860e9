"""Processes of this machine."""

import os
import signal
import sys
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from itertools import islice
from multiprocessing import active_children, connection, get_context, parent_process
from multiprocessing.process import BaseProcess
from typing import Any, ClassVar

from receiptgen.core.cores import cores
from receiptgen.core.errors import ExecutorError
from receiptgen.core.files import reason_of
from receiptgen.core.signals import held_back
from receiptgen.executors import EXECUTORS, Result, Task

# Seconds after which a task that is not done is a reason to look whether all workers live.
_LOOK = 1.0


@EXECUTORS.register
class Local:
    """Processes of this machine, forked where that is possible.

    Args:
        workers: Number of processes; 1 works in this one, None takes one for each core.
        address: Empty.

    Raises:
        ExecutorError: There is an address.
    """

    same_disk: ClassVar[bool] = True
    nodes = 1

    def __init__(self, workers: int | None = None, address: str = "") -> None:
        if address:
            raise ExecutorError(f"the address {address!r} is of no use to processes of this machine; leave it out")
        self._workers = workers or cores()

    @property
    def cores(self) -> int:
        """Number of tasks that are done at a time; see ``Executor``."""
        return self._workers

    def map(self, work: Callable[[Task], Result], tasks: Iterable[Task]) -> Iterator[Result]:
        """Yield the result of each task, in order; see ``Executor``."""
        return map(work, tasks) if self._workers == 1 else self._map_in_pool(work, tasks)

    def close(self) -> None:
        """Do nothing: processes end with the iterator that they work for."""

    def _map_in_pool(self, work: Callable[[Task], Result], tasks: Iterable[Task]) -> Iterator[Result]:
        waiting: deque[Future[Any]] = deque()
        left = iter(tasks)
        try:
            with _pool(work, self._workers) as (pool, workers):
                try:
                    # Ctrl-C is not to meet a worker that can't ignore it yet; the first task forks all of them.
                    with _one_opencv_thread(), held_back(signal.SIGINT):
                        waiting.extend(pool.submit(_do, task) for task in islice(left, 2 * self._workers + 2))
                except OSError as error:
                    raise ExecutorError(
                        f"{self._workers} workers can't be started: {reason_of(error)}; --workers takes fewer"
                    ) from None
                started = workers()
                while waiting:
                    result = _result_of(waiting.popleft(), started)
                    waiting.extend(pool.submit(_do, task) for task in islice(left, 1))
                    yield result
        except BrokenProcessPool as error:
            raise ExecutorError(
                "a worker was killed (out of memory?); the same command resumes, --workers 1 needs least memory"
            ) from error


@contextmanager
def _pool(
    work: Callable[[Any], Any], workers: int
) -> Iterator[tuple[ProcessPoolExecutor, Callable[[], Sequence[BaseProcess]]]]:
    """Lend a pool of workers, and what tells its processes, and kill these when its use ends, early or not.

    A pool that asks its workers to end can wait for ever: for one that was killed while it took a task, which the
    others then can't take, not even the one to end; for the rest of a result of which one that was killed sent a part;
    or, interrupted, for workers that it has not asked. What they are doing when the use ends early is done again when
    the command resumes; at the end they do nothing.
    """
    # A fork starts at once and shares the loaded fonts; elsewhere workers import what they need.
    method = "fork" if sys.platform == "linux" else "spawn"
    others = set(active_children())
    pool = ProcessPoolExecutor(workers, get_context(method), _begin_worker, (work,))
    results: Any = pool._result_queue

    def processes() -> list[BaseProcess]:
        return [process for process in active_children() if process not in others]

    try:
        yield pool, processes
    finally:
        for process in processes():
            process.kill()
        # No other process holds the end for writing any more: who reads a part of a result comes to its end.
        results._writer.close()
        pool.shutdown(cancel_futures=True)


def _result_of(future: "Future[Result]", workers: Sequence[BaseProcess]) -> Result:
    """Return the result of a task; a pool does not notice a worker that is killed while it sends one.

    Raises:
        BrokenProcessPool: A worker was killed.
    """
    while not wait([future], _LOOK).done:
        if not all(worker.is_alive() for worker in workers) and not wait([future], _LOOK).done:
            raise BrokenProcessPool
    return future.result()


@contextmanager
def _one_opencv_thread() -> Iterator[None]:
    """Have OpenCV, if it is loaded, do without threads in what is forked meanwhile.

    Its pool of threads does not exist in a forked process, which would wait for it forever; each core has a worker.
    """
    opencv = sys.modules.get("cv2")
    if opencv is None:
        yield
        return
    threads = opencv.getNumThreads()
    opencv.setNumThreads(1)
    try:
        yield
    finally:
        opencv.setNumThreads(threads)


# What this worker does; set once, so that a task is a few numbers and what the work loads is loaded once.
_WORK: list[Callable[[Any], Any]] = []


def _do(task: Any) -> Any:
    return _WORK[0](task)


def _begin_worker(work: Callable[[Any], Any]) -> None:
    _WORK[:] = [work]
    # The parent handles Ctrl-C.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    parent = parent_process()
    if parent is not None:
        threading.Thread(target=_end_with, args=(parent.sentinel,), daemon=True).start()


def _end_with(sentinel: int) -> None:
    """End this process when its parent has ended, even by kill -9."""
    connection.wait([sentinel])
    os._exit(1)
