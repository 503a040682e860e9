"""MJSynth (Synth90k), as the VGG group publishes it: nine million words with their texts in the file names."""

from collections.abc import Iterator
from pathlib import Path
from typing import Literal

from receiptgen.config.paths import DataPath
from receiptgen.config.records import Record
from receiptgen.core.errors import DatasetError
from receiptgen.core.files import reason_of, walk

from . import DATASETS, Example, Flaw, RowLabel, Table
from ._files import Files, check_images
from ._reading import Stamp, clean_text, existing, line_starts, mapped, opening
from ._rows import Row, Rows, spread

# Folder of all files in the published archive.
_INSIDE = "mnt/ramdisk/max/90kDICT32px"
_NAMELESS = "expected a name such as 158_Letters_12345.jpg"
# The offset of one line in this many is stored; splitting the rest costs less than opening an image.
_STRIDE = 64


def text_of(file: str) -> str | None:
    """Return the text in a file name, between its first and its last ``_``; None for other names."""
    stem = file.rpartition("/")[2].rpartition(".")[0]
    number, _, rest = stem.partition("_")
    text, _, last = rest.rpartition("_")
    return text if number.isdecimal() and last.isdecimal() and text else None


def _text(file: str) -> str:
    return clean_text(text_of(file) or "")


class AnnotationTable:
    """A table of the words of an annotation file, which is memory-mapped; see ``Table``.

    Args:
        path: The file, with a row for each word: path of its image, and index of its text in the lexicon.

    Attributes:
        size: Number of rows.

    Raises:
        DatasetError: None of the images exists.
    """

    def __init__(self, path: Path) -> None:
        self._list = Stamp.of(path)
        self._files = Files(path.parent)
        self._starts, count = line_starts(self._list, _STRIDE)
        self.size: int | None = count
        some = [file for file in map(self._file, spread(count)) if isinstance(file, str)]
        check_images(self._files, some, path, f"unpack the images into {path.parent}")

    def read(self, index: int) -> Example | Flaw:
        """Read a word."""
        file = self._file(index)
        if isinstance(file, Flaw):
            return file
        image = self._files.image(file)
        return Flaw(file, image) if isinstance(image, str) else Example(image, _text(file), "", file)

    def label(self, index: int) -> RowLabel:
        """Return the text and the file of a word."""
        file = self._file(index)
        return RowLabel("", file.name, file.name) if isinstance(file, Flaw) else RowLabel(_text(file), file, file)

    def _file(self, index: int) -> str | Flaw:
        """Return the image of a row, which has a text in its name."""
        block, offset = divmod(index, _STRIDE)
        start = int(self._starts[block])
        stop = int(self._starts[block + 1]) if block + 1 < len(self._starts) else None
        where = f"{self._list.path.name}:{index + 1}"
        try:
            row = mapped(self._list)[start:stop].split(b"\n")[offset].decode()
        except (OSError, UnicodeDecodeError) as error:
            return Flaw(where, reason_of(error) if isinstance(error, OSError) else "not UTF-8")
        file: str = row.split(" ")[0].strip().removeprefix("./")
        return Flaw(where, _NAMELESS) if text_of(file) is None else file


@DATASETS.register
class Mjsynth(Record):
    """Synthetic words on natural images.

    Attributes:
        path: Folder of the annotation files or above it, as unpacked; or one annotation file. A folder without such
            files is searched for images.
        part: Part of the data set in a folder; ``all`` for every word.
    """

    path: DataPath
    part: Literal["train", "val", "test", "all"] = "train"

    def open(self, seed: int) -> Table:
        """Find the rows of the annotation file, or all images without one."""
        path = existing(self.path)
        with opening(path):
            if path.is_file():
                return self._if_not_empty(AnnotationTable(path), path)
            folder = inside if (inside := path / _INSIDE).is_dir() else path
            names = ["annotation.txt"] if self.part == "all" else [f"annotation_{self.part}.txt"]
            names += ["annotation.txt"] if self.part == "train" else []
            for name in names:
                if (folder / name).is_file():
                    return self._if_not_empty(AnnotationTable(folder / name), folder / name)
            if self.part in {"val", "test"}:
                raise DatasetError(f"{folder}: holds no {names[0]}, which lists part '{self.part}'")
            return self._if_not_empty(Rows(Files(folder), _image_rows(folder)), path)

    @staticmethod
    def _if_not_empty(table: Table, path: Path) -> Table:
        if not table.size:
            raise DatasetError(f"{path}: holds no words of MJSynth, such as 2373/6/158_Letters_12345.jpg")
        return table


def _image_rows(folder: Path) -> Iterator[Row]:
    for base, files in walk(folder):
        inside = base.relative_to(folder).as_posix()
        for file in files:
            if file.lower().endswith((".jpg", ".jpeg", ".png")):
                name = file if inside == "." else f"{inside}/{file}"
                text = text_of(file)
                yield Row(name, name, text or "", fault="" if text else _NAMELESS)
