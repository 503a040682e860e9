"""Limits on the requests that are processed at once and on those that wait."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import BoundedSemaphore
from typing import TypeVar

T = TypeVar("T")


class FullError(Exception):
    """The queue of waiting requests is full."""


class Gate:
    """Runs a few calls at a time; a few more wait, and others are refused at once.

    It has its own threads, since memory that a thread has freed is reused by that thread only.

    Args:
        running: Number of calls that run at once.
        waiting: Number of calls that may wait.
    """

    def __init__(self, running: int, waiting: int) -> None:
        self._workers = ThreadPoolExecutor(running)
        self._slots = BoundedSemaphore(running + waiting)

    def run(self, work: Callable[[], T]) -> T:
        """Wait for a free thread, run ``work`` there and return its result or raise its error.

        Raises:
            FullError: Too many calls wait already.
        """
        if not self._slots.acquire(blocking=False):
            raise FullError
        try:
            return self._workers.submit(work).result()
        finally:
            self._slots.release()
