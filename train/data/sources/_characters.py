"""Tables of single characters whose classes are numbers, as data sets for classifiers have them."""

import re
from collections.abc import Mapping
from typing import Literal, Protocol

import numpy as np
from numpy.typing import NDArray
from pydantic import Field, field_validator

from receiptgen.config.paths import DataPath
from receiptgen.config.records import Record
from receiptgen.core.errors import DatasetError
from receiptgen.imaging.geometry import Pixels
from receiptgen.recognition.padding import PAPER

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
        margin: Margin to which images are cut round their ink, as a share of its longer side, as characters are cut out
            of pages; none for images as they are stored.
    """

    path: DataPath
    classes: str = Field(default="", max_length=10_000)
    ink: Literal["light", "dark"] = "light"
    margin: float | None = Field(default=None, ge=0, le=1)

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
        name: Name of the file of images; rows are named ``NAME/INDEX``.
        images: The images.
        labels: Class of each row, (rows,); ``NO_CLASS`` where there is none.
        chars: Characters by class.
        settings: How ink is stored, and the margin round it.

    Attributes:
        size: Number of rows.
    """

    def __init__(
        self, name: str, images: CharacterImages, labels: NDArray[np.int32], chars: Mapping[int, str],
        settings: CharacterSettings,
    ) -> None:  # fmt: skip
        self._name, self._images, self._labels, self._chars = name, images, labels, dict(chars)
        self._light, self._margin = settings.ink == "light", settings.margin
        self.size: int | None = len(labels)

    def read(self, index: int) -> Example | Flaw:
        """Read a character."""
        text, _, name = self.label(index)
        image = self._images.pixels(index)
        if isinstance(image, str) or not text:
            return Flaw(name, image if isinstance(image, str) else "its class is not a number")
        image = 255 - image if self._light else image
        return Example(image if self._margin is None else _cut_to_ink(image, self._margin), text, "", name)

    def label(self, index: int) -> RowLabel:
        """Return the character of a row, which is a group of its own: the data does not say who wrote it."""
        name = f"{self._name}/{index}"
        return RowLabel(self._chars.get(int(self._labels[index]), ""), name, name)


def _cut_to_ink(image: Pixels, margin: float) -> Pixels:
    """Cut an image of dark ink to a margin round it, of which some may lie outside the image; one without ink stays."""
    ink = image < (int(image.min()) + int(image.max())) // 2
    rows, columns = (np.flatnonzero(ink.any(axis=axis)) for axis in (1, 0))
    if not rows.size:
        return image
    top, bottom, left, right = rows[0], rows[-1] + 1, columns[0], columns[-1] + 1
    width = round(margin * max(bottom - top, right - left))
    return np.pad(image, width, constant_values=PAPER)[top : bottom + 2 * width, left : right + 2 * width]


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
    outside = np.flatnonzero(~np.isin(labels, [*chars, NO_CLASS]))
    if outside.size:
        row = int(outside[0])
        shown = "".join(chars.values())
        shown = shown if len(shown) <= 70 else f"{shown[:70]}..."
        raise DatasetError(
            f"{place}: row {first + row}: class {labels[row]} has no character, the classes are {shown!r}; "
            "name all by the setting 'classes', such as 'A-Z'"
        )
