"""Log-probabilities of small lines."""

import math
from itertools import groupby, product

import numpy as np
from hypothesis import strategies as st
from numpy.typing import NDArray

from receiptgen.recognition.charset import Charset
from receiptgen.recognition.charset_spec import ASCII

LogProbs = NDArray[np.float32]
CHARSET = Charset(ASCII)


def log_softmax(logits: NDArray[np.float64]) -> LogProbs:
    shifted = logits - logits.max(axis=-1, keepdims=True)
    return (shifted - np.log(np.exp(shifted).sum(axis=-1, keepdims=True))).astype(np.float32)


@st.composite
def tiny(draw: st.DrawFn) -> LogProbs:
    """Draw log-probabilities of up to 5 steps and 4 labels: even, doubtful or almost sure."""
    steps, classes = draw(st.integers(0, 5)), draw(st.integers(2, 4))
    logits = st.lists(st.floats(-3, 3, width=16), min_size=steps * classes, max_size=steps * classes)
    return log_softmax(np.array(draw(logits)).reshape(steps, classes) * draw(st.sampled_from([0.3, 1, 5])))


def drawn(lines: int, steps: int, classes: int, seed: int = 1) -> LogProbs:
    logits = np.random.default_rng(seed).normal(size=(lines, steps, classes)) * 3
    logits[..., 0] += 3
    return log_softmax(logits)


def by_alignments(log_probs: LogProbs) -> dict[tuple[int, ...], float]:
    """Sum the probabilities of all alignments by what they say."""
    sums: dict[tuple[int, ...], float] = {}
    for path in product(range(log_probs.shape[1]), repeat=len(log_probs)):
        said = tuple(label for label, _ in groupby(path) if label)
        sums[said] = sums.get(said, 0.0) + math.exp(
            sum(float(row[label]) for row, label in zip(log_probs, path, strict=True))
        )
    return sums


def spelled(text: str, doubts: dict[int, str], sure: float = 0.9) -> LogProbs:
    """Return a line that says a text; at some of its characters ``1 - sure`` speaks for it, ``sure`` for another."""
    probs = np.full((2 * len(text) + 1, len(CHARSET)), 1e-9)
    probs[::2, 0] = 1
    for place, char in enumerate(text):
        probs[2 * place + 1, CHARSET.labels[char]] = 1 - sure if place in doubts else 1
        if place in doubts:
            probs[2 * place + 1, CHARSET.labels[doubts[place]]] = sure
    return log_softmax(np.log(probs))
