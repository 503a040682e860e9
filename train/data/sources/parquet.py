"""Parquet files with images in them, as data sets of the Hugging Face Hub are stored."""

from collections.abc import Iterator
from pathlib import Path

from receiptgen.config.paths import DataPath
from receiptgen.config.records import Record
from receiptgen.core.errors import DatasetError

from . import DATASETS, Table
from ._parquet import ShardImages, image_column, text_column, texts
from ._reading import BlankRows, Stamp, existing, opening
from ._rows import Row, Rows
from ._tree import Part, all_files, files_of_part


@DATASETS.register
class Parquet(Record):
    """Line images with their texts in Parquet files, as data sets of the Hugging Face Hub are stored.

    Row groups are read whole: shuffled training is fastest where those of a data set fit into 192 MB.

    Attributes:
        path: A file, or a folder of shards at any depth, such as ``data/train-00000-of-00002.parquet``.
        part: Part of the data set, as the shards' names have it (``validation`` is also ``valid``, ``val`` and
            ``dev``); none for ``train``, or for the only one.
        image: Column of the images: encoded, as ``datasets`` stores them, or paths of files. None for ``image`` or a
            similar name.
        text: Column of the texts: strings or classes with names. None for ``text``, ``label`` or a similar name.
        blank: What becomes of rows whose text is empty: ``skip`` leaves them out, ``keep`` takes them for images of
            nothing, which a reader learns to read as nothing.
    """

    path: DataPath
    part: Part | None = None
    image: str = ""
    text: str = ""
    blank: BlankRows = "skip"

    def open(self, seed: int) -> Table:
        """Read the texts."""
        path = existing(self.path)
        with opening(path):
            folder = path if path.is_dir() else path.parent
            files = [name for name in all_files(path) if name.endswith(".parquet")] if path.is_dir() else [path.name]
            if not files:
                raise DatasetError(f"{path}: holds no .parquet")
            shards = [Stamp.of(folder / name) for name in files_of_part(files, self.part, path)]
            images = ShardImages(shards, [image_column(shard, self.image) for shard in shards])
            rows = Rows(images, self._rows(folder, shards), blank=self.blank)
        if not rows.size:
            raise DatasetError(f"{path}: has no rows")
        if all(rows.row(index).fault for index in range(rows.size)):
            first = rows.row(0)
            raise DatasetError(f"{path}: no row can be read; {first.name}: {first.fault}")
        if self.blank == "skip" and not any(rows.label(index).text for index in range(rows.size)):
            raise DatasetError(f"{path}: no row has a text; another column is named by 'text=COLUMN' after the path")
        return rows

    def _rows(self, folder: Path, shards: list[Stamp]) -> Iterator[Row]:
        for number, shard in enumerate(shards):
            name = shard.path.relative_to(folder).as_posix()
            for row, text in enumerate(texts(shard, text_column(shard, self.text))):
                yield Row(f"{name}#{row}", f"{number} {row}", text)
