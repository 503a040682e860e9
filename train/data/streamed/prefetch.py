"""Shards fetched while others are read."""

import os
from collections import deque
from collections.abc import Sequence
from contextlib import suppress
from threading import Condition, Thread

from receiptgen.core.errors import ReceiptgenError

from .shard_cache import ShardCache
from .store import StoredFile

# Shards that a process fetches at a time; as many processes as there are workers do.
_THREADS = 2


class Prefetcher:
    """Fetches shards in threads, which begin when shards are first asked for and end with the process.

    Args:
        cache: Where shards are kept.
    """

    def __init__(self, cache: ShardCache) -> None:
        self._cache = cache
        self._changed = Condition()
        self._asked: tuple[StoredFile, ...] = ()
        self._left: deque[StoredFile] = deque()
        self._threads: list[Thread] = []

    def request(self, files: Sequence[StoredFile]) -> None:
        """Fetch files in the background instead of those that were asked for before."""
        asked = tuple(files)
        if asked == self._asked:
            return
        with self._changed:
            new = [file for file in asked if file not in self._asked]
            # Several processes that begin at different places fetch different ones.
            start = os.getpid() % len(new) if new else 0
            self._asked, self._left = asked, deque(new[start:] + new[:start])
            self._changed.notify_all()
        while len(self._threads) < _THREADS:
            self._threads.append(Thread(target=self._run, daemon=True))
            self._threads[-1].start()

    def _run(self) -> None:
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._left)
                file = self._left.popleft()
            # Whoever reads the shard is told, if it fails then too.
            with suppress(ReceiptgenError):
                self._cache.fetch_ahead(file)
