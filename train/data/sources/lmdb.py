"""LMDB as deep-text-recognition-benchmark and PARSeq publish it, and as ``receiptgen draw --format lmdb`` writes it."""

import os
from functools import lru_cache
from pathlib import Path
from typing import Any

from receiptgen.config.paths import DataPath
from receiptgen.config.records import Record
from receiptgen.core.errors import DatasetError, MissingExtraError
from receiptgen.core.files import walk
from receiptgen.imaging.image_files import decode

from . import DATASETS, Example, Flaw, RowLabel, Table
from ._joined import FlawedTable, JoinedTables
from ._reading import NO_TEXT, BlankRows, clean_text, existing, opening

try:
    import lmdb
except ModuleNotFoundError:
    raise MissingExtraError("data set 'lmdb' needs the package lmdb; pip install 'receiptgen[lmdb]'") from None

DATA = "data.mdb"
_COUNT = b"num-samples"


@lru_cache(maxsize=64)
def _environment(path: Path, process: int) -> Any:
    """Return a database opened for reading; a process may open each once only, and may not inherit one by fork."""
    return lmdb.open(os.fsencode(path), readonly=True, lock=False, readahead=False, meminit=False, create=False)


class Database:
    """A table of crops; see ``Table``. The data has no kinds.

    Args:
        path: Absolute path of the database's folder.
        blank: What becomes of rows whose text is empty.

    Attributes:
        size: Number of crops.

    Raises:
        DatasetError: It can't be read, or is of another format.
    """

    def __init__(self, path: Path, blank: BlankRows = "skip") -> None:
        self._path, self._blank = path, blank
        try:
            self._check_size()
            count = self._get(_COUNT)
        except lmdb.Error as error:
            reason = str(error).removeprefix(f"{path}: ")
            raise DatasetError(f"{path}: can't be read: {reason}") from error
        if count is None or not count.isdigit():
            raise DatasetError(f"{path}: has no key 'num-samples'; expected image-000000001, label-000000001 and so on")
        self.size: int | None = int(count)

    def _check_size(self) -> None:
        """Check that the file has all pages that it counts: reading beyond its end would kill the process.

        Raises:
            DatasetError: Its end is missing.
        """
        size = (self._path / DATA).stat().st_size
        if not size:
            raise DatasetError(f"{self._path}: {DATA} is empty")
        environment = _environment(self._path, os.getpid())
        if size < (environment.info()["last_pgno"] + 1) * environment.stat()["psize"]:
            raise DatasetError(f"{self._path}: {DATA} is cut off; fetch it again")

    def _get(self, *keys: bytes) -> bytes | None:
        """Return the value of the first key that exists."""
        with _environment(self._path, os.getpid()).begin() as transaction:
            for key in keys:
                if (value := transaction.get(key)) is not None:
                    return bytes(value)
        return None

    def read(self, index: int) -> Example | Flaw:
        """Read crop ``index``, whose key counts from 1."""
        number = index + 1
        name = f"image-{number:09d}"
        try:
            label, content = self._get(b"label-%09d" % number), self._get(b"image-%09d" % number)
        except lmdb.Error as error:
            return Flaw(name, str(error).lower())
        if label is None or content is None:
            return Flaw(name, f"no key {'image' if label else 'label'}-{number:09d}")
        try:
            text = clean_text(label.decode())
        except UnicodeDecodeError:
            return Flaw(name, "label is not UTF-8")
        if not text and self._blank == "skip":
            return Flaw(name, NO_TEXT)
        image = decode(content)
        return Flaw(name, image) if isinstance(image, str) else Example(image, text, "", name)

    def label(self, index: int) -> RowLabel:
        """Return the text of a crop, which is a group of its own: the data does not say from which page it is."""
        label = self._get(b"label-%09d" % (index + 1)) or b""
        name = f"image-{index + 1:09d}"
        try:
            return RowLabel(clean_text(label.decode()), name, name)
        except UnicodeDecodeError:
            return RowLabel("", name, name)


@DATASETS.register
class Lmdb(Record):
    """Crops with their texts in databases.

    Attributes:
        path: Folder of ``data.mdb``, or one with several at any depth, as ``MJ/MJ_train`` and ``ST``, which are read as
            one data set.
        blank: What becomes of rows whose text is empty: ``skip`` leaves them out, ``keep`` takes them for images of
            nothing, which a reader learns to read as nothing.
    """

    path: DataPath
    blank: BlankRows = "skip"

    def open(self, seed: int) -> Table:
        """Read the number of crops; a database that can't be read, beside others, is one row that can't be used."""
        path = existing(self.path)
        root = path.parent if path.name == DATA else path
        with opening(path):
            alone = (root / DATA).is_file()
            folders = [root] if alone else [base for base, files in walk(root) if DATA in files]
            if not folders:
                raise DatasetError(f"{path}: holds no {DATA}")
            if len(folders) == 1:
                return Database(folders[0].resolve(), self.blank)
            tables = [
                (folder.relative_to(root).as_posix(), _opened(folder.resolve(), self.blank)) for folder in folders
            ]
        if all(isinstance(table, FlawedTable) for _, table in tables):
            raise DatasetError(f"{path}: none of its {len(tables)} databases can be read; {tables[0][1].read(0)[1]}")
        return JoinedTables(tables)


def _opened(folder: Path, blank: BlankRows) -> Database | FlawedTable:
    try:
        return Database(folder, blank)
    except DatasetError as error:
        return FlawedTable(Flaw(DATA, str(error).removeprefix(f"{folder}: ")))
