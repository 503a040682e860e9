"""Prefix beam search over log-probabilities, with a lexicon and a character model."""

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from receiptgen.recognition.beam_scorer import BeamScorer
from receiptgen.recognition.charset import BLANK
from receiptgen.recognition.ctc import best_path, log_likelihood

# Below it, the probabilities of a beam are scaled up lest they vanish.
_SMALL = 1e-100


class Candidate(NamedTuple):
    """What a line may say.

    Attributes:
        labels: Without blanks.
        score: Log-probability of all alignments of the labels that the search has followed, plus what a guide adds.
    """

    labels: tuple[int, ...]
    score: float


class _Steps(NamedTuple):
    """The steps at which something may begin, and of each the labels that may.

    Attributes:
        probs: float64 (T, C) of all steps.
        loud: Which steps of them.
        rested: Whether others, at which only the blank is likely, stand between each and the one before.
        bounds: Where the labels of each step lie in the next two.
        labels: Of all steps, one after the other; each begins with the blank.
        chances: Their probabilities, those of the blanks 0.
        columns: (T, C): where in its step's labels each stands; 0 for those that are left out.
        quiet: Log-probability of the blanks of all other steps.
    """

    probs: NDArray[np.float64]
    loud: list[int]
    rested: list[bool]
    bounds: list[int]
    labels: NDArray[np.intp]
    chances: NDArray[np.float64]
    columns: NDArray[np.intp]
    quiet: float


def _pruned(log_probs: NDArray[np.floating], tolerance: float) -> _Steps:
    probs = np.exp(log_probs).astype(np.float64)
    chances = probs.copy()
    chances[:, BLANK] = 0
    quiet = chances.sum(axis=1) < tolerance
    kept = chances >= tolerance / max(1, probs.shape[1])
    kept[:, BLANK] = True
    kept[quiet] = False
    loud = np.flatnonzero(~quiet)
    steps, labels = np.nonzero(kept)
    return _Steps(
        probs=probs,
        loud=loud.tolist(),
        rested=(np.diff(loud, prepend=-1) > 1).tolist(),
        bounds=np.searchsorted(steps, [*loud.tolist(), len(probs)]).tolist(),
        labels=labels,
        chances=chances[steps, labels],
        columns=np.where(kept, np.cumsum(kept, axis=1) - 1, 0),
        quiet=float(log_probs[quiet, BLANK].sum(dtype=np.float64)),
    )


class _Beams:
    """The likeliest prefixes so far: nodes of a trie, with the probability of their alignments, scaled.

    Attributes:
        nodes: Of the trie.
        last: Last label of each, intp (n,); of the empty prefix 0.
        total: Probability of all alignments of each, float64 (n,).
        ended: Of those among them that end in a blank.
        states: Of the guide.
        scale: Logarithm by which all are to be multiplied.
    """

    def __init__(self, width: int, guide: BeamScorer | None) -> None:
        self.width, self.guide = width, guide
        # The trie: parent and label of each node, and the nodes that there are by both.
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
        """Go on by a step; the arguments are its row of each array of ``_Steps``."""
        count = len(self.nodes)
        column = columns[self.last]
        # A row for each prefix and an empty one; a column for each label. What a prefix gets that stays as it is
        # comes to stand in the blank's.
        table = np.zeros((count + 1, len(labels)))
        grown = table[:count]
        np.multiply(self.total[:, None], chances, out=grown)
        # To say one label twice takes a blank between.
        grown[np.arange(count), column] = self.ended * chances[column]
        if self.guide:
            grown *= self.guide.rows[self.states][:, labels]
        # Where a prefix and its parent are both there, the parent grows into what is there already.
        slots = {node: slot for slot, node in enumerate(self.nodes)}
        above = [slots.get(self.parents[node], count) for node in self.nodes]
        ended = self.total * probs[BLANK]
        stays = ended + (self.total - self.ended) * chances[column] + table[above, column]
        table[above, column] = 0
        table[:count, 0] = stays
        self._choose(table.ravel(), labels, ended)

    def _choose(self, flat: NDArray[np.float64], labels: NDArray[np.intp], ended: NDArray[np.float64]) -> None:
        """Keep the likeliest of all that prefixes stay or grow to."""
        chosen = flat.argpartition(-self.width)[-self.width :] if len(flat) > self.width else np.arange(len(flat))
        total = flat[chosen]
        top = float(total.max())
        if not top:
            return  # nothing is possible at this step; go on without it
        if not total.all():
            chosen, total = chosen[total > 0], total[total > 0]
        rows, columns = np.divmod(chosen, len(labels))
        added = labels[columns]
        self.last = np.where(added, added, self.last[rows])
        self.ended = np.where(added, 0.0, ended[rows])
        self.total = total
        self._descend(rows.tolist(), added.tolist())
        if top < _SMALL:
            self.total, self.ended = self.total / top, self.ended / top
            self.scale += math.log(top)

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
                if self.guide:
                    state = self.guide.step(state, label)
            self.nodes.append(node)
            self.states.append(state)

    def candidates(self) -> list[Candidate]:
        """Return what the prefixes say, the likeliest first."""
        total = self.total
        if self.guide and (ends := total * self.guide.rows[self.states, 0]).any():
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
    log_probs: NDArray[np.floating], width: int = 10, guide: BeamScorer | None = None, tolerance: float = 1e-3
) -> list[Candidate]:
    """Search for the likeliest labellings of a line: prefix beam search (Hannun et al. 2014, arXiv:1408.2873).

    Args:
        log_probs: (T, C) of the valid steps, label 0 the blank.
        width: How many prefixes are followed.
        guide: Lexicon and character model. Without one, the first candidate is never less probable than that of
            ``best_path``, and an infinite width finds the likeliest of all.
        tolerance: How much probability a step may lose, so that the search need not follow all: a step whose other
            labels sum up to less is taken for a blank, a label below ``tolerance / C`` for impossible. A labelling's
            probability comes out too low by ``T * tolerance`` at the most; with 0 it is exact.

    Returns:
        At least one and at most ``width`` candidates, the likeliest first.
    """
    steps = _pruned(log_probs, tolerance)
    if guide:
        guide.begin()
    beams = _Beams(width, guide)
    for step, rested, low, high in zip(steps.loud, steps.rested, steps.bounds[:-1], steps.bounds[1:], strict=True):
        if rested:
            beams.ended = beams.total
        beams.advance(steps.probs[step], steps.labels[low:high], steps.chances[low:high], steps.columns[step])
    beams.scale += steps.quiet
    found = beams.candidates()
    return found if guide else _with_best_path(found, log_probs)


def _with_best_path(found: list[Candidate], log_probs: NDArray[np.floating]) -> list[Candidate]:
    """Put the labelling of the best path first where it is likelier than what the search found."""
    labels = best_path(log_probs[None], np.array([len(log_probs)]))[0].labels
    if labels == found[0].labels:
        return found
    score = log_likelihood(log_probs, labels)
    if score <= log_likelihood(log_probs, found[0].labels):
        return found
    return [Candidate(labels, score), *(other for other in found if other.labels != labels)][: max(1, len(found))]
