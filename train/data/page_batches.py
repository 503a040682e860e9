"""Batches of crops of pages with the maps that a finder is to give for them."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from receiptgen.imaging.geometry import Pixels

# Bits of ``PageTruth.marks``.
BAND, REGION, PAPER, IGNORED = 1, 2, 4, 8
# Directions are stored as these parts of a whole.
DIRECTION = 127


class PageTruth(NamedTuple):
    """What is true of crops, in maps of half their size; an axis for several crops may come first.

    Attributes:
        marks: Bits uint8 (H / 2, W / 2): ``BAND``, ``REGION`` and ``PAPER`` as ``FinderMaps`` has them, ``IGNORED``
            where neither answer would be right.
        heights: Natural logarithm of the height of letters in pixels of the crop, float16; meant on bands alone.
        across: Part along x of the reading direction, in ``DIRECTION``ths, int8; meant on bands alone.
        down: Part along y.
    """

    marks: NDArray[np.uint8]
    heights: NDArray[np.float16]
    across: NDArray[np.int8]
    down: NDArray[np.int8]


class PageBatch(NamedTuple):
    """Crops that a network processes together.

    Attributes:
        images: Crops uint8 (N, H, W), black 0.
        truth: What is true of them.
        total: Number of crops of the whole step, over all processes and parts.
        part: Number of crops of this part of the step, over all processes.
    """

    images: Pixels
    truth: PageTruth
    total: int
    part: int

    @property
    def width(self) -> int:
        """Width of the crops in pixels."""
        return int(self.images.shape[2])

    @property
    def labels_each(self) -> float:
        """Number of labels of a crop, by which losses compare: the loss is a mean over its maps."""
        return 1.0

    def widened(self, width: int) -> "PageBatch":
        """Return the batch as it is: all crops of a run are of one size."""
        return self

    def arrays(self) -> dict[str, NDArray[np.generic]]:
        """Return all that it holds by name, for a file."""
        return {"images": self.images, **self.truth._asdict()}


def collate_crops(
    images: Sequence[Pixels], truths: Sequence[PageTruth], total: int, part: int | None = None
) -> PageBatch:
    """Return a batch of crops.

    Args:
        images: Crops of one size, at least one.
        truths: What is true of each.
        total: As ``PageBatch`` has it.
        part: As ``PageBatch`` has it; None where this process has all crops.
    """
    truth = PageTruth(*(np.stack(maps) for maps in zip(*truths, strict=True)))
    return PageBatch(np.stack(images), truth, total, len(images) if part is None else part)
