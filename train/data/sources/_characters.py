"""Tables of single characters whose classes are numbers, as data sets for classifiers have them."""

import re
from collections.abc import Mapping
from typing import Literal, Protocol

import numpy as np
from numpy.typing import NDArray
from pydantic import Field, field_validator

from receiptgen.config.paths import FilePath
from receiptgen.config.records import Record
from receiptgen.core.errors import DatasetError
from receiptgen.imaging.geometry import Pixels

from . import Example, Flaw, RowLabel

DIGITS = "0-9"
_RANGE = re.compile(r"(.)-(.)", re.DOTALL)
# Class of a row whose class can't be read.
NO_CLASS = -1


class CharacterSettings(Record):
    """Settings of the forms that hold single characters.

    Attributes:
        path: The file, or a folder that holds it.
        classes: Characters of classes 0, 1 and so on, with ranges, as ``0-9A-Za-z``; a hyphen stands at either end.
            Empty for the digits, or what a list of classes beside the data says.
        ink: How ink is stored: ``light`` (high values on 0, as MNIST has it) or ``dark``. It is always read as dark.
    """

    path: FilePath
    classes: str = Field(default="", max_length=10_000)
    ink: Literal["light", "dark"] = "light"

    @field_validator("classes")
    @classmethod
    def _increasing(cls, classes: str) -> str:
        for first, last in _RANGE.findall(classes):
            if first > last:
                raise ValueError(f"the range {first}-{last} is empty; write {last}-{first}")
        return classes


class CharacterImages(Protocol):
    """A store of images of single characters; can be pickled."""

    def pixels(self, index: int) -> Pixels | str:
        """Return image ``index`` as it is stored, uint8 (H, W), or the reason why there is none."""


class CharacterTable:
    """A table of single characters; see ``Table``.

    Args:
        name: Name of the file of images; rows are named ``NAME#INDEX``.
        images: The images.
        labels: Class of each row, (rows,); ``NO_CLASS`` where there is none.
        chars: Characters by class.
        light: Whether ink has the high values.

    Attributes:
        size: Number of rows.
    """

    def __init__(
        self, name: str, images: CharacterImages, labels: NDArray[np.int32], chars: Mapping[int, str], light: bool
    ) -> None:
        self._name, self._images, self._labels, self._chars, self._light = name, images, labels, dict(chars), light
        self.size: int | None = len(labels)

    def read(self, index: int) -> Example | Flaw:
        """Read a character."""
        text, name = self.label(index)
        image = self._images.pixels(index)
        if isinstance(image, str) or not text:
            return Flaw(name, image if isinstance(image, str) else "its class is not a number")
        return Example(255 - image if self._light else image, text, "", name)

    def label(self, index: int) -> RowLabel:
        """Return the character of a row, which is a group of its own: the data does not say who wrote it."""
        return RowLabel(self._chars.get(int(self._labels[index]), ""), f"{self._name}#{index}")


def expand_classes(classes: str) -> dict[int, str]:
    """Return the characters by class of a setting ``classes``."""
    expanded = _RANGE.sub(lambda found: "".join(map(chr, range(ord(found[1]), ord(found[2]) + 1))), classes)
    return dict(enumerate(expanded))


def check_classes(labels: NDArray[np.int32], chars: Mapping[int, str], place: str, first: int = 0) -> None:
    """Check that each class has a character.

    Args:
        labels: Class of each row.
        chars: Characters by class.
        place: Path of the file of labels.
        first: Number of row 0 in messages.

    Raises:
        DatasetError: One has none.
    """
    known = np.zeros(max([*chars, int(labels.max(initial=0)), 0]) + 1, bool)
    known[list(chars)] = True
    outside = np.flatnonzero((labels != NO_CLASS) & ~known[labels])
    if outside.size:
        row = int(outside[0])
        shown = "".join(chars.values())
        shown = shown if len(shown) <= 70 else f"{shown[:70]}..."
        raise DatasetError(
            f"{place}: row {first + row}: class {labels[row]} has no character, the classes are {shown!r}; "
            "name all by the setting 'classes', such as 'A-Z'"
        )
