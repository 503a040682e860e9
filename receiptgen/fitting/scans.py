"""Line crops of the scans that a profile is fitted to: as they are, cut at boxes, or found on pages."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from receiptgen.core.counts import counted
from receiptgen.core.errors import DatasetError, PageError
from receiptgen.core.files import reason_of
from receiptgen.fidelity import line_crops
from receiptgen.fidelity.line_crops import LineCrop, LineCrops, left_out_for, read_crops
from receiptgen.fidelity.measures import ink_of
from receiptgen.finding.finders import finder_of
from receiptgen.finding.found_page import CellImage, Finder
from receiptgen.imaging.boxes import SHORTEST_SIDE, Box, cut_box, upright_box
from receiptgen.imaging.geometry import Pixels
from receiptgen.imaging.image_files import IMAGES, read_image

FEWEST = 10  # crops
# Pages on which lines are looked for, which takes up to a second each.
_MOST_PAGES = 60

# Passes pages on, and may tell how many are done.
Watch = Callable[[Sequence[Path]], Iterable[Path]]


def read_lines(folder: Path, limit: int, margin: float, seed: int, watch: line_crops.Watch = iter) -> LineCrops:
    """Read line crops as ``read_crops`` does, ten or more.

    Raises:
        DatasetError: There is no such folder, it holds fewer crops, or pages without boxes.
    """
    crops = read_crops(folder, limit, margin, seed, FEWEST, watch)
    shapes = [crop.image.shape for crop in crops.crops]
    if np.median([height / width for height, width in shapes]) > 1:
        raise DatasetError(f"{folder}: most images are higher than wide; for whole pages say --pages")
    return crops


def find_lines(folder: Path, limit: int, finder_name: str, seed: int, watch: Watch = iter) -> LineCrops:
    """Find the lines of pages, as many of each.

    Args:
        folder: Folder of page images, at any depth.
        limit: Largest number of lines.
        finder_name: What finds them, as ``finder_of`` takes it.
        seed: Seed of the choice of pages and lines.
        watch: Passes pages on, and may tell how many are done.

    Raises:
        DatasetError: There is no such folder, it holds no images, or fewer than ``FEWEST`` lines are found.
        WeightsError: There are no such weights.
        MissingExtraError: Nothing is installed that reads them.
    """
    if not folder.is_dir():
        raise DatasetError(f"{folder}: {'is not a folder' if folder.exists() else 'no such folder'}")
    try:
        pages = [path for path in sorted(folder.rglob("*")) if path.suffix.lower() in IMAGES and path.is_file()]
    except OSError as error:
        raise DatasetError(f"{error.filename or folder}: {reason_of(error)}") from None
    if not pages:
        raise DatasetError(f"{folder}: holds no images of pages; png or jpg files, at any depth")
    random, finder = np.random.default_rng(seed), finder_of(finder_name)
    chosen = [pages[index] for index in sorted(random.permutation(len(pages))[:_MOST_PAGES].tolist())]
    share = -(-limit // len(chosen))
    crops: list[LineCrop] = []
    unreadable, found = [], 0
    for path in watch(chosen):
        name = path.relative_to(folder).as_posix()
        image = read_image(str(path))
        if isinstance(image, str):
            unreadable.append(name)
            continue
        lines = _lines(image, finder)
        found += len(lines)
        for index in sorted(random.permutation(len(lines))[:share].tolist()):
            crops.append(LineCrop(cut_box(image, lines[index]).copy(), 0, name, f"{name}#{index + 1}"))
    lines_found = LineCrops(tuple(crops[:limit]), found, tuple(unreadable), 0)
    if len(crops) < FEWEST:
        told = f"{counted(len(crops), 'line')} found on {counted(len(chosen), 'page')}; at least {FEWEST} are needed"
        raise DatasetError(f"{folder}: {'; '.join([told, *lines_found.left_out])}")
    return lines_found


def with_ink(lines: LineCrops, folder: Path) -> tuple[LineCrops, tuple[str, ...]]:
    """Leave out crops that tell nothing of a scanner: those without ink, and copies of others.

    Returns:
        The other crops, and what was left out for which reason, one line each.

    Raises:
        DatasetError: Fewer than ``FEWEST`` are left.
    """
    inked = [crop for crop in lines.crops if ink_of(crop.image) is not None]
    kept = tuple({(crop.image.shape, crop.image.tobytes()): crop for crop in reversed(inked)}.values())[::-1]
    untold = {"without ink": len(lines.crops) - len(inked), "the same pixels as another": len(inked) - len(kept)}
    left_out = (*lines.left_out, *left_out_for(untold))
    if len(kept) < FEWEST:
        faults = [f"{counted(len(kept), 'crop')}; at least {FEWEST} are needed", *left_out]
        raise DatasetError(f"{folder}: {'; '.join(faults)}")
    return replace(lines, crops=kept), left_out


def _lines(image: Pixels, finder: Finder) -> list[Box]:
    """Return upright boxes of a page's lines; none where there is too much on it."""
    try:
        cells = finder.find(image).cells
    except PageError:
        return []
    boxes = [_box(cell.strip) for cell in cells]
    return [box for box in boxes if min(cut_box(image, box).shape) >= SHORTEST_SIDE]


def _box(strip: CellImage) -> Box:
    """Return the upright box of a strip on its page."""
    height, width = strip.image.shape
    corners = strip.back.points(np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float64))
    return upright_box(corners.ravel().tolist())
