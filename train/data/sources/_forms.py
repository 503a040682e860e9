"""Formats of label lists, recognised by the list's name and its first row."""

import csv
import json
import re
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import NamedTuple

from receiptgen.core.errors import DatasetError
from receiptgen.imaging.image_files import IMAGES

# Names of columns, lower case.
FILE_KEYS = ("file", "filename", "file_name", "image", "image_file", "image_path", "img", "img_path", "path", "name")
TEXT_KEYS = (
    "text",
    "words",
    "word",
    "label",
    "labels",
    "transcription",
    "transcript",
    "gt",
    "sentence",
    "ground_truth",
)
_KIND_KEYS = ("kind", "role")
_CORNERS = ("x0", "y0", "x1", "y1", "x2", "y2", "x3", "y3")
# Columns of ``receiptgen read``: the upright box of a line, and others by which such a table is known.
_SIDES = ("left", "top", "right", "bottom")
_READ = {"row", "cell", "confidence", *_SIDES}
# What a spreadsheet makes of 1234.5 or 1234 in some countries.
_GROUPS = re.compile(r"(?<=\d)[.,\s'](?=(?:\d{3}[.,\s'])*\d{3}$)")
# EasyOCR's header, below which its trainer splits rows at the first comma and ignores quotes.
_EASYOCR = "filename,words"


class LabelFormat(NamedTuple):
    """How rows are split, and what their cells are.

    Attributes:
        split: Function that returns a row's cells.
        file: Column of the file name.
        text: Column of the text.
        kind: Column of the kind; -1 for none.
        corners: Columns of the corners of a quad in the image; none for the whole image.
        header: Whether the first row names the columns.
        read: Whether the rows are lines that ``receiptgen read`` found on pages.
        quad: Column of their quads, eight numbers with spaces between; -1 for none.
    """

    split: Callable[[str], list[str]]
    file: int = 0
    text: int = 1
    kind: int = -1
    corners: tuple[int, ...] = ()
    header: bool = False
    read: bool = False
    quad: int = -1


def format_of(first: str, path: Path) -> LabelFormat:
    """Return the format of a list.

    Args:
        first: First row of the list.
        path: The list.

    Raises:
        DatasetError: It does not list files with texts.
    """
    separator = _separator_of(first, path)
    if first.rstrip().endswith("]") and '"points"' in first and '"transcription"' in first:
        raise DatasetError(
            f"{path}: labels of pages; draw them in the format folder, tsv or easyocr, or crop their lines"
        )
    cells = [cell.strip().lower() for cell in _split_as_spreadsheets(first, separator)]
    if len(_READ.intersection(cells)) > 1:
        return _format_of_read(cells, separator, path)
    file, text, kind = (_column(cells, keys) for keys in (FILE_KEYS, TEXT_KEYS, _KIND_KEYS))
    if file < 0 or text < 0 or any(Path(cell).suffix in IMAGES for cell in cells):
        return LabelFormat(_two_cell_split(separator, path))
    if len(cells) == 2:
        # In either order; only the text may contain the separator.
        easyocr = first.strip().lower() == _EASYOCR
        split = partial(_split_once, separator) if easyocr else _two_cell_split(separator, path)
        return LabelFormat(split if file < text else partial(_split, separator=separator), file, text, header=True)
    corners = tuple(_column(cells, (name,)) for name in _CORNERS)
    return LabelFormat(partial(_split, separator=separator), file, text, kind, () if -1 in corners else corners, True)


def _format_of_read(cells: list[str], separator: str, path: Path) -> LabelFormat:
    """Return the format of a table that ``receiptgen read`` wrote, perhaps saved by a spreadsheet since."""
    columns = {name: _column(cells, (name,)) for name in ("file", "text", *_SIDES)}
    if lacking := [name for name, column in columns.items() if column < 0]:
        raise DatasetError(
            f"{path}: lacks the column {lacking[0]!r} of 'receiptgen read'; training needs {', '.join(columns)}"
        )
    left, top, right, bottom = (columns[side] for side in _SIDES)
    corners = (left, top, right, top, right, bottom, left, bottom)
    split, quad = partial(_split_as_spreadsheets, separator=separator), _column(cells, ("quad",))
    return LabelFormat(split, columns["file"], columns["text"], -1, corners, header=True, read=True, quad=quad)


def text_of_label(label: str) -> str:
    """Return a text, or of a label as Donut has it the text of the image; empty where that has only values."""
    if not label.startswith("{") or '"gt_parse"' not in label:
        return label
    try:
        said = json.loads(label)["gt_parse"]["text_sequence"]
    except (ValueError, KeyError, TypeError):
        return ""
    return said if isinstance(said, str) else ""


def number_of(cell: str, whole: bool = False) -> float:
    """Return the number in a cell, which a spreadsheet may have written with a decimal comma.

    Args:
        cell: Text of the cell.
        whole: Whether it was a whole number, so that marks before three digits divide thousands.

    Raises:
        ValueError: It is not a number.
    """
    cell = cell.strip()
    return float((_GROUPS.sub("", cell) if whole else cell).replace(",", "."))


def _column(cells: list[str], keys: tuple[str, ...]) -> int:
    return next((cells.index(key) for key in keys if key in cells), -1)


def _separator_of(first: str, path: Path) -> str:
    """Return the separator of cells."""
    separators = ",;\t" if path.suffix.lower() == ".csv" else "\t, "
    for separator in separators:
        if separator in first:
            # A space, though, where the comma belongs to the text.
            spaced = separator == "," and " " in first.partition(",")[0] and path.suffix.lower() != ".csv"
            return " " if spaced else separator
    raise DatasetError(f"{path}:1: expected a file name and its text, separated by a tab or, in a .csv, a comma")


def _split(row: str, separator: str) -> list[str]:
    """Split a row into all its cells; quotes count where commas do."""
    return row.split(separator) if separator in "\t " else _split_as_spreadsheets(row, separator)


def _split_as_spreadsheets(row: str, separator: str) -> list[str]:
    """Split a row into all its cells, which may be quoted."""
    try:
        return next(csv.reader([row], delimiter=separator), [])
    except csv.Error:  # a cell of more than 128 KiB
        return []


def _two_cell_split(separator: str, path: Path) -> Callable[[str], list[str]]:
    if separator in "\t ":
        return partial(_split_once, separator)
    return partial(_split_icdar, separator) if path.suffix.lower() != ".csv" else partial(_split_quoted, separator)


def _split_once(separator: str, row: str) -> list[str]:
    """Split a row at the first separator."""
    file, _, text = row.partition(separator)
    return [file, text] if separator in row else []


def _split_quoted(separator: str, row: str) -> list[str]:
    """Split a row whose text may be quoted, or contain the separator without quotes."""
    cells = _split(row, separator)
    return cells if len(cells) == 2 or row.startswith('"') else _split_once(separator, row)


def _split_icdar(separator: str, row: str) -> list[str]:
    r"""Split ``word_1.png, "text"``, where quotes and ``\`` are escaped by ``\``; quotes may be left out."""
    cells = _split_once(separator, row)
    if len(cells) == 2:
        text = cells[1].strip()
        if len(text) > 1 and text[0] == text[-1] == '"':
            text = text[1:-1].replace('\\"', '"').replace("\\\\", "\\")
        cells[1] = text
    return cells
