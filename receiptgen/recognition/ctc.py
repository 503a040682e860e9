"""Connectionist temporal classification: best path, likelihood and alignment of labels."""

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from receiptgen.recognition.charset import BLANK

# Below it, probabilities are scaled up so that they do not vanish.
_SMALL = 1e-100


class Decoded(NamedTuple):
    """What one line says.

    Attributes:
        labels: Without blanks.
        scores: Probability of each label, float32: that of the most probable step of its run. A label is there if any
            step of the run bears it, so it is at least so probable, whatever the length of the run; a product sinks
            with every step, a mean with the weak ones at either end.
        steps: First step of each label, int32.
    """

    labels: tuple[int, ...]
    scores: NDArray[np.float32]
    steps: NDArray[np.int32]


def best_path(log_probs: NDArray[np.float32], lengths: NDArray[np.integer]) -> list[Decoded]:
    """Take the most probable label of each step, runs of one label as one, without blanks.

    Args:
        log_probs: float32 (N, T, C), label 0 the blank.
        lengths: Valid steps of each line, (N,), 0 to T.
    """
    best = log_probs.argmax(axis=2)
    begins = np.empty(best.shape, np.bool_)
    begins[:, :1] = True
    np.not_equal(best[:, 1:], best[:, :-1], out=begins[:, 1:])
    lines, steps = np.nonzero((best != BLANK) & (np.arange(best.shape[1]) < np.asarray(lengths)[:, None]))
    if not len(lines):
        return [Decoded((), np.empty(0, np.float32), np.empty(0, np.int32))] * len(best)
    # From here on, what is no blank only.
    labels = best[lines, steps]
    peaks = log_probs[lines, steps, labels]
    firsts = np.flatnonzero(begins[lines, steps])
    scores = np.exp(np.maximum.reduceat(peaks, firsts))
    ends = np.cumsum(np.bincount(lines[firsts], minlength=len(best))).tolist()
    every, starts = labels[firsts].tolist(), steps[firsts].astype(np.int32)
    return [
        Decoded(tuple(every[low:high]), scores[low:high], starts[low:high])
        for low, high in zip([0, *ends[:-1]], ends, strict=True)
    ]


def log_likelihood(log_probs: NDArray[np.floating], labels: Sequence[int]) -> float:
    """Return the log-probability of all alignments of some labels: CTC's forward pass (Graves et al., ICML 2006).

    Args:
        log_probs: (T, C) of the valid steps, label 0 the blank.
        labels: Without blanks.
    """
    spelled = np.zeros(2 * len(labels) + 1, np.intp)
    spelled[1::2] = labels
    probs = np.exp(log_probs[:, spelled]).astype(np.float64)
    # Whether the blank before a label may be left out.
    direct = np.zeros(len(spelled))
    direct[1::2] = 1
    direct[3::2] = spelled[3::2] != spelled[1:-2:2]
    # Two places before the first, of which the nearer is the start.
    ways = np.zeros(len(spelled) + 2)
    ways[1] = 1
    scale = 0.0
    for row in probs:
        ways[2:] = (ways[2:] + ways[1:-1] + direct * ways[:-2]) * row
        ways[1] = 0
        top = float(ways.max())
        if not top:
            return -math.inf
        if top < _SMALL:
            ways /= top
            scale += math.log(top)
    ends = float(ways[-2:].sum()) if len(probs) else float(not len(labels))
    return math.log(ends) + scale if ends else -math.inf


def align(log_probs: NDArray[np.floating], labels: Sequence[int]) -> Decoded:
    """Return where some labels most likely stand: CTC's Viterbi path that spells them.

    Args:
        log_probs: (T, C) of the valid steps.
        labels: Without blanks; no more than the steps can bear, one between two that are the same.
    """
    spelled = np.zeros(2 * len(labels) + 1, np.intp)
    spelled[1::2] = labels
    # Whether the blank before a label may be left out.
    direct = np.zeros(len(spelled), np.bool_)
    direct[3::2] = spelled[3::2] != spelled[1:-2:2]
    rows = log_probs[:, spelled]
    places = np.arange(len(spelled))
    best = np.full(len(spelled), -np.inf)
    best[:2] = rows[0, :2]
    came = np.zeros(rows.shape, np.intp)
    for step in range(1, len(rows)):
        ways = np.full((3, len(spelled)), -np.inf)
        ways[0] = best
        ways[1, 1:] = best[:-1]
        ways[2, 2:] = np.where(direct[2:], best[:-2], -np.inf)
        back = ways.argmax(axis=0)
        came[step] = places - back
        best = ways[back, places] + rows[step]
    place = len(spelled) - 1 - int(len(spelled) > 1 and best[-2] > best[-1])
    path = np.empty(len(rows), np.intp)
    for step in range(len(rows) - 1, -1, -1):
        path[step] = place
        place = came[step, place]
    found, firsts = np.unique(path, return_index=True)
    is_label = found % 2 == 1
    peaks = np.maximum.reduceat(rows[np.arange(len(rows)), path], firsts) if len(firsts) else np.empty(0)
    return Decoded(tuple(labels), np.exp(peaks[is_label]).astype(np.float32), firsts[is_label].astype(np.int32))
