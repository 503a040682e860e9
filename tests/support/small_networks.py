"""Networks, weights and lines so small that a test of a framework takes a moment."""

from collections.abc import Sequence

import numpy as np
from components import require
from numpy.typing import NDArray

from receiptgen.recognition.layers import (
    Activation,
    BatchNorm,
    Conv,
    Dense,
    Layers,
    MapToSequence,
    Pool,
    Recurrent,
    Shape,
    parameters_of,
)
from receiptgen.train.backends import Backend, backend
from receiptgen.train.data.batches import Batch, collate

Weights = dict[str, NDArray[np.float32]]
GIVEN = Shape(1, 8, 24)
LABELS = 5
# Without a kink, where rounding could decide which way a gradient goes.
SMOOTH: Layers = (
    Conv(4, stride=(2, 2)),
    BatchNorm(),
    Activation("hard_swish"),
    Pool((4, 1), (4, 1), kind="mean"),
    MapToSequence(),
    Recurrent(3, 2),
    Dense(LABELS),
)
DEPTHWISE: Layers = (Conv(4), Conv(0, (5, 5), depthwise=True, bias=True), *SMOOTH[1:])
PLAIN: Layers = (
    Conv(4, stride=(2, 2), bias=True),
    Activation("gelu"),
    Pool((4, 1), (4, 1)),
    MapToSequence(),
    Dense(LABELS),
)


def joined(name: str, devices: str = "cpu") -> Backend:
    require(name)
    found = backend(name)
    found.join(devices)
    return found


def drawn(layers: Layers, seed: int = 0, input: Shape = GIVEN) -> Weights:
    """Return weights none of which is 0 or 1."""
    random = np.random.default_rng(seed)
    found = {}
    for name, parameter in parameters_of(layers, input).items():
        middle = 1.0 if name.endswith(("scale", "variance")) else 0.0
        found[name] = random.normal(middle, 0.2, parameter.shape).astype(np.float32)
    return found


def lines(count: int, seed: int = 0, width: int = 24, total: int = 0) -> Batch:
    """Return lines of noise with one to four labels, the last line without any."""
    random = np.random.default_rng(seed)
    images = [random.integers(0, 256, (8, width), dtype=np.uint8) for _ in range(count)]
    labels = [random.integers(1, LABELS, 1 + number % 4).astype(np.int32) for number in range(count - 1)]
    return collate(images, [*labels, np.zeros(0, np.int32)], total or count)


def rows_of(batch: Batch, rows: Sequence[int]) -> Batch:
    return Batch(*(array[list(rows)] for array in batch[:4]), batch.total, len(rows))


def furthest(one: Weights, other: Weights) -> float:
    assert one.keys() == other.keys()
    return max(float(np.abs(one[name] - other[name]).max()) for name in one)


def same(one: Weights, other: Weights) -> bool:
    return one.keys() == other.keys() and all(np.array_equal(one[name], other[name]) for name in one)
