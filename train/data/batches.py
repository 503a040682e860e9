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
        multiple: Divisor of the widths that the network takes.
    """

    images: NDArray[np.uint8]
    widths: NDArray[np.int32]
    labels: NDArray[np.int32]
    lengths: NDArray[np.int32]
    total: int
    multiple: int = 1

    @property
    def extents(self) -> NDArray[np.int64]:
        """Width of each line with the paper that it would be padded with alone, in pixels, int64 (N,)."""
        return np.array([padded_width(width, self.multiple) for width in self.widths.tolist()], np.int64)


def collate(
    images: Sequence[NDArray[np.uint8]],
    labels: Sequence[NDArray[np.int32]],
    total: int,
    width: int = 0,
    multiple: int = 1,
) -> Batch:
    """Return a batch of prepared images and their labels; the arguments are those of ``pad`` and ``Batch``."""
    lengths = np.array([len(label) for label in labels], np.int32)
    rows = np.zeros((len(labels), max(1, int(lengths.max(initial=0)))), np.int32)
    for row, label in zip(rows, labels, strict=True):
        row[: len(label)] = label
    widths = np.array([image.shape[1] for image in images], np.int32)
    return Batch(pad(images, width, multiple), widths, rows, lengths, total, multiple)
