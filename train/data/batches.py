"""Batches: lines of like width side by side."""

from collections.abc import Sequence
from math import lcm
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Pixels = NDArray[np.uint8]
PAPER = 255
# Widths up to the first number of a row become multiples of the second. Frameworks keep memory and plans for each
# shape they have met: hundreds of widths would fill gigabytes.
_STEPS = ((256, 16), (512, 32), (1 << 30, 64))


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


def pad(
    images: Sequence[NDArray[np.uint8]] | NDArray[np.uint8], width: int = 0, multiple: int = 1
) -> NDArray[np.uint8]:
    """Lay images of one height, (height, any width), into one array (N, height, width) on paper.

    Args:
        images: At least one.
        width: At least so wide.
        multiple: The width becomes a multiple of this, and one of few widths.
    """
    widest = max(width, *(image.shape[1] for image in images))
    widest += -widest % lcm(multiple, next(step for limit, step in _STEPS if widest <= limit))
    laid = np.full((len(images), images[0].shape[0], widest), PAPER, np.uint8)
    for row, image in zip(laid, images, strict=True):
        row[:, : image.shape[1]] = image
    return laid


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
