"""The IAM Handwriting Database, as the University of Bern publishes it: ``ascii/lines.txt`` and ``lines/``."""

from collections.abc import Iterator
from pathlib import Path
from typing import Literal

from receiptgen.config.paths import FilePath
from receiptgen.config.records import Record
from receiptgen.core.errors import DatasetError

from . import DATASETS, Table
from ._reading import existing, opening
from ._rows import Files, Row, Rows

# Spaces before the text of a row: id, status, grey level, components (of a line), x, y, w, h, tag (of a word).
_CELLS = 8
_EXPECTED = "expected a row such as 'a01-000u-00 ok 154 19 408 746 1661 89 A|MOVE|to|stop'"
_SEGMENTED = "its row says that it is segmented wrongly"


@DATASETS.register
class Iam(Record):
    """Lines or words of handwriting.

    Attributes:
        path: Folder with ``ascii/lines.txt`` or ``lines.txt`` and ``lines/``, or with those of words.
        level: ``lines`` or ``words``.
        errors: Whether rows marked ``err`` are kept. In a line, the segmentation of its words is wrong, but its image
            and text are right; the box of a word is wrong, so that ``skip`` may be better.
    """

    path: FilePath
    level: Literal["lines", "words"] = "lines"
    errors: Literal["keep", "skip"] = "keep"

    def open(self, seed: int) -> Table:
        """Read the list of texts."""
        folder = existing(self.path)
        name = f"{self.level}.txt"
        lists = [folder / "ascii" / name, folder / name]
        path = next((path for path in lists if path.is_file()), None)
        if path is None:
            raise DatasetError(f"{folder}: holds no ascii/{name} and no {name}")
        with opening(path):
            rows = Rows(Files(folder), self._rows(path))
        if not rows.size:
            raise DatasetError(f"{path}: has no rows")
        return rows

    def _rows(self, path: Path) -> Iterator[Row]:
        with path.open(encoding="utf-8", errors="replace") as lines:
            for number, line in enumerate(lines, 1):
                if line.strip() and not line.startswith("#"):
                    yield self._row(line.rstrip("\r\n"), f"{path.name}:{number}")

    def _row(self, line: str, where: str) -> Row:
        cells = line.split(" ", _CELLS)
        parts = cells[0].split("-")
        if len(cells) <= _CELLS or len(parts) < 3 or cells[1] not in {"ok", "err"}:
            return Row(where, "", "", fault=_EXPECTED)
        file = f"{self.level}/{parts[0]}/{parts[0]}-{parts[1]}/{cells[0]}.png"
        if cells[1] == "err" and self.errors == "skip":
            return Row(file, file, "", fault=_SEGMENTED)
        # Bars separate the words of a line; no word contains one.
        return Row(file, file, cells[_CELLS].replace("|", " "))
