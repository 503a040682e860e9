"""Batches of lines of similar width."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from receiptgen.recognition.padding import pad, padded_width


class Batch(NamedTuple):
    """Lines that a network processes together.

    Attributes:
        images: Images uint8 (N, height, width), black 0, padded with paper.
        widths: Width of each line in pixels, int32 (N,).
        labels: Labels int32 (N, longest), padded with 0.
        lengths: Number of labels of each line, int32 (N,).
        total: Number of lines of the whole step, over all processes and parts.
        part: Number of lines of this part of the step, over all processes.
        multiple: Divisor of the widths that the network takes.
    """

    images: NDArray[np.uint8]
    widths: NDArray[np.int32]
    labels: NDArray[np.int32]
    lengths: NDArray[np.int32]
    total: int
    part: int
    multiple: int = 1

    @property
    def extents(self) -> NDArray[np.int64]:
        """Width of each line with the paper that it would be padded with alone, in pixels, int64 (N,)."""
        return np.array([padded_width(width, self.multiple) for width in self.widths.tolist()], np.int64)

    @property
    def labels_each(self) -> float:
        """Mean number of labels of a line, with which its loss grows."""
        return float(self.lengths.mean())

    def arrays(self) -> dict[str, NDArray[np.generic]]:
        """Return all that it holds by name, for a file."""
        return {name: np.asarray(value) for name, value in self._asdict().items()}

    @property
    def width(self) -> int:
        """Width of the images in pixels."""
        return int(self.images.shape[2])

    def widened(self, width: int) -> "Batch":
        """Return the batch with its images padded with paper to a width of at least their own."""
        return self if width == self.width else self._replace(images=pad(self.images, width))


def collate(
    images: Sequence[NDArray[np.uint8]],
    labels: Sequence[NDArray[np.int32]],
    total: int,
    width: int = 0,
    multiple: int = 1,
    part: int | None = None,
) -> Batch:
    """Return a batch of prepared images and their labels.

    Args:
        images: Images (height, any width), at least one.
        labels: Labels of each.
        total: As ``Batch`` has it.
        width: Smallest width in pixels.
        multiple: As ``Batch`` has it.
        part: As ``Batch`` has it; None where this process has all lines.
    """
    lengths = np.array([len(label) for label in labels], np.int32)
    rows = np.zeros((len(labels), max(1, int(lengths.max(initial=0)))), np.int32)
    for row, label in zip(rows, labels, strict=True):
        row[: len(label)] = label
    widths = np.array([image.shape[1] for image in images], np.int32)
    padded = pad(images, width, multiple)
    return Batch(padded, widths, rows, lengths, total, len(images) if part is None else part, multiple)
