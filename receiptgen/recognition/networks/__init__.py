"""Networks: layer records that every backend interprets."""

from collections.abc import Mapping
from typing import Annotated, ClassVar, Literal, NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from receiptgen.core.registry import Registry
from receiptgen.core.settings import Limits, StoredSettings
from receiptgen.recognition.layers import (
    Conv,
    Dense,
    Layers,
    ParameterSpec,
    Pool,
    Residual,
    Shape,
    parameters_of,
    shape_after,
    walk,
)

Weights = Mapping[str, NDArray[np.float32]]
# What an image holds that a network reads.
Reads = Literal["lines", "words", "characters"]
# Share of values that a layer leaves out in training.
DropoutShare = Annotated[float, Limits(ge=0, le=1)]


class Network(StoredSettings, Protocol):
    """Settings that define layers.

    Attributes:
        about: Description of one line for ``receiptgen networks``.
        reads: What it reads unless a recipe says otherwise.
    """

    about: ClassVar[str]
    reads: ClassVar[Reads]

    @property
    def height(self) -> int:
        """Height of the input, in pixels."""

    @property
    def width(self) -> int:
        """Width of the input, in pixels, where a single time step sees all of it; 0 for lines of any width."""

    @property
    def multiple(self) -> int:
        """Divisor of the widths of input lines; the width itself where that is fixed."""

    def layers(self) -> Layers:
        """Return the layers from the image, a map of one channel, to a sequence of features."""


NETWORKS: Registry[Network] = Registry(__name__, "receiptgen.networks", "network")

# Width of the line that costs are stated for: twenty characters at a height of 32 pixels.
LINE = 320


def with_head(network: Network, labels: int) -> Layers:
    """Return all layers, with the head that scores each label at each step."""
    return (*network.layers(), Dense(labels))


def input_shape(network: Network, width: int = LINE) -> Shape:
    """Return the shape of an input line ``width`` pixels wide, or of the input whose width is fixed."""
    return Shape(1, network.height, network.width or width)


def parameter_specs(network: Network, labels: int) -> dict[str, ParameterSpec]:
    """Return the specs of all weights by name; the last two, of the head, have a row per label."""
    return parameters_of(with_head(network, labels), input_shape(network))


def steps(network: Network, width: int) -> int:
    """Return the time steps of a line ``width`` pixels wide, a multiple of ``network.multiple``."""
    return shape_after(network.layers(), input_shape(network, width)).width


def step_of(network: Network) -> int:
    """Return the width of a time step, in pixels."""
    width = input_shape(network).width
    return width // steps(network, width)


def initial_weights(network: Network, labels: int, seed: int) -> dict[str, NDArray[np.float32]]:
    """Return random initial weights, the same for every backend."""
    return initial_arrays(parameter_specs(network, labels), seed)


def initial_arrays(specs: Mapping[str, ParameterSpec], seed: int) -> dict[str, NDArray[np.float32]]:
    """Return random initial values of weights by their specs."""
    random = np.random.default_rng([seed, 0x57A7])
    return {name: _initial_values(parameter, random) for name, parameter in specs.items()}


def _initial_values(parameter: ParameterSpec, random: "np.random.Generator") -> NDArray[np.float32]:
    shape = parameter.shape
    match parameter.init:
        case "normal":
            values = random.normal(0.0, (2 / parameter.fan) ** 0.5, shape)
        case "uniform":
            values = random.uniform(-1.0, 1.0, shape) / parameter.fan**0.5
        case "zeros":
            values = np.zeros(shape)
        case "ones":
            values = np.ones(shape)
        case "identity":
            values = np.array([1.0, 0.0, 0.0, 0.0, 1.0, 0.0])
    return values.astype(np.float32)


class NetworkCosts(NamedTuple):
    """The costs and the receptive field of a network.

    Attributes:
        parameters: Number of trained parameters, with the head.
        macs: Multiply-accumulates for a line of ``LINE`` pixels, or for the input whose width is fixed.
        step: Width of a time step, in pixels.
        receptive_field: Width that a step depends on, in pixels, before any layer that reads the whole line.
    """

    parameters: int
    macs: int
    step: int
    receptive_field: int


def network_costs(network: Network, labels: int) -> NetworkCosts:
    """Return the costs of a network, with a head for ``labels`` labels."""
    layers, input = with_head(network, labels), input_shape(network)
    parameters = sum(int(np.prod(p.shape)) for p in parameters_of(layers, input).values() if p.trained)
    macs = sum(layer.macs(shape) for _, layer, shape in walk(layers, input))
    field = network.width or _receptive_field(network.layers())[0]
    return NetworkCosts(parameters, macs, step_of(network), field)


def _receptive_field(layers: Layers, field: int = 1, step: int = 1) -> tuple[int, int]:
    """Return the receptive field of an output column and the step between columns, given those of the input."""
    for layer in layers:
        if isinstance(layer, Conv | Pool):
            field += (layer.kernel[1] - 1) * step
            step *= layer.stride[1]
            continue
        if isinstance(layer, Residual):
            field, step = _receptive_field(layer.body, field, step)
            continue
        branches = [inner for name, inner, _ in layer.inner(Shape(1, 1, 1)) if name.startswith("ways")]
        if branches:
            return max(_receptive_field(branch, field, step) for branch in branches)
    return field, step
