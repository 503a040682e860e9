"""Lists of labels, row by row: tsv, csv, txt, docTR's json, jsonl."""

import json
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from receiptgen.core.errors import DatasetError
from receiptgen.imaging.boxes import upright_box
from receiptgen.reading.line_images import is_quad
from receiptgen.reading.results import UNSURE

from ._forms import FILE_KEYS, TEXT_KEYS, LabelFormat, format_of, number_of, text_of_label
from ._rows import EMPTY_BOX, Row

_NO_QUAD = "expected the four corners of the quad, x and y in pixels, clockwise from the top left"
_BROKEN = "expected a file name and its text"
_UNREAD = f"has {UNSURE}, which 'receiptgen read' writes for words in doubt; write what is there"


def list_rows(path: Path) -> Iterator[Row]:
    """Yield the rows of a list of labels, their files named as it names them; raises OSError.

    Raises:
        DatasetError: It is not a list of files with texts.
    """
    return _json_rows(path) if path.suffix.lower() == ".json" else _table_rows(path)


def with_unique_names(rows: Iterator[Row], path: Path) -> Iterator[Row]:
    """Append a number to the name of a row whose file an earlier row has named.

    Raises:
        DatasetError: A whole image has several texts: it must be a page, and its lines have no boxes.
    """
    seen: dict[str, int] = {}
    later: dict[str, set[str]] = {}
    for row in rows:
        times = seen[row.name] = seen.get(row.name, 0) + 1
        if times > 1 and row.box is None and row.text.strip() and not row.fault:
            texts = later.setdefault(row.name, set())
            texts.add(row.text)
            if len(texts) > 1:
                raise DatasetError(
                    f"{path}: {row.name!r} has several texts, {' and '.join(map(repr, sorted(texts)))} among them; "
                    "lines of a page need their boxes, as 'receiptgen read --format tsv' has them"
                )
        yield row if times == 1 else row._replace(name=f"{row.name}#{times}")


def _table_rows(path: Path) -> Iterator[Row]:
    format: LabelFormat | None = None
    with path.open("rb") as lines:
        for number, content in enumerate(lines, 1):
            where = f"{path.name}:{number}"
            try:
                line = content.decode("utf-8-sig" if number == 1 else "utf-8").rstrip("\r\n")
            except UnicodeDecodeError:
                if number == 1:
                    raise DatasetError(f"{path}: is not UTF-8; save it as UTF-8") from None
                yield Row(where, "", "", fault="not UTF-8")
                continue
            if "\0" in line and number == 1:
                raise DatasetError(f"{path}: is not a text file")
            if not line.strip("\t,; "):
                continue
            if path.suffix.lower() in {".jsonl", ".ndjson"}:
                yield _json_row(line, where)
                continue
            if format is None:
                format = format_of(line, path)
                if format.header:
                    continue
            yield _row(format, line, where)


def _row(format: LabelFormat, line: str, where: str) -> Row:
    cells = format.split(line)
    if len(cells) <= max(format.file, format.text, *format.corners):
        return Row(where, "", "", fault=_BROKEN)
    file, text = cells[format.file].strip(), cells[format.text]
    if not file:
        return Row(where, "", text, fault=_BROKEN)
    if format.read and UNSURE in text:
        return Row(where, file, text, fault=_UNREAD)
    kind = cells[format.kind].strip() if 0 <= format.kind < len(cells) else ""
    if not format.corners:
        return Row(file, file, text, kind)
    try:
        box = upright_box([number_of(cells[column], whole=format.read) for column in format.corners])
    except (ValueError, OverflowError):
        fault = "expected left, top, right and bottom in pixels" if format.read else "expected corners x0 to y3"
        return Row(where, file, text, fault=fault)
    name = f"{file}#{where.rpartition(':')[2]}"
    quad = cells[format.quad].split() if 0 <= format.quad < len(cells) else []
    if not quad:
        return Row(name, file, text, kind, box, "" if _inside(box) else EMPTY_BOX)
    try:
        numbers = tuple(map(number_of, quad))
        fault = "" if is_quad(np.reshape(numbers, (4, 2))) else _NO_QUAD
        return Row(name, file, text, kind, upright_box(numbers), fault, quad=numbers)
    except (ValueError, OverflowError):
        return Row(where, file, text, fault=_NO_QUAD)


def _inside(box: tuple[int, int, int, int]) -> bool:
    return box[0] < box[2] and box[1] < box[3]


def _json_row(line: str, where: str) -> Row:
    try:
        record = json.loads(line)
    except (ValueError, RecursionError):
        record = None
    if isinstance(record, dict):
        file = next((value for key in FILE_KEYS if isinstance(value := record.get(key), str)), "")
        text = next((value for key in TEXT_KEYS if isinstance(value := record.get(key), str)), None)
        kind = record.get("kind")
        if file and text is not None:
            return Row(file, file, text_of_label(text), kind if isinstance(kind, str) else "")
    return Row(where, "", "", fault=_BROKEN)


def _json_rows(path: Path) -> Iterator[Row]:
    try:
        labels = json.loads(path.read_bytes())
    except (ValueError, RecursionError) as error:
        raise DatasetError(f"{path}: is not JSON: {error}") from None
    if isinstance(labels, list) and any(isinstance(page, dict) and "lines" in page for page in labels):
        raise DatasetError(f"{path}: pages of 'receiptgen read --format json'; training takes --format tsv or csv")
    if not isinstance(labels, dict):
        raise DatasetError(f"{path}: expected an object of files and their texts, as docTR has it")
    if any(isinstance(text, dict) and "polygons" in text for text in labels.values()):
        raise DatasetError(f"{path}: labels of pages without texts; draw them in the format folder, tsv or easyocr")
    for file, text in labels.items():
        yield Row(file, file, text if isinstance(text, str) else "", fault="" if isinstance(text, str) else _BROKEN)
