"""Where labels stand that are known."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from receiptgen.recognition.beam_search import Decoded


def aligned(log_probs: NDArray[np.floating], labels: Sequence[int]) -> Decoded:
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
