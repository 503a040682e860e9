"""Letters and words nearer to each other or further apart."""

from dataclasses import dataclass
from itertools import pairwise
from typing import Annotated, Any, NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from receiptgen.config.records import Record
from receiptgen.core.dice import Dice
from receiptgen.core.distributions import Spread, between
from receiptgen.core.scripts import needs_shaping
from receiptgen.effects import EFFECTS, EffectStep, draw_record
from receiptgen.effects.writing._line import measures
from receiptgen.imaging.geometry import Level, boxes_of_quads
from receiptgen.imaging.noise import GRAIN_SIGMA, grain
from receiptgen.imaging.page import Page
from receiptgen.imaging.regions import Regions

# Beyond the first and the last knot everything moves with them.
_FAR = 1e6
# Share of a letter's height from which ink in a column is a stem, not what joins two letters.
_STEM = 0.35
# Heights of a word by which letters that touch are parted at the most.
_JOINED = 0.08


@dataclass(frozen=True, slots=True)
class Columns:
    """A movement of columns to the left or right; a map, see ``imaging.geometry``.

    Attributes:
        before: float64 (N,), knots from left to right, before the movement.
        after: float64 (N,), where they are after it, from left to right, too; between knots columns are stretched.
    """

    before: NDArray[np.float64]
    after: NDArray[np.float64]

    def points(self, points: NDArray[Any]) -> NDArray[np.float64]:
        """Move points (..., 2)."""
        moved = points.astype(np.float64)
        moved[..., 0] = np.interp(moved[..., 0], self.before, self.after)
        return moved

    def inverse(self) -> "Columns":
        """Return the map back."""
        return Columns(self.after, self.before)

    def image(self, image: NDArray[np.uint8], size: tuple[int, int], ground: Level) -> NDArray[np.uint8]:
        """Move whole columns, so that letters stay as sharp as they are."""
        height, width = size
        columns = np.interp(np.arange(width) + 0.5, self.after, self.before).astype(int)
        inside = (columns >= 0) & (columns < image.shape[1])
        moved = np.full((*size, *image.shape[2:]), ground, np.uint8)
        moved[: image.shape[0], inside] = image[:height, columns[inside]]
        return moved


class SpacingDrawn(NamedTuple):
    """Distances in heights of the letters: added to all of letters and of words, their unevenness; noise offset."""

    letters: float
    words: float
    uneven: float
    offset: int


@EFFECTS.register
class Spacing(Record):
    """How far a hand sets its letters and words apart; what joins two letters grows with the distance.

    Pages of more than one line stay as they are.

    Attributes:
        letters: Distance added between letters, in heights of the usual word, -0.2 to 1; none are set so close that
            they touch where they did not.
        words: Distance added between words, in the same heights, -0.2 to 4.
        uneven: Standard deviation of each distance, in the same heights, 0 to 0.5; twice as much between words.
    """

    letters: Annotated[Spread, between(-0.2, 1)] = Spread(-0.03, 0, 0.15)
    words: Annotated[Spread, between(-0.2, 4)] = Spread(0, 0.2, 1.2)
    uneven: Annotated[Spread, between(0, 0.5)] = Spread(0, 0.06)

    def draw(self, dice: Dice) -> tuple[EffectStep, ...]:
        """Draw the distances and their unevenness."""
        return (EffectStep(self, draw_record(SpacingDrawn, self, dice)),)

    def apply(self, page: Page, drawn: SpacingDrawn) -> Page:
        """Move what follows each letter, by whole pixels."""
        line = measures(page)
        if line is None:
            return page
        boxes, words = _letters(page.regions)
        if len(boxes) < 2:
            return page
        gaps = _gaps(page, boxes)
        deviation = grain((1, len(gaps.start)), drawn.offset)[0] * (drawn.uneven / GRAIN_SIGMA)
        added = np.where(np.diff(words) != 0, drawn.words + 2 * deviation, drawn.letters + deviation)
        # Paper alone may go. What touches may be parted a little: more would make a bar of the stroke there.
        least = np.where(gaps.clear, 1 - (gaps.stop - gaps.start), 0)
        most = np.where(gaps.clear, np.inf, _JOINED * line.body)
        added = np.rint(np.clip(added * line.body, least, most))
        added[gaps.stem] = 0
        moved = np.cumsum(added)
        before = np.stack([gaps.start, gaps.stop], axis=1).ravel()
        after = before + np.stack([moved - added, moved], axis=1).ravel()
        move = Columns(np.concatenate([[-_FAR], before, [_FAR]]), np.concatenate([[-_FAR], after, [_FAR + moved[-1]]]))
        height, width = page.size
        return page.warped(move, (height, width + int(moved[-1])))


class _Gaps(NamedTuple):
    """Columns between each two neighbouring letters, from ``start`` to ``stop``, rising; each array is (N,).

    Attributes:
        start: First column.
        stop: Column after the last.
        clear: Whether there is paper alone.
        stem: Whether an upright stroke fills them, which would become a bar.
    """

    start: NDArray[np.float64]
    stop: NDArray[np.float64]
    clear: NDArray[np.bool_]
    stem: NDArray[np.bool_]


def _letters(regions: Regions) -> tuple[NDArray[Any], NDArray[np.int64]]:
    """Return the boxes (N, 4) of the letters of a line from left to right, and the index of the word of each."""
    boxes = boxes_of_quads(regions.char_quads)
    words = np.repeat(np.arange(len(regions.words)), [word.stop - word.start for word in regions.words])
    if not needs_shaping(regions.lines[0].text):
        return boxes, words
    # The characters of a cluster share one box.
    _, firsts = np.unique(boxes, axis=0, return_index=True)
    order = firsts[np.argsort(boxes[firsts, 0] + boxes[firsts, 2], kind="stable")]
    return boxes[order], words[order]


def _gaps(page: Page, boxes: NDArray[Any]) -> _Gaps:
    """Find where letters can be set apart: paper between them, or the column with the least ink where they touch."""
    column_ink = cv2.reduce(~page.image, 0, cv2.REDUCE_SUM, dtype=cv2.CV_32S)[0]
    found: list[tuple[int, int, bool, bool]] = []
    least = 0
    for before, after in pairwise(boxes.tolist()):
        low, high = max(least, int(min(before[2], after[0]))), int(max(before[2], after[0]))
        inks = column_ink[low : high + 1]
        thinnest = low + int(inks.argmin()) if len(inks) else low
        clear = least <= before[2] < after[0] and not column_ink[int(before[2]) : int(after[0])].any()
        start, stop = (int(before[2]), int(after[0])) if clear else (thinnest, thinnest + 1)
        stem = len(inks) > 0 and int(inks.min()) > _STEM * 255 * (before[3] - before[1])
        found.append((start, stop, clear, stem))
        least = stop
    starts, stops, clears, stems = zip(*found, strict=True)
    return _Gaps(np.array(starts, float), np.array(stops, float), np.array(clears), np.array(stems))
