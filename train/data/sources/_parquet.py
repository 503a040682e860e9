"""Columns of Parquet files: texts, and images by row group."""

import json
from bisect import bisect_right
from collections import OrderedDict
from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache
from itertools import accumulate
from pathlib import Path
from typing import Any

from receiptgen.core.errors import DatasetError, MissingExtraError
from receiptgen.core.files import reason_of
from receiptgen.imaging.geometry import Pixels
from receiptgen.imaging.image_files import decode, read_image

from ._forms import FILE_KEYS, TEXT_KEYS, text_of_label
from ._reading import Stamp
from ._rows import Row

try:
    import pyarrow
    from pyarrow import parquet
except ModuleNotFoundError:
    raise MissingExtraError("Parquet files need the package pyarrow; pip install 'receiptgen[hf]'") from None

_IMAGE_KEYS = ("image", "img", "png", "jpg", "jpeg", "image_bytes", "bytes")
_DAMAGED = "its row group is damaged"
# Bytes of row groups that a process keeps: a few of the size that ``datasets`` writes.
_CACHE_SIZE = 192 << 20


@lru_cache(maxsize=64)
def _opened(stamp: Stamp) -> Any:
    """Return an opened file.

    Raises:
        DatasetError: It is not of this format.
    """
    try:
        # Without threads, which a forked process would wait for.
        return parquet.ParquetFile(stamp.path, memory_map=True, pre_buffer=False)
    except (pyarrow.ArrowException, OSError, UnicodeDecodeError) as error:
        if isinstance(error, OSError) and error.errno:
            raise
        raise DatasetError(f"{stamp.path}: is not a Parquet file, or damaged or cut off") from None


class ShardImages:
    """Images in a column of Parquet files, named ``SHARD ROW``; see ``Images``.

    Row groups are read whole, which is all that the format offers. Those used last are kept.

    Args:
        shards: The files.
        columns: The column of images of each.
    """

    def __init__(self, shards: Sequence[Stamp], columns: Sequence[str]) -> None:
        self._shards, self._columns = tuple(shards), tuple(columns)
        self._groups: OrderedDict[tuple[int, int], Any] = OrderedDict()

    def __reduce__(self) -> tuple[type["ShardImages"], tuple[Any, ...]]:
        return (ShardImages, (self._shards, self._columns))

    def image(self, file: str) -> Pixels | str:
        """Decode the image of a row, or read the file that the row names."""
        shard, row = map(int, file.split(" "))
        try:
            value = self._value(shard, row)
        except OSError as error:  # of pyarrow too
            return reason_of(error) if error.errno else _DAMAGED
        except (pyarrow.ArrowException, UnicodeDecodeError):
            return _DAMAGED
        except DatasetError as error:
            return str(error)
        content, path = (value.get("bytes"), value.get("path")) if isinstance(value, dict) else (value, value)
        if isinstance(content, bytes):
            return decode(content)
        return read_image(str(self._shards[shard].path.parent / path)) if isinstance(path, str) else "no image"

    def _value(self, shard: int, row: int) -> Any:
        file = _opened(self._shards[shard])
        starts = _group_starts(self._shards[shard])
        group = bisect_right(starts, row) - 1
        return self._column(file, shard, group)[row - starts[group]].as_py()

    def _column(self, file: Any, shard: int, group: int) -> Any:
        groups = self._groups
        if (shard, group) in groups:
            groups.move_to_end((shard, group))
            return groups[shard, group]
        column = file.read_row_group(group, columns=[self._columns[shard]], use_threads=False).column(0)
        groups[shard, group] = column
        while sum(each.nbytes for each in groups.values()) > _CACHE_SIZE and len(groups) > 1:
            groups.popitem(last=False)
        return column


@lru_cache(maxsize=64)
def _group_starts(stamp: Stamp) -> list[int]:
    """Return the row with which each row group of a file begins."""
    metadata = _opened(stamp).metadata
    counts = (metadata.row_group(group).num_rows for group in range(metadata.num_row_groups))
    return [0, *accumulate(counts)][:-1]


def image_column(stamp: Stamp, named: str = "") -> str:
    """Return the column of images of a file: the named one, or one of a usual name, or the first of bytes.

    Raises:
        DatasetError: There is no such column.
    """
    schema = _opened(stamp).schema_arrow
    likely = _column(schema, named, _IMAGE_KEYS, lambda type: _is_image(type) or _is_text(type))
    found = likely or next((field.name for field in schema if not named and _is_image(field.type)), "")
    found = found or _column(schema, named, FILE_KEYS, _is_text)
    return found or _lacks(stamp, "image", named)


def text_column(stamp: Stamp, named: str = "") -> str:
    """Return the column of texts of a file: the named one, or one of a usual name.

    Raises:
        DatasetError: There is no such column.
    """
    schema = _opened(stamp).schema_arrow
    classes = _class_names(stamp)
    found = _column(schema, named, TEXT_KEYS, _is_text) or next((name for name in TEXT_KEYS if name in classes), "")
    return found or (named if named in classes else _lacks(stamp, "text", named))


def texts(stamp: Stamp, column: str) -> Iterator[str]:
    """Yield the texts of a column: strings, the names of classes, or what Donut's ``ground_truth`` says."""
    names = _class_names(stamp).get(column)
    try:
        for batch in _opened(stamp).iter_batches(columns=[column], use_threads=False):
            for value in batch.column(0).to_pylist():
                if names:
                    yield names[value] if isinstance(value, int) and 0 <= value < len(names) else ""
                else:
                    yield text_of_label(value or "")
    except (pyarrow.ArrowException, OSError, UnicodeDecodeError):
        raise DatasetError(f"{stamp.path}: its column {column!r} can't be read; fetch the file again") from None


def file_rows(path: Path) -> Iterator[Row]:
    """Yield the rows of a table of image files and their texts; raises as ``text_column`` does."""
    stamp = Stamp.of(path)
    file_column = _column(_opened(stamp).schema_arrow, "", FILE_KEYS, _is_text) or _lacks(stamp, "file_name", "")
    files = texts(stamp, file_column)
    for number, (file, text) in enumerate(zip(files, texts(stamp, text_column(stamp)), strict=True), 1):
        yield Row(file, file, text) if file else Row(f"{path.name}#{number}", "", text, fault="names no file")


def _column(schema: Any, named: str, usual: Sequence[str], fits: Callable[[Any], bool]) -> str:
    """Return a column of a type that fits: the named one, or else the first of the usual names; empty for none."""
    return next(
        (name for name in ([named] if named else usual) if name in schema.names and fits(schema.field(name).type)), ""
    )


def _lacks(stamp: Stamp, key: str, named: str) -> str:
    schema = _opened(stamp).schema_arrow
    columns = ", ".join(f"{field.name} ({_said(field.type)})" for field in schema)
    held = "images" if key == "image" else "strings"
    what = (
        f"no column {named!r} that can be the {key}"
        if named
        else f"no column {key!r} or of a similar name that holds {held}"
    )
    raise DatasetError(f"{stamp.path}: has {what}, only {columns}; name one by '{key}=COLUMN' after the path")


def _said(type: Any) -> str:
    """Return a type in a word or two; what a struct or a list holds is left out."""
    return str(type).partition("<")[0]


def _is_text(type: Any) -> bool:
    types = pyarrow.types
    if types.is_dictionary(type):  # what pandas calls a category
        type = type.value_type
    return bool(types.is_string(type) or types.is_large_string(type))


def _is_image(type: Any) -> bool:
    types = pyarrow.types
    if types.is_struct(type):
        return "bytes" in {type.field(index).name for index in range(type.num_fields)}
    return bool(types.is_binary(type) or types.is_large_binary(type))


def _class_names(stamp: Stamp) -> dict[str, list[str]]:
    """Return the names of classes by column, as ``datasets`` stores them beside the schema."""
    try:
        stored = json.loads((_opened(stamp).schema_arrow.metadata or {})[b"huggingface"])
        features = stored["info"]["features"].items()
        return {name: each["names"] for name, each in features if each.get("_type") == "ClassLabel"}
    except (KeyError, ValueError, TypeError, AttributeError):  # written by others
        return {}
