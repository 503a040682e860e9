"""Folders as ``datasets`` loads them by ``imagefolder``: parts with ``metadata.jsonl``, or a folder for each text."""

from collections.abc import Iterator
from itertools import chain
from pathlib import Path, PurePosixPath, PureWindowsPath

from receiptgen.config.paths import DataPath
from receiptgen.config.records import Record
from receiptgen.core.errors import DatasetError
from receiptgen.imaging.image_files import IMAGES

from . import DATASETS, Table
from ._files import Files, check_images
from ._lists import list_rows, with_unique_names
from ._reading import BlankRows, existing, opening
from ._rows import Row, Rows
from ._tree import Part, all_files, files_of_part

METADATA = ("metadata.jsonl", "metadata.csv", "metadata.parquet")


@DATASETS.register
class Imagefolder(Record):
    """Line images with ``metadata.jsonl``, ``.csv`` or ``.parquet`` in folders such as ``train`` and ``test``.

    Without any such list, images are named by their folders: those in ``A`` show an A.

    Attributes:
        path: Folder of the lists, or above them at any depth.
        part: Part of the data set, as the paths of lists name it (``validation`` is also ``valid``, ``val`` and
            ``dev``); none for ``train``, or for the only one.
        blank: What becomes of rows whose text is empty: ``skip`` leaves them out, ``keep`` takes them for images of
            nothing, which a reader learns to read as nothing.
    """

    path: DataPath
    part: Part | None = None
    blank: BlankRows = "skip"

    def open(self, seed: int) -> Table:
        """Read the lists of the part."""
        folder = existing(self.path)
        with opening(folder):
            names = list(all_files(folder)) if folder.is_dir() else []
            lists = [name for name in names if PurePosixPath(name).name in METADATA]
            files = Files(folder)
            if lists:
                lists = files_of_part(lists, self.part, folder)
                listed = chain.from_iterable(_listed(folder, name) for name in lists)
                rows = Rows(files, with_unique_names(listed, folder), blank=self.blank)
            else:
                images = files_of_part(_images_in_folders(names), self.part, folder)
                rows = Rows(files, (Row(name, name, PurePosixPath(name).parent.name) for name in images))
        if not rows.size:
            raise DatasetError(
                f"{folder}: holds no {', '.join(METADATA)} with rows, at any depth, and no folders named by texts"
            )
        if all(rows.row(index).fault for index in range(rows.size)):
            first = rows.row(0)
            raise DatasetError(f"{folder}: no row can be read; {first.name}: {first.fault}")
        if self.blank == "skip" and not any(rows.label(index).text for index in range(rows.size)):
            raise DatasetError(
                f"{folder}: no row has a text; labels of pages, such as values alone, are no lines to read"
            )
        check_images(files, rows.some_files, folder, "file names count from the folder of their list")
        return rows


def has_folders_of_characters(files: list[str]) -> bool:
    """Tell whether files are images in folders of which each is named by one character, and there are several."""
    images = [file for file in files if PurePosixPath(file).suffix.lower() in IMAGES]
    folders = {PurePosixPath(file).parent.name for file in images}
    return len(folders) > 1 and all(len(folder) == 1 for folder in folders)


def are_named_alike(files: list[str]) -> bool:
    """Tell whether the names of images say the character of their folder too, as ``A/A_12.png``."""
    paths = [PurePosixPath(file) for file in files]
    return all(path.parent.name in path.stem.split("_") for path in paths if path.suffix.lower() in IMAGES)


def _images_in_folders(names: list[str]) -> list[str]:
    return [name for name in names if "/" in name and PurePosixPath(name).suffix.lower() in IMAGES]


def _listed(folder: Path, name: str) -> Iterator[Row]:
    """Yield the rows of a list, their files named from the folder of the data set."""
    inside = PurePosixPath(name).parent.as_posix()
    path = folder / name
    if path.suffix == ".parquet":
        from ._parquet import file_rows

        rows = file_rows(path)
    else:
        rows = list_rows(path)
    for row in rows:
        if inside == "." or (not row.file and row.fault):
            yield row if inside == "." else row._replace(name=f"{inside}/{row.name}")
        elif PureWindowsPath(row.file).is_absolute() or PurePosixPath(row.file).is_absolute():
            yield row
        else:
            yield row._replace(name=f"{inside}/{row.name}", file=f"{inside}/{row.file}")
