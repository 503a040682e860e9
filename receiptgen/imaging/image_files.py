"""Image files of any kind to gray pixels; what is wrong with a file is said in a few words."""

import struct
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from typing import Any

import cv2
import numpy as np
from PIL import Image, UnidentifiedImageError

from receiptgen.core.files import NO_FILE, read_regular, reason_of
from receiptgen.imaging.geometry import Pixels

# Ends of the names of image files, lower case.
IMAGES = frozenset(
    {".png", ".jpg", ".jpeg", ".jpe", ".bmp", ".webp", ".tif", ".tiff", ".gif", ".pgm", ".ppm", ".pbm", ".jp2"}
)
# Pixels above which an image is refused unread: a page of A3 at 600 dots an inch has 70 million.
LARGEST = 80_000_000
NO_IMAGE, TOO_LARGE = "not an image that can be read", "image too large"
# OpenCV 5 moved what sets the level of its log.
_LOG: Any = cv2.utils.logging if hasattr(cv2.utils, "logging") else cv2
_SILENT = 0
_PNG, _JPEG = b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff"
_TIFFS = (b"II*\0", b"MM\0*")
# Pillow's plugins raise what they please on broken files.
_BROKEN = UnidentifiedImageError, OSError, ValueError, SyntaxError, EOFError, IndexError, struct.error
_ALPHA_TYPES = (4, 6)  # PNG colour types: gray and colour with alpha


def read_image(path: str) -> Pixels | str:
    """Read an image file as gray.

    Args:
        path: The file.

    Returns:
        uint8 (H, W), black 0; or the reason why there is none.
    """
    try:
        content = read_regular(path)
    except OSError as error:
        return reason_of(error)
    except ValueError:  # a null character in its name
        return NO_FILE
    return decode(content)


def read_frames(path: str) -> Iterator[Pixels | str]:
    """Read all pages of an image file, of which TIFF may hold many; each as ``read_image`` gives it."""
    try:
        content = read_regular(path)
    except (OSError, ValueError) as error:
        yield reason_of(error) if isinstance(error, OSError) else NO_FILE
        return
    count = _frames(content) if content[:4] in _TIFFS else 1
    if count == 1:
        yield decode(content)
        return
    for number in range(count):
        yield _decode_slowly(content, number)


def _frames(content: bytes) -> int:
    try:
        with _quiet(), Image.open(BytesIO(content)) as image:
            return getattr(image, "n_frames", 1)
    except _BROKEN:
        return 1


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


def _decode_slowly(content: bytes, frame: int | None = None) -> Pixels | str:
    """Look at the header first, for size and transparency; Pillow reads what OpenCV can't, and single pages."""
    try:
        with _quiet(), Image.open(BytesIO(content)) as image:
            if frame is not None:
                image.seek(frame)
            if image.width * image.height > LARGEST:
                return TOO_LARGE
            if not image.has_transparency_data and frame is None:
                plain = _decode_plain(content)
                return flatten(image) if isinstance(plain, str) else plain
            return flatten(image)
    except Image.DecompressionBombError:
        return TOO_LARGE
    except _BROKEN:
        return NO_IMAGE


def flatten(image: Image.Image) -> Pixels:
    """Return an image of Pillow's as gray, uint8 (H, W); what is transparent lies on white."""
    if image.mode.startswith("I"):  # integers of 16 bits, which Pillow may hold in 32
        values = np.asarray(image)
        return np.asarray(values >> 8 if values.max() > 255 or ";16" in image.mode else values, np.uint8)
    if not image.has_transparency_data:
        return np.asarray(image.convert("L"), np.uint8)
    colour = image.convert("RGBA")
    paper = Image.new("RGBA", colour.size, "white")
    return np.asarray(Image.alpha_composite(paper, colour).convert("L"), np.uint8)


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
