"""A PNG encoder for 8-bit grey and RGB pages, about twice as fast as OpenCV's."""

import struct
import zlib

import numpy as np
from numpy.typing import NDArray

_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_END = b"\0\0\0\0IEND" + struct.pack(">I", zlib.crc32(b"IEND"))
# Filters of a row, and types of colour, as PNG numbers them.
_NO_FILTER, _UP = 0, 2
_GREY, _RGB = 0, 2
_PAGE = 1 << 18  # pixels from which an image is a page rather than a crop


def _chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(data, zlib.crc32(name)))


def _pack(rows: NDArray[np.uint8], strategy: int) -> bytes:
    packer = zlib.compressobj(1, zlib.DEFLATED, 15, 9, strategy)
    return packer.compress(rows.data) + packer.flush()


def _strategy(rows: NDArray[np.uint8]) -> int:
    """Choose how zlib searches in a grey image.

    Runs alone are as good as any search on crops, and faster and smaller wherever there is noise. Only a
    clean page, whose letters repeat exactly, gains from a search (twice as fast, a quarter of the size), so
    a page is tried on a strip of it.
    """
    if rows.size < _PAGE:
        return zlib.Z_RLE
    strip = rows[len(rows) // 2 :][:48]
    searched, runs = (len(_pack(strip, how)) for how in (zlib.Z_DEFAULT_STRATEGY, zlib.Z_RLE))
    return zlib.Z_DEFAULT_STRATEGY if searched < runs else zlib.Z_RLE


def _rows(pixels: NDArray[np.uint8], how: int) -> NDArray[np.uint8]:
    """Return rows of bytes (H, N + 1), each of which begins with how it is filtered."""
    rows = np.empty((pixels.shape[0], pixels.shape[1] + 1), np.uint8)
    rows[:, 0] = how
    rows[:, 1:] = pixels
    return rows


def encode_png(image: NDArray[np.uint8]) -> bytes:
    """Encode an image as PNG, 8-bit, unfiltered where it is grey.

    Args:
        image: uint8 (H, W), or RGB (H, W, 3), neither side 0.

    Returns:
        The file's bytes; the same for the same pixels and zlib.
    """
    height, width = image.shape[:2]
    if image.ndim == 2:
        rows, kind = _rows(image, _NO_FILTER), _GREY
        strategy = _strategy(rows)
    else:
        # Less the pixel above, noise of three channels repeats itself often enough for a search to pay.
        change = image.copy()
        change[1:] -= image[:-1]
        rows, kind, strategy = _rows(change.reshape(height, -1), _UP), _RGB, zlib.Z_DEFAULT_STRATEGY
    data = _pack(rows, strategy)
    header = struct.pack(">IIBBBBB", width, height, 8, kind, 0, 0, 0)
    return b"".join((_SIGNATURE, _chunk(b"IHDR", header), _chunk(b"IDAT", data), _END))
