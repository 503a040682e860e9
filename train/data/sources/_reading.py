"""Helpers for data set formats: opening files and cleaning texts."""

import mmap
import os
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

from receiptgen.core.errors import DatasetError
from receiptgen.core.files import reason_of

NO_TEXT = "no text"


def clean_text(text: str) -> str:
    """Return a text as ``Example`` has it: NFC, runs of white space as one space, none at either end."""
    return " ".join((text if text.isascii() else unicodedata.normalize("NFC", text)).split())


@contextmanager
def opening(path: Path) -> Iterator[None]:
    """Turn system errors while ``path`` is opened into a DatasetError."""
    try:
        yield
    except OSError as error:
        raise DatasetError(f"{error.filename or path}: {reason_of(error)}") from error


def existing(path: Path) -> Path:
    """Return the path if it exists.

    Raises:
        DatasetError: There is no such file or folder.
    """
    if not path.exists():
        raise DatasetError(f"{path}: no such file or folder")
    return path


class Stamp(NamedTuple):
    """A file as it was when its data set was opened.

    Attributes:
        path: The file.
        size: Size in bytes.
        time: Time of the last change, in nanoseconds.
    """

    path: Path
    size: int
    time: int

    @classmethod
    def of(cls, path: Path) -> "Stamp":
        """Return the stamp of a file; raises OSError where it can't be read."""
        status = path.stat()
        return cls(path, status.st_size, status.st_mtime_ns)


@lru_cache(maxsize=32)
def mapped(stamp: Stamp) -> Any:
    """Return a file as a memory map; the last few stay mapped in each process.

    Raises:
        OSError: It can't be opened.
    """
    with stamp.path.open("rb") as file:
        # An empty file can't be mapped.
        return mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) if os.fstat(file.fileno()).st_size else b""
