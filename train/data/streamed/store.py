"""Files in object stores, on web servers and on disks, by URL."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

from receiptgen.core.errors import DatasetError, MissingExtraError
from receiptgen.storage.patience import patiently

Result = TypeVar("Result")
_REFUSED = object()
# Files that are asked about at a time where a store lists none.
_AT_A_TIME = 16
# What stores say of a file that changes with its bytes, the most exact first.
_MARKS = ("ETag", "etag", "md5Hash", "LastModified", "last_modified", "mtime", "created")


class StoredFile(NamedTuple):
    """A file in a store.

    Attributes:
        url: Its URL, or its path on a disk of this machine.
        size: Its size in bytes.
        mark: What changes when its bytes do, such as an ETag; empty where the store tells nothing of the kind.
    """

    url: str
    size: int
    mark: str

    @property
    def name(self) -> str:
        """The last part of its path."""
        return self.url.rpartition("/")[2]


class Store:
    """The store of a URL.

    Args:
        url: URL of a file or folder in it, or a path.

    Attributes:
        path: The path of that in the store.

    Raises:
        MissingExtraError: The package that speaks to such stores is not installed.
        DatasetError: There is no such kind of store.
    """

    def __init__(self, url: str) -> None:
        try:
            from fsspec.core import url_to_fs
        except ModuleNotFoundError:
            raise MissingExtraError(
                "data set 'shards' needs the package fsspec; pip install 'receiptgen[storage]'"
            ) from None
        try:
            # What others write is to be seen.
            self._files, self.path = url_to_fs(url, use_listings_cache=False)
        except ImportError as error:
            raise MissingExtraError(f"{url}: {str(error).rstrip('.').lower()}") from None
        except ValueError as error:
            raise DatasetError(f"{url}: can't be opened: {error}") from None

    @property
    def is_local(self) -> bool:
        """Whether its files lie on disks of this machine."""
        return "file" in self._protocols

    @property
    def lists(self) -> bool:
        """Whether it tells sizes where it lists a folder, which web servers don't."""
        return not {"http", "https"} & set(self._protocols)

    @property
    def _protocols(self) -> tuple[str, ...]:
        protocol = self._files.protocol
        return (protocol,) if isinstance(protocol, str) else tuple(protocol)

    def exists(self, path: str) -> bool:
        """Tell whether there is a file or folder of that path."""
        return bool(self._asked(path, lambda: self._files.exists(path)))

    def file(self, path: str) -> StoredFile:
        """Return a file by its path.

        Raises:
            DatasetError: There is no such file.
            StorageError: It can't be read.
        """
        return self._stored(path, self._asked(path, lambda: self._files.info(path)))

    def files(self, paths: Sequence[str]) -> list[StoredFile]:
        """Return files by their paths, several of which are asked for at a time; raises as ``file``."""
        with ThreadPoolExecutor(_AT_A_TIME) as pool:
            return list(pool.map(self.file, paths))

    def matching(self, pattern: str) -> list[StoredFile]:
        """Return the files that a pattern with ``*``, ``?`` and ``[...]`` matches, by name.

        Raises:
            StorageError: They can't be listed.
        """
        found: dict[str, Any] = self._asked(pattern, lambda: self._files.glob(pattern, detail=True), missing={})
        paths = [path for path in sorted(found) if found[path].get("type") != "directory"]
        return [self._stored(path, found[path]) for path in paths] if self.lists else self.files(paths)

    def fetch(self, path: str, place: Path) -> None:
        """Copy a file to this machine.

        Raises:
            DatasetError: There is no such file.
            StorageError: It can't be read, or there is no room for it.
            OSError: The place can't be written to.
        """
        place.touch()  # a folder that can't be written to is no fault of the store
        self._asked(path, lambda: self._files.get_file(path, str(place)))

    def path_of(self, file: StoredFile) -> str:
        """Return the path of a file of this store."""
        return str(self._files._strip_protocol(file.url))

    def url(self, path: str) -> str:
        """Return the URL of a path of the store."""
        return path if self.is_local else str(self._files.unstrip_protocol(path))

    def _stored(self, path: str, told: dict[str, Any]) -> StoredFile:
        if told.get("size") is None:
            raise DatasetError(f"{self.url(path)}: the server does not tell its size")
        mark = next((str(told[key]) for key in _MARKS if told.get(key)), "")
        return StoredFile(self.url(path), int(told["size"]), mark)

    def _asked(self, path: str, ask: Callable[[], Result], missing: Any = _REFUSED) -> Result:
        """Return the store's answer, which is waited for while it fails for a moment.

        Args:
            path: What it is asked about.
            ask: The question.
            missing: Answer where there is no such file.

        Raises:
            StorageError: It refuses, or goes on failing.
            DatasetError: There is no such file and no answer for that.
        """
        try:
            return patiently(self.url(path), ask)
        except FileNotFoundError:
            if missing is not _REFUSED:
                return missing  # type: ignore[no-any-return]
            raise DatasetError(f"{self.url(path)}: no such file") from None
