"""What printing effects share: slow waves by the slice, boxes of ink, and ink taken from a part."""

from collections.abc import Iterable
from functools import lru_cache

import cv2
import numpy as np
from numpy.typing import NDArray

from receiptgen.imaging.boxes import Box
from receiptgen.imaging.geometry import Quads
from receiptgen.imaging.noise import curve
from receiptgen.imaging.regions import Regions, Span

# Characters that are so small that a weak dot or two takes all of them.
POINTS = ".,:;'-"
_LENGTH = 2**15
# An upright box x0, y0, x1, y1 in whole pixels.


@lru_cache(maxsize=8)
def _waves(scale: int) -> NDArray[np.float32]:
    # A curve's standard deviation is 0.8: twice that is cut off.
    return np.asarray(np.clip(curve(_LENGTH, scale, scale) / np.float32(1.6), -1, 1), np.float32)


def wave(length: int, scale: int, offset: int) -> NDArray[np.float32]:
    """Return float32 (length,) that wanders smoothly between -1 and 1, with a standard deviation of about 0.45.

    A slice of a bank: far cheaper than ``noise.curve``, for a handful of scales.

    Args:
        length: Pixels.
        scale: Pixels from one independent value to the next, at least 1.
        offset: Position in the bank.
    """
    bank = _waves(scale)
    if length >= _LENGTH:
        return np.resize(bank, length)
    start = offset % (_LENGTH - length)
    return bank[start : start + length]


def weaken(part: NDArray[np.uint8], strength: float) -> None:
    """Leave only a share of the ink of a part of an image, which is written to."""
    if part.size:
        part[...] = cv2.convertScaleAbs(part, alpha=strength, beta=255 * (1 - strength))


def box_of(quads: Quads, shape: tuple[int, ...], margin: int = 0) -> Box:
    """Return the upright box round quads (N, 4, 2), N at least 1, in whole pixels of the image, perhaps empty."""
    points = quads.reshape(-1, 2).tolist()
    across, down = [x for x, _ in points], [y for _, y in points]
    return (
        max(0, int(min(across) // 1) - margin),
        max(0, int(min(down) // 1) - margin),
        max(0, min(shape[1], int(-(-max(across) // 1)) + margin)),
        max(0, min(shape[0], int(-(-max(down) // 1)) + margin)),
    )


def chars_among(regions: Regions, wanted: Iterable[str]) -> list[int]:
    """Return the indices into ``char_quads`` of all characters that are among those wanted."""
    chars = frozenset(wanted)
    found: list[int] = []
    for word in regions.words:
        if not chars.isdisjoint(word.text):
            found += [index for index, char in enumerate(word.text, word.start) if char in chars]
    return found


def chars_of(line: Span, regions: Regions) -> tuple[int, int]:
    """Return where a line's characters start and stop in ``char_quads``."""
    if line.start >= line.stop:
        return 0, 0
    return regions.words[line.start].start, regions.words[line.stop - 1].stop
