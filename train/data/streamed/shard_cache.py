"""Shards on this machine: fetched whole, shared by all processes, and removed when others need their room."""

import os
import shutil
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple

from receiptgen.core.cache_folder import cache_folder
from receiptgen.core.errors import DatasetError, FileError, TrainingError
from receiptgen.core.files import reason_of

from .store import Store, StoredFile

# Where shards are kept, and how many gigabytes of them.
FOLDER, LIMIT = "RECEIPTGEN_SHARDS", "RECEIPTGEN_SHARDS_GB"
_USUAL_LIMIT = 32.0
# Bytes of the disk that are left to others.
_LEFT = 1 << 30
# Locks of shards that are fetched, which share a few files, so that none is left for each shard.
_LOCKS = 256
# Seconds after which what a killed process left is removed.
_STALE = 86_400.0


class ShardCache(NamedTuple):
    """A folder of shards; any number of processes may use it.

    Attributes:
        folder: The folder, which is made when it is needed.
        limit: Bytes of shards that are kept; those that were opened longest ago go first.
    """

    folder: Path
    limit: int

    @classmethod
    def of_user(cls) -> "ShardCache":
        """Return the user's, or the one that the environment names.

        Raises:
            TrainingError: The environment does not give a number of gigabytes, or the user has no home.
        """
        said = os.environ.get(LIMIT, "") or str(_USUAL_LIMIT)
        try:
            limit = float(said)
            named = os.environ.get(FOLDER)
            folder = Path(named) if named else cache_folder() / "shards"
        except ValueError:
            raise TrainingError(f"{LIMIT}={said}: expected a number of gigabytes") from None
        except RuntimeError:
            raise TrainingError(f"there is no home for the cache of shards; {FOLDER} names a folder") from None
        return cls(folder.absolute(), int(limit * 1e9))

    def path(self, file: StoredFile) -> Path:
        """Return where a shard lies on this machine, which it is fetched to unless it is there.

        Another process that is fetching it is waited for.

        Raises:
            DatasetError: It is gone, or has another size than when it was listed.
            StorageError: It can't be read.
            FileError: The cache can't be written to.
        """
        found = self._lookup(file)
        while found is None:
            with self._lock(file, wait=True):
                found = self._lookup(file) or self._fetch(file)
        return found

    def fetch_ahead(self, file: StoredFile) -> None:
        """Fetch a shard unless it is there or another process fetches it; raises as ``path``."""
        if self._lookup(file, touch=False) is None:
            with self._lock(file, wait=False) as locked:
                if locked and self._lookup(file, touch=False) is None:
                    self._fetch(file)

    def _place(self, file: StoredFile) -> Path:
        """Return where a shard lies once it is fetched: a changed one lies elsewhere."""
        key = sha256(f"{file.url}\0{file.size}\0{file.mark}".encode()).hexdigest()[:32]
        return self.folder / key / file.name

    def _lookup(self, file: StoredFile, touch: bool = True) -> Path | None:
        """Return where a shard lies, if it is whole, and note that it is used."""
        if (store := Store(file.url)).is_local:
            return Path(store.path)
        place = self._place(file)
        try:
            if place.stat().st_size != file.size:
                return None
            if touch:
                os.utime(place)
        except OSError:
            return None
        return place

    def _fetch(self, file: StoredFile) -> Path:
        """Fetch a shard beside its place and rename it; its lock is held."""
        place, store = self._place(file), Store(file.url)
        aside = place.with_name(f"{place.name}.{os.getpid()}.new")
        try:
            self._make_room(file.size)
            place.parent.mkdir(parents=True, exist_ok=True)
            for left in place.parent.glob("*.new"):  # by a process that was killed
                left.unlink(missing_ok=True)
            store.fetch(store.path, aside)
            size = aside.stat().st_size
            if size != file.size:
                raise DatasetError(f"{file.url}: has {size:,} bytes, and had {file.size:,} when it was listed")
            aside.replace(place)
        except OSError as error:
            raise FileError(f"{self.folder}: can't be written: {reason_of(error)}; {FOLDER} names another") from None
        finally:
            with suppress(OSError):
                aside.unlink(missing_ok=True)
        return place

    def _make_room(self, size: int) -> None:
        """Remove the shards that were opened longest ago until there is room for another; raises OSError."""
        self.folder.mkdir(parents=True, exist_ok=True)
        with _locked(self.folder / "lock", wait=True):
            now = time.time()
            kept = sorted(self._kept())
            room = min(self.limit - sum(size for _, size, _ in kept), shutil.disk_usage(self.folder).free - _LEFT)
            for moment, own, path in kept:
                stale = path.suffix == ".new" and now - moment > _STALE
                if not stale and (room >= size or path.suffix == ".new"):
                    continue
                # Whoever has it open reads on; Windows lets nobody remove what is open.
                with suppress(OSError):
                    path.unlink()
                    room += own
                    path.parent.rmdir()

    def _kept(self) -> Iterator[tuple[float, int, Path]]:
        """Yield time of use, size and path of the files that are kept."""
        for folder in self.folder.iterdir():
            if len(folder.name) == 32 and folder.is_dir():
                for path in folder.iterdir():
                    with suppress(FileNotFoundError):
                        status = path.stat()
                        yield status.st_mtime, status.st_size, path

    @contextmanager
    def _lock(self, file: StoredFile, wait: bool) -> Iterator[bool]:
        """Keep others from fetching a shard; yields whether they are kept, which is so if they are waited for."""
        key = int(self._place(file).parent.name[:8], 16) % _LOCKS
        folder = self.folder / "locks"
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise FileError(f"{self.folder}: can't be written: {reason_of(error)}; {FOLDER} names another") from None
        with _locked(folder / str(key), wait) as locked:
            yield locked


@contextmanager
def _locked(path: Path, wait: bool) -> Iterator[bool]:
    """Hold a lock of the system by a file; without such locks, as on Windows, everybody holds it."""
    with path.open("w") as file:
        if sys.platform == "win32":
            yield True
            return
        import fcntl

        try:
            fcntl.flock(file, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
        except BlockingIOError:
            yield False
            return
        yield True
