"""What every backend keeps to; one that is not installed skips its tests."""

import warnings
from collections.abc import Iterator, Mapping
from importlib import import_module
from importlib.util import find_spec
from typing import Any

import numpy as np
import pytest
from numpy_layers import log_probs
from small_networks import GIVEN, LABELS, PLAIN, SMOOTH, Weights, drawn, furthest, joined, lines, rows_of, same

from receiptgen.core.errors import DeviceError, TrainingError
from receiptgen.recognition.ctc import log_likelihood
from receiptgen.recognition.layers import (
    Activation,
    Attention,
    BatchNorm,
    Conv,
    Dense,
    Dropout,
    LayerNorm,
    Layers,
    MapToSequence,
    Parallel,
    Pool,
    Recurrent,
    Residual,
    SpatialTransformer,
)
from receiptgen.recognition.networks import NETWORKS, initial_weights, input_shape, with_head
from receiptgen.train.backends import Learner, OptimizerConfig
from receiptgen.train.data.batches import collate

RULE = OptimizerConfig()
DROPPING: Layers = (*SMOOTH[:5], Dropout(0.3), Recurrent(3, 2, dropout=0.4), Dropout(0.2), Dense(LABELS))
# Each layer between the image and a softmax.
CHAINS: Mapping[str, Layers] = {
    "convolution": (Conv(3, (3, 5), bias=True), MapToSequence(), Dense(4)),
    "strides": (Conv(3, (7, 7), (2, 2)), MapToSequence(), Dense(4)),
    "depthwise": (Conv(3), Conv(0, (5, 3), (1, 2), depthwise=True), MapToSequence(), Dense(4)),
    "norm": (Conv(3), BatchNorm(), MapToSequence(), Dense(4)),
    "activations": (Conv(3), *map(Activation, ("hard_swish", "relu", "gelu")), MapToSequence(), Dense(4)),
    "largest": (Conv(3), Pool((3, 3), (2, 2), (1, 1)), Pool(), MapToSequence(), Dense(4)),
    "mean": (Conv(3), Pool((2, 1), (2, 1), kind="mean"), MapToSequence(), Dense(4)),
    "mean of an edge": (Conv(3), Pool((3, 3), (2, 2), (1, 1), "mean"), MapToSequence(), Dense(4)),
    "residual": (Residual((Conv(3), BatchNorm()), (Conv(3, (1, 1)),)), Residual((Conv(3),)), MapToSequence(), Dense(4)),
    "transformer": (SpatialTransformer((Conv(3), Activation())), MapToSequence(), Dense(4)),
    "halves of columns": (Conv(4), MapToSequence(2), Dense(4)),
    "pairs of columns": (Conv(4), MapToSequence(of=2), Dense(6), Activation(), Dense(4)),
    "lstm": (MapToSequence(), Recurrent(5, 2, dropout=0.5), Dense(4)),
    "gru": (MapToSequence(), Recurrent(5, 2, "gru"), Dense(4)),
    "layer norm": (MapToSequence(), LayerNorm(), Dense(4)),
    "attention": (MapToSequence(), Residual((Attention(2),)), Dense(4)),
    "branches": (Parallel(((MapToSequence(), Dense(2)), (Conv(2), MapToSequence(), Dropout(0.5)))), Dense(4)),
}


@pytest.fixture(autouse=True, scope="module")
def one_thread() -> Iterator[None]:
    """Keep PyTorch's threads from waiting for each other longer than such small networks take."""
    if find_spec("torch") is None:
        yield
        return
    torch = import_module("torch")
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(threads)


@pytest.fixture(params=["torch", "mxnet"])
def name(request: pytest.FixtureRequest) -> str:
    joined(request.param)
    return str(request.param)


def made(
    name: str, layers: Layers = SMOOTH, config: OptimizerConfig = RULE, seed: int = 1, weights: Weights | None = None
) -> Learner:
    return joined(name).learner(layers, GIVEN, weights or drawn(layers), config, "float32", seed)


def test_weights_that_were_given_are_returned(name: str) -> None:
    input = drawn(SMOOTH)
    found = made(name, config=OptimizerConfig(ema=0.9), weights=input)
    assert same(found.weights(), input)
    assert same(found.weights(averaged=False), input)
    assert all(array.dtype == np.float32 for array in found.weights().values())


@pytest.mark.parametrize("chain", CHAINS)
def test_each_layer_does_what_its_record_says(name: str, chain: str) -> None:
    layers, random = CHAINS[chain], np.random.default_rng(5)
    weights = drawn(layers)
    if chain == "transformer":  # a map that turns, shifts and looks beyond the edge
        weights["0.bias"] = np.array([0.9, 0.2, 0.1, -0.15, 1.1, 0.05], np.float32)
    learner = made(name, layers, weights=weights)
    for count, width in ((1, 24), (3, 40), (2, 16)):
        images = random.integers(0, 256, (count, 8, width), dtype=np.uint8)
        found, expected = learner.infer(images), log_probs(layers, weights, images)
        assert found.dtype == np.float32
        assert found.shape == expected.shape
        np.testing.assert_allclose(found, expected, rtol=0, atol=1e-4)


@pytest.mark.parametrize("chain", CHAINS)
def test_a_line_is_read_beside_wider_ones_as_it_is_alone(name: str, chain: str) -> None:
    layers, random = CHAINS[chain], np.random.default_rng(6)
    weights = drawn(layers)
    if chain == "transformer":
        weights["0.bias"] = np.array([0.9, 0.2, 0.1, -0.15, 1.1, 0.05], np.float32)
    learner = made(name, layers, weights=weights)
    extents = np.array([8, 56, 24, 40])
    # Noise beyond the lines as well: nothing there may count.
    images = random.integers(0, 256, (4, 8, 56), dtype=np.uint8)
    for row, (found, width) in enumerate(zip(learner.infer(images, extents), extents.tolist(), strict=True)):
        (alone,) = log_probs(layers, weights, images[row : row + 1, :, :width])
        # What rounding in float32 leaves; a column that counted too much changes the last steps by 0.01 and more.
        np.testing.assert_allclose(found[: len(alone)], alone, rtol=0, atol=1e-4)


def test_the_loss_is_that_of_ctc_whatever_the_labels(name: str) -> None:
    learner = made(name, PLAIN)
    images = np.random.default_rng(3).integers(0, 256, (6, 8, 12), dtype=np.uint8)
    texts = [[1, 2, 3], [1, 1], [], [4] * 4, [1, 2, 1, 2, 1, 2], [1, 2, 3, 4, 1, 2, 3]]
    said = learner.infer(images)
    for rows in ([0, 1, 2, 3, 4, 5], [2], [2, 5], [5], [3, 4]):
        batch = collate([images[row] for row in rows], [np.array(texts[row], np.int32) for row in rows], len(rows))
        # Six steps are too few for four labels with three blanks between, and for seven labels.
        expected = -sum(log_likelihood(said[row], texts[row]) for row in rows if row not in (3, 5)) / len(rows)
        found = learner.update([batch], 0.0)()
        assert found.loss == pytest.approx(expected, abs=1e-4)
        assert np.isfinite(found.norm)


@pytest.mark.smoke
def test_the_loss_of_four_lines_falls(name: str) -> None:
    learner, batch = made(name), lines(4)
    losses = [learner.update([batch], 0.02)().loss for _ in range(30)]
    assert losses[-1] < 0.5 * losses[0]


def test_the_order_of_lines_does_not_matter(name: str) -> None:
    batch, order = lines(5), [3, 0, 4, 2, 1]
    one, other = made(name), made(name)
    np.testing.assert_allclose(one.infer(batch.images)[order], other.infer(batch.images[order]), atol=1e-5)
    first, second = one.update([batch], 0.1)(), other.update([rows_of(batch, order)], 0.1)()
    assert first == pytest.approx(second, rel=1e-4)


def test_paper_beyond_a_line_changes_neither_loss_nor_weights(name: str) -> None:
    layers, config = (Conv(4, stride=(2, 2)), *PLAIN[1:]), OptimizerConfig("sgd")
    batch = lines(3, width=16)
    wider = collate(
        list(batch.images), [row[:n] for row, n in zip(batch.labels, batch.lengths, strict=True)], 3, width=40
    )
    one, other = made(name, layers, config), made(name, layers, config)
    assert one.update([batch], 0.1)() == pytest.approx(other.update([wider], 0.1)(), rel=1e-4)
    assert furthest(one.weights(), other.weights()) < 1e-5


def test_frozen_layers_stay_and_so_do_their_statistics(name: str) -> None:
    input = drawn(SMOOTH)
    learner = made(name, config=OptimizerConfig(frozen=("0.", "1.", "5.forward.0")), weights=input)
    for _ in range(2):
        learner.update([lines(4)], 0.1)()
    still = {key for key, array in learner.weights().items() if np.array_equal(array, input[key])}
    assert still == {key for key in input if key.startswith(("0.", "1.", "5.forward.0"))}


def test_gradients_are_clipped_by_the_norm_of_all(name: str) -> None:
    input = drawn(PLAIN)
    free, held = (
        made(name, PLAIN, OptimizerConfig("sgd", decay=0.0, clip=clip), weights=input) for clip in (0.0, 0.01)
    )
    for learner, length in ((free, None), (held, 0.01)):
        norm = learner.update([lines(4)], 1.0)().norm
        moved = np.sqrt(sum(((array - input[key]) ** 2).sum() for key, array in learner.weights().items()))
        # Nesterov's first step is 1 + momentum gradients long.
        assert moved == pytest.approx(1.9 * (length or norm), rel=1e-3)
        assert norm > 0.1


def test_two_halves_of_a_batch_move_weights_as_the_whole(name: str) -> None:
    batch = lines(6)
    whole_, halved = made(name, PLAIN, OptimizerConfig("sgd")), made(name, PLAIN, OptimizerConfig("sgd"))
    for _ in range(2):
        one = whole_.update([batch], 0.1)()
        two = halved.update([rows_of(batch, [0, 1, 2, 3]), rows_of(batch, [4, 5])], 0.1)()
        assert one == pytest.approx(two, rel=1e-5)
    assert furthest(whole_.weights(), halved.weights()) < 1e-6


@pytest.mark.parametrize("broken", ["0.weight", "6.bias"])
def test_an_update_that_is_no_number_says_so(name: str, broken: str) -> None:
    input = drawn(SMOOTH)
    input[broken][:] = np.inf
    learner = made(name, config=OptimizerConfig(ema=0.5), weights=input)
    figures = learner.update([lines(4)], 0.1)()
    assert not np.isfinite(figures.loss) or not np.isfinite(figures.norm)


@pytest.mark.parametrize("optimiser", ["adamw", "sgd"])
def test_a_run_goes_on_bit_by_bit_from_its_state(name: str, optimiser: str) -> None:
    config = OptimizerConfig(optimiser, ema=0.9)
    learner = made(name, DROPPING, config)
    for number in range(3):
        learner.update([lines(4, number)], 0.01)()
    state = {key: array.copy() for key, array in learner.state().items()}
    after = [learner.update([lines(4, number, width=24 + number)], 0.01)() for number in (4, 6, 8)]
    resumed = made(name, DROPPING, config, seed=99, weights=drawn(DROPPING, 7))
    resumed.restore(state)
    assert [resumed.update([lines(4, number, width=24 + number)], 0.01)() for number in (4, 6, 8)] == after
    assert same(resumed.state(), learner.state())


def test_dropout_changes_from_update_to_update(name: str) -> None:
    learner = made(name, (*PLAIN[:4], Dropout(0.5), PLAIN[4]))
    assert len({learner.update([lines(4)], 0.0)().loss for _ in range(4)}) == 4


def test_the_average_follows_the_weights(name: str) -> None:
    learner = made(name, config=OptimizerConfig(ema=0.25))
    expected = drawn(SMOOTH)
    for number, kept in enumerate((2 / 11, 0.25, 0.25)):  # little is kept of what was there by chance
        learner.update([lines(4, number)], 0.05)()
        now = learner.weights(averaged=False)
        expected = {key: kept * old + (1 - kept) * now[key] for key, old in expected.items()}
    assert furthest(learner.weights(), expected) < 1e-6
    images = lines(2).images
    np.testing.assert_allclose(learner.infer(images), log_probs(SMOOTH, expected, images), atol=1e-4)
    np.testing.assert_allclose(learner.infer(images, averaged=False), log_probs(SMOOTH, now, images), atol=1e-4)


def test_only_matrices_decay(name: str) -> None:
    input = drawn(PLAIN)
    learner = made(name, PLAIN, OptimizerConfig("adamw", decay=0.5), weights=input)
    batch = lines(1)
    hopeless = batch._replace(labels=np.ones((1, 30), np.int32), lengths=np.array([30], np.int32))
    assert learner.update([hopeless], 0.1)() == (0.0, 0.0)
    for key, array in learner.weights().items():
        np.testing.assert_allclose(array, input[key] * (0.95 if array.ndim > 1 else 1.0), rtol=1e-6)


@pytest.mark.parametrize("devices", ["tpu", "cpu,0", "", "99"])
def test_a_device_that_is_not_there_is_named(name: str, devices: str) -> None:
    with pytest.raises(DeviceError, match=f"^--devices '{devices}': expected auto, gpu, cpu, or indices of GPUs"):
        joined(name).join(devices)


def test_gpu_means_a_gpu_or_an_error_and_auto_takes_what_there_is(name: str) -> None:
    with pytest.raises(DeviceError, match=r"^--devices 'gpu': \w+ (finds|can use) no GPU here"):
        joined(name).join("gpu")
    assert not joined(name, "auto").uses_gpu


def test_mxnet_has_float32_only() -> None:
    for precision in ("bfloat16", "float16"):
        with pytest.raises(TrainingError, match=f"--precision '{precision}': MXNet trains in float32 only"):
            joined("mxnet").learner(PLAIN, GIVEN, drawn(PLAIN), OptimizerConfig(), precision, 0)  # type: ignore[arg-type]  # one of its values


def test_mxnet_leaves_compiling_to_others() -> None:
    with pytest.raises(
        TrainingError, match="--compile: MXNet compiles networks as it is; leave it out, or use PyTorch"
    ):
        joined("mxnet").learner(PLAIN, GIVEN, drawn(PLAIN), OptimizerConfig(), "float32", 0, compiled=True)


@pytest.mark.parametrize(
    ("said", "told"),
    [
        (
            "cudaMalloc retry failed: out of memory",
            "MXNet: out of memory (cudaMalloc retry failed: out of memory); halve",
        ),
        (
            "Check failed: e == cudaSuccess: CUDA: no kernel image",
            "MXNet: Check failed: e == cudaSuccess: CUDA: no kernel",
        ),
    ],
)
def test_mxnet_says_in_one_line_that_a_gpu_fails(said: str, told: str) -> None:
    framework = joined("mxnet")
    mxnet: Any = import_module("mxnet")
    trace = "Traceback (most recent call last):\n  File storage.cc, line 1\n"
    with pytest.raises(DeviceError) as caught, framework.faults("halve the lines"):
        raise mxnet.MXNetError(f"{trace}MXNetError: {said}\n")
    assert str(caught.value).startswith(told)
    assert "\n" not in str(caught.value)
    code = mxnet.MXNetError(f"{trace}MXNetError: Shape inconsistent")
    with pytest.raises(mxnet.MXNetError) as passed, framework.faults("halve the lines"):
        raise code
    assert passed.value is code


def test_mxnet_leaves_numpy_as_it_was() -> None:
    joined("mxnet")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        assert hasattr(np, "bool") == (int(np.__version__.partition(".")[0]) > 1)


@pytest.mark.parametrize("network", NETWORKS.names)
def test_both_backends_say_the_same_of_each_network(network: str) -> None:
    units, channels = {"units": 32}, {"channels": 40}
    small = {"cnn_bilstm": units, "crnn_lite": units}.get(network, channels)
    record = NETWORKS.get(network)(**small)
    layers, input, weights = with_head(record, 20), input_shape(record), initial_weights(record, 20, 3)
    torch, mxnet = (
        joined(n).learner(layers, input, weights, OptimizerConfig(), "float32", 0) for n in ("torch", "mxnet")
    )
    for count, width in ((1, 64), (3, 200), (2, 320)):
        shape = count, record.height, record.width or width
        images = np.random.default_rng(count).integers(0, 256, shape, dtype=np.uint8)
        np.testing.assert_allclose(torch.infer(images), mxnet.infer(images), atol=1e-4)


@pytest.mark.parametrize("optimiser", ["adamw", "adam", "sgd"])
def test_both_backends_move_weights_alike(optimiser: str) -> None:
    config = OptimizerConfig(optimiser, decay=0.1, clip=1.0, ema=0.5)
    torch, mxnet = made("torch", config=config), made("mxnet", config=config)
    for number in range(3):
        batches = [lines(3 + number, number, total=7), lines(4 - number, 9, total=7)]
        assert torch.update(batches, 0.01)() == pytest.approx(mxnet.update(batches, 0.01)(), rel=1e-4)
    assert furthest(torch.weights(), mxnet.weights()) < 1e-4
    assert furthest(torch.weights(averaged=False), mxnet.weights(averaged=False)) < 1e-4


def test_both_backends_have_the_same_gradients_of_every_layer() -> None:
    layers: Layers = (
        SpatialTransformer((Conv(3, stride=(2, 2)), Activation("hard_swish"))),
        Residual((Conv(4), BatchNorm(), Activation("gelu")), (Conv(4, (1, 1), bias=True),)),
        Residual((Conv(0, (3, 5), depthwise=True), BatchNorm())),
        Pool((2, 2), (2, 2), kind="mean"),
        Parallel(((MapToSequence(), Dense(6)), (Conv(2), MapToSequence(), Recurrent(2, 2, "gru")))),
        LayerNorm(),
        Residual((Attention(2),)),
        Recurrent(3, 2),
        Dense(LABELS),
    )
    weights = drawn(layers)
    weights["0.bias"] = np.array([0.9, 0.2, 0.1, -0.15, 1.1, 0.05], np.float32)
    config = OptimizerConfig("sgd", clip=1.0)
    torch, mxnet = (made(name, layers, config, weights=weights) for name in ("torch", "mxnet"))
    for number in range(3):
        batch = lines(4, number)
        assert torch.update([batch], 0.1)() == pytest.approx(mxnet.update([batch], 0.1)(), rel=1e-3)
    assert furthest(torch.weights(), mxnet.weights()) < 1e-4
    assert not [name for name, array in mxnet.weights().items() if np.abs(array - weights[name]).max() < 1e-5]


@pytest.mark.parametrize(("first", "second"), [("torch", "mxnet"), ("mxnet", "torch")])
def test_one_backend_goes_on_with_the_weights_of_the_other(first: str, second: str) -> None:
    learner = made(first)
    for number in range(3):
        learner.update([lines(4, number)], 0.05)()
    heir = made(second, weights=learner.weights())
    images = lines(3).images
    np.testing.assert_allclose(learner.infer(images), heir.infer(images), atol=1e-4)
    assert same(learner.weights(), heir.weights())
    assert heir.update([lines(4)], 0.05)().loss == pytest.approx(learner.update([lines(4)], 0.05)().loss, rel=1e-4)
