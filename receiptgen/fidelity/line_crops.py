"""A folder read into line crops: loose images, what ``receiptgen draw`` writes, or pages with boxes as SROIE's."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import numpy as np

from receiptgen.annotations.boxed_pages import boxed_pages, boxed_rows, has_boxes
from receiptgen.annotations.truth import NOT_JSON, BrokenLabel, Label, find_labels, read_fields
from receiptgen.core.errors import DatasetError
from receiptgen.core.files import reason_of
from receiptgen.imaging.boxes import SHORTEST_SIDE, Box, cut_box
from receiptgen.imaging.geometry import Pixels
from receiptgen.imaging.image_files import IMAGES, read_image

FEWEST = 50  # crops; of fewer, no share says anything
# Fewer parts than this are not receipts but folders such as train/ and val/.
_FEWEST_GROUPS = 10


@dataclass(frozen=True, slots=True)
class LineCrop:
    """One line or cell.

    Attributes:
        image: uint8 (H, W), gray, at least ``SHORTEST_SIDE`` pixels a side.
        length: Characters of its text; 0 where no label tells.
        group: Its receipt, relative to the folder.
        name: Its file relative to the folder, of a page with ``#`` and the number of the box.
    """

    image: Pixels
    length: int
    group: str
    name: str


@dataclass(frozen=True, slots=True)
class LineCrops:
    """The crops of a folder.

    Attributes:
        crops: Those that were chosen, ordered by name.
        found: How many the folder holds.
        unreadable: Files that can't be read as images, relative to the folder.
        small: Chosen boxes and images that were left out since a side is below ``SHORTEST_SIDE`` pixels.
    """

    crops: tuple[LineCrop, ...]
    found: int
    unreadable: tuple[str, ...]
    small: int


class _Cut(NamedTuple):
    """Where a crop is, before any pixel is read; the box is x0, y0, x1, y1, or None for the whole image."""

    file: str
    number: int
    box: Box | None
    length: int
    group: str


def read(folder: Path, limit: int = 3000, margin: float = 0.0, seed: int = 0) -> LineCrops:
    """Read the crops of a folder, or a random choice that is spread evenly over its receipts.

    Args:
        folder: Has ``img`` and ``box`` as SROIE; or receipts and snippets as ``receiptgen draw`` writes them; or
            else images, at any depth.
        limit: At most so many crops.
        margin: By which boxes of pages are grown, as a share of their height; not applied to images of lines.
        seed: Of the choice.

    Raises:
        DatasetError: No such folder, a label file that can't be read, or fewer than ``FEWEST`` crops.
    """
    if not folder.is_dir():
        raise DatasetError(f"{folder}: {'is not a folder' if folder.exists() else 'no such folder'}")
    try:
        cuts = _boxed(folder) if has_boxes(folder) else _drawn(folder)
        if not cuts:
            raise DatasetError(f"{folder}: holds no line crops; png or jpg files, at any depth, or img/ with box/")
        chosen = _choose(cuts, limit, np.random.default_rng(seed))
        crops, unreadable, small = _read_cuts(folder, chosen, margin)
    except OSError as error:
        raise DatasetError(f"{error.filename or folder}: {reason_of(error)}") from error
    if len(crops) < FEWEST:
        left_out = f", {len(unreadable)} files can't be read" if unreadable else ""
        raise DatasetError(f"{folder}: {len(crops)} crops{left_out}; at least {FEWEST} are needed to compare")
    return LineCrops(crops, len(cuts), unreadable, small)


def _boxed(folder: Path) -> list[_Cut]:
    """Find the boxes of ``box/NNN.csv``, a quad's eight numbers and its text each, for the images in ``img``."""
    cuts = []
    for image, labels in boxed_pages(folder):
        if labels is None:
            continue
        file = image.relative_to(folder).as_posix()
        group = image.relative_to(folder / "img").with_suffix("").as_posix()
        cuts += [_Cut(file, number, box, len(text), group) for number, box, text in boxed_rows(labels)]
    return cuts


def _drawn(folder: Path) -> list[_Cut]:
    """Find receipts by their truth, snippets by their labels, and all other images."""
    cuts: list[_Cut] = []
    for label in find_labels(folder):
        if isinstance(label, BrokenLabel):
            raise DatasetError(f"{folder / label.name}: {NOT_JSON}")
        cuts += _labelled(label)
    return cuts + _loose(folder, {cut.file for cut in cuts})


def _labelled(label: Label) -> Iterator[_Cut]:
    """Yield the crop of a snippet's truth, or the fields of a receipt's; nothing for labels of another make."""
    head = label.head
    if not head.file or not head.kind or head.text is None:
        return
    if not head.is_receipt:
        if head.group is not None:
            yield _Cut(label.file, 0, None, len(head.text), f"{label.folder}{head.kind}/{head.group}")
        return
    with suppress(ValueError):
        for number, field in enumerate(read_fields(label.content), 1):
            yield _Cut(label.file, number, field.box, len(field.text), label.file)


def _loose(folder: Path, known: set[str]) -> list[_Cut]:
    """Find images that no label names; those of a receipt by their names, as ``007_0012.png`` or ``007/0012.png``."""
    files = [path.relative_to(folder) for path in sorted(folder.rglob("*")) if path.suffix.lower() in IMAGES]
    loose = [file for file in files if file.as_posix() not in known]
    groups = []
    for file in loose:
        stem = file.with_suffix("").as_posix()
        cut = max(stem.rfind("_"), stem.rfind("/"))
        groups.append(stem[:cut] if cut > 0 else stem)
    if len(set(groups)) < _FEWEST_GROUPS:
        groups = [file.as_posix() for file in loose]
    return [_Cut(file.as_posix(), 0, None, 0, group) for file, group in zip(loose, groups, strict=True)]


def _choose(cuts: Sequence[_Cut], limit: int, random: np.random.Generator) -> list[_Cut]:
    """Choose crops at random: one of each receipt, then a second of each, and so on."""
    taken: Counter[str] = Counter()
    ranked = []
    for rank, number in enumerate(random.permutation(len(cuts)).tolist()):
        cut = cuts[number]
        ranked.append((taken[cut.group], rank, number))
        taken[cut.group] += 1
    return [cuts[number] for number in sorted(number for _, _, number in sorted(ranked)[:limit])]


def _read_cuts(
    folder: Path, chosen: Iterable[_Cut], margin: float
) -> tuple[tuple[LineCrop, ...], tuple[str, ...], int]:
    """Read images, each once, and cut the crops out of them."""
    by_file: dict[str, list[_Cut]] = {}
    for cut in chosen:
        by_file.setdefault(cut.file, []).append(cut)
    crops: list[LineCrop] = []
    unreadable = []
    small = 0
    for file, cuts in by_file.items():
        image = read_image(str(folder / file))
        if isinstance(image, str):
            unreadable.append(file)
            continue
        for cut in cuts:
            # A copy, so that one line doesn't keep its whole page in memory.
            pixels = (
                image if (box := cut.box) is None else cut_box(image, box, round(margin * (box[3] - box[1]))).copy()
            )
            if min(pixels.shape) < SHORTEST_SIDE:
                small += 1
                continue
            name = file if cut.box is None else f"{file}#{cut.number}"
            crops.append(LineCrop(pixels, cut.length, cut.group, name))
    return tuple(crops), tuple(unreadable), small
