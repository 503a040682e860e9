"""How the rows of a list of labels are cut: told by the list's name and its first row."""

import csv
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import NamedTuple

from receiptgen.core.errors import DatasetError
from receiptgen.imaging.image_files import IMAGES

# Names of columns, lower case.
FILE_KEYS = ("file", "filename", "file_name", "image", "image_file", "image_path", "img", "img_path", "path", "name")
TEXT_KEYS = ("text", "words", "word", "label", "labels", "transcription", "transcript", "gt")
_KIND_KEYS = ("kind", "role")
_CORNERS = ("x0", "y0", "x1", "y1", "x2", "y2", "x3", "y3")
# EasyOCR's header, below which the trainer cuts rows at the first comma and knows no quotes.
_EASYOCR = "filename,words"


class Form(NamedTuple):
    """How rows are cut, and which of their cells are what.

    Attributes:
        cut: Returns a row's cells.
        file: Column of the file's name.
        text: Column of the text.
        kind: Column of the kind; -1 for none.
        corners: Columns of the corners of a quad in the image; none for the whole image.
        header: Whether the first row names the columns.
    """

    cut: Callable[[str], list[str]]
    file: int = 0
    text: int = 1
    kind: int = -1
    corners: tuple[int, ...] = ()
    header: bool = False


def form_of(first: str, path: Path) -> Form:
    """Tell how a list's rows are to be cut.

    Args:
        first: Its first row.
        path: The list.

    Raises:
        DatasetError: It lists no files with texts.
    """
    mark = _mark_of(first, path)
    if first.rstrip().endswith("]") and '"points"' in first and '"transcription"' in first:
        raise DatasetError(f"{path}: labels of pages; draw them as format folder, tsv or easyocr, or crop their lines")
    cells = [cell.strip().lower() for cell in _split(first, mark)]
    file, text, kind = (_column(cells, keys) for keys in (FILE_KEYS, TEXT_KEYS, _KIND_KEYS))
    if file < 0 or text < 0 or any(Path(cell).suffix in IMAGES for cell in cells):
        return Form(_two_cells(mark, path))
    if len(cells) == 2:
        # In either order; the text is what may hold the mark.
        cut = partial(_parted, mark) if first.strip().lower() == _EASYOCR else _two_cells(mark, path)
        return Form(cut if file < text else partial(_split, mark=mark), file, text, header=True)
    corners = tuple(_column(cells, (name,)) for name in _CORNERS)
    return Form(partial(_split, mark=mark), file, text, kind, () if -1 in corners else corners, True)


def _column(cells: list[str], keys: tuple[str, ...]) -> int:
    return next((cells.index(key) for key in keys if key in cells), -1)


def _mark_of(first: str, path: Path) -> str:
    """Return what stands between cells."""
    marks = ",;\t" if path.suffix.lower() == ".csv" else "\t, "
    for mark in marks:
        if mark in first:
            # A space, though, where a comma belongs to the text.
            return " " if mark == "," and " " in first.partition(",")[0] and path.suffix.lower() != ".csv" else mark
    raise DatasetError(f"{path}:1: expected a file's name and its text, with a tab or, in a .csv, a comma between")


def _split(row: str, mark: str) -> list[str]:
    """Cut a row into all its cells; quotes count where commas do."""
    return row.split(mark) if mark in "\t " else next(csv.reader([row], delimiter=mark), [])


def _two_cells(mark: str, path: Path) -> Callable[[str], list[str]]:
    if mark in "\t ":
        return partial(_parted, mark)
    return partial(_icdar, mark) if path.suffix.lower() != ".csv" else partial(_quoted, mark)


def _parted(mark: str, row: str) -> list[str]:
    """Cut at the first mark."""
    file, found, text = row.partition(mark)
    return [file, text] if found else []


def _quoted(mark: str, row: str) -> list[str]:
    """Cut a row whose text may be quoted, or hold the mark without quotes."""
    cells = _split(row, mark)
    return cells if len(cells) == 2 or row.startswith('"') else _parted(mark, row)


def _icdar(mark: str, row: str) -> list[str]:
    r"""Cut ``word_1.png, "text"``, where quotes and ``\`` are escaped by ``\``; quotes may be left out."""
    cells = _parted(mark, row)
    if len(cells) == 2:
        text = cells[1].strip()
        if len(text) > 1 and text[0] == text[-1] == '"':
            text = text[1:-1].replace('\\"', '"').replace("\\\\", "\\")
        cells[1] = text
    return cells
