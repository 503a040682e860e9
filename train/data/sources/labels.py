"""Images with one list of labels, such as ``FILE<TAB>TEXT``: tsv, csv, txt, docTR's json, jsonl."""

from pathlib import Path

from receiptgen.config.paths import DataPath
from receiptgen.config.records import Record
from receiptgen.core.errors import DatasetError

from . import DATASETS, Table
from ._files import Files, check_images
from ._lists import list_rows, with_unique_names
from ._reading import BlankRows, existing, opening
from ._rows import Rows

# Names of lists in a folder, the likeliest first.
NAMES = (
    "labels.tsv", "labels.csv", "labels.json", "rec_gt.txt", "labels.txt", "gt.txt", "easyocr/labels.csv",
    "rec_gt_train.txt", "rec_gt_test.txt", "train.tsv", "train.csv", "train.txt", "metadata.csv", "metadata.jsonl",
)  # fmt: skip


@DATASETS.register
class Labels(Record):
    """Line images, or lines of pages, and a list of their texts; also tables of ``receiptgen read``.

    Attributes:
        path: The list, or a folder that holds one; file names are relative to the list, or else to the current folder.
        blank: What becomes of rows whose text is empty: ``skip`` leaves them out, ``keep`` takes them for images of
            nothing, which a reader learns to read as nothing.
    """

    path: DataPath
    blank: BlankRows = "skip"

    def open(self, seed: int) -> Table:
        """Read the list."""
        path = existing(self.path)
        path = find_list(path) if path.is_dir() else path
        with opening(path):
            folder = path.parent
            if path.suffix.lower() == ".json":
                # docTR keeps its images in a folder of this name.
                folder = inside if (inside := folder / "images").is_dir() else folder
            # ``receiptgen read`` names files from the current folder.
            images = Files(folder, Path.cwd())
            rows = Rows(images, with_unique_names(list_rows(path), path), blank=self.blank)
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
