"""A PNG encoder for 8-bit grey and RGB pages, about twice as fast as OpenCV's."""

import struct
import zlib
from importlib import import_module
from importlib.util import find_spec
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

# Of runs alone, zlib-ng makes the bytes that zlib makes, on every processor, in half the time.
_zlib_of_runs = import_module("zlib_ng.zlib_ng" if find_spec("zlib_ng") else "zlib")

_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_END = b"\0\0\0\0IEND" + struct.pack(">I", zlib.crc32(b"IEND"))
# Filters of a row, and types of colour, as PNG numbers them.
_NO_FILTER, _UP = 0, 2
_GREY, _RGB = 0, 2
# Pixels from which an image is a page rather than a crop, and bytes that are compressed in one go, which stay in the
# processor's cache.
_PAGE, _STRIP = 1 << 18, 1 << 17
# Bands of a page on which its filters are tried, and rows of each.
_BANDS, _BAND = 8, 8


class _Packing(NamedTuple):
    """Filter of all rows, and zlib's strategy."""

    filter: int
    strategy: int


_RUNS, _RUNS_UP = _Packing(_NO_FILTER, zlib.Z_RLE), _Packing(_UP, zlib.Z_RLE)
# Less the pixel above, noise of three channels repeats itself often enough for a search to pay.
_COLORED = _Packing(_UP, zlib.Z_DEFAULT_STRATEGY)


def _chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(data, zlib.crc32(name)))


def _compressor(strategy: int) -> Any:
    """Return a compressing object of zlib's interface."""
    if strategy == zlib.Z_RLE:
        return _zlib_of_runs.compressobj(1, zlib.DEFLATED, 15, 8, strategy)
    return zlib.compressobj(1, zlib.DEFLATED, 15, 9, strategy)


def _pack(pixels: NDArray[np.uint8], packing: _Packing) -> bytes:
    """Return rows of bytes (H, N) compressed, a strip after the other; the filter of each row stands before it."""
    height, width = pixels.shape
    packer = _compressor(packing.strategy)
    strip = max(1, _STRIP // width)
    rows = np.empty((min(strip, height), width + 1), np.uint8)
    rows[:, 0] = packing.filter
    parts = []
    for first in range(0, height, strip):
        part = pixels[first : first + strip]
        filtered = rows[: len(part), 1:]
        if packing.filter == _UP:
            start = 1 if first == 0 else 0
            filtered[:start] = part[:start]
            np.subtract(part[start:], pixels[first + start - 1 : first + len(part) - 1], out=filtered[start:])
        else:
            filtered[:] = part
        parts.append(packer.compress(rows[: len(part)].data))
    return b"".join((*parts, packer.flush()))


def _packing(pixels: NDArray[np.uint8]) -> _Packing:
    """Choose how a grey image is filtered.

    Runs alone are as good as zlib's search on crops and smaller wherever there is noise; on clean pages they are about
    as small in a fraction of the time. Of greys that JPEG or a lens has smoothed, runs of what a pixel is more than
    that above it are smaller; so a page is tried on bands of it. What is smaller is faster, too.
    """
    height = len(pixels)
    if pixels.size < _PAGE:
        return _RUNS
    # Bands all over the page, since text and blank paper want different filters.
    starts = 1 + (height - 1) * (2 * np.arange(_BANDS)[:, None] + 1) // (2 * _BANDS)
    rows = np.minimum(starts + np.arange(_BAND), height - 1).ravel()
    plain = pixels[rows]
    return _RUNS_UP if _size(plain - pixels[rows - 1]) < _size(plain) else _RUNS


def _size(rows: NDArray[np.uint8]) -> int:
    """Return how many bytes runs take."""
    packer = _compressor(zlib.Z_RLE)
    return len(packer.compress(rows.data)) + len(packer.flush())


def encode_png(image: NDArray[np.uint8]) -> bytes:
    """Encode an image as PNG, 8-bit.

    Args:
        image: uint8 (H, W), or RGB (H, W, 3), neither side 0.

    Returns:
        The file's bytes; the same for the same pixels and zlib.
    """
    height, width = image.shape[:2]
    pixels = image.reshape(height, -1)
    if image.ndim == 2:
        data, kind = _pack(pixels, _packing(pixels)), _GREY
    else:
        data, kind = _pack(pixels, _COLORED), _RGB
    header = struct.pack(">IIBBBBB", width, height, 8, kind, 0, 0, 0)
    return b"".join((_SIGNATURE, _chunk(b"IHDR", header), _chunk(b"IDAT", data), _END))
