"""The loss of a finder's maps on PyTorch, by hand, and that a finder learns."""

import numpy as np
import pytest

from receiptgen.core.errors import TrainingError
from receiptgen.finding.finder_model import FINDER
from receiptgen.finding.network import FinderNetwork
from receiptgen.recognition.networks import initial_arrays
from receiptgen.train.backends import OptimizerConfig, backend
from receiptgen.train.data.pages.batches import BAND, DIRECTION, IGNORED, PAPER, REGION, PageBatch, PageTruth

pytestmark = pytest.mark.needs("torch")
SIDE = 8


def truth(seed: int = 1) -> PageTruth:
    random = np.random.default_rng(seed)
    marks = np.zeros((1, SIDE, SIDE), np.uint8)
    marks[0, 2:4, 1:7] = BAND
    marks[0, 1:5, 1:7] |= REGION
    marks[0, :, 6:] |= IGNORED
    marks[0, :7] |= PAPER
    heights = random.uniform(1, 3, marks.shape).astype(np.float16)
    return PageTruth(marks, heights, *random.integers(-127, 128, (2, *marks.shape)).astype(np.int8))


def expected(scores: np.ndarray, of: PageTruth) -> float:
    """Return the loss as its documentation has it, in NumPy."""
    band, region, paper, ignored = ((of.marks & bit) > 0 for bit in (BAND, REGION, PAPER, IGNORED))

    def entropy(score: np.ndarray, true: np.ndarray) -> np.ndarray:
        return np.log1p(np.exp(-np.abs(score))) + np.maximum(score, 0) - score * true

    counts = ~ignored
    each = entropy(scores[:, 0], band)
    worst = np.sort(each[~band & counts])[::-1][: 4 * 200]
    hard = (each[band & counts].sum() + worst.sum()) / (200 + len(worst))
    share = 1 / (1 + np.exp(-scores[:, 0])) * counts
    overlap = 1 - (2 * (share * band).sum() + 1) / (share.sum() + (band & counts).sum() + 1)
    of_region = (entropy(scores[:, 1], region) * counts).mean()
    of_height = np.abs(scores[:, 2] - of.heights.astype(np.float64))[band].mean()
    directions = [
        np.abs(scores[:, 3 + axis] - part / DIRECTION)[band].mean() for axis, part in ((0, of.across), (1, of.down))
    ]
    of_paper = entropy(scores[:, 5], paper).mean()
    return float(2 * hard + overlap + 0.5 * of_region + 0.5 * of_height + 0.25 * sum(directions) + 0.2 * of_paper)


def test_loss_and_gradient_are_those_of_the_formula() -> None:
    import torch

    from receiptgen.train.backends._pytorch.maps import map_loss

    of = truth()
    scores = np.random.default_rng(2).normal(0, 2, (1, 6, SIDE, SIDE))
    tensor = torch.tensor(scores, requires_grad=True)
    loss = map_loss(tensor, *map(torch.from_numpy, of))
    assert loss.item() == pytest.approx(expected(scores, of), rel=1e-6)
    loss.backward()
    assert tensor.grad is not None
    for place in [(0, 0, 2, 2), (0, 0, 6, 1), (0, 1, 1, 1), (0, 2, 3, 3), (0, 3, 2, 5), (0, 4, 3, 1), (0, 5, 7, 0)]:
        step = np.zeros_like(scores)
        step[place] = 1e-5
        slope = (expected(scores + step, of) - expected(scores - step, of)) / 2e-5
        assert tensor.grad[place].item() == pytest.approx(slope, rel=1e-3, abs=1e-8), place


def test_what_is_ignored_has_no_gradient_from_bands_and_regions() -> None:
    import torch

    from receiptgen.train.backends._pytorch.maps import map_loss

    of = truth()
    tensor = torch.randn(1, 6, SIDE, SIDE, requires_grad=True)
    map_loss(tensor, *map(torch.from_numpy, of)).backward()
    assert tensor.grad is not None
    ignored = torch.from_numpy((of.marks & IGNORED) > 0)
    assert not tensor.grad[:, 0][ignored].any()
    assert not tensor.grad[:, 1][ignored].any()
    assert tensor.grad[:, 0][~ignored].any()


def batch() -> PageBatch:
    random = np.random.default_rng(4)
    images = random.integers(0, 256, (2, 32, 32)).astype(np.uint8)
    marks = np.zeros((2, 16, 16), np.uint8)
    marks[:, 4:7, 2:13] = BAND | REGION | PAPER
    images[:, 8:14, 4:26] = 20
    heights = np.full(marks.shape, np.log(12), np.float16)
    return PageBatch(images, PageTruth(marks, heights, *np.full((2, *marks.shape), DIRECTION, np.int8)), 2, 2)


def test_a_finder_learns_a_batch_and_says_so_in_maps() -> None:
    network = FinderNetwork(channels=4)
    chosen = backend("torch")
    chosen.join("cpu", alone=True)
    weights = initial_arrays(FINDER.specs(network), 0)
    learner = chosen.learner(
        network.layers(), FINDER.example, weights, OptimizerConfig(), "float32", 0, objective=FINDER
    )
    losses = [learner.update([batch()], 1e-2)().loss for _ in range(30)]
    assert losses[-1] < losses[0] / 2
    maps = learner.infer(batch().images)
    assert maps.shape == (2, 6, 16, 16)
    assert (maps[:, [0, 1, 5]] >= 0).all()
    assert (maps[:, 2] > 0).all()


@pytest.mark.needs("mxnet")
def test_mxnet_says_that_a_finder_needs_pytorch() -> None:
    network = FinderNetwork(channels=4)
    chosen = backend("mxnet")
    chosen.join("cpu", alone=True)
    weights = initial_arrays(FINDER.specs(network), 0)
    with pytest.raises(TrainingError, match="a finder needs PyTorch, --backend torch"):
        chosen.learner(network.layers(), FINDER.example, weights, OptimizerConfig(), "float32", 0, objective=FINDER)


def test_processors_without_instructions_for_bfloat16_train_in_float32(monkeypatch: pytest.MonkeyPatch) -> None:
    import torch

    from receiptgen.train.backends._pytorch.devices import half_type

    for name in ("_is_avx512_bf16_supported", "_is_amx_tile_supported"):
        monkeypatch.setattr(torch.cpu, name, lambda: False, raising=False)
    assert half_type("auto", torch.device("cpu")) is None
