"""Parquet files with the images in them, as ``datasets`` and the Hugging Face hub read them, and a card.

``load_dataset("FOLDER")`` of the data set's folder has its splits by the card ``README.md``; ``data-00000.parquet`` and
so on have the columns of ``hf``, the image as ``bytes`` and ``path``, with their features in the schema.

A Parquet file can't grow, since what closes it says where everything is. So the rows of a file gather in an Arrow
stream, ``.data-00000.arrow``, which can be cut off after any of its messages, until the file is full; the stream of the
last file stays, for a set can go on growing. Readers don't need it.
"""

import json
import re
from collections.abc import Iterator
from functools import cache, partial
from pathlib import Path
from typing import Any, ClassVar

from receiptgen.core.counts import counted
from receiptgen.core.errors import DatasetError, MissingExtraError
from receiptgen.imaging.sample import Sample
from receiptgen.writers import WRITERS, Contents, Encoded, Extras, Numbered, Opener, State
from receiptgen.writers._card import card
from receiptgen.writers._columns import meanings, row, types
from receiptgen.writers._images import ImageFile
from receiptgen.writers._lines import Tail
from receiptgen.writers._truth import is_receipt

try:
    import pyarrow as pa
    import pyarrow.parquet as pq
except ModuleNotFoundError:
    raise MissingExtraError("format 'hf_parquet' needs the package pyarrow; pip install 'receiptgen[hf]'") from None

_STREAM, _FILE = ".data-%05d.arrow", "data-%05d.parquet"
_NAMES = re.compile(r"\.?data-(\d{5,})\.(arrow|parquet)")
# Rows and bytes that are written at a time: so few that memory stays flat and that any row is read fast.
_GROUP, _GROUP_BYTES = 1_000, 16 << 20
# Rows of a finished file that are in memory at a time.
_READ = 16


def _arrow_type(name: str) -> pa.DataType:
    if name.startswith("["):
        return pa.list_(_arrow_type(name[1:-1]))
    return getattr(pa, name)()


def _feature(name: str) -> Any:
    """Return a type as ``datasets`` notes it; a list as versions before and after 4 read it."""
    return [_feature(name[1:-1])] if name.startswith("[") else {"dtype": name, "_type": "Value"}


@cache
def schema_of(receipts: bool) -> pa.Schema:
    """Return columns, types and features of a table."""
    columns = types(receipts)
    image = pa.struct([("bytes", pa.binary()), ("path", pa.string())])
    features = {"image": {"_type": "Image"}, **{name: _feature(kind) for name, kind in columns.items()}}
    noted = json.dumps({"info": {"features": features}})
    fields = [("image", image), *((name, _arrow_type(kind)) for name, kind in columns.items())]
    return pa.schema(fields, metadata={"huggingface": noted})


def message_of(columns: dict[str, Any], receipts: bool) -> bytes:
    """Return a row as a message of an Arrow stream: a batch of one, so that no message depends on others."""
    return _message(columns, schema_of(receipts))


def _message(columns: dict[str, Any], schema: pa.Schema) -> bytes:
    message: bytes = pa.RecordBatch.from_pylist([columns], schema).serialize().to_pybytes()
    return message


def rows_of(path: Path, schema: pa.Schema) -> Iterator[dict[str, Any]]:
    """Yield the rows of a finished file.

    Raises:
        DatasetError: The file is missing, damaged or has other columns.
    """
    try:
        with pq.ParquetFile(path) as file:
            for batch in file.iter_batches(_READ) if file.schema_arrow.equals(schema) else ():
                yield from batch.to_pylist()
    except (FileNotFoundError, pa.ArrowInvalid) as error:
        fault = "is missing" if isinstance(error, FileNotFoundError) else "is damaged"
        raise DatasetError(f"{path}: {fault}; clear that data set and draw it again") from error


class Tables:
    """A row of Parquet files; a record is the message of one row.

    Args:
        folder: Folder of the files.
        state: ``shard``, the ``bytes`` of its stream, and ``records`` in all, or None.
        schema: Columns of the table.
    """

    def __init__(self, folder: Path, state: State | None, schema: pa.Schema) -> None:
        self._folder, self._schema = folder, schema
        self._shard: int = state["shard"] if state else 0
        self._records: int = state["records"] if state else 0
        self._oldest = self._committed = self._shard
        self._tail = self._begun() if state is None else Tail(self._stream, state["bytes"])
        for path in folder.iterdir():
            found = _NAMES.fullmatch(path.name)
            # Full files stay; the last one is written again when its stream has grown.
            if found and (int(found[1]) >= self._shard if found[2] == "parquet" else int(found[1]) != self._shard):
                path.unlink()

    @property
    def _stream(self) -> Path:
        return self._folder / (_STREAM % self._shard)

    def _begun(self) -> Tail:
        tail = Tail(self._stream, None)
        tail.write(self._schema.serialize().to_pybytes())
        return tail

    def turn_to(self, shard: int) -> None:
        """Write the file, and begin those up to a number; one without samples is a table without rows."""
        while self._shard < shard:
            self._tail.flush()
            self._tail.close()
            self._write_file()
            self._shard += 1
            self._tail = self._begun()

    def append(self, record: bytes) -> None:
        """Add a row."""
        self._tail.write(record)
        self._records += 1

    def read(self, path: Path, state: State) -> Iterator[Numbered]:
        """Yield the rows of other files; see ``ExtensibleShards``."""
        found = 0
        for number in range(state["shard"] + 1):
            for columns in rows_of(path.with_name(_FILE % number), self._schema):
                found += 1
                yield Numbered(columns["kind"], columns["index"], _message(columns, self._schema))
        if found != state["records"]:
            raise DatasetError(
                f"{path.parent}: its files hold {counted(found, 'row')}, but {state['records']:,} were written; "
                "clear that data set and draw it again"
            )

    def commit(self) -> State:
        """Flush; the state is the length of the stream.

        Streams of files that were full at the last state are no longer needed: that one has been kept by now.
        """
        self._tail.flush()
        for number in range(self._oldest, self._committed):
            (self._folder / (_STREAM % number)).unlink()
        self._oldest, self._committed = self._committed, self._shard
        return {"shard": self._shard, "bytes": self._tail.size, "records": self._records}

    def finish(self) -> None:
        """Write the last file, and close."""
        self.commit()
        self.close()
        self._write_file()

    def close(self) -> None:
        """Close."""
        self._tail.close()

    def _write_file(self) -> None:
        """Write the file of the rows in the stream, in groups of rows."""
        path = self._folder / (_FILE % self._shard)
        # Images are compressed already, and no two alike.
        texts = [name for name in self._schema.names if name != "image"]
        try:
            with path.open("wb") as file, pq.ParquetWriter(file, self._schema, use_dictionary=texts) as writer:
                for table in self._groups():
                    writer.write_table(table, row_group_size=table.num_rows)
        except OSError as fault:
            raise OSError(fault.errno, fault.strerror, str(path)) from fault

    def _groups(self) -> Iterator[pa.Table]:
        """Yield the rows of the stream, a group at a time; none where there are none."""
        held: list[pa.RecordBatch] = []
        size = 0
        with self._stream.open("rb") as file, pa.ipc.open_stream(file) as reader:
            for batch in reader:
                if held and (len(held) >= _GROUP or size + batch.nbytes > _GROUP_BYTES):
                    yield self._table(held)
                    held, size = [], 0
                held.append(batch)
                size += batch.nbytes
        if held:
            yield self._table(held)

    def _table(self, batches: list[pa.RecordBatch]) -> pa.Table:
        # In one piece, since pages of a file begin where pieces do.
        return pa.Table.from_batches(batches, self._schema).combine_chunks()


def _open(receipts: bool, folder: Path, state: State | None) -> Tables:
    folder.mkdir(parents=True, exist_ok=True)
    return Tables(folder, state, schema_of(receipts))


@WRITERS.register
class HfParquet:
    """Parquet files of rows with images."""

    images: ClassVar[bool] = False
    extras: ClassVar[Extras] = (_NAMES,)
    shard_name: ClassVar[str] = _FILE

    def encode(self, sample: Sample, file: str, image: ImageFile) -> Encoded:
        """Return the sample's row."""
        columns = {"image": {"bytes": image, "path": file}, **row(sample)}
        return Encoded({}, {_STREAM: message_of(columns, is_receipt(sample))})

    def sinks(self, receipts: bool) -> dict[str, Opener]:
        """Return the row of files."""
        return {_STREAM: partial(_open, receipts)}

    def documents(self, contents: Contents) -> dict[str, bytes]:
        """Return the card."""
        return {"README.md": card(contents, ("data-*.parquet",), meanings(contents.receipts))}
