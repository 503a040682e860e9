"""Photographs of one's own that receipts are laid on: a folder of image files, cut to the size that is needed."""

from functools import lru_cache
from pathlib import Path

import cv2
import numpy as np

from receiptgen.core.dice import Dice
from receiptgen.core.errors import FileError
from receiptgen.core.files import NO_FILE, read_regular, reason_of, walk
from receiptgen.core.inputs import cache_of_files
from receiptgen.imaging.geometry import Pixels
from receiptgen.imaging.image_files import IMAGES, decode_photo

# Files of a folder, pixels of the longer side that are kept of an image and of the shorter one that it has at least.
_MOST, _LONGEST, _SHORTEST = 20_000, 1600, 200
# Images that are kept decoded: about 6 MB each.
_KEPT = 8
# How much larger than needed an image is drawn at most, so that each page shows another part of it.
_CLOSEST = 1.6


@cache_of_files(64)
def background_files(folder: Path) -> tuple[str, ...]:
    """Return the image files in a folder and below it, by paths that count from it, sorted.

    Raises:
        ValueError: It can't be read, or it has no image file, or too many.
    """
    found: list[str] = []
    try:
        if not folder.is_dir():
            raise ValueError(f"{str(folder)!r} is {'a file, not a folder' if folder.exists() else 'not there'}")
        for base, names in walk(folder):
            images = [base / name for name in names if Path(name).suffix.lower() in IMAGES and name[0] != "."]
            found += [image.relative_to(folder).as_posix() for image in images]
            if len(found) > _MOST:
                raise ValueError(f"{str(folder)!r} has more than {_MOST:,} images; name a folder of fewer")
    except OSError as error:
        raise ValueError(f"{str(folder)!r}: {reason_of(error)}") from None
    if not found:
        raise ValueError(f"{str(folder)!r} has no image files such as .png, .jpg or .webp")
    return tuple(sorted(found))


def check_backgrounds(folder: Path, names: tuple[str, ...]) -> None:
    """Decode some images of a folder, coarsely.

    Raises:
        ValueError: One can't be decoded or is too small; the first is named.
    """
    for name in names:
        if reason := _fault_now(folder / name):
            raise ValueError(f"{str(folder / name)!r} is no background: {reason}; mend it or take it out of the folder")


def background(path: Path, size: tuple[int, int], seed: int) -> Pixels:
    """Return a part of an image, at some place and scale, that fills a size.

    Args:
        path: The image's file.
        size: Height and width in pixels.
        seed: Seed of its own dice.

    Returns:
        RGB uint8 (H, W, 3).

    Raises:
        FileError: It can't be read any more.
    """
    image, dice = _photo(path), Dice(seed)
    height, width = image.shape[:2]
    scale = max(size[0] / height, size[1] / width) * dice.uniform(1, _CLOSEST)
    rows, columns = (max(1, round(length / scale)) for length in size)
    top, left = (dice.integer(0, max(0, whole - part)) for whole, part in ((height, rows), (width, columns)))
    part = image[top : top + rows, left : left + columns]
    if dice.chance(0.5):
        part = part[:, ::-1]
    way = cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR
    return np.asarray(cv2.resize(np.ascontiguousarray(part), size[::-1], interpolation=way), np.uint8)


@cache_of_files(_KEPT)
def _photo(path: Path) -> Pixels:
    pixels = _decoded(path, _LONGEST)
    if isinstance(pixels, str):
        raise FileError(f"{path}: {pixels}")
    pixels.setflags(write=False)
    return pixels


def _fault_now(path: Path) -> str:
    """Return what is wrong with an image, which is looked at again once its file is another."""
    try:
        status = path.stat()
    except OSError as error:
        return reason_of(error)
    return _fault(path, status.st_mtime_ns, status.st_size)


@lru_cache(_MOST)
def _fault(path: Path, _changed: int, _size: int) -> str:
    """Return what is wrong with an image; empty where nothing is."""
    pixels = _decoded(path, _SHORTEST, at_least=_SHORTEST)
    return pixels if isinstance(pixels, str) else ""


def _decoded(path: Path, longest: int, at_least: int = 1) -> Pixels | str:
    try:
        content = read_regular(path)
    except OSError as error:
        return reason_of(error)
    except ValueError:  # a null character in its name
        return NO_FILE
    return decode_photo(content, longest, at_least)
