"""Networks: layer records that every backend interprets."""

from collections.abc import Mapping
from typing import ClassVar, NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from receiptgen.core.registry import Registry
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


class Network(Protocol):
    """A record of settings that layers are made from.

    Attributes:
        about: One line for ``receiptgen networks``.
    """

    about: ClassVar[str]

    @property
    def height(self) -> int:
        """Pixels of a line that goes in."""

    @property
    def multiple(self) -> int:
        """Widths that go in are multiples of this."""

    def layers(self) -> Layers:
        """Return the layers from the image, a map of one channel, to a sequence of features."""


NETWORKS: Registry[Network] = Registry(__name__, "receiptgen.networks", "network")

# A line of twenty characters at 32 pixels; what costs are stated for.
LINE = 320


def with_head(network: Network, labels: int) -> Layers:
    """Return all layers, with the head that gives each label a number at each step."""
    return (*network.layers(), Dense(labels))


def input_shape(network: Network, width: int = LINE) -> Shape:
    """Return the shape of a line that goes in."""
    return Shape(1, network.height, width)


def parameter_specs(network: Network, labels: int) -> dict[str, ParameterSpec]:
    """Return all weights by name; the last two, of the head, have a row a label."""
    return parameters_of(with_head(network, labels), input_shape(network))


def steps(network: Network, width: int) -> int:
    """Return the time steps of a line so many pixels wide, a multiple of ``network.multiple``."""
    return shape_after(network.layers(), input_shape(network, width)).width


def step_of(network: Network) -> int:
    """Return the pixels of a line for each time step."""
    return LINE // steps(network, LINE)


def initial_weights(network: Network, labels: int, seed: int) -> dict[str, NDArray[np.float32]]:
    """Draw the weights that training begins with, the same for every backend."""
    random = np.random.default_rng([seed, 0x57A7])
    return {name: _begin(parameter, random) for name, parameter in parameter_specs(network, labels).items()}


def _begin(parameter: ParameterSpec, random: np.random.Generator) -> NDArray[np.float32]:
    shape = parameter.shape
    match parameter.start:
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


class Outline(NamedTuple):
    """What a network costs and sees.

    Attributes:
        parameters: Numbers that are trained, the head included.
        macs: Multiplications with additions for a line of ``LINE`` pixels.
        steps: Time steps for such a line.
        field: Pixels along the line that one step sees before any layer that reads the whole line.
    """

    parameters: int
    macs: int
    steps: int
    field: int


def outline(network: Network, labels: int) -> Outline:
    """Return the figures of a network."""
    layers, input = with_head(network, labels), input_shape(network)
    counted = sum(int(np.prod(p.shape)) for p in parameters_of(layers, input).values() if p.trained)
    macs = sum(layer.macs(shape) for _, layer, shape in walk(layers, input))
    return Outline(counted, macs, steps(network, LINE), _field(network.layers())[0])


def _field(layers: Layers, field: int = 1, step: int = 1) -> tuple[int, int]:
    """Return the pixels that one output column sees, and those between two columns, given those of the input."""
    for layer in layers:
        if isinstance(layer, Conv | Pool):
            field += (layer.kernel[1] - 1) * step
            step *= layer.stride[1]
            continue
        if isinstance(layer, Residual):
            field, step = _field(layer.body, field, step)
            continue
        ways = [inside for name, inside, _ in layer.inner(Shape(1, 1, 1)) if name.startswith("ways")]
        if ways:
            return max(_field(way, field, step) for way in ways)
    return field, step
