"""Chunks of a data set drawn by several processes, in order."""

import os
import signal
import sys
import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from multiprocessing import active_children, connection, get_context, parent_process
from pathlib import Path

from receiptgen.core.errors import DatasetError
from receiptgen.core.files import reason_of
from receiptgen.core.signals import held_back
from receiptgen.dataset.plan import Chunk, Plan, draw_chunk


def draw_parallel(
    plan: Plan, folder: Path, bounds: Sequence[tuple[int, int]], workers: int
) -> Iterator[tuple[int, Chunk]]:
    """Yield chunks in order; at most a few wait, so that memory stays flat however slow the disk is."""
    # A fork starts at once and shares the loaded fonts; elsewhere workers import what they need.
    method = "fork" if sys.platform == "linux" else "spawn"
    waiting: list[tuple[int, Future[Chunk]]] = []
    left = iter(bounds)
    try:
        with _pool(plan, folder, workers, method) as pool:
            try:
                # Ctrl-C is not to meet a worker that can't ignore it yet; the first task forks all of them.
                with _one_opencv_thread(), held_back(signal.SIGINT):
                    for _ in range(2 * workers + 2):
                        _submit(pool, left, waiting)
            except OSError as error:
                raise DatasetError(
                    f"{folder}: {workers} workers can't be started: {reason_of(error)}; --workers takes fewer"
                ) from None
            while waiting:
                stop, future = waiting.pop(0)
                chunk = future.result()
                _submit(pool, left, waiting)
                yield stop, chunk
    except BrokenProcessPool as error:
        raise DatasetError(
            f"{folder}: a worker was killed (out of memory?); the same command resumes, --workers 1 needs least memory"
        ) from error


@contextmanager
def _pool(plan: Plan, folder: Path, workers: int, method: str) -> Iterator[ProcessPoolExecutor]:
    """Lend a pool of workers; whatever ends its use early, Ctrl-C above all, kills them.

    What they are drawing then is drawn again when the command resumes, and an interrupted pool may not tell its
    workers that they are no longer needed: they would wait for tasks for ever, and this process for them.
    """
    others = set(active_children())
    pool = ProcessPoolExecutor(workers, get_context(method), _begin_worker, (plan, folder))
    try:
        yield pool
        pool.shutdown()
    except BaseException:
        for worker in set(active_children()) - others:
            worker.kill()
        pool.shutdown(cancel_futures=True)
        raise


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


def _submit(
    pool: ProcessPoolExecutor, left: Iterator[tuple[int, int]], waiting: list[tuple[int, Future[Chunk]]]
) -> None:
    if bound := next(left, None):
        waiting.append((bound[1], pool.submit(_draw_chunk, *bound)))


# What this worker draws; set once, so that a task is two numbers and the templates are loaded once.
_TASK: list[tuple[Plan, Path]] = []


def _draw_chunk(first: int, stop: int) -> Chunk:
    plan, folder = _TASK[0]
    return draw_chunk(plan, folder, first, stop)


def _begin_worker(plan: Plan, folder: Path) -> None:
    _TASK[:] = [(plan, folder)]
    # The parent handles Ctrl-C.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    parent = parent_process()
    if parent is not None:
        threading.Thread(target=_end_with, args=(parent.sentinel,), daemon=True).start()


def _end_with(sentinel: int) -> None:
    """End this process when its parent has ended, even by kill -9."""
    connection.wait([sentinel])
    os._exit(1)
