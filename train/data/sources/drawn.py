"""Output of ``receiptgen draw`` in the formats folder and jsonl: snippets and receipts with ground truth."""

from collections.abc import Iterator
from pathlib import Path
from typing import ClassVar

from receiptgen.annotations.truth import FOREIGN, LABELS_FILE, TRUTH_FILE, BrokenLabel, Label, find_labels
from receiptgen.config.paths import DataPath
from receiptgen.config.records import Record
from receiptgen.core.errors import DatasetError

from . import DATASETS, Table
from ._files import Files, check_images
from ._reading import BlankRows, existing, opening
from ._rows import Row, Rows, field_rows


@DATASETS.register
class Drawn(Record):
    """Snippets of ``receiptgen draw``, and each field of its receipts, with its role as kind.

    Attributes:
        path: Output folder of ``draw``, any folder above it, or its ``labels.jsonl``.
        blank: What becomes of rows whose text is empty: ``skip`` leaves them out, ``keep`` takes them for images of
            nothing, which a reader learns to read as nothing.
    """

    groups: ClassVar[str] = "samples"

    path: DataPath
    blank: BlankRows = "skip"

    def open(self, seed: int) -> Table:
        """Read all labels."""
        path = existing(self.path)
        folder = path if path.is_dir() else path.parent
        if folder != path and path.name not in {LABELS_FILE, TRUTH_FILE}:
            raise DatasetError(f"{path}: expected a folder, {LABELS_FILE} or {TRUTH_FILE}")
        with opening(path):
            files = Files(folder)
            rows = Rows(files, _rows(path), blank=self.blank)
        if not rows.size:
            raise DatasetError(
                f"{path}: holds no output of 'receiptgen draw' in the format folder or jsonl: "
                f"no {LABELS_FILE}, no {TRUTH_FILE}"
            )
        check_images(files, rows.some_files, path, "labels belong beside the images that they were drawn with")
        return rows


def _rows(path: Path) -> Iterator[Row]:
    for label in find_labels(path):
        if isinstance(label, BrokenLabel) or not label.head.file:
            yield Row(label.name, "", "", fault=FOREIGN)
        elif label.head.is_receipt:
            yield from field_rows(label.content, label.file, label.file, label.name)
        else:
            yield _snippet(label)


def _snippet(label: Label) -> Row:
    if not label.head.kind or label.head.text is None:
        return Row(label.name, "", "", fault=FOREIGN)
    # Snippets that were cut out of one receipt share its number, by which ``draw --split`` keeps them together too.
    group = "" if label.head.group is None else f"{label.folder}#{label.head.group}"
    return Row(label.file, label.file, label.head.text, label.head.kind, group=group)
