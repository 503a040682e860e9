"""Images whose file names hold their texts, as TextRecognitionDataGenerator (TRDG) and sets of captchas have them."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Literal, NamedTuple

from receiptgen.config.paths import DataPath
from receiptgen.config.records import Record
from receiptgen.core.errors import DatasetError
from receiptgen.core.files import readable
from receiptgen.imaging.image_files import IMAGES

from . import DATASETS, Table
from ._files import Files
from ._reading import existing, opening
from ._rows import Row, Rows
from ._tree import all_files

Pattern = Literal["text_number", "number_text", "text"]
_PATTERNS = {
    "text_number": re.compile(r"(?P<text>.+)_(?P<number>[0-9]+)", re.DOTALL),
    "number_text": re.compile(r"(?P<number>[0-9]+)_(?P<text>.+)", re.DOTALL),
    "text": re.compile(r"(?P<text>.+)(?P<number>)", re.DOTALL),
}
# What is told by itself; any name at all is a text.
_NUMBERED: tuple[Pattern, ...] = ("text_number", "number_text")
# Share of a folder's images whose names must be of a pattern, and whose numbers must differ, where it is guessed.
_SURE = 0.9
# Different texts that no camera and no scanner puts before its numbers.
_MANY = 5


@DATASETS.register
class FileNames(Record):
    """Images whose file names hold their texts: ``$0.37_2.png``, ``2_$0.37.png`` or ``$0.37.png``.

    Attributes:
        path: Folder of the images, which may lie in folders inside it.
        pattern: How names hold texts: before the last ``_`` and a number, after a number and the first ``_``, or alone.
            None for whichever of the first two more names are by.
    """

    path: DataPath
    pattern: Pattern | None = None

    def open(self, seed: int) -> Table:
        """Find the images."""
        folder = existing(self.path)
        with opening(folder):
            names = [name for name in all_files(folder) if _is_image(name)] if folder.is_dir() else []
        pattern = self.pattern or _likeliest(names).pattern
        if not any(_text_of(name, pattern) for name in names):
            raise DatasetError(
                f"{folder}: holds no image whose name has a text and a number, such as TOTAL_12.png or 12_TOTAL.png; "
                "where names are texts alone, say file_names:PATH:text"
            )
        return Rows(Files(folder), _rows(names, pattern))


class _Fit(NamedTuple):
    """How well a pattern fits the names of images.

    Attributes:
        pattern: The pattern.
        numbers: Different numbers, those of each folder and kind of image apart.
        texts: Texts with the number of names that hold them.
        padded: Number of names whose number begins with a zero.
    """

    pattern: Pattern
    numbers: int
    texts: Counter[str]
    padded: int


def is_named_by_text(files: Sequence[str]) -> bool:
    """Tell whether files are surely images named by their texts.

    Almost all images are of one pattern and no number comes twice, as a generator counts. Photographs and scans are
    numbered too, but after few words: by numbers with zeros before them, or with one word before most of them.
    """
    names = [name for name in files if _is_image(name)]
    if len(names) < 2:
        return False
    fit = _likeliest(names)
    shared = max(fit.texts.values(), default=0)
    varied = len(fit.texts) >= max(_MANY, len(names) / 2) or (not fit.padded and 2 * shared <= len(names))
    return varied and fit.numbers >= _SURE * len(names)


def _likeliest(names: Sequence[str]) -> _Fit:
    """Return the pattern whose numbers count the names, that of TRDG's default where both do."""
    return max((_fit(names, pattern) for pattern in _NUMBERED), key=lambda fit: fit.numbers)


def _fit(names: Sequence[str], pattern: Pattern) -> _Fit:
    numbers: set[tuple[str, str, str]] = set()
    texts: Counter[str] = Counter()
    padded = 0
    for name in names:
        folder, stem, suffix = _parts_of(name)
        if found := _PATTERNS[pattern].fullmatch(stem):
            texts[found["text"]] += 1
            numbers.add((folder, found["number"], suffix))
            padded += found["number"].startswith("0") and len(found["number"]) > 1
    return _Fit(pattern, len(numbers), texts, padded)


def _rows(names: Sequence[str], pattern: Pattern) -> Iterator[Row]:
    examples = {"text_number": "TOTAL_12.png", "number_text": "12_TOTAL.png", "text": "TOTAL.png"}
    for name in names:
        if readable(name) != name:
            yield Row(readable(name), "", "", fault="its name is not UTF-8")
        elif text := _text_of(name, pattern):
            yield Row(name, name, text)
        else:
            yield Row(name, name, "", fault=f"expected a name such as {examples[pattern]}")


def _text_of(name: str, pattern: Pattern) -> str:
    found = _PATTERNS[pattern].fullmatch(_parts_of(name)[1])
    return found["text"] if found else ""


def _parts_of(name: str) -> tuple[str, str, str]:
    """Return folder, stem and lower-case end of a file's name; a name such as ``.50_3.png`` is no end alone."""
    folder, _, file = name.rpartition("/")
    stem, dot, end = file.rpartition(".")
    return folder, stem, f"{dot}{end}".lower()


def _is_image(name: str) -> bool:
    return _parts_of(name)[2] in IMAGES
