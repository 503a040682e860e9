"""Line crops of a folder: loose images, output of ``receiptgen draw``, or pages with boxes as in SROIE."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import numpy as np

from receiptgen.annotations.boxed_pages import boxed_pages, boxed_rows, has_boxes
from receiptgen.annotations.truth import NOT_JSON, BrokenLabel, Label, find_labels, read_fields
from receiptgen.core.counts import counted
from receiptgen.core.errors import DatasetError
from receiptgen.core.files import reason_of
from receiptgen.imaging.boxes import SHORTEST_SIDE, Box, cut_box
from receiptgen.imaging.geometry import Pixels
from receiptgen.imaging.image_files import IMAGES, read_image

FEWEST = 50  # crops; shares of fewer mean nothing
# Passes the files that are read on, and may tell how many are done.
Watch = Callable[[Sequence[str]], Iterable[str]]
# Fewer groups than this are not receipts but folders such as train/ and val/.
_FEWEST_GROUPS = 10


@dataclass(frozen=True, slots=True)
class LineCrop:
    """The image of one line or cell.

    Attributes:
        image: Grey image uint8 (H, W), at least ``SHORTEST_SIDE`` pixels a side.
        length: Number of characters of its text; 0 without label.
        group: Name of its receipt, relative to the folder.
        name: Its file relative to the folder; for pages with ``#`` and the number of the box.
    """

    image: Pixels
    length: int
    group: str
    name: str


@dataclass(frozen=True, slots=True)
class LineCrops:
    """The crops of a folder.

    Attributes:
        crops: The sampled crops, ordered by name.
        found: Number of crops in the folder.
        unreadable: Files that can't be read as images, relative to the folder.
        small: Number of sampled boxes and images that were left out since a side is below ``SHORTEST_SIDE`` pixels.
    """

    crops: tuple[LineCrop, ...]
    found: int
    unreadable: tuple[str, ...]
    small: int

    @property
    def left_out(self) -> tuple[str, ...]:
        """What was left out for which reason, a phrase each."""
        return left_out_for(
            {
                f"no image that can be read: {', '.join(self.unreadable[:1])}": len(self.unreadable),
                f"a side is below {SHORTEST_SIDE} pixels": self.small,
            }
        )


class _Location(NamedTuple):
    """The location of a crop; the box is x0, y0, x1, y1, or None for the whole image."""

    file: str
    number: int
    box: Box | None
    length: int
    group: str


def left_out_for(counts: Mapping[str, int]) -> tuple[str, ...]:
    """Return a phrase for each reason for which something was left out, of how often each was one."""
    return tuple(f"{count:,} left out, {reason}" for reason, count in counts.items() if count)


def read_crops(
    folder: Path, limit: int = 3000, margin: float = 0.0, seed: int = 0, fewest: int = FEWEST, watch: Watch = iter
) -> LineCrops:
    """Read the crops of a folder, or a random sample that is spread evenly over its receipts.

    Args:
        folder: Folder with ``img`` and ``box`` as in SROIE; or output of ``receiptgen draw``; or
            else images at any depth.
        limit: Largest number of crops.
        margin: Margin added to boxes of pages, as a share of their height; not for images of lines.
        seed: Seed of the sample.
        fewest: Fewest crops that are of use.
        watch: Passes the files on, and may tell how many are read.

    Raises:
        DatasetError: There is no such folder, a label file can't be read, or there are fewer crops than ``fewest``.
    """
    if not folder.is_dir():
        raise DatasetError(f"{folder}: {'is not a folder' if folder.exists() else 'no such folder'}")
    try:
        locations = _boxed(folder) if has_boxes(folder) else _drawn(folder)
        if not locations:
            raise DatasetError(f"{folder}: holds no line crops; png or jpg files, at any depth, or img/ with box/")
        sampled = _sample(locations, limit, np.random.default_rng(seed))
        crops, unreadable, small = _crop(folder, sampled, margin, watch)
    except OSError as error:
        raise DatasetError(f"{error.filename or folder}: {reason_of(error)}") from error
    read = LineCrops(crops, len(locations), unreadable, small)
    if len(crops) < fewest:
        faults = [f"{counted(len(crops), 'crop')}; at least {fewest} are needed to compare", *read.left_out]
        raise DatasetError(f"{folder}: {'; '.join(faults)}")
    return read


def _boxed(folder: Path) -> list[_Location]:
    """Find the boxes of ``box/NNN.csv``, each a quad's eight coordinates and a text, for the images in ``img``."""
    locations = []
    for image, labels in boxed_pages(folder):
        if labels is None:
            continue
        file = image.relative_to(folder).as_posix()
        group = image.relative_to(folder / "img").with_suffix("").as_posix()
        locations += [_Location(file, number, box, len(text), group) for number, box, text in boxed_rows(labels)]
    return locations


def _drawn(folder: Path) -> list[_Location]:
    """Find receipts by their ground truth, snippets by their labels, and all other images."""
    locations: list[_Location] = []
    for label in find_labels(folder):
        if isinstance(label, BrokenLabel):
            raise DatasetError(f"{folder / label.name}: {NOT_JSON}")
        locations += _labelled(label)
    return locations + _loose(folder, {location.file for location in locations})


def _labelled(label: Label) -> Iterator[_Location]:
    """Yield the crop of a snippet's truth, or the fields of a receipt's; nothing for labels of another format."""
    head = label.head
    if not head.file or not head.kind or head.text is None:
        return
    if not head.is_receipt:
        if head.group is not None:
            yield _Location(label.file, 0, None, len(head.text), f"{label.folder}{head.kind}/{head.group}")
        return
    with suppress(ValueError):
        for number, field in enumerate(read_fields(label.content), 1):
            yield _Location(label.file, number, field.box, len(field.text), label.file)


def _loose(folder: Path, labelled: set[str]) -> list[_Location]:
    """Find images without labels; those of a receipt share a prefix, as in ``007_0012.png`` or ``007/0012.png``."""
    files = [path.relative_to(folder) for path in sorted(folder.rglob("*")) if path.suffix.lower() in IMAGES]
    loose = [file for file in files if file.as_posix() not in labelled]
    groups = []
    for file in loose:
        stem = file.with_suffix("").as_posix()
        cut = max(stem.rfind("_"), stem.rfind("/"))
        groups.append(stem[:cut] if cut > 0 else stem)
    if len(set(groups)) < _FEWEST_GROUPS:
        groups = [file.as_posix() for file in loose]
    return [_Location(file.as_posix(), 0, None, 0, group) for file, group in zip(loose, groups, strict=True)]


def _sample(locations: Sequence[_Location], limit: int, random: np.random.Generator) -> list[_Location]:
    """Sample locations at random: one of each receipt, then a second of each, and so on."""
    counts: Counter[str] = Counter()
    ranked = []
    for rank, number in enumerate(random.permutation(len(locations)).tolist()):
        location = locations[number]
        ranked.append((counts[location.group], rank, number))
        counts[location.group] += 1
    return [locations[number] for number in sorted(number for _, _, number in sorted(ranked)[:limit])]


def _crop(
    folder: Path, sampled: Iterable[_Location], margin: float, watch: Watch
) -> tuple[tuple[LineCrop, ...], tuple[str, ...], int]:
    """Read each image once, and crop its locations."""
    by_file: dict[str, list[_Location]] = {}
    for location in sampled:
        by_file.setdefault(location.file, []).append(location)
    crops: list[LineCrop] = []
    unreadable = []
    small = 0
    for file in watch(list(by_file)):
        image = read_image(str(folder / file))
        if isinstance(image, str):
            unreadable.append(file)
            continue
        for location in by_file[file]:
            # A copy, so that a line does not keep its whole page in memory.
            pixels = (
                image
                if (box := location.box) is None
                else cut_box(image, box, round(margin * (box[3] - box[1]))).copy()
            )
            if min(pixels.shape) < SHORTEST_SIDE:
                small += 1
                continue
            name = file if location.box is None else f"{file}#{location.number}"
            crops.append(LineCrop(pixels, location.length, location.group, name))
    return tuple(crops), tuple(unreadable), small
