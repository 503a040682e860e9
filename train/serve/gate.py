"""How many requests may work, and how many may wait."""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import BoundedSemaphore


class FullError(Exception):
    """As many wait as may."""


class Gate:
    """Lets a few in at a time; a few more wait, and all others are turned away at once.

    Args:
        inside: How many work at once.
        waiting: How many may wait.
    """

    def __init__(self, inside: int, waiting: int) -> None:
        self._inside = BoundedSemaphore(inside)
        self._all = BoundedSemaphore(inside + waiting)

    @contextmanager
    def entered(self) -> Iterator[None]:
        """Wait for one's turn.

        Raises:
            FullError: Too many wait already.
        """
        if not self._all.acquire(blocking=False):
            raise FullError
        try:
            with self._inside:
                yield
        finally:
            self._all.release()
