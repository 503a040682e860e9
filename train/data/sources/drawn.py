"""What ``receiptgen draw`` wrote: folders of snippets and receipts with their truth, the formats folder and jsonl."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from receiptgen.config.records import FilePath, Record
from receiptgen.core.errors import DatasetError

from . import DATASETS, Table
from ._reading import existing, opening, walk
from ._rows import Files, Row, Rows
from ._truth import FOREIGN, fields, parsed, parsed_head

LABELS, TRUTH = "labels.jsonl", "truth.json"


@DATASETS.register
class Drawn(Record):
    """Snippets as they are, and each field of receipts, by its role.

    Attributes:
        path: The folder that was drawn into, or any above it, or its ``labels.jsonl``.
    """

    path: FilePath

    def open(self, seed: int) -> Table:
        """Read all labels."""
        path = existing(self.path)
        folder = path if path.is_dir() else path.parent
        with opening(path):
            rows = Rows(Files(folder), _rows(path, folder))
        if not rows.size:
            raise DatasetError(
                f"{path}: holds nothing that 'receiptgen draw' wrote as format folder or jsonl: no {LABELS}, no {TRUTH}"
            )
        return rows


def _rows(path: Path, folder: Path) -> Iterator[Row]:
    if not path.is_dir():
        if path.name not in {LABELS, TRUTH}:
            raise DatasetError(f"{path}: expected a folder, {LABELS} or {TRUTH}")
        yield from _labelled(path, "", set()) if path.name == LABELS else _receipt(path, "", set())
        return
    labels, truths = [], []
    for base, files in walk(path):
        inside = base.relative_to(folder).as_posix()
        prefix = "" if inside == "." else f"{inside}/"
        if LABELS in files:
            labels.append((base / LABELS, prefix))
        if TRUTH in files:
            truths.append((base / TRUTH, prefix))
    # A receipt that was written in both formats counts once.
    known: set[str] = set()
    for file, prefix in labels:
        yield from _labelled(file, prefix, known)
    for file, prefix in truths:
        yield from _receipt(file, prefix, known)


def _labelled(path: Path, prefix: str, known: set[str]) -> Iterator[Row]:
    """Yield the rows of ``labels.jsonl``, and note the receipts among them."""
    with path.open("rb") as lines:
        for number, line in enumerate(lines, 1):
            if not line.strip():
                continue
            where = f"{prefix}{path.name}:{number}"
            truth = parsed_head(line)
            if truth.get("kind") == "receipt":
                truth = parsed(line)
                known.add(f"{prefix}{truth.get('file')}")
                yield from _fields(truth, prefix, where)
            else:
                yield _snippet(truth, prefix, where)


def _receipt(path: Path, prefix: str, known: set[str]) -> Iterator[Row]:
    """Yield the fields of the receipt that lies beside its ``truth.json``."""
    truth = parsed(path.read_bytes())
    file = truth.get("file")
    if isinstance(file, str):
        # It names the file from the part's folder.
        truth["file"] = file.rpartition("/")[2]
        if f"{prefix}{truth['file']}" in known:
            return
    yield from _fields(truth, prefix, f"{prefix}{path.name}")


def _snippet(truth: dict[str, Any], prefix: str, where: str) -> Row:
    file, kind, text = truth.get("file"), truth.get("kind"), truth.get("text")
    if isinstance(file, str) and isinstance(kind, str) and isinstance(text, str):
        return Row(prefix + file, prefix + file, text, kind)
    return Row(where, "", "", fault=FOREIGN)


def _fields(truth: dict[str, Any], prefix: str, where: str) -> Iterator[Row]:
    if not isinstance(truth.get("file"), str):
        yield Row(where, "", "", fault=FOREIGN)
        return
    file = prefix + truth["file"]
    yield from fields(truth, file, file, where)
