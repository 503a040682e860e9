"""Files from outside that samples depend on: what they held, and whether they still do."""

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from typing import Self, TypeVar

from receiptgen.core.files import read_regular, walk

F = TypeVar("F", bound=Callable[..., object])
# Device, inode, size and times of change of a file: none of them stays when other bytes take its place.
Stamp = tuple[int, int, int, int, int]


@dataclass(frozen=True)
class InputFile:
    """A file, or a folder with all files below it, as it was when it was named.

    Attributes:
        path: The path by which it was named.
        digest: SHA-256 of its bytes; of a folder, of its files' names and bytes.
        stamps: Stamps of its files from before they were read; empty where they were not looked at.
    """

    path: Path
    digest: str
    stamps: tuple[Stamp, ...]

    @classmethod
    def read(cls, path: Path) -> Self:
        """Read a file or folder; raises OSError."""
        files = list(_files(path))
        stamps = tuple(map(_stamp, files))
        if files == [path]:
            return cls(path, sha256(read_regular(path)).hexdigest(), stamps)
        digest = sha256()
        for file in files:
            name = os.fsencode(file.relative_to(path).as_posix())
            digest.update(name + f"\0{sha256(read_regular(file)).hexdigest()}\n".encode())
        return cls(path, digest.hexdigest(), stamps)

    @classmethod
    def of_text(cls, path: str, text: str) -> Self:
        """Return a file of UTF-8 that was read already; it has no stamps, and is read again to be compared."""
        return cls(Path(path), sha256(text.encode()).hexdigest(), ())

    def current_digest(self) -> str:
        """Return the digest that it has now, empty if it can't be read; it is read again only where it was touched."""
        try:
            unchanged = tuple(map(_stamp, _files(self.path))) == self.stamps
            return self.digest if unchanged else self.read(self.path).digest
        except OSError:
            return ""


def _files(path: Path) -> Iterator[Path]:
    if not path.is_dir():
        yield path
        return
    for folder, names in walk(path):
        yield from (folder / name for name in names)


def _stamp(path: Path) -> Stamp:
    status = os.stat(path)  # noqa: PTH116  # called for every chunk of a data set
    return status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns, status.st_ctime_ns


# Files that cached things were made of, and what empties the caches.
_MADE_OF: dict[Path, InputFile] = {}
_FORGET: list[Callable[[], object]] = []


def cache_of_files(maxsize: int) -> Callable[[F], F]:
    """Return a decorator that caches what a function makes of files, until ``forget_changed_files``."""

    def wrap(function: F) -> F:
        cached = lru_cache(maxsize)(function)
        on_forgetting(cached.cache_clear)
        return cached  # type: ignore[return-value]  # called alike

    return wrap


def on_forgetting(forget: Callable[[], object]) -> None:
    """Have a cache emptied by ``forget_changed_files``."""
    _FORGET.append(forget)


def remember(file: InputFile) -> None:
    """Note a file of which something is made that is cached."""
    _MADE_OF[file.path] = file


def forget_changed_files() -> None:
    """Empty all caches of what is made of files, if one of these has changed: a notebook, say, edits a template."""
    if any(file.current_digest() != file.digest for file in _MADE_OF.values()):
        _MADE_OF.clear()
        for forget in _FORGET:
            forget()
