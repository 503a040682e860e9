"""Where the characters of a cell stand, and which of them are one word, by its ink alone."""

from collections.abc import Sequence
from typing import NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from receiptgen.core.medians import median
from receiptgen.imaging.geometry import Pixels

# Pixels of the smallest component, and the share of the narrower of two, one above the other, that both have in common
# if they are one character: the dot of an i, the circles of a per cent sign.
_LEAST, _STACKED = 3, 0.35
# Pitches that are tried, relative to the usual height of cells, and how many of them; first boundaries that are tried
# for each, and boundaries that are looked at, few enough for a pitch not to drift.
_PITCHES, _TRIED, _PHASES, _BOUNDARIES = (0.3, 1.3), 250, 14, 20
# Cells that tell the spacing of a page: relative to the usual height, how high, and how long at least; how many are
# enough, and the width of a character where there are none.
_USUAL, _LONG, _ENOUGH, _WIDTH = (0.75, 1.33), 4.0, 24, 0.5
# Between characters of one pitch a cell has at most this share of its usual ink, and at least this share of a page's
# cells, by length, have one: of proportional fonts, less than a fifth have any.
_EMPTY, _AGREED = 0.3, 0.4
# Pitch of large print relative to the page's.
_LARGE = 2.0
# Boundaries lie where least ink is, this share of a pitch to either side; the share of what they are off that the next
# ones are moved too; pixels of ink that are no character.
_NEAR, _FOLLOWED, _SPECK = 0.25, 0.3, 3
# Without a pitch, relative to the usual width of a character: a gap between words, and what is wider than a character.
_WORD_GAP, _WIDEST = 0.5, 1.9


class Character(NamedTuple):
    """A character on the image of a cell.

    Attributes:
        left: First column of its ink.
        right: Column after its last.
        word: Number of its word in the cell, from 0.
    """

    left: int
    right: int
    word: int


class Spacing(NamedTuple):
    """How the characters of a page stand.

    Attributes:
        pitch: Distance from character to character in pixels; 0 if most cells have no common one.
        width: Usual width of the ink of a character, relative to the height of its cell.
    """

    pitch: float
    width: float


def find_spacing(inks: Sequence[Pixels]) -> Spacing:
    """Measure how the characters of a page stand.

    Args:
        inks: Ink mask of each cell's rows, uint8 (H, W) of 0 and 1.
    """
    usual = median([len(ink) for ink in inks]) if inks else 0.0
    alike = [ink for ink in inks if _USUAL[0] * usual <= len(ink) <= _USUAL[1] * usual]
    widths = [(right - left) / len(ink) for ink in alike[:_ENOUGH] for left, right in _components(ink)]
    return Spacing(_common_pitch(alike, usual), median(widths or [_WIDTH]))


def _common_pitch(inks: Sequence[Pixels], usual: float) -> float:
    """Return the pitch of most cells, 0 if they have none, given their usual height."""
    profiles = [profile for profile in map(_profile, inks) if len(profile) >= _LONG * usual][:_ENOUGH]
    if not profiles:
        return 0.0
    pitches = np.linspace(*_PITCHES, _TRIED) * usual
    grid = _boundaries(pitches)
    shares = np.array([_boundary_ink(profile, grid).min(axis=1) < _EMPTY for profile in profiles])
    agreed = np.average(shares, axis=0, weights=[len(profile) for profile in profiles])
    if agreed.max() < _AGREED:
        return 0.0
    # Twice the pitch finds even less ink, and half of a pitch finds much.
    found = pitches[np.flatnonzero(agreed >= 0.9 * agreed.max())[0]]
    halves = np.abs(pitches - found / 2) < 0.02 * found
    half = int(np.where(halves, agreed, 0.0).argmax())
    return float(pitches[half] if agreed[half] >= agreed.max() / 2 else found)


def find_characters(ink: Pixels, spacing: Spacing) -> list[Character]:
    """Find the characters of a row of text, from left to right.

    Characters of one pitch are parted at the pitch, be they broken or touching; all others by the components of their
    ink, of which those one above the other are joined and wide ones parted where they are thinnest.

    Args:
        ink: Ink mask of the row, uint8 (H, W) of 0 and 1.
        spacing: Spacing of its page.
    """
    profile = _profile(ink)
    if not len(profile):
        return []
    offset = int(np.flatnonzero(ink.any(axis=0))[0])
    if spacing.pitch:
        pitches = np.array([spacing.pitch, _LARGE * spacing.pitch])
        ink_between = _boundary_ink(profile, _boundaries(pitches))
        least = ink_between.min(axis=1)
        best = int(len(profile) > 3 * pitches[1] and least[1] + _EMPTY < least[0])
        if least[best] < 2 * _EMPTY:
            first = float(ink_between[best].argmin() / _PHASES * pitches[best])
            return _by_pitch(profile, float(pitches[best]), first, offset)
    return _by_gaps(ink, offset, spacing.width * len(ink))


def _profile(ink: Pixels) -> NDArray[np.int64]:
    """Return the ink of each column, from the first that has some to the last."""
    columns: NDArray[np.int64] = ink.sum(axis=0, dtype=np.int64)
    inked = np.flatnonzero(columns)
    return columns[inked[0] : inked[-1] + 1] if len(inked) else columns[:0]


def _boundaries(pitches: NDArray[np.float64]) -> NDArray[np.intp]:
    """Return columns a pitch apart, intp (pitches, first columns, columns)."""
    firsts = np.arange(_PHASES) / _PHASES * pitches[:, None]
    columns: NDArray[np.float64] = firsts[:, :, None] + np.arange(_BOUNDARIES) * pitches[:, None, None]
    return (columns + 0.5).astype(np.intp)


def _boundary_ink(profile: NDArray[np.int64], boundaries: NDArray[np.intp]) -> NDArray[np.float64]:
    """Return the mean ink on boundaries relative to that of all columns, float64 (pitches, first columns)."""
    room = int(boundaries.max()) + 1
    ink, inside = np.zeros(room), np.zeros(room)
    ink[: len(profile)], inside[: len(profile)] = profile[:room], 1
    return np.asarray(ink[boundaries].sum(axis=2) / np.maximum(inside[boundaries].sum(axis=2), 1) / profile.mean())


def _components(ink: Pixels) -> list[tuple[int, int]]:
    """Return the columns of components of ink, those one above the other joined, from left to right."""
    _, _, stats, _ = cv2.connectedComponentsWithStats(ink, connectivity=8)
    kept = stats[1:][stats[1:, cv2.CC_STAT_AREA] >= _LEAST]
    lefts, widths = kept[:, cv2.CC_STAT_LEFT], kept[:, cv2.CC_STAT_WIDTH]
    joined: list[tuple[int, int]] = []
    for left, right in sorted(zip(lefts.tolist(), (lefts + widths).tolist(), strict=True)):
        if joined:
            before, end = joined[-1]
            if min(end, right) - left >= _STACKED * min(end - before, right - left):
                joined[-1] = before, max(end, right)
                continue
        joined.append((left, right))
    return joined


def _by_pitch(profile: NDArray[np.int64], pitch: float, first: float, offset: int) -> list[Character]:
    """Part the ink at multiples of a pitch, each boundary where least ink is near it; empty slots are spaces."""
    reach = max(1, round(_NEAR * pitch))
    padded = np.pad(profile, 2 * reach + 1)
    farther = np.abs(np.arange(-reach, reach + 1)) / (reach + 1)
    characters: list[Character] = []
    boundary, left, word = first - pitch, 0, 0
    while left < len(profile):
        boundary += pitch
        start = max(0, round(boundary) + reach + 1)
        around = padded[start : start + 2 * reach + 1]
        moved = int((around + farther[: len(around)]).argmin()) - reach if len(around) else 0
        right = min(len(profile), max(left, round(boundary) + moved))
        columns = np.flatnonzero(profile[left:right])
        if profile[left:right].sum() > _SPECK:
            characters.append(Character(offset + left + int(columns[0]), offset + left + int(columns[-1]) + 1, word))
        elif right - left > pitch / 2 and characters:
            word = characters[-1].word + 1
        boundary, left = boundary + _FOLLOWED * moved, right
    return characters


def _by_gaps(ink: Pixels, offset: int, usual: float) -> list[Character]:
    """Return components as characters of some usual width, wide ones parted; a wide gap is a space."""
    profile = ink.sum(axis=0, dtype=np.int64)
    characters: list[Character] = []
    word, end = 0, offset
    for left, right in _components(ink):
        if left - end > _WORD_GAP * usual:
            word += 1
        characters += [Character(low, high, word) for low, high in _parted(profile, left, right, usual)]
        end = right
    return characters


def _parted(profile: NDArray[np.int64], left: int, right: int, usual: float) -> list[tuple[int, int]]:
    """Part what is wider than a character can be where it is thinnest."""
    edge = max(1, round(usual / 2))
    whole, parts = [(left, right)], []
    while whole:
        left, right = whole.pop()
        if right - left <= max(_WIDEST * usual, 2 * edge):
            parts.append((left, right))
        else:
            cut = left + edge + int(profile[left + edge : right - edge].argmin())
            whole += [(cut, right), (left, cut)]
    return parts
