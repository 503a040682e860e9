"""Prefix beam search over log-probabilities, optionally with a lexicon and a character model."""

import math
from heapq import nlargest
from operator import itemgetter
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from receiptgen.recognition.beam_scorer import BeamScorer
from receiptgen.recognition.charset import BLANK
from receiptgen.recognition.ctc import best_path, log_likelihood

# Below this, the probabilities of a beam are scaled up so that they do not underflow.
_SMALL = 1e-100
# Shares of the tolerance below which a label is impossible, and a prefix beside the likeliest is given up.
_LABEL, _PREFIX = 0.1, 0.01


class Candidate(NamedTuple):
    """A possible labelling of a line.

    Attributes:
        labels: Labels without blanks.
        score: Log-probability of all alignments of the labels that the search followed, plus what a scorer adds.
    """

    labels: tuple[int, ...]
    score: float


class _Step(NamedTuple):
    """A step at which a label may start.

    Attributes:
        blank: Probability of the blank, 0 to 1.
        chances: Probabilities of the possible labels.
        rested: Whether steps at which only the blank is likely lie between the one before and this.
    """

    blank: float
    chances: dict[int, float]
    rested: bool


def _likely_steps(log_probs: NDArray[np.floating], tolerance: float) -> tuple[list[_Step], float]:
    """Return the steps at which a label may start, and the log-probability of the blanks of all others."""
    probs = np.exp(log_probs, dtype=np.float64)
    blanks = probs[:, BLANK].copy()
    probs[:, BLANK] = 0
    active = np.flatnonzero(probs.sum(axis=1) >= tolerance)
    steps, labels = np.nonzero((probs[active] > 0) & (probs[active] >= _LABEL * tolerance))
    bounds = np.searchsorted(steps, np.arange(len(active) + 1)).tolist()
    chances = list(zip(labels.tolist(), probs[active[steps], labels].tolist(), strict=True))
    found = [
        _Step(blank, dict(chances[low:high]), rested)
        for blank, low, high, rested in zip(
            blanks[active].tolist(), bounds[:-1], bounds[1:], (np.diff(active, prepend=-1) > 1).tolist(), strict=True
        )
    ]
    return found, float(np.delete(log_probs[:, BLANK], active).sum(dtype=np.float64))


class _Beam(NamedTuple):
    """A prefix that is followed.

    Attributes:
        total: Scaled probability of all its alignments.
        ended: The same of those that end in a blank.
        state: State of the scorer after it.
    """

    total: float
    ended: float
    state: int


class _Beams:
    """The likeliest prefixes so far, as nodes of a trie.

    Attributes:
        followed: Those that are followed, by node; 0 is the empty prefix.
        scale: Logarithm of the factor of all probabilities.
    """

    def __init__(self, width: int, scorer: BeamScorer | None, least: float) -> None:
        self._width, self._scorer, self._least = width, scorer, least
        # The trie: parent and label of each node, and nodes by both.
        self._edges = [(-1, BLANK)]
        self._nodes: dict[tuple[int, int], int] = {}
        self.followed = {0: _Beam(1.0, 1.0, 0)}
        self.scale = 0.0

    def advance(self, step: _Step) -> None:
        """Advance by one step."""
        stays: dict[int, _Beam] = {}
        grows: dict[tuple[int, int], float] = {}
        for node, (total, ended, state) in self.followed.items():
            if step.rested:
                ended = total
            last, blank = self._edges[node][1], total * step.blank
            stays[node] = _Beam(blank + (total - ended) * step.chances.get(last, 0.0), blank, state)
            factors = self._scorer.rows[state] if self._scorer else None
            for label, chance in step.chances.items():
                # A label twice in a row takes a blank between.
                grown = (ended if label == last else total) * chance
                grows[node, label] = grown * factors[label] if factors else grown
        # Where a prefix and its parent are both followed, the parent grows into the prefix.
        for node, beam in stays.items():
            if from_parent := grows.pop(self._edges[node], 0.0):
                stays[node] = beam._replace(total=beam.total + from_parent)
        self._select(stays, grows)

    def _select(self, stays: dict[int, _Beam], grows: dict[tuple[int, int], float]) -> None:
        """Keep the likeliest of all prefixes that stay or grow."""
        found = [(beam.total, node, BLANK) for node, beam in stays.items()]
        found += [(total, node, label) for (node, label), total in grows.items()]
        largest = max(found)[0]
        if not largest:
            return  # nothing is possible at this step: skip it
        found = [one for one in found if one[0] > self._least * largest]
        if len(found) > self._width:
            found = nlargest(self._width, found)
        scale = largest if largest < _SMALL else 1.0
        self.followed = {}
        for total, node, label in found:
            _, ended, state = stays[node]
            if not label:
                self.followed[node] = _Beam(total / scale, ended / scale, state)
                continue
            after = self._scorer.step(state, label) if self._scorer else 0
            self.followed[self._child(node, label)] = _Beam(total / scale, 0.0, after)
        self.scale += math.log(scale)

    def _child(self, node: int, label: int) -> int:
        """Return the node of a prefix with one more label."""
        child = self._nodes.setdefault((node, label), len(self._edges))
        if child == len(self._edges):
            self._edges.append((node, label))
        return child

    def candidates(self) -> list[Candidate]:
        """Return the labellings of the prefixes, the likeliest first."""
        found = {node: beam.total for node, beam in self.followed.items()}
        if self._scorer:
            ends = {node: beam.total * self._scorer.rows[beam.state][0] for node, beam in self.followed.items()}
            found = ends if any(ends.values()) else found
        ranked = sorted(found.items(), key=itemgetter(1), reverse=True)
        return [Candidate(self._path(node), math.log(total) + self.scale) for node, total in ranked if total]

    def _path(self, node: int) -> tuple[int, ...]:
        path = []
        while node:
            node, label = self._edges[node]
            path.append(label)
        return tuple(reversed(path))


def beam_search(
    log_probs: NDArray[np.floating], width: int = 10, scorer: BeamScorer | None = None, tolerance: float = 1e-4
) -> list[Candidate]:
    """Search for the likeliest labellings of a line: prefix beam search (Hannun et al. 2014, arXiv:1408.2873).

    Args:
        log_probs: Log-probabilities (T, C) of the valid steps; label 0 is the blank.
        width: Beam width: how many prefixes are followed.
        scorer: Lexicon and character model. Without them, the first candidate is never less probable than that of
            ``best_path``, and an infinite width finds the likeliest of all.
        tolerance: Probability that may be neglected to make the search shorter: a step whose other labels sum up to
            less counts as a blank, a label below a tenth of it as impossible, and a prefix below a hundredth of it
            beside the likeliest is given up. With 0 all probabilities are exact.

    Returns:
        At least one and at most ``width`` candidates, the likeliest first.
    """
    steps, skipped = _likely_steps(log_probs, tolerance)
    if scorer:
        scorer.begin()
    beams = _Beams(width, scorer, _PREFIX * tolerance)
    for step in steps:
        beams.advance(step)
    beams.scale += skipped
    candidates = beams.candidates()
    return candidates if scorer else _with_best_path(candidates, log_probs)


def _with_best_path(candidates: list[Candidate], log_probs: NDArray[np.floating]) -> list[Candidate]:
    """Put the labelling of the best path first where it is likelier than the first candidate."""
    labels = best_path(log_probs[None], np.array([len(log_probs)]))[0].labels
    if labels == candidates[0].labels:
        return candidates
    score = log_likelihood(log_probs, labels)
    if score <= log_likelihood(log_probs, candidates[0].labels):
        return candidates
    return [Candidate(labels, score), *(candidate for candidate in candidates if candidate.labels != labels)][
        : max(1, len(candidates))
    ]
