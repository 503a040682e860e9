"""A network learns from a teacher, as far as both have the same labels."""

from collections.abc import Sequence

import numpy as np
import pytest
from numpy.typing import NDArray
from small_networks import GIVEN, LABELS, PLAIN, SMOOTH, drawn, furthest, joined, lines, rows_of, same

from receiptgen.core.errors import TrainingError
from receiptgen.recognition.ctc import log_likelihood
from receiptgen.recognition.layers import Layers
from receiptgen.train.backends import Ctc, Learner, OptimizerConfig, Teacher
from receiptgen.train.data.batches import Batch, collate

SAME = tuple(range(LABELS))
# Other names for the labels, of which the teacher lacks number 3.
LACKING = (0, 2, 1, -1, 3)


def teacher(labels: Sequence[int] = SAME, share: float = 0.6, temperature: float = 1.0) -> Teacher:
    return Teacher(PLAIN, drawn(PLAIN, 8), np.array(labels), share, temperature)


def made(taught: Teacher | None, layers: Layers = PLAIN, config: OptimizerConfig = OptimizerConfig()) -> Learner:  # noqa: B008
    return joined("torch").learner(layers, GIVEN, drawn(layers), config, "float32", 1, objective=Ctc(taught))


def uneven() -> Batch:
    """Return lines of several widths and labels, the last line without any."""
    random = np.random.default_rng(4)
    images = [random.integers(0, 256, (8, width), dtype=np.uint8) for width in (24, 12, 20, 24)]
    labels = [np.array(row, np.int32) for row in ([1, 4], [3], [2, 1, 2], [])]
    return collate(images, labels, 4)


def log_softmax(x: NDArray[np.float64]) -> NDArray[np.float64]:
    shifted: NDArray[np.float64] = x - x.max(1, keepdims=True)
    return shifted - np.log(np.exp(shifted).sum(1, keepdims=True))


def expected_loss(batch: Batch, taught: Teacher) -> float:
    """Compute the loss of each line by itself, from what both networks read."""
    own = made(None).infer(batch.images, batch.extents, averaged=False)
    theirs = joined("torch").learner(PLAIN, GIVEN, taught.weights, OptimizerConfig(), "float32", 1)
    read = theirs.infer(batch.images, batch.extents).astype(np.float64)
    losses = []
    for line, width in enumerate(batch.widths):
        labels = tuple(batch.labels[line, : batch.lengths[line]].tolist())
        ctc = -log_likelihood(own[line, : -(-int(width) // 2)], labels)
        steps = batch.extents[line] // 2  # with the paper that a line is read with
        scores = own[line, :steps].astype(np.float64)
        lacking = taught.labels[[*labels]].min(initial=0) < 0
        available = [label for label in range(LABELS) if taught.labels[label] >= 0]
        target = log_softmax(read[line, :steps][:, taught.labels[available]] / taught.temperature)
        found = log_softmax(scores / taught.temperature)[:, available]
        divergence = taught.temperature**2 * float((np.exp(target) * (target - found)).sum())
        losses.append(ctc if lacking else (1 - taught.share) * ctc + taught.share * divergence)
    return float(np.mean(losses))


@pytest.mark.parametrize("labels", [SAME, LACKING])
@pytest.mark.parametrize("temperature", [1.0, 2.5])
def test_the_loss_is_that_of_both_line_by_line(labels: Sequence[int], temperature: float) -> None:
    taught = teacher(labels, temperature=temperature)
    found = made(taught).update([uneven()], 0.0)().loss
    assert found == pytest.approx(expected_loss(uneven(), taught), rel=1e-4)


def test_a_network_can_learn_all_that_its_teacher_says() -> None:
    taught, batch = teacher(share=1.0), lines(6)
    learner = made(taught, config=OptimizerConfig("adam", decay=0.0))
    losses = [learner.update([batch], 0.02)().loss for _ in range(150)]
    assert losses[-1] < 0.02 * losses[0]
    theirs = joined("torch").learner(PLAIN, GIVEN, taught.weights, OptimizerConfig(), "float32", 1)
    np.testing.assert_allclose(np.exp(learner.infer(batch.images)), np.exp(theirs.infer(batch.images)), atol=0.1)


def test_lines_that_the_teacher_cannot_spell_are_learned_from_their_labels() -> None:
    batch = collate([*lines(3).images], [np.array([3, 1], np.int32)] * 3, 3)
    alone, taught = made(None, SMOOTH), made(teacher(LACKING), SMOOTH)
    assert alone.update([batch], 0.1)() == pytest.approx(taught.update([batch], 0.1)(), rel=1e-5)
    assert furthest(alone.weights(), taught.weights()) < 1e-6


def test_a_teacher_is_no_part_of_weights_and_state_and_a_run_goes_on_bit_by_bit() -> None:
    config = OptimizerConfig(ema=0.9)
    alone, whole, first = made(None, SMOOTH, config), made(teacher(), SMOOTH, config), made(teacher(), SMOOTH, config)
    for number in range(4):
        whole.update([lines(5, number)], 0.01)
    for number in range(2):
        first.update([lines(5, number)], 0.01)
    second = made(teacher(), SMOOTH, config)
    second.restore(first.state())
    for number in range(2, 4):
        second.update([lines(5, number)], 0.01)
    assert same(second.weights(), whole.weights())
    assert whole.weights().keys() == alone.weights().keys()
    alone.update([lines(5)], 0.01)
    assert whole.state().keys() == alone.state().keys()


def test_two_halves_of_a_batch_and_frozen_layers_do_as_without_a_teacher() -> None:
    config = OptimizerConfig("sgd", frozen=("0",))
    whole, halves = made(teacher(LACKING), PLAIN, config), made(teacher(LACKING), PLAIN, config)
    batch = uneven()
    whole.update([batch], 0.1)
    halves.update([rows_of(batch, [0, 1])._replace(total=4), rows_of(batch, [2, 3])._replace(total=4)], 0.1)
    assert furthest(whole.weights(), halves.weights()) < 1e-6
    assert np.array_equal(whole.weights()["0.weight"], drawn(PLAIN)["0.weight"])
    assert furthest(whole.weights(), drawn(PLAIN)) > 1e-3


def test_bfloat16_learns_from_a_teacher_too() -> None:
    learner = joined("torch").learner(
        PLAIN, GIVEN, drawn(PLAIN), OptimizerConfig(), "bfloat16", 1, objective=Ctc(teacher())
    )
    figures = learner.update([uneven()], 0.01)()
    assert figures.loss == pytest.approx(expected_loss(uneven(), teacher()), rel=0.05)


def test_mxnet_takes_no_teacher() -> None:
    with pytest.raises(TrainingError, match="--teacher: MXNet trains without one; use PyTorch"):
        joined("mxnet").learner(PLAIN, GIVEN, drawn(PLAIN), OptimizerConfig(), "float32", 1, objective=Ctc(teacher()))
