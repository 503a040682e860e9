"""Pages of a folder, measured: photos with truth of any form, or plain images."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np

from receiptgen.annotations.boxed_pages import has_boxes
from receiptgen.annotations.classed_boxes import has_classed_boxes
from receiptgen.annotations.true_pages import true_pages
from receiptgen.annotations.truth import find_labels
from receiptgen.core.counts import counted
from receiptgen.core.errors import DatasetError
from receiptgen.core.files import read_regular, reason_of
from receiptgen.fidelity.classifiers import Floats
from receiptgen.fidelity.page_features import frame_features, line_features
from receiptgen.fidelity.page_lines import text_lines
from receiptgen.fidelity.page_measures import measure_page
from receiptgen.imaging.boxes import Box
from receiptgen.imaging.geometry import Pixels, shrink
from receiptgen.imaging.image_files import IMAGES, decode_photo

FEWEST = 20  # pages; shares of fewer mean nothing
_FEWEST_LINES = 3  # a page with fewer of which letters can be told is one without boxes
_LONGEST = 4096  # pixels of a side; larger photos are shrunk
_SMALLEST = 64
_THUMBNAIL = 300  # pixels of the longer side of what is shown


@dataclass(frozen=True, slots=True, eq=False)
class PageSample:
    """A page, measured; its pixels are not kept.

    Attributes:
        image: The page at a smaller scale, RGB uint8 (H, W, 3).
        group: Name of its receipt, relative to the folder.
        name: Its file, relative to the folder.
        measures: ``PAGE_MEASURES``, float64 (M,).
        frame: ``frame_features`` of its pixels, float64 (F,).
        lines: ``line_features``, float64 (L,); None without boxes.
    """

    image: Pixels
    group: str
    name: str
    measures: Floats
    frame: Floats
    lines: Floats | None


@dataclass(frozen=True, slots=True)
class PageSamples:
    """The pages of a folder: those measured, their number in the folder, and the files that can't be read."""

    pages: tuple[PageSample, ...]
    found: int
    unreadable: tuple[str, ...]


def read_pages(folder: Path, limit: int = 3000, seed: int = 0) -> PageSamples:
    """Read and measure the pages of a folder, or a random sample of them.

    Args:
        folder: Folder of receipts with truth, as ``true_pages`` takes it, or of images at any depth.
        limit: Largest number of pages.
        seed: Seed of the sample and of windows.

    Raises:
        DatasetError: There is no such folder, its truth can't be read, or fewer than ``FEWEST`` pages can.
    """
    found = _find(folder)
    random = np.random.default_rng(seed)
    chosen = sorted(random.permutation(len(found))[:limit].tolist())
    pages, unreadable = [], []
    for image, boxes in (found[index] for index in chosen):
        name = image.relative_to(folder).as_posix()
        page = _measured(image, name, boxes, random)
        if page is None:
            unreadable.append(name)
        else:
            pages.append(page)
    if len(pages) < FEWEST:
        left_out = f"; {len(unreadable):,} left out, no image that can be read: {unreadable[0]}" if unreadable else ""
        raise DatasetError(
            f"{folder}: {counted(len(pages), 'page')}; at least {FEWEST} are needed to compare{left_out}"
        )
    return PageSamples(tuple(pages), len(found), tuple(unreadable))


def _find(folder: Path) -> list[tuple[Path, tuple[Box, ...]]]:
    """Find images and the boxes of their text: by their truth where the folder has any, or else images alone."""
    if not folder.is_dir():
        raise DatasetError(f"{folder}: {'is not a folder' if folder.exists() else 'no such folder'}")
    try:
        if has_boxes(folder) or has_classed_boxes(folder) or next(find_labels(folder), None):
            return [(page.image, page.boxes) for page in true_pages(folder)]
    except OSError as error:
        raise DatasetError(f"{error.filename or folder}: {reason_of(error)}") from error
    return [(path, ()) for path in sorted(folder.rglob("*")) if path.suffix.lower() in IMAGES]


def _measured(file: Path, name: str, boxes: Sequence[Box], random: np.random.Generator) -> PageSample | None:
    """Read and measure a page; None where its image can't be read."""
    try:
        image = decode_photo(read_regular(file), _LONGEST, _SMALLEST)
    except OSError:
        return None
    if isinstance(image, str):
        return None
    grey = np.asarray(cv2.cvtColor(image, cv2.COLOR_RGB2GRAY), np.uint8)
    lines = text_lines(image, grey, boxes)
    legible = sum(bool(np.isfinite(line.letter)) for line in lines)
    lines = lines if legible >= _FEWEST_LINES else []
    return PageSample(
        np.asarray(shrink(image, _THUMBNAIL / max(grey.shape)), np.uint8),
        name,
        name,
        np.array(list(measure_page(image, grey, boxes, lines).values()), np.float64),
        frame_features(image, grey),
        line_features(lines, random) if lines else None,
    )
