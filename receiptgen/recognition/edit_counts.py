"""Counts of lines, of which figures of accuracy are made: edits of characters and words, lengths, words in common."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from rapidfuzz.distance import Levenshtein
from rapidfuzz.process import cpdist

# Reference and prediction.
Pair = tuple[str, str]

# Costs of an inserted, a missing and a wrong word by which NIST's SCLITE aligns words: a wrong word is preferred to one
# missing and one inserted. https://github.com/usnistgov/SCTK/blob/master/doc/sclite.htm
_INSERTED, _MISSING, _WRONG = 3, 3, 4
# Each edit adds 1 to its cost times this, so that one sum has both; where alignments cost the same, fewer edits count.
_COST = 1 << 20


class EditCounts(NamedTuple):
    """Counts of lines, each int64 (lines,); ``_ci``: both sides are case-folded.

    Attributes:
        distance, distance_ci: Levenshtein distance.
        distance_nospace: The same, case-folded and without spaces.
        characters: Characters of the reference.
        characters_nospace: The same, case-folded and without spaces.
        longer: Characters of the longer side, at least 1.
        words: Words of the reference.
        word_edits, word_edits_ci: Wrong, missing and inserted words.
        matched_words, matched_words_ci: Words of the reference that the prediction contains, in any order.
        empty: 1 where the prediction is empty.
    """

    distance: NDArray[np.int64]
    distance_ci: NDArray[np.int64]
    distance_nospace: NDArray[np.int64]
    characters: NDArray[np.int64]
    characters_nospace: NDArray[np.int64]
    longer: NDArray[np.int64]
    words: NDArray[np.int64]
    word_edits: NDArray[np.int64]
    word_edits_ci: NDArray[np.int64]
    matched_words: NDArray[np.int64]
    matched_words_ci: NDArray[np.int64]
    empty: NDArray[np.int64]


def count_edits(pairs: Sequence[Pair]) -> EditCounts:
    """Return the counts of normalised lines; only lines that differ are compared."""
    folded = [(text.casefold(), prediction.casefold()) for text, prediction in pairs]
    without_spaces = [(text.replace(" ", ""), prediction.replace(" ", "")) for text, prediction in folded]
    distance = _distances(pairs, np.ones(len(pairs), np.bool_))
    distance_ci = _distances(folded, distance > 0)
    words = _integers(len(text.split()) for text, _ in pairs)
    return EditCounts(
        distance=distance,
        distance_ci=distance_ci,
        distance_nospace=_distances(without_spaces, distance_ci > 0),
        characters=_integers(len(text) for text, _ in pairs),
        characters_nospace=_integers(len(text) for text, _ in without_spaces),
        longer=_integers(max(len(text), len(prediction), 1) for text, prediction in pairs),
        words=words,
        word_edits=_integers(map(word_edits, pairs)),
        word_edits_ci=_integers(map(word_edits, folded)),
        matched_words=_matched_words(pairs, words),
        matched_words_ci=_matched_words(folded, words),
        empty=_integers(not prediction for _, prediction in pairs),
    )


def word_edits(pair: Pair) -> int:
    """Return the number of wrong, missing and inserted words of a line, aligned as SCLITE does."""
    text, prediction = pair
    if text == prediction:
        return 0
    weights = (_COST * _INSERTED + 1, _COST * _MISSING + 1, _COST * _WRONG + 1)
    return Levenshtein.distance(text.split(), prediction.split(), weights=weights) % _COST


def _integers(values: Iterable[int]) -> NDArray[np.int64]:
    return np.fromiter(values, np.int64)


def _distances(pairs: Sequence[Pair], candidates: NDArray[np.bool_]) -> NDArray[np.int64]:
    """Return Levenshtein distances, int64 (lines,); those of lines that are not candidates are 0."""
    distances = np.zeros(len(pairs), np.int64)
    differ = [index for index in np.flatnonzero(candidates).tolist() if pairs[index][0] != pairs[index][1]]
    if differ:
        texts, predictions = zip(*(pairs[index] for index in differ), strict=True)
        distances[differ] = cpdist(texts, predictions, scorer=Levenshtein.distance, dtype=np.int64)
    return distances


def _matched_words(pairs: Sequence[Pair], words: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return how many words of each reference its prediction contains, as multisets, int64 (lines,)."""
    matched = words.copy()
    for index, (text, prediction) in enumerate(pairs):
        if text != prediction:
            rest = prediction.split()
            before = len(rest)
            for word in text.split():
                if word in rest:
                    rest.remove(word)
            matched[index] = before - len(rest)
    return matched
