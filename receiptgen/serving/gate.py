"""How many requests may work, and how many may wait."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import BoundedSemaphore
from typing import TypeVar

T = TypeVar("T")


class FullError(Exception):
    """As many wait as may."""


class Gate:
    """Lets a few work at a time; a few more wait, and all others are turned away at once.

    Work is done by threads of its own, as the memory that a thread has freed serves that thread again, and no other.

    Args:
        inside: How many work at once.
        waiting: How many may wait.
    """

    def __init__(self, inside: int, waiting: int) -> None:
        self._workers = ThreadPoolExecutor(inside)
        self._all = BoundedSemaphore(inside + waiting)

    def run(self, work: Callable[[], T]) -> T:
        """Wait for one's turn, have the work done and return what it gives, or raise what it raises.

        Raises:
            FullError: Too many wait already.
        """
        if not self._all.acquire(blocking=False):
            raise FullError
        try:
            return self._workers.submit(work).result()
        finally:
            self._all.release()
