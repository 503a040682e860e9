"""Files that grow at their end and can be cut back to what was committed."""

import os
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

from receiptgen.core.counts import counted
from receiptgen.core.errors import DatasetError
from receiptgen.writers import Opener, State

# Appends are gathered up to this many bytes, so that a line costs no call of the operating system.
_BUFFER = 1 << 20


class Tail:
    """A file's growing end.

    Unbuffered below, gathered here: a failed write then leaves nothing behind that would try again, and
    fail again, when the interpreter throws the file away.

    Args:
        path: The file; its folder is made if it isn't there.
        size: Bytes that are to stay, or None to begin an empty file.

    Raises:
        DatasetError: The file is gone or shorter than that.
        OSError: It can't be opened.
    """

    def __init__(self, path: Path, size: int | None) -> None:
        self.path = path
        self._pending: list[bytes] = []
        self._held = 0
        if size is None:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._file = path.open("wb", buffering=0)
            self.size = 0
            return
        found = path.stat().st_size if path.exists() else None
        if found is None or found < size:
            seen = "is missing" if found is None else f"has {counted(found, 'byte')}"
            raise DatasetError(f"{path}: {seen}, but {size} were written; clear the data set and draw it again")
        self._file = path.open("r+b", buffering=0)
        self._file.truncate(size)
        self._file.seek(size)
        self.size = size

    def write(self, data: bytes) -> None:
        """Append bytes."""
        self._pending.append(data)
        self._held += len(data)
        self.size += len(data)
        if self._held > _BUFFER:
            self.flush()

    def flush(self) -> None:
        """Hand everything to the operating system."""
        rest = memoryview(b"".join(self._pending))
        self._pending.clear()
        self._held = 0
        try:
            while rest:
                rest = rest[os.write(self._file.fileno(), rest) :]
        except OSError as fault:
            # The system knows the file by its number only.
            raise OSError(fault.errno, fault.strerror, str(self.path)) from fault

    def close(self) -> None:
        """Close the file without what ``flush`` has not seen."""
        self._file.close()


def committed(path: Path, first: int, stop: int) -> Iterator[bytes]:
    """Yield some bytes of a finished sink's file in pieces.

    Args:
        path: The file.
        first: Byte to begin with.
        stop: Byte after the last.

    Raises:
        DatasetError: The file is missing or shorter.
        OSError: It can't be read.
    """
    found = path.stat().st_size if path.is_file() else None
    if found is None or found < stop:
        seen = "is missing" if found is None else f"has {counted(found, 'byte')}"
        raise DatasetError(f"{path}: {seen}, but {stop} were written; clear that data set and draw it again")
    with path.open("rb") as file:
        file.seek(first)
        while first < stop:
            piece = file.read(min(_BUFFER, stop - first))
            first += len(piece)
            yield piece


class Lines:
    """A text file; a record is the UTF-8 of any number of whole lines.

    Args:
        path: The file.
        state: ``bytes`` and ``records`` of an earlier run, or None.
        header: First bytes of a new file.
    """

    def __init__(self, path: Path, state: State | None, header: bytes = b"") -> None:
        self._tail = Tail(path, state["bytes"] if state else None)
        self._records = state["records"] if state else 0
        self._header = header
        if not state:
            self._tail.write(header)

    def append(self, record: bytes) -> None:
        """Add a sample's lines."""
        self._tail.write(record)
        self._records += 1

    def extend(self, path: Path, state: State) -> None:
        """Append another file's lines without its header; see ``Extensible``."""
        for piece in committed(path, len(self._header), state["bytes"]):
            self._tail.write(piece)
        self._records += state["records"]

    def commit(self) -> State:
        """Flush; the state is the length."""
        self._tail.flush()
        return {"bytes": self._tail.size, "records": self._records}

    def finish(self) -> None:
        """Flush and close."""
        self.commit()
        self.close()

    def close(self) -> None:
        """Close."""
        self._tail.close()


class Document:
    """One JSON object or array, written as it comes; a record is the UTF-8 of one entry, or empty for none.

    Args:
        path: The file.
        state: ``bytes`` and ``records`` of an earlier run, without what closes the document, or None.
        opening: First bytes, as ``{``.
        closing: Returns what it ends with, as ``}``.
    """

    def __init__(self, path: Path, state: State | None, opening: bytes, closing: Callable[[], bytes]) -> None:
        self._tail = Tail(path, state["bytes"] if state else None)
        self._records = state["records"] if state else 0
        self._opening, self._closing = opening, closing
        if not state:
            self._tail.write(opening)

    def append(self, record: bytes) -> None:
        """Add an entry."""
        if record:
            self._tail.write(b",\n" + record if self._records else b"\n" + record)
            self._records += 1

    def extend(self, path: Path, state: State) -> None:
        """Append another document's entries; see ``Extensible``."""
        if self._records and state["records"]:
            self._tail.write(b",")
        for piece in committed(path, len(self._opening), state["bytes"]):
            self._tail.write(piece)
        self._records += state["records"]

    def commit(self) -> State:
        """Flush; the state leaves out the closing."""
        self._tail.flush()
        return {"bytes": self._tail.size, "records": self._records}

    def finish(self) -> None:
        """Close the document and the file."""
        self._tail.write(b"\n" + self._closing() + b"\n")
        self._tail.flush()
        self.close()

    def close(self) -> None:
        """Close."""
        self._tail.close()


def lines(name: str, header: bytes = b"") -> dict[str, Opener]:
    """Return a text file of that name as a writer's ``sinks`` declares it."""
    return {name: partial(_open_lines, name, header)}


def _open_lines(name: str, header: bytes, folder: Path, state: State | None) -> Lines:
    return Lines(folder / name, state, header)
