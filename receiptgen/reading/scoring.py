"""How well pages are read: words as SROIE's second task counts them, and lines found."""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

_ALNUM = re.compile(r"[^\W_]+")
# Ways to tell words: what white space parts, as they are and case-folded, and runs of letters and digits.
WORDS: Mapping[str, Callable[[str], list[str]]] = {
    "exact": str.split,
    "ci": lambda text: text.casefold().split(),
    "alnum": lambda text: _ALNUM.findall(text.casefold()),
}
# Boxes that overlap by as much of their union are the same line.
_SAME = 0.5


@dataclass(frozen=True)
class Score:
    """Counts, of which precision, recall and their harmonic mean are made.

    Attributes:
        right: What was found and is there.
        found: All that was found.
        there: All that is there.
    """

    right: int
    found: int
    there: int

    @property
    def precision(self) -> float:
        """Share of what was found that is right; nan where nothing was."""
        return self.right / self.found if self.found else float("nan")

    @property
    def recall(self) -> float:
        """Share of what is there that was found; nan where nothing is."""
        return self.right / self.there if self.there else float("nan")

    @property
    def f1(self) -> float:
        """Harmonic mean of both; nan where nothing is there and nothing was found."""
        total = self.found + self.there
        return 2 * self.right / total if total else float("nan")


def summed(scores: Iterable[Score]) -> Score:
    """Return the score of all together."""
    columns = list(zip(*((score.right, score.found, score.there) for score in scores), strict=True))
    return Score(*map(sum, columns)) if columns else Score(0, 0, 0)


def words(reference: str, prediction: str, way: str) -> Score:
    """Compare the words of a page, wherever they stand, each counted as often as it occurs.

    Args:
        reference: What it says.
        prediction: What was read.
        way: One of ``WORDS``.
    """
    there, found = Counter(WORDS[way](reference)), Counter(WORDS[way](prediction))
    return Score((there & found).total(), found.total(), there.total())


def lines(there: Sequence[Sequence[float]], found: Sequence[Sequence[float]]) -> Score:
    """Match boxes ``x0, y0, x1, y1`` one to one, the most alike first, as far as half of their union is common."""
    if not there or not found:
        return Score(0, len(found), len(there))
    alike = overlaps(np.asarray(there, np.float64), np.asarray(found, np.float64))
    rows: set[int] = set()
    columns: set[int] = set()
    for place in np.argsort(-alike, axis=None, kind="stable").tolist():
        row, column = divmod(place, len(found))
        if alike[row, column] < _SAME:
            break
        if row not in rows and column not in columns:
            rows.add(row)
            columns.add(column)
    return Score(len(rows), len(found), len(there))


def overlaps(one: NDArray[np.float64], other: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return intersection over union of boxes (N, 4) and (M, 4), float64 (N, M)."""
    low = np.maximum(one[:, None, :2], other[:, :2])
    high = np.minimum(one[:, None, 2:], other[:, 2:])
    common = (high - low).clip(0).prod(axis=2)
    areas = [(boxes[:, 2:] - boxes[:, :2]).prod(axis=1) for boxes in (one, other)]
    return np.asarray(common / (areas[0][:, None] + areas[1] - common))
