"""What readers of data sets share: files, images and texts as all the rest of the training takes them."""

import mmap
import os
import struct
import unicodedata
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from io import BytesIO
from pathlib import Path
from typing import Any, NamedTuple

import cv2
import numpy as np
from PIL import Image, UnidentifiedImageError

from receiptgen.errors import DatasetError

from . import Pixels

# Ends of the names of image files, lower case.
IMAGES = frozenset(
    {".png", ".jpg", ".jpeg", ".jpe", ".bmp", ".webp", ".tif", ".tiff", ".gif", ".pgm", ".ppm", ".pbm", ".jp2"}
)
# Pixels above which an image is refused unread: a page of A3 at 600 dots an inch has 70 million.
LARGEST = 80_000_000
NO_FILE, NO_IMAGE, NO_TEXT, TOO_LARGE = "no such file", "not an image that can be read", "no text", "image too large"
# OpenCV 5 moved what sets the level of its log.
_LOG: Any = cv2.utils.logging if hasattr(cv2.utils, "logging") else cv2
_SILENT = 0
_PNG, _JPEG = b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff"
_ALPHA_TYPES = (4, 6)  # PNG colour types: gray and colour with alpha


def clean_text(text: str) -> str:
    """Return a text as ``Example`` has it: NFC, runs of white space as one blank, none at either end."""
    return " ".join((text if text.isascii() else unicodedata.normalize("NFC", text)).split())


def reason_of(error: OSError) -> str:
    """Return in a few lower-case words why the system refuses a file."""
    return NO_FILE if isinstance(error, FileNotFoundError) else (error.strerror or str(error)).lower()


@contextmanager
def opening(path: Path) -> Iterator[None]:
    """Turn the system's errors while ``path`` is opened into a DatasetError."""
    try:
        yield
    except OSError as error:
        raise DatasetError(f"{error.filename or path}: {reason_of(error)}") from error


def existing(path: Path) -> Path:
    """Return the path.

    Raises:
        DatasetError: There is no such file or folder.
    """
    if not path.exists():
        raise DatasetError(f"{path}: no such file or folder")
    return path


def walk(folder: Path) -> Iterator[tuple[Path, list[str]]]:
    """Yield the folders below a folder, and itself first, with their files, both by name; raises OSError."""

    def fail(error: OSError) -> None:
        raise error

    for base, folders, files in os.walk(folder, onerror=fail):
        folders.sort()
        yield Path(base), sorted(files)


class Stamp(NamedTuple):
    """A file as it was when its data set was opened.

    Attributes:
        path: The file.
        size: Bytes.
        time: When it was last written, in nanoseconds.
    """

    path: Path
    size: int
    time: int

    @classmethod
    def of(cls, path: Path) -> "Stamp":
        """Stamp a file; raises OSError where it can't."""
        found = path.stat()
        return cls(path, found.st_size, found.st_mtime_ns)


@lru_cache(maxsize=32)
def mapped(stamp: Stamp) -> Any:
    """Return a file's bytes as a map that reads on demand; the last few stay mapped in each process.

    Raises:
        OSError: It can't be opened.
    """
    with stamp.path.open("rb") as file:
        # An empty file can't be mapped.
        return mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) if os.fstat(file.fileno()).st_size else b""


def read_image(path: str) -> Pixels | str:
    """Read an image file as gray.

    Args:
        path: The file.

    Returns:
        uint8 (H, W), black 0; or the reason why there is none.
    """
    try:
        with open(path, "rb") as file:  # noqa: PTH123  # as pathlib costs a tenth of a small crop's decoding
            content = file.read()
    except OSError as error:
        return reason_of(error)
    except ValueError:  # a null character in its name
        return NO_FILE
    return decode(content)


def decode(content: bytes) -> Pixels | str:
    """Decode an image as gray; what is transparent lies on white, 16 bits become 8.

    Args:
        content: An image file of any form that OpenCV or Pillow reads.

    Returns:
        uint8 (H, W), black 0; or the reason why there is none.
    """
    if content.startswith(_PNG):
        if len(content) < 33 or b"IEND" not in content[-64:]:
            return NO_IMAGE  # cut off; OpenCV would warn on the terminal
        width, height = struct.unpack(">II", content[16:24])
        if width * height > LARGEST:
            return TOO_LARGE
        if content[25] in _ALPHA_TYPES or content.find(b"tRNS", 33, content.find(b"IDAT")) > 0:
            return _decode_slowly(content)
        return _decode_plain(content)
    if content.startswith(_JPEG):
        if content.rfind(b"\xff\xd9") < 0:
            return NO_IMAGE  # cut off; what is missing would be gray
        return TOO_LARGE if _jpeg_pixels(content) > LARGEST else _decode_plain(content)
    return _decode_slowly(content)


def _decode_plain(content: bytes) -> Pixels | str:
    """Decode what has no alpha."""
    level = _LOG.setLogLevel(_SILENT)  # faults come back to the caller, none goes to the terminal
    try:
        image = cv2.imdecode(np.frombuffer(content, np.uint8), cv2.IMREAD_GRAYSCALE)
    except cv2.error:
        return NO_IMAGE
    finally:
        _LOG.setLogLevel(level)
    return NO_IMAGE if image is None or not image.size else np.asarray(image, np.uint8)


def _decode_slowly(content: bytes) -> Pixels | str:
    """Look at the header first, for size and transparency; what OpenCV can't read, Pillow may."""
    try:
        with _quiet(), Image.open(BytesIO(content)) as image:
            if image.width * image.height > LARGEST:
                return TOO_LARGE
            if not image.has_transparency_data:
                plain = _decode_plain(content)
                return np.asarray(image.convert("L"), np.uint8) if isinstance(plain, str) else plain
            colour = image.convert("RGBA")
            paper = Image.new("RGBA", colour.size, "white")
            return np.asarray(Image.alpha_composite(paper, colour).convert("L"), np.uint8)
    except Image.DecompressionBombError:
        return TOO_LARGE
    # Pillow's plugins raise what they please on broken files.
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, EOFError, IndexError, struct.error):
        return NO_IMAGE


@contextmanager
def _quiet() -> Iterator[None]:
    """Keep Pillow's warnings of odd files from the user, who is told of those that can't be read."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


def _jpeg_pixels(content: bytes) -> int:
    """Return the pixels that a JPEG's frame header states (ISO/IEC 10918-1, B.2.2), 0 where there is none."""
    at = 2
    while at + 9 <= len(content) and content[at] == 0xFF:
        marker = content[at + 1]
        if 0xC0 <= marker <= 0xCF and marker not in (0xC4, 0xC8, 0xCC):
            height, width = struct.unpack(">HH", content[at + 5 : at + 9])
            return int(height * width)
        # Fill bytes and markers without a length stand alone.
        alone = marker == 0xFF or 0xD0 <= marker <= 0xD8
        at += 1 if marker == 0xFF else 2 if alone else 2 + int.from_bytes(content[at + 2 : at + 4], "big")
    return 0
