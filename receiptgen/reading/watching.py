"""A folder that is watched: its new files, each once, also after a restart."""

import json
import os
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from receiptgen.core.errors import DatasetError, FileError
from receiptgen.core.files import reason_of
from receiptgen.imaging.image_files import READABLE

# The ledger of a folder that is watched.
LEDGER = ".receiptgen-read.jsonl"
# Seconds between two looks at the folder; a file that has not changed meanwhile is complete.
PAUSE = 1.0


class FileState(NamedTuple):
    """A file as it was seen; one that is written again has another.

    Attributes:
        name: Path from the folder, with slashes.
        size: Size, in bytes.
        changed: Time of its last change, in nanoseconds since 1970.
    """

    name: str
    size: int
    changed: int


class Ledger:
    """The files of a folder that have been read, a line of JSON each, in the folder itself.

    Args:
        folder: The folder, which one process at a time watches.

    Raises:
        FileError: It can't be read or written.
        DatasetError: A line isn't one of a ledger.
    """

    def __init__(self, folder: Path) -> None:
        self._path = folder / LEDGER
        try:
            content = self._path.read_bytes() if self._path.exists() else b""
            whole = content[: content.rfind(b"\n") + 1]
            if whole != content:  # a line that was being written as the machine went down
                os.truncate(self._path, len(whole))
            self._path.touch()
        except OSError as error:
            raise FileError(f"{self._path}: {reason_of(error)}") from None
        self._known = {_state(line, f"{self._path}:{number}") for number, line in enumerate(whole.splitlines(), 1)}

    def __contains__(self, state: FileState) -> bool:
        """Tell whether a file has been read as it is."""
        return state in self._known

    def add(self, state: FileState) -> None:
        """Note a file, on the disk before this returns.

        Raises:
            FileError: The disk is full, or the folder is gone.
        """
        append_line(self._path, json.dumps(state._asdict()) + "\n")
        self._known.add(state)


def append_line(path: Path, line: str) -> None:
    """Add text to a file, on the disk before this returns; raises FileError."""
    try:
        with path.open("ab") as file:
            file.write(line.encode(errors="surrogateescape"))
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        raise FileError(f"{path}: can't be written: {reason_of(error)}") from None


def new_files(
    folder: Path, ledger: Ledger, rest: Callable[[], None] = lambda: time.sleep(PAUSE)
) -> Iterator[FileState]:
    """Yield files of images and PDF that the ledger lacks as soon as they are complete, for ever.

    A file is complete if it has the same size and time of change at two looks; one that is renamed into the folder is
    at the second. Of what is in the folder at first, all that the ledger lacks is yielded.

    Args:
        folder: The folder; its own folders belong to it.
        ledger: What has been read; whoever takes a file adds it there.
        rest: Waits between two looks.

    Raises:
        FileError: The folder can't be read any more.
    """
    before: set[FileState] = set()
    while True:
        now = {state for state in _files(folder) if state not in ledger}
        for state in sorted(now & before):
            if state not in ledger and _seen(folder, folder / state.name) == state:
                yield state
        before = now
        rest()


def _files(folder: Path) -> Iterator[FileState]:
    if not folder.is_dir():
        raise FileError(f"{folder}: no such folder")
    # Folders within may go while they are looked at; files with a dot are those of systems and programs that copy.
    for base, _, names in os.walk(folder):
        for name in names:
            path = Path(base, name)
            if not name.startswith(".") and path.suffix.lower() in READABLE and (state := _seen(folder, path)):
                yield state


def _seen(folder: Path, path: Path) -> FileState | None:
    """Return a file as it is, None where it has gone."""
    with suppress(OSError):
        status = path.stat()
        return FileState(path.relative_to(folder).as_posix(), status.st_size, status.st_mtime_ns)
    return None


def _state(line: bytes, place: str) -> FileState:
    try:
        return FileState(**json.loads(line))
    except (ValueError, TypeError):
        raise DatasetError(f"{place}: is no line of a ledger; move the ledger away to read all files again") from None
