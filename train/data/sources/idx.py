"""Images and labels in idx files, as MNIST, EMNIST and their like are published, gzipped or not."""

import re
from pathlib import Path
from typing import Literal, NamedTuple

import numpy as np

from receiptgen.core.errors import DatasetError
from receiptgen.imaging.geometry import Pixels

from . import DATASETS, Table
from ._characters import DIGITS, CharacterSettings, CharacterTable, check_classes, expand_classes
from ._reading import Stamp, existing, opening, unpacked

# First bytes: two zeros, the type (unsigned bytes), the number of dimensions.
_MAGICS = {"images": b"\0\0\x08\x03", "labels": b"\0\0\x08\x01"}
_PARTS = {"train": re.compile("train"), "test": re.compile("test|t10k")}


class Pair(NamedTuple):
    """The two files of a data set.

    Attributes:
        images: File of the images.
        labels: File of their classes.
    """

    images: Path
    labels: Path


class IdxImages:
    """The images of an idx file; see ``CharacterImages``.

    Args:
        file: The file.
        shape: Number, height and width of its images.
        transposed: Whether rows and columns are exchanged.
    """

    def __init__(self, file: Stamp, shape: tuple[int, int, int], transposed: bool) -> None:
        self._file, self._shape, self._transposed = file, shape, transposed

    def pixels(self, index: int) -> Pixels:
        """Return an image."""
        _, height, width = self._shape
        size = height * width
        start = _header_size(len(self._shape)) + index * size
        image = np.frombuffer(unpacked(self._file), np.uint8, size, start).reshape(height, width)
        return np.ascontiguousarray(image.T) if self._transposed else image


@DATASETS.register
class Idx(CharacterSettings):
    """Single characters in a pair of idx files, as MNIST and EMNIST are published, gzipped or not.

    Attributes:
        path: Folder of the files, or either file of a pair, such as ``train-images-idx3-ubyte.gz``.
        part: Part of the data set in a folder that holds both, as the files' names have it; ``t10k`` is a test.
        transposed: Whether rows and columns are exchanged; none for those of EMNIST, known by their name.
    """

    part: Literal["train", "test"] = "train"
    transposed: bool | None = None

    def open(self, seed: int) -> Table:
        """Read the labels and the sizes of the images; all of a gzipped file, whose end may be missing."""
        path = existing(self.path)
        with opening(path):
            pair = self._pair_of_folder(path) if path.is_dir() else pair_of(path)
            images, labels = Stamp.of(pair.images), Stamp.of(pair.labels)
            shape = _shape_of(images, "images")
            (count,) = _shape_of(labels, "labels")
            if shape[0] != count:
                raise DatasetError(
                    f"{pair.images}: has {shape[0]:,} images, {pair.labels.name} {count:,} labels; "
                    "take both files of the same part"
                )
            if not count or not shape[1] * shape[2]:
                raise DatasetError(f"{pair.images}: holds no images")
            classes = np.frombuffer(unpacked(labels), np.uint8, count, _header_size(1)).astype(np.int32)
            chars = expand_classes(self.classes) if self.classes else _mapping_beside(pair.images)
        check_classes(classes, chars, str(pair.labels))
        transposed = "emnist" in pair.images.name.lower() if self.transposed is None else self.transposed
        store = IdxImages(images, (count, shape[1], shape[2]), transposed)
        return CharacterTable(pair.images.name, store, classes, chars, self)

    def _pair_of_folder(self, folder: Path) -> Pair:
        """Return the only pair of a folder, or the only one of the part."""
        pairs = pairs_in(folder)
        if not pairs:
            raise DatasetError(
                f"{folder}: holds no pair of idx files, such as train-images-idx3-ubyte and train-labels-idx1-ubyte"
            )
        of_part = [pair for pair in pairs if _PARTS[self.part].search(pair.images.name.lower())]
        others = [pair for pair in pairs if not any(part.search(pair.images.name.lower()) for part in _PARTS.values())]
        found = of_part or others
        if not found:
            raise DatasetError(f"{folder}: holds no idx files of part {self.part!r}, only {pairs[0].images.name}")
        if len(found) > 1:
            names = ", ".join(pair.images.name for pair in found[:4])
            raise DatasetError(f"{folder}: holds several data sets, {names}; name one of their files")
        return found[0]


def pairs_in(folder: Path) -> list[Pair]:
    """Return the pairs of idx files in a folder by name; of a pair that is there twice, the files unpacked already."""
    pairs: dict[str, Pair] = {}
    for file in sorted(folder.iterdir()):
        stem = file.name.removesuffix(".gz")
        if "images" in stem and "idx3" in stem and stem not in pairs and file.is_file():
            labels = _partner(file)
            if labels is not None:
                pairs[stem] = Pair(file, labels)
    return list(pairs.values())


def pair_of(path: Path) -> Pair:
    """Return the pair that a file belongs to.

    Raises:
        DatasetError: Its name is not one of a pair, or the other file is missing.
    """
    name = path.name
    if ("images" in name) == ("labels" in name):
        raise DatasetError(
            f"{path}: the name of an idx file has 'images' or 'labels' in it, by which the other is found"
        )
    partner = _partner(path)
    if partner is None:
        raise DatasetError(f"{path}: the other file of the pair is missing; expected {_partner_name(name)} beside it")
    return Pair(path, partner) if "images" in name else Pair(partner, path)


def _partner_name(name: str) -> str:
    sides = [("images", "labels"), ("idx3", "idx1")]
    for one, other in sides if "images" in name else [(other, one) for one, other in sides]:
        name = name.replace(one, other)
    return name


def _partner(path: Path) -> Path | None:
    """Return the other file of a pair, which may be gzipped though this one is not, and vice versa."""
    plain = _partner_name(path.name).removesuffix(".gz")
    return next((file for name in (plain, f"{plain}.gz") if (file := path.with_name(name)).is_file()), None)


def _header_size(dimensions: int) -> int:
    return 4 + 4 * dimensions


def _shape_of(file: Stamp, kind: str) -> tuple[int, ...]:
    """Return the sizes that the header of a file says, which the file must have.

    Raises:
        DatasetError: It is not a whole idx file of that kind.
    """
    content, magic = unpacked(file), _MAGICS[kind]
    if content[:4] != magic:
        other = next((other for other, begin in _MAGICS.items() if content[:4] == begin), "")
        is_what = f"is an idx file of {other}" if other else f"begins with {bytes(content[:4]).hex(' ') or 'nothing'}"
        raise DatasetError(
            f"{file.path}: {is_what}; an idx file of {kind} begins with {magic.hex(' ')}; fetch it again"
        )
    start = _header_size(magic[3])
    shape = tuple(np.frombuffer(content[4:start].ljust(start - 4, b"\0"), ">u4").tolist())
    size = start + int(np.prod(shape, dtype=object))
    if len(content) != size:
        verb = "is cut off" if len(content) < size else "is too long"
        raise DatasetError(
            f"{file.path}: {verb}: {len(content):,} bytes for {' x '.join(map(str, shape))} {kind}, which take "
            f"{size:,}; fetch it again"
        )
    return shape


def _mapping_beside(images: Path) -> dict[int, str]:
    """Return the characters by class from EMNIST's ``emnist-letters-mapping.txt`` beside the images, or the digits.

    Each row has a class and the codes of its characters, of which the first is taken: of letters in both cases, the
    capital.
    """
    stem = re.split(r"-(?:train|test)-", images.name)[0]
    path = images.with_name(f"{stem}-mapping.txt")
    if not path.is_file():
        return expand_classes(DIGITS)
    chars = {}
    for number, line in enumerate(path.read_text(encoding="utf-8", errors="replace").splitlines(), 1):
        cells = line.split()
        if not cells:
            continue
        try:
            label, code = map(int, cells[:2])
            chars[label] = chr(code)
        except (ValueError, OverflowError):
            raise DatasetError(
                f"{path}:{number}: expected a class and the code of its character, such as '10 65'"
            ) from None
    return chars
