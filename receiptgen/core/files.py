"""Files that are whole at any time; folders walked in a fixed order, or that one run at a time writes to."""

import errno
import os
import stat
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from receiptgen.core.errors import BusyError, FileError

NO_FILE = "no such file"
# The file in a folder that says by a lock of the system that a run is writing there.
LOCK = ".receiptgen.lock"
# Bytes of the largest file from outside that is read whole.
LARGEST = 200_000_000
# Seconds for which the workers of a run that was killed may go on with what they have in hand.
_PATIENCE = 2.0


def write_atomic(path: Path, content: bytes) -> None:
    """Write a file beside its place, flush it to disk, then rename it; its folder is created if it does not exist.

    A symbolic link stays, and the file that it leads to is replaced; a pipe or device is written to.

    Raises:
        FileError: The disk is full, or the place can't be written to; nothing is left of what was begun.
    """
    try:
        if path.exists() and not path.is_file():
            path.write_bytes(content)
            return
        place = Path(os.path.realpath(path))
        place.parent.mkdir(parents=True, exist_ok=True)
        with replacing(place) as file:
            file.write(content)
    except OSError as error:
        raise FileError(f"{path}: can't be written: {reason_of(error)}") from None


@contextmanager
def replacing(place: Path) -> Iterator[BinaryIO]:
    """Lend a file beside its place, which is flushed to disk and renamed afterwards; an error leaves nothing of it."""
    aside = place.with_name(f"{place.name}.new")
    try:
        with aside.open("wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        aside.replace(place)
    except BaseException:  # Ctrl-C too
        with suppress(OSError):
            aside.unlink()
        raise


@contextmanager
def open_regular(path: str | Path, largest: int = LARGEST) -> Iterator[BinaryIO]:
    """Open a file that a user names: neither a pipe, which may never end or begin, nor a device, nor a huge file.

    Raises:
        OSError: There is no such file, it is of another sort, has more than ``largest`` bytes or can't be read.
    """
    # Opening a pipe that nobody writes to would wait.
    flags = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
    with open(os.open(path, flags), "rb", buffering=0) as file:  # noqa: PTH123  # of a descriptor
        status = os.fstat(file.fileno())
        if stat.S_ISDIR(status.st_mode):
            raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
        if not stat.S_ISREG(status.st_mode):
            raise OSError(errno.EINVAL, "is not a regular file")
        if status.st_size > largest:
            raise OSError(errno.EFBIG, f"is larger than {largest:,} bytes")
        yield file


def read_regular(path: str | Path, largest: int = LARGEST) -> bytes:
    """Read a file whole that a user names; raises as ``open_regular`` does."""
    with open_regular(path, largest) as file:
        return file.read()


def read_lines(path: Path) -> list[str]:
    """Read the lines of a UTF-8 file that a user names; a byte order mark is left out.

    Raises:
        FileError: There is no such file, or it is not text.
    """
    try:
        return read_regular(path).decode("utf-8-sig").splitlines()
    except UnicodeDecodeError:
        raise FileError(f"{path}: is not UTF-8 text") from None
    except OSError as error:
        raise FileError(f"{path}: {reason_of(error)}") from None


def readable(name: str) -> str:
    """Return the name of a file as text: bytes that are not UTF-8 are written as numbers."""
    return os.fsencode(name).decode(errors="backslashreplace")


def reason_of(error: OSError) -> str:
    """Return in a few lower-case words why the system refuses a file."""
    return NO_FILE if isinstance(error, FileNotFoundError) else (error.strerror or str(error)).lower()


@contextmanager
def lock_folder(folder: Path) -> Iterator[None]:
    """Keep other runs out of a folder, which is made if it isn't there.

    Raises:
        BusyError: Another run has it. Workers of a killed run may hold it for a moment; they are waited for.
        FileError: The folder can't be written to.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        lock = (folder / LOCK).open("w")
    except OSError as error:
        raise FileError(f"{folder}: can't be written: {reason_of(error)}") from None
    with lock:
        if sys.platform != "win32":
            _wait_for(lock.fileno(), folder)
        yield


def _wait_for(lock: int, folder: Path) -> None:
    import fcntl

    patience = time.monotonic() + _PATIENCE
    while True:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() > patience:
                raise BusyError(f"{folder}: another run is writing to it") from None
            time.sleep(0.02)
        else:
            return


def walk(folder: Path) -> Iterator[tuple[Path, list[str]]]:
    """Yield the folders below a folder, and itself first, with their files, both by name; raises OSError."""

    def fail(error: OSError) -> None:
        raise error

    for base, folders, files in os.walk(folder, onerror=fail):
        folders.sort()
        yield Path(base), sorted(files)
