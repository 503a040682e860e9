"""PyTorch's learner: what it does beyond what every backend keeps to."""

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from components import COMPONENTS
from small_networks import DEPTHWISE, GIVEN, LABELS, PLAIN, SMOOTH, Weights, drawn, furthest, joined, lines, same

from receiptgen.core.errors import TrainingError
from receiptgen.recognition.layers import Dense, Layers, MapToSequence
from receiptgen.train.backends import OptimizerConfig, Precision

if COMPONENTS["torch"].present():
    import torch

    from receiptgen.train.backends._pytorch import learner as torch_learner
    from receiptgen.train.backends._pytorch.devices import half_type
    from receiptgen.train.backends._pytorch.learner import TorchLearner

RULE = OptimizerConfig()
pytestmark = pytest.mark.needs("torch")


@pytest.fixture(autouse=True)
def one_thread() -> Iterator[None]:
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


def made(
    config: OptimizerConfig = RULE, precision: Precision = "float16", layers: Layers = PLAIN,
    weights: Weights | None = None,
) -> "TorchLearner":  # fmt: skip
    found = joined("torch").learner(layers, GIVEN, weights or drawn(layers), config, precision, 1)
    assert isinstance(found, TorchLearner)
    return found


def steep() -> Weights:
    """Return weights whose gradients, times the scale at first, are too large for float16."""
    return {name: array * 40 for name, array in drawn(PLAIN).items()}


@pytest.mark.parametrize("optimiser", ["adamw", "sgd"])
def test_a_step_that_overflows_float16_changes_nothing_and_is_no_failure(optimiser: Any) -> None:
    learner = made(OptimizerConfig(optimiser, ema=0.5), weights=steep())
    figures = [learner.update([lines(4)], 0.01)()]
    assert figures[0].norm == 0.0
    assert same(learner.weights(averaged=False), steep())
    while not figures[-1].norm and len(figures) < 20:
        figures.append(learner.update([lines(4)], 0.01)())
    assert figures[-1].norm > 0, "the scale has come down"
    assert not same(learner.weights(averaged=False), steep())
    assert all(np.isfinite(figure.loss) for figure in figures)


def test_gradients_of_float16_that_never_fit_are_a_failure() -> None:
    learner = made(weights=steep())
    for parameter in learner._network.parameters():
        parameter.register_hook(lambda gradient: gradient * float("inf"))
    norms = [learner.update([lines(4)], 0.01)().norm for _ in range(32)]
    assert norms[:30] == [0.0] * 30
    assert not np.isfinite(norms[30:]).any()


def test_a_loss_of_float16_that_is_no_number_is_a_failure() -> None:
    weights = drawn(PLAIN)
    weights["0.weight"][:] = np.inf
    assert not np.isfinite(made(weights=weights).update([lines(4)], 0.01)().loss)


def test_float16_learns_what_float32_learns() -> None:
    half, whole = made(), made(precision="float32")
    for number in range(12):
        found = half.update([lines(4, number)], 0.01)()
        if found.norm:  # the scale fits by now
            assert found == pytest.approx(whole.update([lines(4, number)], 0.01)(), rel=0.02)
    assert 1e-6 < furthest(half.weights(), whole.weights()) < 0.02


@pytest.mark.parametrize("optimiser", ["adamw", "sgd"])
def test_a_run_in_float16_goes_on_bit_by_bit_with_its_scale(optimiser: Any) -> None:
    learner = made(OptimizerConfig(optimiser), weights=steep())
    for number in range(8):
        learner.update([lines(4, number)], 1e-5)()
    state = {key: array.copy() for key, array in learner.state().items()}
    assert 0 < state["scaler"][0] < 65536
    resumed = made(OptimizerConfig(optimiser))
    resumed.restore(state)
    for number in (8, 9):
        assert resumed.update([lines(4, number)], 1e-5)() == learner.update([lines(4, number)], 1e-5)()
    assert same(resumed.state(), learner.state())


def test_a_run_may_go_on_in_another_precision() -> None:
    first = made(precision="float32")
    first.update([lines(4)], 0.01)()
    for precision in ("float16", "float32"):
        second = made(precision=precision)  # type: ignore[arg-type]  # one of its values
        second.restore(first.state())
        assert second.update([lines(4, 1)], 0.01)().loss == pytest.approx(
            first.update([lines(4, 1)], 0.0)().loss, rel=0.02
        )
        first = second


def test_reading_between_updates_does_not_disturb_them() -> None:
    config = OptimizerConfig(ema=0.9)
    reader, other = (made(config, "float32", SMOOTH) for _ in range(2))
    for number in range(3):
        figures = [learner.update([lines(4, number)], 0.05)() for learner in (reader, other)]
        assert figures[0] == figures[1]
        averaged, current = (reader.infer(lines(2).images, averaged=which) for which in (True, False))
        assert np.abs(averaged - current).max() > 1e-4
    assert same(reader.state(), other.state())


@pytest.mark.parametrize("cell", ["lstm", "gru"])
def test_packed_lines_are_read_as_turned_ones(cell: str) -> None:
    from receiptgen.recognition.layers import Recurrent
    from receiptgen.train.backends._pytorch.modules import Ends, packed_outputs
    from receiptgen.train.backends._pytorch.network import build_network

    layers: Layers = (Recurrent(3, 2, cell),)  # type: ignore[arg-type]  # one of its values
    input = GIVEN._replace(channels=5, height=0, width=9)
    network, _ = build_network(layers, input)
    (recurrent,) = network.body.steps  # type: ignore[union-attr]  # a sequence of one layer
    x = torch.randn(4, 9, 5, generator=torch.Generator().manual_seed(2))
    ends = Ends(torch.tensor([4, 9, 2, 6]), np.array([4, 9, 2, 6]))
    own = ends.own_counts(input.pixels, 9)
    assert own is not None
    packed = packed_outputs(recurrent.outputs.module, x, ends.counts(x[0, :, 0], input.pixels), own)
    expected = recurrent(x, ends)
    for row, count in enumerate(own.tolist()):
        torch.testing.assert_close(packed[row, :count], expected[row, :count])


def test_counts_of_columns_are_the_same_on_both_sides() -> None:
    from fractions import Fraction

    from receiptgen.train.backends._pytorch.modules import Ends

    extents = np.arange(1, 41)
    ends = Ends(torch.from_numpy(extents), extents)
    for pixels in (Fraction(1), Fraction(4), Fraction(5, 2), Fraction(1, 2)):
        columns = int(40 / pixels)
        own = ends.own_counts(pixels, columns)
        assert own is not None
        assert own.tolist() == ends.counts(torch.zeros(columns), pixels).tolist()


@pytest.mark.parametrize(
    ("capability", "expected"),
    [((9, 0), "bfloat16"), ((8, 0), "bfloat16"), ((7, 5), "float16"), ((6, 1), None)],
)
def test_auto_is_what_a_gpu_multiplies_fastest(
    capability: tuple[int, int], expected: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(torch.cuda, "get_device_capability", lambda _: capability)
    found = half_type("auto", torch.device("cuda:0"))
    assert found == (getattr(torch, expected) if expected else None)
    assert half_type("float32", torch.device("cuda:0")) is None
    assert half_type("float16", torch.device("cpu")) == torch.float16


def test_a_pytorch_whose_fused_optimisers_know_no_cpu_refuses_float16_there(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch, "__version__", type(torch.__version__)("2.3.1+cu121"))
    with pytest.raises(
        TrainingError, match=r"float16: PyTorch 2\.3\.1\+cu121 trains in it on GPUs alone; install 2\.4"
    ):
        made(precision="float16")
    assert half_type("float16", torch.device("cuda:0")) == torch.float16
    made(precision="bfloat16").update([lines(4)], 0.01)()


def test_float32_is_float32_on_gpus_too() -> None:
    made(precision="float32")
    assert not torch.backends.cuda.matmul.allow_tf32
    assert not torch.backends.cudnn.allow_tf32
    made(precision="auto")
    assert torch.backends.cuda.matmul.allow_tf32
    assert torch.backends.cudnn.allow_tf32


def test_a_compiled_network_learns_what_the_other_learns(monkeypatch: pytest.MonkeyPatch) -> None:
    from functools import partial

    # All of the compiler but the C++ that it would write, whose compiler takes minutes.
    monkeypatch.setattr(torch, "compile", partial(torch.compile, backend="aot_eager"))
    backend = joined("torch")
    layers: Layers = (MapToSequence(), Dense(LABELS))
    one, other = (
        backend.learner(layers, GIVEN, drawn(layers), RULE, "float32", 1, compiled=which) for which in (False, True)
    )
    for width in (24, 40):
        batch = lines(3, width=width)
        assert one.update([batch], 0.01)() == pytest.approx(other.update([batch], 0.01)(), rel=1e-5)
    assert furthest(one.weights(), other.weights()) < 1e-6


def test_a_compiler_that_cannot_is_told_in_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    from functools import partial

    def fails(*_: object) -> None:
        raise OSError("no C++ compiler here\nat all")

    monkeypatch.setattr(torch, "compile", partial(torch.compile, backend=fails))
    learner = joined("torch").learner(PLAIN, GIVEN, drawn(PLAIN), RULE, "float32", 1, compiled=True)
    with pytest.raises(TrainingError, match=r"^--compile: PyTorch can't compile the network here \([^\n]+\); leave it"):
        learner.update([lines(3)], 0.01)


@pytest.mark.parametrize("layers", [SMOOTH, DEPTHWISE])
@pytest.mark.parametrize("frozen", [(), ("0.",)])
def test_weights_that_are_cast_at_once_learn_what_autocast_learns(
    frozen: tuple[str, ...], layers: Layers, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = OptimizerConfig(ema=0.5, frozen=frozen)
    learner = made(config, "bfloat16", layers)
    monkeypatch.setattr(torch_learner, "InHalfPrecision", lambda network, dtype: network)
    by_autocast = made(config, "bfloat16", layers)
    for number in range(3):
        assert learner.update([lines(4, number)], 0.05)() == by_autocast.update([lines(4, number)], 0.05)()
    assert same(learner.state(), by_autocast.state())
    assert not same(learner.weights(), drawn(layers))


def test_depthwise_convolutions_are_of_half_precision_and_learn_what_those_of_float32_learn() -> None:
    rule = OptimizerConfig("sgd")
    half, full = made(rule, "bfloat16", DEPTHWISE), made(rule, "float32", DEPTHWISE)
    for number in range(3):
        losses = [learner.update([lines(4, number)], 0.01)().loss for learner in (half, full)]
        assert losses[0] == pytest.approx(losses[1], rel=0.02)
        assert losses[0] != losses[1]
    assert furthest(half.weights(), full.weights()) < 0.002
