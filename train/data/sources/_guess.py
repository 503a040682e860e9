"""Detection of the format of a data set from its files."""

from itertools import islice
from pathlib import Path

from receiptgen.annotations.boxed_pages import has_boxes
from receiptgen.annotations.truth import LABELS_FILE, TRUTH_FILE
from receiptgen.core.errors import DatasetError
from receiptgen.imaging.image_files import IMAGES

from ._exports import export_of, find_exports
from ._reading import existing, opening
from ._tree import some_files
from .file_names import is_named_by_text
from .gt_pairs import TEXT_END
from .iam import is_iam
from .idx import pairs_in
from .imagefolder import METADATA, are_named_alike, has_folders_of_characters
from .labels import NAMES
from .pixels_csv import is_of_pixels

# Levels of folders that are searched for the files of ``draw``: out, results, part, receipt.
_DEPTH = 3
# Folders that are looked into where the one that was named is no data set.
_MOST_FOLDERS = 20
_LOOKED_FOR = (
    "img/ with box/ (sroie), data.mdb (lmdb), *.tar (webdataset), ascii/lines.txt or lines.txt (iam), "
    "annotation.txt (mjsynth), *-images-idx3-ubyte (idx), labels.jsonl or truth.json (drawn), "
    "labels.tsv and similar (labels), metadata.jsonl (imagefolder), *.parquet (parquet), *.gt.txt (gt_pairs), "
    "exports (coco, labelstudio), names such as TEXT_12.png (file_names)"
)


def guess_format(path: Path) -> str:
    """Return the name of the data set format of a file or folder.

    Raises:
        DatasetError: There is no such file or folder, or its format is unknown.
    """
    with opening(path):
        name = _of_folder(path) if existing(path).is_dir() else _of_file(path)
        inner = [] if name or not path.is_dir() else _inner_sets(path)
        stored = _stored_set(path) if name is None and path.is_dir() else ""
    if inner:
        names = ", ".join(map(str, inner[:3]))
        raise DatasetError(f"{path}: no data set of a known format, but there is one in {names}")
    if stored:
        raise DatasetError(
            f"{path}: {stored} is of a set that save_to_disk of 'datasets' wrote; "
            "load it by load_from_disk, and let to_parquet write it"
        )
    if name is None:
        raise DatasetError(f"{path}: no data set of a known format; looked for {_LOOKED_FOR}{_remedy(path)}")
    return name


def _remedy(path: Path) -> str:
    """Return what to do with a folder of images that nothing labels but their paths; empty for any other path."""
    if not path.is_dir() or not any(Path(file).suffix.lower() in IMAGES for file in some_files(path)):
        return ""
    return f"; where images are named by their texts, say file_names:{path}:text, or by folders, imagefolder:{path}"


def _stored_set(path: Path) -> str:
    """Return the file by which a folder of ``save_to_disk`` is known, which only ``datasets`` reads; empty for none."""
    return next((file for file in some_files(path) if file.rpartition("/")[2] == "dataset_info.json"), "")


def _inner_sets(path: Path) -> list[Path]:
    """Return the folders in a folder that are data sets by themselves, or else those one level deeper."""
    folders = [path]
    for _ in range(2):
        folders = sorted(inner for folder in folders for inner in folder.iterdir() if inner.is_dir())[:_MOST_FOLDERS]
        if found := [folder for folder in folders if _of_folder(folder)]:
            return found
    return []


def _of_file(path: Path) -> str | None:
    end = path.suffix.lower()
    if path.name in {LABELS_FILE, TRUTH_FILE}:
        return "drawn"
    if path.name == "data.mdb":
        return "lmdb"
    if path.name.startswith("annotation") and end == ".txt":
        return "mjsynth"
    if end == ".tar":
        return "webdataset"
    if any(magic in path.name for magic in ("idx3-ubyte", "idx1-ubyte")):
        return "idx"
    if end == ".csv" and is_of_pixels(path):
        return "pixels_csv"
    if end == ".parquet":
        return "parquet"
    if end == ".json" and (export := export_of(path)):
        return export
    return "labels" if end in {".tsv", ".csv", ".txt", ".json", ".jsonl"} else None


def _of_folder(path: Path) -> str | None:
    if has_boxes(path):
        return "sroie"
    if (path / "data.mdb").is_file():
        return "lmdb"
    if is_iam(path):
        return "iam"
    if any(path.glob("annotation*.txt")) or (path / "mnt" / "ramdisk" / "max").is_dir():
        return "mjsynth"
    if _holds_drawn(path, _DEPTH):
        return "drawn"
    if (path / "lmdb" / "data.mdb").is_file():
        return "lmdb"
    if any(path.glob("*.tar")):
        return "webdataset"
    if pairs_in(path):
        return "idx"
    if any((path / name).is_file() for name in NAMES):
        return "labels"
    files = some_files(path)
    if name := _of_tree(files):
        return name
    lists = [each for each in path.iterdir() if each.suffix.lower() in {".tsv", ".csv"}]
    if len(lists) == 1:
        return _of_file(lists[0])
    if exports := find_exports(path):
        return export_of(exports[0])
    named = is_named_by_text(files)
    if has_folders_of_characters(files):
        if named and not are_named_alike(files):
            raise DatasetError(
                f"{path}: its images may be named by folders of one character or by their own names; "
                f"say imagefolder:{path} or file_names:{path}"
            )
        return "imagefolder"
    return "file_names" if named else None


def _of_tree(files: list[str]) -> str | None:
    """Return the format of a folder by files that it may hold at any depth."""
    names = {file.rpartition("/")[2] for file in files}
    if "data.mdb" in names:
        return "lmdb"
    if not names.isdisjoint(METADATA):
        return "imagefolder"
    if any(name.endswith(".parquet") for name in names):
        return "parquet"
    return "gt_pairs" if any(name.endswith(TEXT_END) for name in names) else None


def _holds_drawn(path: Path, depth: int) -> bool:
    """Tell whether a folder, or one of the first few folders in it, has ground truth of ``draw``."""
    if (path / LABELS_FILE).is_file() or (path / TRUTH_FILE).is_file():
        return True
    if not depth:
        return False
    folders = (each for each in path.iterdir() if each.suffix.lower() not in IMAGES and each.is_dir())
    return any(_holds_drawn(folder, depth - 1) for folder in islice(folders, 8))
