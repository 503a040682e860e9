"""Prefix beam search over log-probabilities, optionally with a lexicon and a character model."""

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from receiptgen.recognition.beam_scorer import BeamScorer
from receiptgen.recognition.charset import BLANK
from receiptgen.recognition.ctc import best_path, log_likelihood

# Below this, the probabilities of a beam are scaled up so that they do not underflow.
_SMALL = 1e-100


class Candidate(NamedTuple):
    """A possible labelling of a line.

    Attributes:
        labels: Labels without blanks.
        score: Log-probability of all alignments of the labels that the search followed, plus what a scorer adds.
    """

    labels: tuple[int, ...]
    score: float


class _Steps(NamedTuple):
    """The steps at which a label may start, and the possible labels of each.

    Attributes:
        probs: Probabilities of all steps, float64 (T, C).
        active: Indices of the steps at which a label may start.
        after_blank: Whether steps at which only the blank is likely lie between each active step and the one before.
        bounds: Bounds of each active step's labels in the next two arrays.
        labels: Possible labels of all active steps in turn; each begins with the blank.
        chances: Their probabilities; 0 for the blanks.
        columns: Index (T, C) of each label among its step's labels; 0 for those that are left out.
        skipped: Log-probability of the blanks of all other steps.
    """

    probs: NDArray[np.float64]
    active: list[int]
    after_blank: list[bool]
    bounds: list[int]
    labels: NDArray[np.intp]
    chances: NDArray[np.float64]
    columns: NDArray[np.intp]
    skipped: float


def _prune_steps(log_probs: NDArray[np.floating], tolerance: float) -> _Steps:
    probs = np.exp(log_probs).astype(np.float64)
    chances = probs.copy()
    chances[:, BLANK] = 0
    blank = chances.sum(axis=1) < tolerance
    possible = chances >= tolerance / max(1, probs.shape[1])
    possible[:, BLANK] = True
    possible[blank] = False
    active = np.flatnonzero(~blank)
    steps, labels = np.nonzero(possible)
    return _Steps(
        probs=probs,
        active=active.tolist(),
        after_blank=(np.diff(active, prepend=-1) > 1).tolist(),
        bounds=np.searchsorted(steps, [*active.tolist(), len(probs)]).tolist(),
        labels=labels,
        chances=chances[steps, labels],
        columns=np.where(possible, np.cumsum(possible, axis=1) - 1, 0),
        skipped=float(log_probs[blank, BLANK].sum(dtype=np.float64)),
    )


class _Beams:
    """The likeliest prefixes so far: nodes of a trie, with the scaled probabilities of their alignments.

    Attributes:
        nodes: Node of the trie of each prefix.
        last: Last label of each, intp (n,); 0 for the empty prefix.
        total: Probability of all alignments of each, float64 (n,).
        ended: Probability of those alignments that end in a blank, float64 (n,).
        states: State of the scorer after each prefix.
        scale: Logarithm of the factor of all probabilities.
    """

    def __init__(self, width: int, scorer: BeamScorer | None) -> None:
        self.width, self.scorer = width, scorer
        # The trie: parent and label of each node, and nodes by both.
        self.parents, self.labels = [-1], [BLANK]
        self.children: dict[tuple[int, int], int] = {}
        self.nodes, self.states = [0], [0]
        self.last = np.zeros(1, np.intp)
        self.total = self.ended = np.ones(1)
        self.scale = 0.0

    def advance(
        self,
        probs: NDArray[np.float64],
        labels: NDArray[np.intp],
        chances: NDArray[np.float64],
        columns: NDArray[np.intp],
    ) -> None:
        """Advance by one step; the arguments are its rows of the arrays of ``_Steps``."""
        count = len(self.nodes)
        column = columns[self.last]
        # A row for each prefix and an empty one; a column for each label. The probability that a prefix stays as it is
        # is stored in the column of the blank.
        table = np.zeros((count + 1, len(labels)))
        grown = table[:count]
        np.multiply(self.total[:, None], chances, out=grown)
        # A label twice in a row takes a blank between.
        grown[np.arange(count), column] = self.ended * chances[column]
        if self.scorer:
            grown *= self.scorer.rows[self.states][:, labels]
        # Where a prefix and its parent are both followed, the parent grows into the prefix.
        slots = {node: slot for slot, node in enumerate(self.nodes)}
        above = [slots.get(self.parents[node], count) for node in self.nodes]
        ended = self.total * probs[BLANK]
        stays = ended + (self.total - self.ended) * chances[column] + table[above, column]
        table[above, column] = 0
        table[:count, 0] = stays
        self._select(table.ravel(), labels, ended)

    def _select(self, flat: NDArray[np.float64], labels: NDArray[np.intp], ended: NDArray[np.float64]) -> None:
        """Keep the likeliest of all prefixes that stay or grow."""
        selected = flat.argpartition(-self.width)[-self.width :] if len(flat) > self.width else np.arange(len(flat))
        total = flat[selected]
        largest = float(total.max())
        if not largest:
            return  # nothing is possible at this step: skip it
        if not total.all():
            selected, total = selected[total > 0], total[total > 0]
        rows, columns = np.divmod(selected, len(labels))
        added = labels[columns]
        self.last = np.where(added, added, self.last[rows])
        self.ended = np.where(added, 0.0, ended[rows])
        self.total = total
        self._descend(rows.tolist(), added.tolist())
        if largest < _SMALL:
            self.total, self.ended = self.total / largest, self.ended / largest
            self.scale += math.log(largest)

    def _descend(self, rows: list[int], added: list[int]) -> None:
        nodes, states = self.nodes, self.states
        self.nodes, self.states = [], []
        for row, label in zip(rows, added, strict=True):
            node, state = nodes[row], states[row]
            if label:
                key = node, label
                node = self.children.get(key, -1)
                if node < 0:
                    node = self.children[key] = len(self.parents)
                    self.parents.append(key[0])
                    self.labels.append(label)
                if self.scorer:
                    state = self.scorer.step(state, label)
            self.nodes.append(node)
            self.states.append(state)

    def candidates(self) -> list[Candidate]:
        """Return the labellings of the prefixes, the likeliest first."""
        total = self.total
        if self.scorer and (ends := total * self.scorer.rows[self.states, 0]).any():
            total = ends
        return [
            Candidate(self._path(self.nodes[slot]), math.log(total[slot]) + self.scale)
            for slot in np.argsort(-total, kind="stable").tolist()
            if total[slot] > 0
        ]

    def _path(self, node: int) -> tuple[int, ...]:
        path = []
        while node:
            path.append(self.labels[node])
            node = self.parents[node]
        return tuple(reversed(path))


def beam_search(
    log_probs: NDArray[np.floating], width: int = 10, scorer: BeamScorer | None = None, tolerance: float = 1e-3
) -> list[Candidate]:
    """Search for the likeliest labellings of a line: prefix beam search (Hannun et al. 2014, arXiv:1408.2873).

    Args:
        log_probs: Log-probabilities (T, C) of the valid steps; label 0 is the blank.
        width: Beam width: how many prefixes are followed.
        scorer: Lexicon and character model. Without them, the first candidate is never less probable than that of
            ``best_path``, and an infinite width finds the likeliest of all.
        tolerance: Probability that a step may lose to make the search shorter: a step whose other
            labels sum up to less counts as a blank, a label below ``tolerance / C`` as impossible. A labelling's
            probability comes out too low by at most ``T * tolerance``; with 0 it is exact.

    Returns:
        At least one and at most ``width`` candidates, the likeliest first.
    """
    steps = _prune_steps(log_probs, tolerance)
    if scorer:
        scorer.begin()
    beams = _Beams(width, scorer)
    for step, after_blank, low, high in zip(
        steps.active, steps.after_blank, steps.bounds[:-1], steps.bounds[1:], strict=True
    ):
        if after_blank:
            beams.ended = beams.total
        beams.advance(steps.probs[step], steps.labels[low:high], steps.chances[low:high], steps.columns[step])
    beams.scale += steps.skipped
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
