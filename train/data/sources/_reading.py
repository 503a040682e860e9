"""Helpers for data set formats: opening files and cleaning texts."""

import gzip
import mmap
import os
import unicodedata
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from receiptgen.core.errors import DatasetError
from receiptgen.core.files import reason_of

# What becomes of rows whose text is empty, of which only their owner knows whether nothing stands there.
BlankRows = Literal["skip", "keep"]
NO_TEXT = "no text"
_CHUNK = 16 << 20  # bytes that are searched for line feeds at a time
_GZIP = b"\x1f\x8b"


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


@lru_cache(maxsize=8)
def unpacked(stamp: Stamp) -> Any:
    """Return the content of a file that may be gzipped: as ``mapped`` does, or unpacked into memory.

    Raises:
        DatasetError: It is gzipped, and damaged or cut off.
        OSError: It can't be opened.
    """
    content = mapped(stamp)
    if content[: len(_GZIP)] != _GZIP:
        return content
    try:
        return gzip.decompress(content)
    except (EOFError, zlib.error, gzip.BadGzipFile):
        raise DatasetError(f"{stamp.path}: is damaged or cut off, and can't be unpacked; fetch it again") from None


def line_starts(stamp: Stamp, stride: int = 1) -> tuple[NDArray[np.int64], int]:
    """Return where the lines of a file begin.

    Args:
        stamp: The file.
        stride: Only one line in this many is told, to save memory.

    Returns:
        Positions of lines 0, ``stride`` and so on, int64; where the file ends with a line feed and the stride meets it,
        its end too. And the number of lines.
    """
    content, starts, position, count = mapped(stamp), [np.zeros(1, np.int64)], 0, 0
    while chunk := content[position : position + _CHUNK]:
        ends = np.flatnonzero(np.frombuffer(chunk, np.uint8) == ord("\n")) + 1
        starts.append(ends[-(count + 1) % stride :: stride] + position)
        count += len(ends)
        position += len(chunk)
    return np.concatenate(starts), count + (position > 0 and content[position - 1 : position] != b"\n")
