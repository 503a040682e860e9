"""Line images beside text files of the same name: ``x.png`` with ``x.gt.txt``, as tesstrain, kraken and Calamari."""

from collections.abc import Iterator
from pathlib import Path

from receiptgen.config.paths import DataPath
from receiptgen.config.records import Record
from receiptgen.core.errors import DatasetError
from receiptgen.core.files import read_regular, reason_of
from receiptgen.imaging.image_files import IMAGES

from . import DATASETS, Table
from ._files import Files
from ._reading import BlankRows, existing, opening
from ._rows import Row, Rows, lines_fault
from ._tree import all_files

TEXT_END = ".gt.txt"
# What OCRopus and its heirs put before the end of an image's name: binarised, normalised in grey, raw.
_VARIANTS = (".bin", ".nrm", ".raw")


@DATASETS.register
class GtPairs(Record):
    """Line images, each beside a file of its text: ``x.png`` (or ``x.bin.png``, of any kind) with ``x.gt.txt``.

    Attributes:
        path: Folder of the pairs, which may lie in folders inside it.
        blank: What becomes of rows whose text is empty: ``skip`` leaves them out, ``keep`` takes them for images of
            nothing, which a reader learns to read as nothing.
    """

    path: DataPath
    blank: BlankRows = "skip"

    def open(self, seed: int) -> Table:
        """Read all texts."""
        folder = existing(self.path)
        with opening(folder):
            names = list(all_files(folder)) if folder.is_dir() else []
            if not any(name.endswith(TEXT_END) for name in names):
                raise DatasetError(f"{folder}: holds no text beside an image, such as line.gt.txt beside line.png")
            rows = Rows(Files(folder), _rows(folder, names), blank=self.blank)
        first = rows.row(0)
        if all(rows.row(index).fault for index in range(rows.size or 0)):
            raise DatasetError(f"{folder}: holds no pair that can be read; {first.name}: {first.fault}")
        return rows


def _rows(folder: Path, names: list[str]) -> Iterator[Row]:
    """Yield a row for each image and for each text without one."""
    texts = {name.removesuffix(TEXT_END) for name in names if name.endswith(TEXT_END)}
    without_image = set(texts)
    for name in names:
        if Path(name).suffix.lower() not in IMAGES:
            continue
        stem = _stem_of(name, texts)
        if stem in texts:
            without_image.discard(stem)
            yield _row(folder, name, f"{stem}{TEXT_END}")
        else:
            yield Row(name, name, "", fault=f"has no {Path(stem).name}{TEXT_END} beside it")
    for stem in sorted(without_image):
        yield Row(f"{stem}{TEXT_END}", "", "", fault="has no image beside it")


def _stem_of(name: str, texts: set[str]) -> str:
    """Return the name that an image shares with its text."""
    stem = name.rpartition(".")[0]
    variant = next((end for end in _VARIANTS if stem.endswith(end)), "")
    return stem if stem in texts else stem.removesuffix(variant)


def _row(folder: Path, image: str, text_file: str) -> Row:
    try:
        text = read_regular(folder / text_file).decode("utf-8-sig")
    except UnicodeDecodeError:
        return Row(image, image, "", fault=f"{Path(text_file).name} is not UTF-8")
    except OSError as error:
        return Row(image, image, "", fault=f"{Path(text_file).name}: {reason_of(error)}")
    several = lines_fault(text)
    return Row(image, image, text, fault=f"{Path(text_file).name} {several}" if several else "")
