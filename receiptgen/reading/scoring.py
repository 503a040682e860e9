"""Scores of pages: words as SROIE's second task counts them, and detected lines."""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from unicodedata import normalize

import numpy as np
from numpy.typing import NDArray

_ALNUM = re.compile(r"[^\W_]+")
# Ways to split words: at white space, as they are or case-folded; runs of letters and digits; and of the first those
# alone that hold letters beyond ASCII, which an engine may not know or read as their nearest, as o for ø.
WORDS: Mapping[str, Callable[[str], list[str]]] = {
    "exact": str.split,
    "ci": lambda text: text.casefold().split(),
    "alnum": lambda text: _ALNUM.findall(text.casefold()),
    "beyond ASCII": lambda text: [word for word in normalize("NFC", text).split() if _beyond_ascii(word)],
}
# Boxes with at least this intersection over union are the same line.
_SAME = 0.5


@dataclass(frozen=True)
class Score:
    """Counts from which precision, recall and their harmonic mean follow.

    Attributes:
        correct: Number of predictions that are in the reference.
        predicted: Number of predictions.
        reference: Number in the reference.
    """

    correct: int
    predicted: int
    reference: int

    @property
    def precision(self) -> float:
        """Share of the predictions that is correct; nan without predictions."""
        return self.correct / self.predicted if self.predicted else float("nan")

    @property
    def recall(self) -> float:
        """Share of the reference that was predicted; nan without reference."""
        return self.correct / self.reference if self.reference else float("nan")

    @property
    def f1(self) -> float:
        """Harmonic mean of both; nan where both are empty."""
        total = self.predicted + self.reference
        return 2 * self.correct / total if total else float("nan")


def total_score(scores: Iterable[Score]) -> Score:
    """Return the score of all pages together."""
    columns = list(zip(*((score.correct, score.predicted, score.reference) for score in scores), strict=True))
    return Score(*map(sum, columns)) if columns else Score(0, 0, 0)


def score_words(reference: str, prediction: str, way: str) -> Score:
    """Compare the words of a page, wherever they stand, as multisets.

    Args:
        reference: Ground truth of the page.
        prediction: Text that was read.
        way: Way to split words, a key of ``WORDS``.
    """
    expected, predicted = Counter(WORDS[way](reference)), Counter(WORDS[way](prediction))
    return Score((expected & predicted).total(), predicted.total(), expected.total())


def score_lines(reference: Sequence[Sequence[float]], predicted: Sequence[Sequence[float]]) -> Score:
    """Count the boxes ``x0, y0, x1, y1`` that ``match_boxes`` matches."""
    return Score(len(match_boxes(reference, predicted)), len(predicted), len(reference))


def match_boxes(reference: Sequence[Sequence[float]], predicted: Sequence[Sequence[float]]) -> dict[int, int]:
    """Match boxes ``x0, y0, x1, y1`` one to one, by descending intersection over union, down to a half.

    Returns:
        Indices into ``predicted`` by those into ``reference``.
    """
    matches: dict[int, int] = {}
    if not reference or not predicted:
        return matches
    ious = intersection_over_union(np.asarray(reference, np.float64), np.asarray(predicted, np.float64))
    columns: set[int] = set()
    for position in np.argsort(-ious, axis=None, kind="stable").tolist():
        row, column = divmod(position, len(predicted))
        if ious[row, column] < _SAME:
            break
        if row not in matches and column not in columns:
            matches[row] = column
            columns.add(column)
    return matches


def intersection_over_union(one: NDArray[np.float64], other: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the intersection over union of boxes (N, 4) and (M, 4), float64 (N, M)."""
    low = np.maximum(one[:, None, :2], other[:, :2])
    high = np.minimum(one[:, None, 2:], other[:, 2:])
    common = (high - low).clip(0).prod(axis=2)
    areas = [(boxes[:, 2:] - boxes[:, :2]).prod(axis=1) for boxes in (one, other)]
    return np.asarray(common / (areas[0][:, None] + areas[1] - common))


def _beyond_ascii(word: str) -> bool:
    """Tell whether a word holds a letter beyond ASCII."""
    return any(character.isalpha() and not character.isascii() for character in word)
