"""MJSynth (Synth90k), as the VGG group publishes it: nine million words whose texts stand in their files' names."""

from collections.abc import Iterator
from pathlib import Path
from typing import Literal

import numpy as np

from receiptgen.config.records import FilePath, Record
from receiptgen.core.errors import DatasetError
from receiptgen.core.files import reason_of, walk

from . import DATASETS, Example, Flaw, Table
from ._reading import Stamp, clean_text, existing, mapped, opening
from ._rows import Files, Row, Rows

# Where the published archive puts everything.
_INSIDE = "mnt/ramdisk/max/90kDICT32px"
_NAMELESS = "expected a name as 158_Letters_12345.jpg"
# Of so many lines the first one's place is kept; to split the rest costs less than to open an image.
_STRIDE = 64
_CHUNK = 16 << 20  # bytes in which line feeds are sought


def text_of(file: str) -> str | None:
    """Return what the name of a file says: the part between its first and its last ``_``; None for other names."""
    stem = file.rpartition("/")[2].rpartition(".")[0]
    number, _, rest = stem.partition("_")
    text, _, last = rest.rpartition("_")
    return text if number.isdecimal() and last.isdecimal() and text else None


class Annotated:
    """A table of the words that an annotation file lists, which is mapped, not loaded; see ``Table``.

    Args:
        path: The file: a row a word, its image's path and the number of its text in the lexicon.

    Attributes:
        size: Rows.
    """

    def __init__(self, path: Path) -> None:
        self._list = Stamp.of(path)
        self._files = Files(path.parent)
        rows, starts, at = mapped(self._list), [np.zeros(1, np.int64)], 0
        count = 0
        while chunk := rows[at : at + _CHUNK]:
            ends = np.flatnonzero(np.frombuffer(chunk, np.uint8) == ord("\n")) + 1
            starts.append(ends[-(count + 1) % _STRIDE :: _STRIDE] + at)
            count += len(ends)
            at += len(chunk)
        self._starts = np.concatenate(starts)
        self.size: int | None = count + (at > 0 and rows[at - 1 : at] != b"\n")

    def read(self, index: int) -> Example | Flaw:
        """Read a word."""
        block, place = divmod(index, _STRIDE)
        start = int(self._starts[block])
        stop = int(self._starts[block + 1]) if block + 1 < len(self._starts) else None
        where = f"{self._list.path.name}:{index + 1}"
        try:
            row = mapped(self._list)[start:stop].split(b"\n")[place].decode()
        except (OSError, UnicodeDecodeError) as error:
            return Flaw(where, reason_of(error) if isinstance(error, OSError) else "not UTF-8")
        file = row.split(" ")[0].strip().removeprefix("./")
        text = text_of(file)
        if text is None:
            return Flaw(where, _NAMELESS)
        image = self._files.image(file)
        return Flaw(file, image) if isinstance(image, str) else Example(image, clean_text(text), "", file)


@DATASETS.register
class Mjsynth(Record):
    """Words drawn on natural pictures.

    Attributes:
        path: Folder of the annotation files or above it, as unpacked; or one annotation file. A folder without such
            files is searched for images.
        part: Which part, of a folder; ``all`` for every word.
    """

    path: FilePath
    part: Literal["train", "val", "test", "all"] = "train"

    def open(self, seed: int) -> Table:
        """Find where the rows of the annotation file begin, or else all images."""
        path = existing(self.path)
        with opening(path):
            if path.is_file():
                return self._filled(Annotated(path), path)
            folder = inside if (inside := path / _INSIDE).is_dir() else path
            names = ["annotation.txt"] if self.part == "all" else [f"annotation_{self.part}.txt"]
            names += ["annotation.txt"] if self.part == "train" else []
            for name in names:
                if (folder / name).is_file():
                    return self._filled(Annotated(folder / name), folder / name)
            if self.part in {"val", "test"}:
                raise DatasetError(f"{folder}: holds no {names[0]}, which says what belongs to part '{self.part}'")
            return self._filled(Rows(Files(folder), _found(folder)), path)

    @staticmethod
    def _filled(table: Table, path: Path) -> Table:
        if not table.size:
            raise DatasetError(f"{path}: holds no words of MJSynth, as 2373/6/158_Letters_12345.jpg")
        return table


def _found(folder: Path) -> Iterator[Row]:
    for base, files in walk(folder):
        inside = base.relative_to(folder).as_posix()
        for file in files:
            if file.lower().endswith((".jpg", ".jpeg", ".png")):
                name = file if inside == "." else f"{inside}/{file}"
                text = text_of(file)
                yield Row(name, name, text or "", fault="" if text else _NAMELESS)
