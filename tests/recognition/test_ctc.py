"""Best path, likelihood and alignment of labels."""

import math
from collections.abc import Iterator
from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from log_probs import LogProbs, by_alignments, drawn, spelled, tiny

from receiptgen.recognition.ctc import align, best_path, log_likelihood

pytestmark = pytest.mark.needs("onnxruntime")


def test_best_path_is_what_a_loop_over_the_steps_finds() -> None:
    log_probs = drawn(12, 40, 6)
    lengths = np.array([40, 0, 1, 39, *range(2, 10)])
    for line, length, decoded in zip(log_probs, lengths, best_path(log_probs, lengths), strict=True):
        labels, scores, steps = [], [], []
        for step, row in enumerate(line[:length]):
            label = int(row.argmax())
            if label and (step == 0 or label != line[step - 1].argmax()):
                labels.append(label)
                scores.append(float(np.exp(row[label])))
                steps.append(step)
            elif label:
                scores[-1] = max(scores[-1], float(np.exp(row[label])))
        assert decoded.labels == tuple(labels)
        assert decoded.scores == pytest.approx(scores)
        assert decoded.steps.tolist() == steps
        assert (decoded.scores.dtype, decoded.steps.dtype) == (np.float32, np.int32)


def test_best_path_reads_arrays_of_any_order_in_memory() -> None:
    log_probs = drawn(5, 30, 7)
    across = np.ascontiguousarray(log_probs.transpose(1, 0, 2)).transpose(1, 0, 2)
    wanted = best_path(log_probs, np.full(5, 30))
    assert [line.labels for line in best_path(across, np.full(5, 30))] == [line.labels for line in wanted]


def test_best_path_of_blanks_says_nothing() -> None:
    log_probs = spelled("", {})[None].repeat(3, axis=0)
    assert [line.labels for line in best_path(log_probs, np.ones(3, np.int32))] == [()] * 3
    assert best_path(drawn(2, 5, 4), np.zeros(2, np.int32))[1].scores.shape == (0,)


@given(tiny())
@settings(max_examples=60, deadline=None)
def test_the_forward_pass_sums_all_alignments(log_probs: LogProbs) -> None:
    for labels, probability in by_alignments(log_probs).items():
        assert math.exp(log_likelihood(log_probs, labels)) == pytest.approx(probability, abs=1e-6)
    assert log_likelihood(log_probs, (1,) * (len(log_probs) + 1)) == -math.inf


def spellings(labels: tuple[int, ...], steps: int) -> Iterator[tuple[int, ...]]:
    """Yield all alignments of some labels, by trying."""
    for path in product({0, *labels}, repeat=steps):
        said = [label for place, label in enumerate(path) if label and (place == 0 or path[place - 1] != label)]
        if tuple(said) == labels:
            yield path


@given(seed=st.integers(0, 10_000), labels=st.lists(st.integers(1, 2), min_size=0, max_size=2), steps=st.integers(4, 6))
def test_labels_stand_where_their_likeliest_alignment_has_them(seed: int, labels: list[int], steps: int) -> None:
    rows = np.random.default_rng(seed).normal(size=(steps, 3))
    log_probs = (rows - np.log(np.exp(rows).sum(axis=1, keepdims=True))).astype(np.float32)
    found = align(log_probs, labels)
    best = max(spellings(tuple(labels), steps), key=lambda path: log_probs[range(steps), path].sum())
    firsts = [at for at, label in enumerate(best) if label and (at == 0 or best[at - 1] != label)]
    assert found.labels == tuple(labels)
    assert found.steps.tolist() == firsts
    assert log_likelihood(log_probs, labels) >= log_probs[range(steps), best].sum() - 1e-4


def test_the_best_paths_own_labels_stand_where_it_has_them() -> None:
    log_probs = np.log(np.random.default_rng(3).dirichlet(np.full(6, 0.2), size=40).astype(np.float32) + 1e-9)
    (decoded,) = best_path(log_probs[None], np.array([40]))
    again = align(log_probs, decoded.labels)
    assert again.steps.tolist() == decoded.steps.tolist()
    np.testing.assert_allclose(again.scores, decoded.scores, rtol=1e-5)
