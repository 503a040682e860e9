"""LMDB as deep-text-recognition-benchmark, PARSeq, CLIP4STR and PaddleOCR's ``LMDBDataSet`` read it.

The database is the folder ``lmdb``, with keys ``num-samples``, ``image-%09d`` (an image file) and ``label-%09d``
(UTF-8), counted from 1. Snippets as they are; receipts as a crop a field. Needs the package ``lmdb``: ``pip
install receiptgen[lmdb]``.
"""

import errno
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, ClassVar

from receiptgen.core.counts import counted
from receiptgen.core.errors import DatasetError, MissingExtraError
from receiptgen.imaging.sample import Sample
from receiptgen.writers import WRITERS, Encoded, Extras, Opener, State
from receiptgen.writers._crops import Crop, crops
from receiptgen.writers._images import ImageFile

try:
    import lmdb
except ModuleNotFoundError:
    raise MissingExtraError("format 'lmdb' needs the package lmdb; pip install 'receiptgen[lmdb]'") from None

_COUNT = b"num-samples"
_MAP = 64 << 20  # bytes; Windows makes the file as large as its map, hence no terabyte
_BUFFER = 16 << 20


@contextmanager
def _as_os_errors(path: Path) -> Iterator[None]:
    """Turn lmdb's own errors, which say a full disk in their way, into the OSError that other files raise."""
    try:
        yield
    except lmdb.DiskError as fault:
        raise OSError(errno.ENOSPC, str(fault), str(path)) from fault
    except lmdb.Error as fault:
        raise OSError(errno.EIO, str(fault), str(path)) from fault


class Database:
    """An LMDB environment; a record is the crops of one sample.

    Args:
        path: Its folder.
        state: ``crops`` and ``records`` of an earlier run, or None.
        size: Bytes of the map to begin with; doubled when full.

    Raises:
        DatasetError: The database is gone, or holds fewer crops than the state says.
    """

    def __init__(self, path: Path, state: State | None, size: int = _MAP) -> None:
        self._path = path
        self._pending: list[Crop] = []
        self._held = 0
        self._crops: int = state["crops"] if state else 0
        self._records: int = state["records"] if state else 0
        data = path / "data.mdb"
        if state and not data.exists():
            raise DatasetError(f"{data}: is missing; clear the data set and draw it again")
        if not state:
            path.mkdir(parents=True, exist_ok=True)
            for name in ("data.mdb", "lock.mdb"):
                (path / name).unlink(missing_ok=True)
        self._size = max(size, data.stat().st_size * 2 if state else 0)
        with _as_os_errors(path):
            # Flushed to disk once, by finish: a killed process loses nothing that the system was given.
            self._environment: Any = lmdb.open(os.fsencode(path), map_size=self._size, sync=False, metasync=False)
            if state:
                self._cut()

    def _cut(self) -> None:
        """Delete what lies beyond the state."""
        with self._environment.begin() as transaction:
            found = int(transaction.get(_COUNT, b"0"))
        if found < self._crops:
            self.close()
            raise DatasetError(
                f"{self._path}: has {counted(found, 'crop')}, but {self._crops} were written; "
                "clear the data set and draw it again"
            )
        puts = [(_COUNT, str(self._crops).encode())]
        keys = [b"%s-%09d" % (n, i) for i in range(self._crops + 1, found + 1) for n in (b"image", b"label")]
        self._transact(puts, keys)

    def _transact(self, puts: list[tuple[bytes, bytes]], deletes: list[bytes]) -> None:
        """Write all in one transaction, in a larger map if they don't fit."""
        while True:
            try:
                with self._environment.begin(write=True) as transaction:
                    for key in deletes:
                        transaction.delete(key)
                    for key, value in puts:
                        transaction.put(key, value)
                return
            except lmdb.MapFullError:
                self._size *= 2
                self._environment.set_mapsize(self._size)

    def append(self, record: list[Crop]) -> None:
        """Add a sample's crops."""
        self._pending += record
        self._held += sum(len(crop.image) for crop in record)
        self._records += 1
        if self._held > _BUFFER:
            self._flush()

    def extend(self, path: Path, state: State) -> None:
        """Append another database's crops; see ``Extensible``."""
        damaged = f"{path}: holds fewer than {state['crops']} crops; clear that data set and draw it again"
        if not (path / "data.mdb").is_file():
            raise DatasetError(damaged)
        with (
            _as_os_errors(path),
            lmdb.open(os.fsencode(path), readonly=True, lock=False) as environment,
            environment.begin() as transaction,
        ):
            for number in range(1, state["crops"] + 1):
                image, label = (transaction.get(b"%s-%09d" % (name, number)) for name in (b"image", b"label"))
                if image is None or label is None:
                    raise DatasetError(damaged)
                self.append([Crop(image, label.decode())])
        # Each crop was counted as a sample.
        self._records += state["records"] - state["crops"]

    def _flush(self) -> None:
        puts = []
        for number, crop in enumerate(self._pending, self._crops + 1):
            puts.append((b"image-%09d" % number, crop.image))
            puts.append((b"label-%09d" % number, crop.text.encode()))
        count = self._crops + len(self._pending)
        with _as_os_errors(self._path):
            self._transact([*puts, (_COUNT, str(count).encode())], [])
        self._crops = count
        self._pending.clear()
        self._held = 0

    def commit(self) -> State:
        """Write one transaction; the state is the number of crops."""
        self._flush()
        return {"crops": self._crops, "records": self._records}

    def finish(self) -> None:
        """Write, flush to disk and close."""
        self._flush()
        with _as_os_errors(self._path):
            self._environment.sync(True)
        self.close()

    def close(self) -> None:
        """Close."""
        self._environment.close()


def _open(folder: Path, state: State | None) -> Database:
    return Database(folder / "lmdb", state)


@WRITERS.register
class Lmdb:
    """One LMDB database."""

    images: ClassVar[bool] = False
    extras: ClassVar[Extras] = (re.compile(r"lmdb/(data|lock)\.mdb"),)

    def encode(self, sample: Sample, file: str, image: ImageFile) -> Encoded:
        """Return the image, or the crops, with their texts."""
        return Encoded({}, {"lmdb": list(crops(sample, image))})

    def sinks(self, receipts: bool) -> dict[str, Opener]:
        """Return the database."""
        return {"lmdb": _open}
