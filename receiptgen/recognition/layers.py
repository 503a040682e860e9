"""Layers as records: shapes, parameters and costs, without tensors; each backend interprets them.

Two kinds of data flow through a network. A *map* is the input of convolutions: (N, channels, height, width). A
*sequence* is the input of recurrent layers: (N, steps, channels); its ``Shape`` has the height 0. ``MapToSequence``
turns the one into the other. Names of parameters are paths through the records, ``3.body.0.weight``, the same in
every backend.

Lines of several widths may share a batch. Every layer treats each as if it were alone: what a window, a mean, an
attention or a recurrence meets beyond the end of a line is what it would meet beyond the edge of the map.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal, NamedTuple, Protocol

from receiptgen.core.errors import NetworkError

Pair = tuple[int, int]
Init = Literal["normal", "uniform", "zeros", "ones", "identity"]


class Shape(NamedTuple):
    """The shape of a layer's input or output, without the batch.

    Attributes:
        channels: Channels of a map, or of each step.
        height: Rows of a map; 0 for a sequence.
        width: Columns of a map, steps of a sequence.
        pixels: Width of a column or step, in pixels of the image.
    """

    channels: int
    height: int
    width: int
    pixels: Fraction = Fraction(1)


class ParameterSpec(NamedTuple):
    """An array of weights before it has values.

    Attributes:
        shape: Shape of the array as stored.
        init: Initial values: ``normal`` after He et al. 2015, standard deviation sqrt(2 / fan); ``uniform`` within
            1 / sqrt(fan) of zero; ``identity``, the affine map that changes nothing.
        fan: Number of inputs of one output, or for ``normal`` of outputs of one input.
        trained: Whether gradients change it; those of running statistics do not.
    """

    shape: tuple[int, ...]
    init: Init
    fan: int = 1
    trained: bool = True


class Layer(Protocol):
    """A record of one layer of a network."""

    def shape(self, input: Shape) -> Shape:
        """Return the shape of the output."""

    def parameters(self, input: Shape) -> Mapping[str, ParameterSpec]:
        """Return its own weights by name, without those of inner layers."""

    def macs(self, input: Shape) -> int:
        """Return its multiply-accumulates for one line, without those of inner layers."""

    def inner(self, input: Shape) -> Iterator[tuple[str, "Layers", Shape]]:
        """Yield name, layers and input shape of each part that it contains."""


Layers = tuple[Layer, ...]


@dataclass(frozen=True)
class _Plain:
    """A layer that keeps the shape and has no weights; subclasses override what differs."""

    def shape(self, input: Shape) -> Shape:
        """Return the shape of the output."""
        return input

    def parameters(self, input: Shape) -> Mapping[str, ParameterSpec]:
        """Return its own weights by name."""
        return {}

    def macs(self, input: Shape) -> int:
        """Return its multiply-accumulates for one line."""
        return 0

    def inner(self, input: Shape) -> Iterator[tuple[str, Layers, Shape]]:
        """Yield name, layers and input shape of each part that it contains."""
        return iter(())


def _window_shape(input: Shape, channels: int, kernel: Pair, stride: Pair, padding: Pair) -> Shape:
    """Return the shape of the output of a window that slides over a map."""
    height, width = (
        (size + 2 * pad - window) // step + 1
        for size, window, step, pad in zip(input[1:3], kernel, stride, padding, strict=True)
    )
    return Shape(channels, height, width, input.pixels * stride[1])


@dataclass(frozen=True)
class Conv(_Plain):
    """Convolution of a map, padded with zeros by half a kernel.

    Attributes:
        filters: Output channels; 0 for as many as the input has.
        kernel: Height and width, odd.
        stride: Strides down and to the right.
        depthwise: Whether each channel is convolved by itself.
        bias: Whether a constant is added.
    """

    filters: int
    kernel: Pair = (3, 3)
    stride: Pair = (1, 1)
    depthwise: bool = False
    bias: bool = False

    @property
    def padding(self) -> Pair:
        """Zeros above and below, left and right."""
        return self.kernel[0] // 2, self.kernel[1] // 2

    def shape(self, input: Shape) -> Shape:
        """Return the shape of the output."""
        return _window_shape(input, self.filters or input.channels, self.kernel, self.stride, self.padding)

    def parameters(self, input: Shape) -> Mapping[str, ParameterSpec]:
        """Return ``weight`` (filters, channels, height, width), channels 1 if depthwise, and ``bias``."""
        filters = self.filters or input.channels
        in_channels = 1 if self.depthwise else input.channels
        area = self.kernel[0] * self.kernel[1]
        fan_out = area * (filters * in_channels) // input.channels
        specs = {"weight": ParameterSpec((filters, in_channels, *self.kernel), "normal", fan_out)}
        return specs | ({"bias": ParameterSpec((filters,), "zeros")} if self.bias else {})

    def macs(self, input: Shape) -> int:
        """Return its multiply-accumulates for one line."""
        out = self.shape(input)
        in_channels = 1 if self.depthwise else input.channels
        return out.channels * out.height * out.width * in_channels * self.kernel[0] * self.kernel[1]


@dataclass(frozen=True)
class BatchNorm(_Plain):
    """Batch normalisation of a map's channels (Ioffe and Szegedy 2015).

    Attributes:
        epsilon: Added to the variance.
        momentum: Share of the running statistics that a batch replaces, 0 to 1.
    """

    epsilon: float = 1e-5
    momentum: float = 0.1

    def parameters(self, input: Shape) -> Mapping[str, ParameterSpec]:
        """Return ``scale``, ``shift`` and the running ``mean`` and ``variance``, one a channel."""
        one = (input.channels,)
        return {
            "scale": ParameterSpec(one, "ones"),
            "shift": ParameterSpec(one, "zeros"),
            "mean": ParameterSpec(one, "zeros", trained=False),
            "variance": ParameterSpec(one, "ones", trained=False),
        }

    def macs(self, input: Shape) -> int:
        """Return 0: inference folds it into the convolution before it."""
        return 0


@dataclass(frozen=True)
class LayerNorm(_Plain):
    """Normalisation of each step of a sequence over its channels (Ba et al. 2016).

    Attributes:
        epsilon: Added to the variance.
    """

    epsilon: float = 1e-5

    def parameters(self, input: Shape) -> Mapping[str, ParameterSpec]:
        """Return ``scale`` and ``shift``, one a channel."""
        return {"scale": ParameterSpec((input.channels,), "ones"), "shift": ParameterSpec((input.channels,), "zeros")}


@dataclass(frozen=True)
class InkScale(_Plain):
    """The input levels of paper and ink: 0 becomes ``paper``, 1 becomes ``ink``, linearly between.

    It can't be folded into the convolution after it, whose padding of zeros would no longer be paper.

    Attributes:
        paper: Level of white paper.
        ink: Level of the blackest ink.
    """

    paper: float = 0.0
    ink: float = 1.0


@dataclass(frozen=True)
class Activation(_Plain):
    """A function of each value.

    Attributes:
        function: ``hard_swish`` is x * clip(x + 3, 0, 6) / 6 (Howard et al. 2019).
    """

    function: Literal["relu", "hard_swish", "gelu"] = "relu"


@dataclass(frozen=True)
class Dropout(_Plain):
    """Values set to zero at random in training; the others are scaled up to keep the mean.

    Attributes:
        share: Share of the values that are set to zero, 0 to 1.
    """

    share: float


@dataclass(frozen=True)
class Pool(_Plain):
    """The largest or the mean value of a window of a map.

    Attributes:
        kernel: Height and width.
        stride: Strides down and to the right.
        padding: Padding above and below, left and right; never part of a mean or a maximum.
        kind: ``max`` or ``mean``.
    """

    kernel: Pair = (2, 2)
    stride: Pair = (2, 2)
    padding: Pair = (0, 0)
    kind: Literal["max", "mean"] = "max"

    @property
    def overlaps(self) -> bool:
        """Whether a window can hold the end of a line and columns beyond it."""
        return self.kernel[1] > self.stride[1] or self.padding[1] > 0

    def shape(self, input: Shape) -> Shape:
        """Return the shape of the output."""
        return _window_shape(input, input.channels, self.kernel, self.stride, self.padding)


@dataclass(frozen=True)
class Upsample(_Plain):
    """A map enlarged: each value becomes a square of equal ones.

    Attributes:
        factor: Side of the squares.
    """

    factor: int = 2

    def shape(self, input: Shape) -> Shape:
        """Return the shape of the output."""
        return Shape(input.channels, input.height * self.factor, input.width * self.factor, input.pixels / self.factor)


@dataclass(frozen=True)
class Residual(_Plain):
    """The input, or a shortcut's output, added to the body's output (He et al. 2015).

    Attributes:
        body: Layers whose output has the shape of their input, or of the shortcut's output.
        shortcut: Layers parallel to the body; none for the input itself.
    """

    body: Layers
    shortcut: Layers = ()

    def shape(self, input: Shape) -> Shape:
        """Return the shape of the output.

        Raises:
            NetworkError: Body and shortcut end in different shapes.
        """
        body, shortcut = (shape_after(layers, input) for layers in (self.body, self.shortcut))
        if body != shortcut:
            raise NetworkError(f"residual: the body ends as {body}, the shortcut as {shortcut}")
        return body

    def inner(self, input: Shape) -> Iterator[tuple[str, Layers, Shape]]:
        """Yield name, layers and input shape of each part that it contains."""
        yield "body", self.body, input
        yield "shortcut", self.shortcut, input


@dataclass(frozen=True)
class SpatialTransformer(_Plain):
    """An affine map that a small network chooses for each line (Jaderberg et al. 2015).

    The body's output is averaged over the map; a linear layer turns it into the six coefficients. Outside the map is
    zero.

    Attributes:
        body: Layers of the small network.
    """

    body: Layers

    def parameters(self, input: Shape) -> Mapping[str, ParameterSpec]:
        """Return ``weight`` (6, channels of the body) and ``bias`` (6,), at first the identity."""
        channels = shape_after(self.body, input).channels
        return {"weight": ParameterSpec((6, channels), "zeros"), "bias": ParameterSpec((6,), "identity")}

    def macs(self, input: Shape) -> int:
        """Return its multiply-accumulates for one line: four neighbours and six of the map for each value."""
        return 10 * input.channels * input.height * input.width

    def inner(self, input: Shape) -> Iterator[tuple[str, Layers, Shape]]:
        """Yield name, layers and input shape of each part that it contains."""
        yield "body", self.body, input


@dataclass(frozen=True)
class MapToSequence(_Plain):
    """A map's columns as the steps of a sequence; channels first, then rows.

    Attributes:
        parts: Number of steps that ``of`` columns become.
        of: Number of columns; it divides the width, and ``parts`` divides it times channels times rows.
    """

    parts: int = 1
    of: int = 1

    def shape(self, input: Shape) -> Shape:
        """Return the shape of the output."""
        channels = input.channels * input.height * self.of // self.parts
        steps = input.width * self.parts // self.of
        return Shape(channels, 0, steps, input.pixels * self.of / self.parts)


@dataclass(frozen=True)
class Recurrent(_Plain):
    """LSTM or GRU layers that read a sequence in both directions.

    Attributes:
        units: Hidden units of each direction.
        layers: Number of stacked layers.
        cell: ``lstm`` (gates in the order input, forget, cell, output) or ``gru`` (reset, update, new).
        dropout: Dropout between layers, 0 to 1.
    """

    units: int
    layers: int = 1
    cell: Literal["lstm", "gru"] = "lstm"
    dropout: float = 0.0

    @property
    def gates(self) -> int:
        """Rows of a weight for each unit."""
        return 4 if self.cell == "lstm" else 3

    def shape(self, input: Shape) -> Shape:
        """Return the shape of the output: both directions side by side."""
        return input._replace(channels=2 * self.units)

    def parameters(self, input: Shape) -> Mapping[str, ParameterSpec]:
        """Return ``forward.0.input_weight`` (gates * units, channels) and so on, by direction and layer."""
        rows = self.gates * self.units
        specs = {}
        for layer in range(self.layers):
            in_channels = 2 * self.units if layer else input.channels
            for direction in ("forward", "backward"):
                prefix = f"{direction}.{layer}"
                specs[f"{prefix}.input_weight"] = ParameterSpec((rows, in_channels), "uniform", self.units)
                specs[f"{prefix}.hidden_weight"] = ParameterSpec((rows, self.units), "uniform", self.units)
                specs[f"{prefix}.input_bias"] = ParameterSpec((rows,), "uniform", self.units)
                specs[f"{prefix}.hidden_bias"] = ParameterSpec((rows,), "uniform", self.units)
        return specs

    def macs(self, input: Shape) -> int:
        """Return its multiply-accumulates for one line."""
        weights = [p.shape for p in self.parameters(input).values() if len(p.shape) == 2]
        return input.width * sum(rows * columns for rows, columns in weights)


@dataclass(frozen=True)
class Attention(_Plain):
    """Multi-head self-attention over all steps of a sequence (Vaswani et al. 2017).

    Attributes:
        heads: Number of heads, into which the channels are divided.
    """

    heads: int = 4

    def parameters(self, input: Shape) -> Mapping[str, ParameterSpec]:
        """Return ``input_weight`` (3 * channels: queries, keys, values), ``output_weight`` and their biases."""
        channels = input.channels
        return {
            "input_weight": ParameterSpec((3 * channels, channels), "uniform", channels),
            "input_bias": ParameterSpec((3 * channels,), "zeros"),
            "output_weight": ParameterSpec((channels, channels), "uniform", channels),
            "output_bias": ParameterSpec((channels,), "zeros"),
        }

    def macs(self, input: Shape) -> int:
        """Return its multiply-accumulates for one line."""
        return input.width * input.channels * (4 * input.channels + 2 * input.width)


@dataclass(frozen=True)
class Dense(_Plain):
    """A linear map of each step of a sequence.

    Attributes:
        units: Output channels.
    """

    units: int

    def shape(self, input: Shape) -> Shape:
        """Return the shape of the output."""
        return input._replace(channels=self.units)

    def parameters(self, input: Shape) -> Mapping[str, ParameterSpec]:
        """Return ``weight`` (units, channels) and ``bias`` (units,)."""
        return {
            "weight": ParameterSpec((self.units, input.channels), "uniform", input.channels),
            "bias": ParameterSpec((self.units,), "zeros"),
        }

    def macs(self, input: Shape) -> int:
        """Return its multiply-accumulates for one line."""
        return input.width * input.channels * self.units


@dataclass(frozen=True)
class Parallel(_Plain):
    """Parallel branches whose output sequences are concatenated by channel.

    Attributes:
        ways: Layers of each branch; all end in equally many steps.
    """

    ways: tuple[Layers, ...]

    def shape(self, input: Shape) -> Shape:
        """Return the shape of the output.

        Raises:
            NetworkError: The branches end in different numbers of steps.
        """
        ends = [shape_after(branch, input) for branch in self.ways]
        # Where one has lost an odd column, its steps are a little narrower than those of the first.
        if len({(end.height, end.width) for end in ends}) != 1:
            raise NetworkError(f"parallel: the branches end as {', '.join(map(str, ends))}; the steps differ")
        return ends[0]._replace(channels=sum(end.channels for end in ends))

    def inner(self, input: Shape) -> Iterator[tuple[str, Layers, Shape]]:
        """Yield name, layers and input shape of each part that it contains."""
        for index, branch in enumerate(self.ways):
            yield f"ways.{index}", branch, input


def shape_after(layers: Layers, input: Shape) -> Shape:
    """Return the shape of the output of some layers."""
    for layer in layers:
        input = layer.shape(input)
    return input


def walk(layers: Layers, input: Shape, path: str = "") -> Iterator[tuple[str, Layer, Shape]]:
    """Yield path, record and input shape of each layer, inner ones after the layer that contains them."""
    for index, layer in enumerate(layers):
        prefix = f"{path}{index}."
        yield prefix, layer, input
        for name, inner, inner_input in layer.inner(input):
            yield from walk(inner, inner_input, f"{prefix}{name}.")
        input = layer.shape(input)


def parameters_of(layers: Layers, input: Shape) -> dict[str, ParameterSpec]:
    """Return all weights of some layers by path."""
    return {
        f"{path}{name}": parameter
        for path, layer, input in walk(layers, input)
        for name, parameter in layer.parameters(input).items()
    }


def is_at(name: str, paths: Sequence[str]) -> bool:
    """Tell whether a weight is at one of some paths: ``17`` or ``17.`` is all of layer 17, ``17.body.0.weight`` one."""
    return any(name == path or name.startswith(f"{path}.") for path in (path.rstrip(".") for path in paths))


def is_random(layers: Layers, input: Shape) -> bool:
    """Tell whether training draws random numbers in the layers, as dropout does."""
    return any(
        (isinstance(layer, Dropout) and layer.share > 0) or (isinstance(layer, Recurrent) and layer.dropout > 0)
        for _, layer, _ in walk(layers, input)
    )
