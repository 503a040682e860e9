"""Noise by the slice: banks drawn once a process, from which effects take a part at a drawn offset.

Fresh Gaussian noise for a line of text costs more than all of its effects; a slice of a bank costs a view. What a
slice holds is a function of its offset alone, the same in every process.
"""

from functools import lru_cache
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

# An offset in any bank: drawn by ``dice.integer(0, OFFSETS)``.
OFFSETS = 2**31 - 1
# Standard deviation of ``grain`` in its integer steps; at 127 it is cut off, four of them away.
GRAIN_SIGMA = 32.0
_LENGTH = 2**21
_SIDE = 512


@lru_cache(maxsize=1)
def _grains() -> NDArray[np.int8]:
    drawn = np.random.Generator(np.random.PCG64(1)).standard_normal(_LENGTH, np.float32) * np.float32(GRAIN_SIGMA)
    bank = drawn.round().clip(-127, 127).astype(np.int8)
    # Slices are views: who wrote to one would change all later noise.
    bank.setflags(write=False)
    return bank


@lru_cache(maxsize=1)
def _grains_as_bytes() -> NDArray[np.uint8]:
    # With its sign turned, a signed byte is a byte about 128.
    shifted = (_grains() ^ np.int8(-128)).view(np.uint8)
    shifted.setflags(write=False)
    return shifted


@lru_cache(maxsize=1)
def _levels() -> NDArray[np.uint16]:
    return np.random.Generator(np.random.PCG64(2)).integers(0, 2**16, _LENGTH, np.uint16)


@lru_cache(maxsize=1)
def _knots() -> NDArray[np.float32]:
    return np.random.Generator(np.random.PCG64(3)).standard_normal(2**16, np.float32).clip(-3, 3)


@lru_cache(maxsize=1)
def _lattice() -> NDArray[np.float32]:
    return np.random.Generator(np.random.PCG64(4)).standard_normal((_SIDE, _SIDE), np.float32).clip(-3, 3)


def _slice(bank: NDArray[Any], shape: tuple[int, int], offset: int) -> NDArray[Any]:
    count = shape[0] * shape[1]
    if count > len(bank):
        # A page larger than the bank repeats it, never at the same column twice.
        repeated = np.empty(count, bank.dtype)
        done, start = 0, offset % len(bank)
        while done < count:
            part = bank[start : start + count - done]
            repeated[done : done + len(part)] = part
            done, start = done + len(part), 0
        return repeated.reshape(shape)
    start = offset % (len(bank) - count + 1)
    return bank[start : start + count].reshape(shape)


def grain(shape: tuple[int, int], offset: int) -> NDArray[np.int8]:
    """Return Gaussian noise, each pixel by itself.

    Args:
        shape: Height and width.
        offset: Position in the bank; see ``OFFSETS``.

    Returns:
        int8 (H, W) of standard deviation ``GRAIN_SIGMA``; may not be written to.
    """
    return np.asarray(_slice(_grains(), shape, offset), np.int8)


def grain_bytes(shape: tuple[int, int], offset: int) -> NDArray[np.uint8]:
    """Return ``grain`` plus 128 as uint8 (H, W): OpenCV adds bytes to bytes several times as fast as signed ones."""
    return np.asarray(_slice(_grains_as_bytes(), shape, offset), np.uint8)


def chance(shape: tuple[int, int], offset: int, share: float) -> NDArray[np.bool_]:
    """Return bool (H, W), True for about a share (0 to 1) of the pixels, each by itself."""
    return np.asarray(_slice(_levels(), shape, offset) < round(share * 2**16))


def curve(length: int, scale: float, offset: int) -> NDArray[np.float32]:
    """Return float32 (length,) that wanders smoothly round 0 with a standard deviation of about 0.8.

    Args:
        length: Pixels.
        scale: Pixels from one independent value to the next, at least 1.
        offset: Position in the bank.
    """
    count = int(length / scale) + 3
    knots = _knots()
    start = offset % (len(knots) - count)
    at = np.arange(length, dtype=np.float32) / np.float32(scale) + np.float32((offset >> 16) % 997 / 997)
    wandering = np.interp(at, np.arange(count), knots[start : start + count])
    return np.asarray(wandering, np.float32)


def field(shape: tuple[int, int], scale: float, offset: int) -> NDArray[np.float32]:
    """Return float32 (H, W) that wanders smoothly round 0, with a standard deviation of about 0.6.

    Args:
        shape: Height and width.
        scale: Pixels from one independent value to the next, at least 1.
        offset: Position in the bank.
    """
    height, width = shape
    lattice = _lattice()
    rows, columns = int(height / scale) + 2, int(width / scale) + 2
    top, left = offset % _SIDE, (offset >> 9) % _SIDE
    if top + rows <= _SIDE and left + columns <= _SIDE:
        knots = lattice[top : top + rows, left : left + columns]
    else:
        knots = lattice.take(np.arange(top, top + rows), 0, mode="wrap").take(
            np.arange(left, left + columns), 1, mode="wrap"
        )
    grown = cv2.resize(knots, (round(columns * scale), round(rows * scale)), interpolation=cv2.INTER_LINEAR)
    return np.asarray(grown[:height, :width], np.float32)
