"""Images with one list of labels, such as ``FILE<TAB>TEXT``: tsv, csv, txt, docTR's json, jsonl."""

import json
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from receiptgen.config.paths import FilePath
from receiptgen.config.records import Record
from receiptgen.core.errors import DatasetError
from receiptgen.core.files import NO_FILE
from receiptgen.imaging.boxes import upright_box
from receiptgen.imaging.geometry import Pixels
from receiptgen.reading.line_images import is_quad
from receiptgen.reading.results import UNSURE

from . import DATASETS, Table
from ._forms import FILE_KEYS, TEXT_KEYS, LabelFormat, format_of, number_of
from ._reading import existing, opening
from ._rows import EMPTY_BOX, Files, Row, Rows, check_images

# Names of lists in a folder, the likeliest first.
NAMES = (
    "labels.tsv", "labels.csv", "labels.json", "rec_gt.txt", "labels.txt", "gt.txt", "easyocr/labels.csv",
    "rec_gt_train.txt", "rec_gt_test.txt", "train.tsv", "train.csv", "train.txt", "metadata.csv", "metadata.jsonl",
)  # fmt: skip
_NO_QUAD = "expected the four corners of the quad, x and y in pixels, clockwise from the top left"
_BROKEN = "expected a file name and its text"
_UNREAD = f"has {UNSURE}, which 'receiptgen read' writes for words in doubt; write what is there"


@DATASETS.register
class Labels(Record):
    """Line images, or lines of pages, and a list of their texts; also tables of ``receiptgen read``.

    Attributes:
        path: The list, or a folder that holds one; file names are relative to the list, or else to the current folder.
    """

    path: FilePath

    def open(self, seed: int) -> Table:
        """Read the list."""
        path = existing(self.path)
        path = find_list(path) if path.is_dir() else path
        with opening(path):
            folder = path.parent
            if path.suffix.lower() == ".json":
                # docTR keeps its images in a folder of this name.
                folder = inside if (inside := folder / "images").is_dir() else folder
                images, found = Files(folder), _json_rows(path)
            else:
                images, found = _Images(folder), _rows(path)
            rows = Rows(images, _with_unique_names(found, path))
        if not rows.size:
            raise DatasetError(f"{path}: has no rows")
        if all(rows.row(index).fault for index in range(rows.size)):
            first = rows.row(0)
            raise DatasetError(f"{path}: no row can be read; {first.name}: {first.fault}")
        check_images(images, rows.some_files, path, f"file names count from {folder}")
        return rows


def find_list(folder: Path) -> Path:
    """Return the list of labels that a folder holds: one of ``NAMES``, or the only tsv or csv.

    Raises:
        DatasetError: There is none, or several without a usual name.
    """
    usual = next((path for name in NAMES if (path := folder / name).is_file()), None)
    if usual is not None:
        return usual
    lists = sorted(path for path in folder.iterdir() if path.suffix.lower() in {".tsv", ".csv"} and path.is_file())
    if len(lists) != 1:
        reason = f"several lists, {', '.join(path.name for path in lists[:3])}; name one" if lists else "no labels"
        raise DatasetError(f"{folder}: holds {reason}; looked for {', '.join(NAMES)}, any .tsv or .csv")
    return lists[0]


class _Images(Files):
    """Images beside a list or in the current folder, from which ``receiptgen read`` names them."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self._current = Files(Path.cwd())

    def image(self, file: str) -> Pixels | str:
        """Read an image file."""
        image = super().image(file)
        return self._current.image(file) if isinstance(image, str) and image == NO_FILE else image

    def has(self, file: str) -> bool:
        """Tell whether there is such a file."""
        return super().has(file) or self._current.has(file)


def _with_unique_names(rows: Iterator[Row], path: Path) -> Iterator[Row]:
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


def _rows(path: Path) -> Iterator[Row]:
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
            return Row(file, file, text, kind if isinstance(kind, str) else "")
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
