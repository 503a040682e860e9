"""MXNet's files of named arrays, read and written without MXNet.

The layout is that of ``mx.nd.save`` since MXNet 0.12, all of it little-endian: a magic number (u64 0x112), a reserved
u64, a count (u64) and so many arrays; then a count and so many names, each a length (u64) and UTF-8. An array is a
magic number (u32), its kind of storage (i32, 0 dense), its number of axes (i32) and their lengths (i64), the device it
was on (two i32), its kind of number (i32), and the values row by row.
"""

import struct
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from receiptgen.core.errors import WeightsError
from receiptgen.core.files import reason_of

_LIST = 0x112
_ARRAY, _ARRAY_OF_NUMPY_SHAPE = 0xF993FAC9, 0xF993FACA
_CPU = 1
_DEEPEST = 32  # axes; what NumPy and MXNet take
_DTYPES: Mapping[int, np.dtype[Any]] = {
    number: np.dtype(name)
    for number, name in enumerate(("<f4", "<f8", "<f2", "u1", "<i4", "i1", "<i8", "?", "<i2", "<u2", "<u4", "<u8"))
}
_PREFIXES = ("arg:", "aux:")  # of symbols' parameters


class _Bytes:
    """What is left of a file; nothing is taken that is not there."""

    def __init__(self, content: bytes, place: Path) -> None:
        self._content, self._at, self.place = content, 0, place

    def take(self, size: int, what: str) -> memoryview:
        """Return the next bytes.

        Raises:
            WeightsError: There are fewer.
        """
        left = len(self._content) - self._at
        if not 0 <= size <= left:
            raise self.damaged(f"{what} needs {size} bytes, {left} are left")
        self._at += size
        return memoryview(self._content)[self._at - size : self._at]

    def numbers(self, form: str, what: str) -> tuple[int, ...]:
        """Return the next whole numbers; ``form`` as ``struct`` has it."""
        return struct.unpack(f"<{form}", self.take(struct.calcsize(f"<{form}"), what))

    def count(self, smallest: int, what: str) -> int:
        """Return how many things follow that have so many bytes at least."""
        (count,) = self.numbers("Q", what)
        if count > (len(self._content) - self._at) // smallest:
            raise self.damaged(f"{count} {what} are announced, more than the file has room for")
        return count

    def damaged(self, why: str) -> WeightsError:
        """Return an error that says where."""
        return WeightsError(f"{self.place}: is damaged or cut off, byte {self._at}: {why}")


def read_arrays(path: Path) -> dict[str, NDArray[Any]]:
    """Read a file that ``mx.nd.save`` or Gluon's ``save_parameters`` wrote.

    Returns:
        Arrays by name, read-only, in the file's order; prefixes ``arg:`` and ``aux:`` are left out.

    Raises:
        WeightsError: There is no such file, it is of another make, damaged, or has arrays that are no dense ones.
    """
    if not path.is_file():
        raise WeightsError(f"{path}: {'is a folder' if path.is_dir() else 'no such file'}; expected Gluon's .params")
    try:
        with path.open("rb") as file:
            if file.read(8) != struct.pack("<Q", _LIST):
                raise WeightsError(f"{path}: is no file of MXNet's arrays; expected what save_parameters wrote")
            rest = _Bytes(file.read(), path)
    except OSError as error:
        raise WeightsError(f"{path}: can't be read: {reason_of(error)}") from None
    rest.take(8, "the head")
    arrays = [_array(rest, number) for number in range(rest.count(4, "arrays"))]
    names = [_name(rest) for _ in range(rest.count(8, "names"))]
    if len(names) != len(arrays):
        raise WeightsError(f"{path}: has {len(arrays)} arrays and {len(names)} names; expected a name for each")
    found = dict(zip(names, arrays, strict=True))
    if len(found) != len(arrays):
        twice = next(name for name in names if names.count(name) > 1)
        raise WeightsError(f"{path}: has {twice!r} twice")
    return found


def _array(rest: _Bytes, number: int) -> NDArray[Any]:
    what = f"array {number}"
    (magic,) = rest.numbers("I", what)
    if magic not in {_ARRAY, _ARRAY_OF_NUMPY_SHAPE}:
        raise rest.damaged(f"{what} begins with {magic:#010x}; only files of MXNet 0.12 to 1.9 are read")
    (storage, axes) = rest.numbers("ii", what)
    if storage != 0:
        raise WeightsError(f"{rest.place}: {what} is sparse; only dense ones are read")
    # Before shapes were NumPy's, no axes meant no values; since then it is -1 that does.
    if axes == (0 if magic == _ARRAY else -1):
        raise WeightsError(f"{rest.place}: {what} has no values; was the network saved before it was used?")
    if not 0 <= axes <= _DEEPEST:
        raise rest.damaged(f"{what} has {axes} axes")
    shape = rest.numbers(f"{axes}q", what)
    _, _, kind = rest.numbers("iii", what)
    if kind not in _DTYPES:
        raise WeightsError(f"{rest.place}: {what} has numbers of kind {kind}, which are not read")
    if min(shape, default=0) < 0:
        raise rest.damaged(f"{what} has the shape {shape}")
    size = _DTYPES[kind].itemsize
    for length in shape:
        size *= length
    return np.frombuffer(rest.take(size, f"{what} of shape {shape}"), _DTYPES[kind]).reshape(shape)


def _name(rest: _Bytes) -> str:
    (length,) = rest.numbers("Q", "a name")
    try:
        name = bytes(rest.take(length, "a name")).decode()
    except UnicodeDecodeError:
        raise rest.damaged("a name is not UTF-8") from None
    return name[4:] if name.startswith(_PREFIXES) else name


def packed_arrays(arrays: Mapping[str, NDArray[np.float32]]) -> bytes:
    """Return the file that ``mx.nd.save`` would write of some float32 arrays, byte for byte."""
    parts = [struct.pack("<3Q", _LIST, 0, len(arrays))]
    for array in arrays.values():
        shape = array.shape
        parts.append(struct.pack(f"<Iii{len(shape)}qiii", _ARRAY, 0, len(shape), *shape, _CPU, 0, 0))
        parts.append(np.ascontiguousarray(array, "<f4").tobytes())
    parts.append(struct.pack("<Q", len(arrays)))
    for name in arrays:
        letters = name.encode()
        parts.append(struct.pack("<Q", len(letters)) + letters)
    return b"".join(parts)
