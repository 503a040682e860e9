"""Batches: lines of like width side by side."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from receiptgen.recognition.padding import pad


class Batch(NamedTuple):
    """Lines that go through a network together.

    Attributes:
        images: uint8 (N, height, width), black 0; beyond a line's own width it is paper.
        widths: int32 (N,), pixels of each line.
        labels: int32 (N, longest), filled up with 0.
        lengths: int32 (N,), labels of each line.
        total: Lines of the whole update, of which other processes and batches have the rest.
    """

    images: NDArray[np.uint8]
    widths: NDArray[np.int32]
    labels: NDArray[np.int32]
    lengths: NDArray[np.int32]
    total: int


def collate(
    images: Sequence[NDArray[np.uint8]],
    labels: Sequence[NDArray[np.int32]],
    total: int,
    width: int = 0,
    multiple: int = 1,
) -> Batch:
    """Make a batch of prepared images and their labels; the arguments are those of ``pad`` and ``Batch``."""
    lengths = np.array([len(label) for label in labels], np.int32)
    rows = np.zeros((len(labels), max(1, int(lengths.max(initial=0)))), np.int32)
    for row, label in zip(rows, labels, strict=True):
        row[: len(label)] = label
    widths = np.array([image.shape[1] for image in images], np.int32)
    return Batch(pad(images, width, multiple), widths, rows, lengths, total)
