"""Folders for files of a moment, on a disk of this machine, also those that killed processes left."""

import shutil
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TextIO

_PREFIX, _LOCK = "receiptgen-shard-", ".lock"
# Seconds after which a folder has a lock, if whoever made it is still there.
_AGE = 60.0


@contextmanager
def scratch_folder() -> Iterator[Path]:
    """Lend an empty folder below that for temporary files (TMPDIR), removed afterwards; raises OSError.

    Folders of processes that were killed, which nobody else would remove, are removed first.
    """
    _remove_abandoned(Path(tempfile.gettempdir()))
    folder = Path(tempfile.mkdtemp(prefix=_PREFIX))
    try:
        with (folder / _LOCK).open("w") as lock:
            _try_lock(lock)
            inner = folder / "files"
            inner.mkdir()
            yield inner
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _remove_abandoned(base: Path) -> None:
    for folder in base.glob(f"{_PREFIX}*"):
        with suppress(OSError):  # of another user, or removed by another process meanwhile
            if time.time() - folder.stat().st_mtime < _AGE:
                continue
            with (folder / _LOCK).open("a") as lock:
                if _try_lock(lock):
                    shutil.rmtree(folder, ignore_errors=True)


def _try_lock(lock: TextIO) -> bool:
    """Lock a file until it is closed or the process ends; tell whether nobody else has, and False on Windows."""
    if sys.platform == "win32":
        return False
    import fcntl

    try:
        fcntl.flock(lock.fileno(), fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True
