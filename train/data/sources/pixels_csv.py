"""Single characters in a csv file: in each row a class and the pixels of a square image."""

from codecs import BOM_UTF8
from math import isqrt
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from receiptgen.core.errors import DatasetError
from receiptgen.core.files import reason_of
from receiptgen.imaging.geometry import Pixels

from . import DATASETS, Table
from ._characters import DIGITS, NO_CLASS, CharacterSettings, CharacterTable, check_classes, expand_classes
from ._reading import Stamp, existing, line_starts, mapped, opening

# Columns above which a csv file is taken for one of pixels; labelled lines have fewer.
MANY = 64
_LONGEST, _MOST = 12, 2**31 - 1  # bytes of a class with its comma, and the largest that is told apart


class CsvImages:
    """The images of a csv file, which is memory-mapped; see ``CharacterImages``.

    Args:
        file: The file.
        starts: Where its rows begin, and where the last one ends.
        side: Height and width of the images.
    """

    def __init__(self, file: Stamp, starts: NDArray[np.int64], side: int) -> None:
        self._file, self._starts, self._side = file, starts, side

    def pixels(self, index: int) -> Pixels | str:
        """Return an image."""
        start, stop = self._starts[index : index + 2].tolist()
        try:
            cells = mapped(self._file)[start:stop].split(b",")
        except OSError as error:
            return reason_of(error)
        if len(cells) != self._side**2 + 1:
            return f"has {len(cells):,} columns, the first row {self._side**2 + 1:,}"
        try:
            return np.frombuffer(bytes(map(int, cells[1:])), np.uint8).reshape(self._side, self._side)
        except ValueError:
            return "expected whole numbers from 0 to 255"


@DATASETS.register
class PixelsCsv(CharacterSettings):
    """Single characters in a csv file: a class and 784 pixels a row, as the A-Z data set has them, or another square.

    Attributes:
        path: The file, or a folder that holds no other csv; a row of headings is left out.
    """

    def open(self, seed: int) -> Table:
        """Find the rows and read their classes."""
        path = existing(self.path)
        with opening(path):
            path = _csv_of_folder(path) if path.is_dir() else path
            file = Stamp.of(path)
            starts = _rows(file)
            heading, side = _shape_of(file, starts)
            starts = starts[heading:]
            labels = _labels(file, starts)
        if not len(labels):
            raise DatasetError(f"{path}: holds headings only, no row of pixels")
        chars = expand_classes(self.classes or DIGITS)
        check_classes(labels, chars, str(path), heading + 1)
        return CharacterTable(path.name, CsvImages(file, starts, side), labels, chars, self)


def _csv_of_folder(folder: Path) -> Path:
    files = sorted(file for file in folder.iterdir() if file.suffix.lower() == ".csv")
    if len(files) != 1:
        raise DatasetError(f"{folder}: holds {'several csv files' if files else 'no csv file'}; name the file")
    return files[0]


def is_of_pixels(path: Path) -> bool:
    """Tell whether a csv file has as many columns as only one of pixels does; raises OSError."""
    with path.open("rb") as file:
        return file.readline(1 << 16).count(b",") > MANY


def _rows(file: Stamp) -> NDArray[np.int64]:
    """Return where the rows begin, and where the last one ends; empty ones at the end are left out."""
    starts, count = line_starts(file)
    starts = np.append(starts, file.size) if len(starts) == count else starts
    if mapped(file)[: len(BOM_UTF8)] == BOM_UTF8:
        starts[0] = len(BOM_UTF8)
    longer = np.flatnonzero(np.diff(starts) > len("\r\n"))
    return starts[: longer[-1] + 2] if longer.size else starts[:1]


def _shape_of(file: Stamp, starts: NDArray[np.int64]) -> tuple[int, int]:
    """Return the number of rows of headings, 0 or 1, and the side of the images.

    Raises:
        DatasetError: The first row is not one of a class and a square of pixels.
    """
    if len(starts) < 2:
        raise DatasetError(f"{file.path}: is empty")
    cells = mapped(file)[int(starts[0]) : int(starts[1])].split(b",")
    side = isqrt(len(cells) - 1)
    if not side or side**2 != len(cells) - 1:
        raise DatasetError(
            f"{file.path}:1: has {len(cells):,} columns; expected a class and the pixels of a square, as 1 + 784 = 785"
        )
    return int(not cells[0].strip().isdigit()), side


def _labels(file: Stamp, starts: NDArray[np.int64]) -> NDArray[np.int32]:
    """Return the first cell of each row, ``NO_CLASS`` where it is not a whole number."""
    content = mapped(file)
    labels = np.full(len(starts) - 1, NO_CLASS, np.int32)
    for index, start in enumerate(starts[:-1].tolist()):
        cell = content[start : start + _LONGEST].partition(b",")[0].strip()
        if cell.isdigit():
            labels[index] = min(int(cell), _MOST)
    return labels
