"""A folder of a store: objects that are read, listed, deleted, and put whole or not at all."""

import os
import shutil
from collections.abc import Callable, Collection, Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

from receiptgen.core.errors import StorageError
from receiptgen.core.files import replacing, write_atomic
from receiptgen.storage.locations import filesystem, protocol_of
from receiptgen.storage.patience import patiently

Result = TypeVar("Result")
# Bytes of a piece of an object, and pieces that are sent at a time: what a process holds of a file that it puts.
_PIECE, _PIECES = 16 << 20, 2
# Objects that are deleted at a time.
_MOST_DELETED = 1_000


@dataclass(frozen=True)
class Store:
    """Objects below a URL; picklable, since each process opens its own connections.

    All methods raise StorageError where the store refuses, or can't be reached for a minute.

    Attributes:
        url: The URL, checked.
    """

    url: str

    @property
    def is_of_this_process(self) -> bool:
        """Whether the objects live in the memory of this process, and other processes see none of them."""
        return protocol_of(self.url) == "memory"

    @property
    def _is_disk(self) -> bool:
        return protocol_of(self.url) == "file"

    def place(self, name: str) -> str:
        """Return the URL of an object."""
        return f"{self.url}/{name}" if name else self.url

    def _ask(self, name: str, request: Callable[[Any, str], Result]) -> Result:
        """Ask the file system about an object; raises FileNotFoundError where there is none."""

        def once() -> Result:
            # Looked up for each try: its instances are kept by process, and one that lost its connections is let go.
            system, root = filesystem(self.url)
            return request(system, f"{root}/{name}" if name else root)

        return patiently(self.place(name), once)

    def read(self, name: str) -> bytes | None:
        """Return an object's bytes, or None where there is none."""
        try:
            return bytes(self._ask(name, lambda system, path: system.cat_file(path)))
        except (FileNotFoundError, NotADirectoryError):
            return None

    def read_all(self, names: Collection[str]) -> dict[str, bytes]:
        """Return the bytes of several small objects by name, asked for at a time where the store allows it.

        Raises:
            StorageError: One is gone.
        """
        if not names:
            return {}
        try:
            found = self._ask("", lambda system, root: system.cat([f"{root}/{name}" for name in names]))
        except FileNotFoundError as fault:
            raise StorageError(f"{self.url}: an object went while it was read ({fault})") from None
        if isinstance(found, bytes):  # of one
            return dict.fromkeys(names, found)
        by_end = {path.rpartition("/")[2]: content for path, content in found.items()}
        return {name: bytes(by_end[name.rpartition("/")[2]]) for name in names}

    def sizes(self, folder: str = "") -> Mapping[str, int]:
        """Return the sizes in bytes of all objects below a folder, by name from the store's URL."""

        def find(system: Any, path: str) -> dict[str, int]:
            system.invalidate_cache()
            found = system.find(path, detail=True)
            root = path[: len(path) - len(folder) - 1] if folder else path
            return {name[len(root) + 1 :]: int(entry["size"]) for name, entry in found.items()}

        try:
            return self._ask(folder, find)
        except FileNotFoundError:
            return {}

    def write(self, name: str, content: bytes) -> None:
        """Put an object of few bytes."""
        if self._is_disk:
            write_atomic(self._local(name), content)
        else:
            self._put(name, lambda system, path: system.pipe_file(path, content))

    def put(self, name: str, file: Path) -> None:
        """Put a file as an object: readers see all of it or, until it is complete, what was there before."""
        if self._is_disk:
            self._copy(name, file)
            return
        pieces = {"chunksize": _PIECE, "max_concurrency": _PIECES} if protocol_of(self.url) in {"s3", "s3a"} else {}
        self._put(name, lambda system, path: system.put_file(str(file), path, **pieces))

    def _put(self, name: str, request: Callable[[Any, str], None]) -> None:
        try:
            self._ask(name, request)
        except FileNotFoundError as fault:
            raise StorageError(f"{self.place(name)}: can't be written: {fault}") from None

    def _copy(self, name: str, file: Path) -> None:
        """Copy a file beside its place, flush it to disk, then rename it."""
        place = self._local(name)

        def copy() -> None:
            place.parent.mkdir(parents=True, exist_ok=True)
            with file.open("rb") as source, replacing(place) as target:
                shutil.copyfileobj(source, target, 1 << 20)

        try:
            patiently(self.place(name), copy)
        except FileNotFoundError as fault:
            raise StorageError(f"{self.place(name)}: can't be written: {fault}") from None

    def delete(self, names: Collection[str]) -> int:
        """Delete objects, and tell how many of them were there; folders of a disk go when they are empty."""
        wanted = sorted({*names} & self.sizes().keys()) if names else []
        for start in range(0, len(wanted), _MOST_DELETED):
            self._ask("", partial(_delete_rest, wanted[start : start + _MOST_DELETED]))
        if self._is_disk:
            for folder, _, _ in os.walk(self._local(""), topdown=False):
                with suppress(OSError):  # not empty
                    Path(folder).rmdir()
        return len(wanted)

    def _local(self, name: str) -> Path:
        return Path(filesystem(self.url)[1]) / name


def _delete_rest(names: list[str], system: Any, root: str) -> None:
    """Delete those of some objects that are there; after a try that failed half-way some are gone."""
    system.invalidate_cache()
    there = system.find(root)
    if left := sorted({f"{root}/{name}" for name in names}.intersection(there)):
        system.rm(left)
