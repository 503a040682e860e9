"""Connectionist temporal classification (CTC): best path, likelihood and forced alignment of labels."""

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from receiptgen.recognition.charset import BLANK

# Below this, probabilities are scaled up so that they do not underflow.
_SMALL = 1e-100


class Decoded(NamedTuple):
    """The labels of one line, with their probabilities and steps.

    Attributes:
        labels: Labels without blanks.
        scores: Probability of each label, float32: that of the most probable step of its run. A label is there if any
            step of the run has it, so this is a lower bound whatever the length of the run; a product sinks
            with every step, a mean with the weak ones at either end.
        steps: First step of each label, int32.
    """

    labels: tuple[int, ...]
    scores: NDArray[np.float32]
    steps: NDArray[np.int32]


def best_path(log_probs: NDArray[np.float32], lengths: NDArray[np.integer]) -> list[Decoded]:
    """Return the most probable label of each step, with repeats merged and blanks removed.

    Args:
        log_probs: Log-probabilities float32 (N, T, C); label 0 is the blank.
        lengths: Valid steps of each line, (N,), 0 to T.
    """
    best = log_probs.argmax(axis=2)
    begins = np.empty(best.shape, np.bool_)
    begins[:, :1] = True
    np.not_equal(best[:, 1:], best[:, :-1], out=begins[:, 1:])
    lines, steps = np.nonzero((best != BLANK) & (np.arange(best.shape[1]) < np.asarray(lengths)[:, None]))
    if not len(lines):
        return [Decoded((), np.empty(0, np.float32), np.empty(0, np.int32))] * len(best)
    # Blanks are left out from here on.
    labels = best[lines, steps]
    peaks = log_probs[lines, steps, labels]
    firsts = np.flatnonzero(begins[lines, steps])
    scores = np.exp(np.maximum.reduceat(peaks, firsts))
    ends = np.cumsum(np.bincount(lines[firsts], minlength=len(best))).tolist()
    flat, starts = labels[firsts].tolist(), steps[firsts].astype(np.int32)
    return [
        Decoded(tuple(flat[low:high]), scores[low:high], starts[low:high])
        for low, high in zip([0, *ends[:-1]], ends, strict=True)
    ]


def log_likelihood(log_probs: NDArray[np.floating], labels: Sequence[int]) -> float:
    """Return the log-probability of all alignments of a labelling: CTC's forward pass (Graves et al., ICML 2006).

    Args:
        log_probs: Log-probabilities (T, C) of the valid steps; label 0 is the blank.
        labels: Labels without blanks.
    """
    extended = np.zeros(2 * len(labels) + 1, np.intp)
    extended[1::2] = labels
    probs = np.exp(log_probs[:, extended]).astype(np.float64)
    # Whether the blank before a label may be left out.
    can_skip = np.zeros(len(extended))
    can_skip[1::2] = 1
    can_skip[3::2] = extended[3::2] != extended[1:-2:2]
    # Two positions of padding before the first; the nearer of them is the start.
    alpha = np.zeros(len(extended) + 2)
    alpha[1] = 1
    scale = 0.0
    for row in probs:
        alpha[2:] = (alpha[2:] + alpha[1:-1] + can_skip * alpha[:-2]) * row
        alpha[1] = 0
        largest = float(alpha.max())
        if not largest:
            return -math.inf
        if largest < _SMALL:
            alpha /= largest
            scale += math.log(largest)
    final = float(alpha[-2:].sum()) if len(probs) else float(not len(labels))
    return math.log(final) + scale if final else -math.inf


def align(log_probs: NDArray[np.floating], labels: Sequence[int]) -> Decoded:
    """Return where given labels most probably stand: forced alignment by CTC's Viterbi path.

    Args:
        log_probs: Log-probabilities (T, C) of the valid steps; label 0 is the blank.
        labels: Labels without blanks; at most one a step, with a step between two that are the same.
    """
    extended = np.zeros(2 * len(labels) + 1, np.intp)
    extended[1::2] = labels
    # Whether the blank before a label may be left out.
    can_skip = np.zeros(len(extended), np.bool_)
    can_skip[3::2] = extended[3::2] != extended[1:-2:2]
    rows = log_probs[:, extended]
    positions = np.arange(len(extended))
    best = np.full(len(extended), -np.inf)
    best[:2] = rows[0, :2]
    origins = np.zeros(rows.shape, np.intp)
    for step in range(1, len(rows)):
        scores = np.full((3, len(extended)), -np.inf)
        scores[0] = best
        scores[1, 1:] = best[:-1]
        scores[2, 2:] = np.where(can_skip[2:], best[:-2], -np.inf)
        move = scores.argmax(axis=0)
        origins[step] = positions - move
        best = scores[move, positions] + rows[step]
    position = len(extended) - 1 - int(len(extended) > 1 and best[-2] > best[-1])
    path = np.empty(len(rows), np.intp)
    for step in range(len(rows) - 1, -1, -1):
        path[step] = position
        position = origins[step, position]
    visited, firsts = np.unique(path, return_index=True)
    is_label = visited % 2 == 1
    peaks = np.maximum.reduceat(rows[np.arange(len(rows)), path], firsts) if len(firsts) else np.empty(0)
    return Decoded(tuple(labels), np.exp(peaks[is_label]).astype(np.float32), firsts[is_label].astype(np.int32))
