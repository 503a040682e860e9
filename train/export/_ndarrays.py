"""MXNet's files of named arrays, read and written without MXNet.

The layout is that of ``mx.nd.save`` since MXNet 0.12, all of it little-endian: a magic number (u64 0x112), a reserved
u64, a count (u64) and that many arrays; then a count and as many names, each a length (u64) and UTF-8. An array is a
magic number (u32), its kind of storage (i32, 0 dense), its number of axes (i32) and their lengths (i64), the device it
was on (two i32), its data type (i32), and the values row by row.
"""

import struct
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from receiptgen.core.errors import WeightsError
from receiptgen.core.files import reason_of
from receiptgen.recognition.file_kinds import HEAD, it_is, kind_of

_LIST = 0x112
_ARRAY, _ARRAY_OF_NUMPY_SHAPE = 0xF993FAC9, 0xF993FACA
_CPU = 1
_MAX_AXES = 32  # the limit of NumPy and MXNet
_DTYPES: Mapping[int, np.dtype[Any]] = {
    code: np.dtype(name)
    for code, name in enumerate(("<f4", "<f8", "<f2", "u1", "<i4", "i1", "<i8", "?", "<i2", "<u2", "<u4", "<u8"))
}
_PREFIXES = ("arg:", "aux:")  # of symbols' parameters


class _ByteReader:
    """Reads a file's bytes in order, with errors where it ends too early."""

    def __init__(self, content: bytes, path: Path) -> None:
        self._content, self._position, self.path = content, 0, path

    def take(self, size: int, what: str) -> memoryview:
        """Return the next bytes.

        Raises:
            WeightsError: Fewer bytes are left.
        """
        left = len(self._content) - self._position
        if not 0 <= size <= left:
            raise self.damaged(f"{what} needs {size} bytes, {left} are left")
        self._position += size
        return memoryview(self._content)[self._position - size : self._position]

    def numbers(self, form: str, what: str) -> tuple[int, ...]:
        """Return the next integers, in a format of ``struct``."""
        return struct.unpack(f"<{form}", self.take(struct.calcsize(f"<{form}"), what))

    def count(self, smallest: int, what: str) -> int:
        """Return the number of items that follow, each of at least ``smallest`` bytes."""
        (count,) = self.numbers("Q", what)
        if count > (len(self._content) - self._position) // smallest:
            raise self.damaged(f"{count} {what} are announced, more than fit into the file")
        return count

    def damaged(self, reason: str) -> WeightsError:
        """Return an error with file and position."""
        return WeightsError(f"{self.path}: is damaged or cut off, byte {self._position}: {reason}")


def read_arrays(path: Path) -> dict[str, NDArray[Any]]:
    """Read a file that ``mx.nd.save`` or Gluon's ``save_parameters`` wrote.

    Returns:
        Arrays by name, read-only, in the file's order; prefixes ``arg:`` and ``aux:`` are left out.

    Raises:
        WeightsError: There is no such file, it is of another format, damaged, or has sparse arrays.
    """
    if not path.is_file():
        raise WeightsError(f"{path}: {'is a folder' if path.is_dir() else 'no such file'}; expected Gluon's .params")
    try:
        with path.open("rb") as file:
            if (head := file.read(HEAD))[:8] != struct.pack("<Q", _LIST):
                known = f": {it_is(path, kind)}" if (kind := kind_of(head)) else ""
                raise WeightsError(
                    f"{path}: is not a file of MXNet arrays{known}; expected one that save_parameters wrote"
                )
            file.seek(8)
            reader = _ByteReader(file.read(), path)
    except OSError as error:
        raise WeightsError(f"{path}: can't be read: {reason_of(error)}") from None
    reader.take(8, "the head")
    arrays = [_array(reader, number) for number in range(reader.count(4, "arrays"))]
    names = [_name(reader) for _ in range(reader.count(8, "names"))]
    if len(names) != len(arrays):
        raise WeightsError(f"{path}: has {len(arrays)} arrays and {len(names)} names; expected a name for each")
    arrays_by_name = dict(zip(names, arrays, strict=True))
    if len(arrays_by_name) != len(arrays):
        twice = next(name for name in names if names.count(name) > 1)
        raise WeightsError(f"{path}: has {twice!r} twice")
    return arrays_by_name


def _array(reader: _ByteReader, number: int) -> NDArray[Any]:
    what = f"array {number}"
    (magic,) = reader.numbers("I", what)
    if magic not in {_ARRAY, _ARRAY_OF_NUMPY_SHAPE}:
        raise reader.damaged(f"{what} begins with {magic:#010x}; only files of MXNet 0.12 to 1.9 are read")
    (storage, axes) = reader.numbers("ii", what)
    if storage != 0:
        raise WeightsError(f"{reader.path}: {what} is sparse; only dense ones are read")
    # In the older layout no axes mean no values; in the one with NumPy's shapes -1 does.
    if axes == (0 if magic == _ARRAY else -1):
        raise WeightsError(f"{reader.path}: {what} has no values; was the network saved before it was used?")
    if not 0 <= axes <= _MAX_AXES:
        raise reader.damaged(f"{what} has {axes} axes")
    shape = reader.numbers(f"{axes}q", what)
    _, _, dtype = reader.numbers("iii", what)
    if dtype not in _DTYPES:
        raise WeightsError(f"{reader.path}: {what} has the data type {dtype}, which can't be read")
    if min(shape, default=0) < 0:
        raise reader.damaged(f"{what} has the shape {shape}")
    size = _DTYPES[dtype].itemsize
    for length in shape:
        size *= length
    values = np.frombuffer(reader.take(size, f"{what} of shape {shape}"), _DTYPES[dtype])
    try:
        return values.reshape(shape)
    except ValueError:  # beside a 0, which makes the size 0, any length may stand
        raise reader.damaged(f"{what} has the shape {shape}") from None


def _name(reader: _ByteReader) -> str:
    (length,) = reader.numbers("Q", "a name")
    try:
        name = bytes(reader.take(length, "a name")).decode()
    except UnicodeDecodeError:
        raise reader.damaged("a name is not UTF-8") from None
    return name[4:] if name.startswith(_PREFIXES) else name


def packed_arrays(arrays: Mapping[str, NDArray[np.float32]]) -> bytes:
    """Return the file that ``mx.nd.save`` would write for float32 arrays, byte for byte."""
    parts = [struct.pack("<3Q", _LIST, 0, len(arrays))]
    for array in arrays.values():
        shape = array.shape
        parts.append(struct.pack(f"<Iii{len(shape)}qiii", _ARRAY, 0, len(shape), *shape, _CPU, 0, 0))
        parts.append(np.ascontiguousarray(array, "<f4").tobytes())
    parts.append(struct.pack("<Q", len(arrays)))
    for name in arrays:
        encoded = name.encode()
        parts.append(struct.pack("<Q", len(encoded)) + encoded)
    return b"".join(parts)
