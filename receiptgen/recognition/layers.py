"""Layers as records: shapes, parameters and costs, without tensors; each backend interprets them.

Two kinds of data flow through a network. A *map* is what convolutions see: (N, channels, height, width). A
*sequence* is what recurrent layers see: (N, steps, channels); its ``Shape`` has the height 0. ``MapToSequence`` turns
the one into the other. Names of parameters are paths through the records, ``3.body.0.weight``, the same in every
backend.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple, Protocol

from receiptgen.core.errors import TrainingError

Pair = tuple[int, int]
Init = Literal["normal", "uniform", "zeros", "ones", "identity"]


class Shape(NamedTuple):
    """What a layer is given, without the batch.

    Attributes:
        channels: Of a map, or of each step.
        height: Rows of a map; 0 for a sequence.
        width: Columns of a map, steps of a sequence.
    """

    channels: int
    height: int
    width: int


class ParameterSpec(NamedTuple):
    """An array of weights before it has values.

    Attributes:
        shape: As stored.
        start: How it begins: ``normal`` after He et al. 2015, standard deviation sqrt(2 / fan); ``uniform`` within
            1 / sqrt(fan) of zero; ``identity``, the affine map that changes nothing.
        fan: Inputs of one output, or for ``normal`` outputs of one input.
        trained: Whether gradients move it; running statistics are not moved by gradients.
    """

    shape: tuple[int, ...]
    start: Init
    fan: int = 1
    trained: bool = True


class Layer(Protocol):
    """A record that a network is made of."""

    def shape(self, input: Shape) -> Shape:
        """Return what comes out."""

    def parameters(self, input: Shape) -> Mapping[str, ParameterSpec]:
        """Return its own weights by name, those of inner layers left out."""

    def macs(self, input: Shape) -> int:
        """Return multiplications with additions of one line, those of inner layers left out."""

    def inner(self, input: Shape) -> Iterator[tuple[str, "Layers", Shape]]:
        """Yield name, layers and input of what it contains."""


Layers = tuple[Layer, ...]


@dataclass(frozen=True)
class _Plain:
    """A layer that keeps the shape and has no weights; others change what they need."""

    def shape(self, input: Shape) -> Shape:
        """Return what comes out."""
        return input

    def parameters(self, input: Shape) -> Mapping[str, ParameterSpec]:
        """Return its own weights by name."""
        return {}

    def macs(self, input: Shape) -> int:
        """Return multiplications with additions of one line."""
        return 0

    def inner(self, input: Shape) -> Iterator[tuple[str, Layers, Shape]]:
        """Yield name, layers and input of what it contains."""
        return iter(())


def _slide(size: int, kernel: int, stride: int, padding: int) -> int:
    """Return how many places a window takes along one side."""
    return (size + 2 * padding - kernel) // stride + 1


@dataclass(frozen=True)
class Conv(_Plain):
    """Convolution of a map, padded with zeros by half a kernel.

    Attributes:
        filters: Channels that come out; 0 for as many as go in.
        kernel: Height and width, odd.
        stride: Down and right.
        depthwise: Each channel by itself.
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
        """Return what comes out."""
        height, width = (
            _slide(size, kernel, stride, padding)
            for size, kernel, stride, padding in zip(input[1:], self.kernel, self.stride, self.padding, strict=True)
        )
        return Shape(self.filters or input.channels, height, width)

    def parameters(self, input: Shape) -> Mapping[str, ParameterSpec]:
        """Return ``weight`` (filters, channels, height, width), channels 1 if depthwise, and ``bias``."""
        filters = self.filters or input.channels
        inside = 1 if self.depthwise else input.channels
        area = self.kernel[0] * self.kernel[1]
        found = {
            "weight": ParameterSpec(
                (filters, inside, *self.kernel), "normal", area * (filters * inside) // input.channels
            )
        }
        return found | ({"bias": ParameterSpec((filters,), "zeros")} if self.bias else {})

    def macs(self, input: Shape) -> int:
        """Return multiplications with additions of one line."""
        out = self.shape(input)
        inside = 1 if self.depthwise else input.channels
        return out.channels * out.height * out.width * inside * self.kernel[0] * self.kernel[1]


@dataclass(frozen=True)
class BatchNorm(_Plain):
    """Batch normalisation of a map's channels (Ioffe and Szegedy 2015).

    Attributes:
        epsilon: Added to the variance.
        momentum: Share of the running statistics that a batch replaces.
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
        """Return none: inference folds it into the convolution before it."""
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
    """What the network takes paper and ink for: 0 becomes ``paper``, 1 becomes ``ink``, evenly between.

    It can't be folded into the convolution after it, whose zeros round the map are no paper then.

    Attributes:
        paper: Of white paper.
        ink: Of the blackest ink.
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
    """Values set to zero at random in training; the others grow to make up for it.

    Attributes:
        share: Of the values.
    """

    share: float


@dataclass(frozen=True)
class Pool(_Plain):
    """The largest or the mean value of a window of a map.

    Attributes:
        kernel: Height and width.
        stride: Down and right.
        padding: Above and below, left and right; never part of a mean or a maximum.
        kind: ``max`` or ``mean``.
    """

    kernel: Pair = (2, 2)
    stride: Pair = (2, 2)
    padding: Pair = (0, 0)
    kind: Literal["max", "mean"] = "max"

    def shape(self, input: Shape) -> Shape:
        """Return what comes out."""
        height, width = (
            _slide(size, kernel, stride, padding)
            for size, kernel, stride, padding in zip(input[1:], self.kernel, self.stride, self.padding, strict=True)
        )
        return Shape(input.channels, height, width)


@dataclass(frozen=True)
class Residual(_Plain):
    """What goes in, or a short cut's output, added to the body's output (He et al. 2015).

    Attributes:
        body: Layers whose output has the shape of their input, or of the short cut's output.
        shortcut: Layers beside the body; none for the input itself.
    """

    body: Layers
    shortcut: Layers = ()

    def shape(self, input: Shape) -> Shape:
        """Return what comes out.

        Raises:
            TrainingError: Body and short cut end in different shapes.
        """
        long, short = (shape_after(layers, input) for layers in (self.body, self.shortcut))
        if long != short:
            raise TrainingError(f"residual: the body ends as {long}, the short cut as {short}")
        return long

    def inner(self, input: Shape) -> Iterator[tuple[str, Layers, Shape]]:
        """Yield name, layers and input of what it contains."""
        yield "body", self.body, input
        yield "shortcut", self.shortcut, input


@dataclass(frozen=True)
class SpatialTransformer(_Plain):
    """An affine map that a small network chooses for each line (Jaderberg et al. 2015).

    The body's output is averaged over the map; six numbers come from it linearly. Places outside the map are zero.

    Attributes:
        body: The network that looks.
    """

    body: Layers

    def parameters(self, input: Shape) -> Mapping[str, ParameterSpec]:
        """Return ``weight`` (6, channels of the body) and ``bias`` (6,), which begin as no change."""
        seen = shape_after(self.body, input).channels
        return {"weight": ParameterSpec((6, seen), "zeros"), "bias": ParameterSpec((6,), "identity")}

    def macs(self, input: Shape) -> int:
        """Return multiplications with additions of one line: four neighbours and six of the map for each value."""
        return 10 * input.channels * input.height * input.width

    def inner(self, input: Shape) -> Iterator[tuple[str, Layers, Shape]]:
        """Yield name, layers and input of what it contains."""
        yield "body", self.body, input


@dataclass(frozen=True)
class MapToSequence(_Plain):
    """A map's columns as the steps of a sequence; channels first, then rows.

    Attributes:
        parts: Steps that come of so many columns.
        of: Columns; the width is a multiple of it, and channels by rows by it a multiple of ``parts``.
    """

    parts: int = 1
    of: int = 1

    def shape(self, input: Shape) -> Shape:
        """Return what comes out."""
        channels = input.channels * input.height * self.of // self.parts
        return Shape(channels, 0, input.width * self.parts // self.of)


@dataclass(frozen=True)
class Recurrent(_Plain):
    """LSTM or GRU layers that read a sequence in both directions.

    Attributes:
        units: Of each direction.
        layers: One upon the other.
        cell: ``lstm`` (gates in the order input, forget, cell, output) or ``gru`` (reset, update, new).
        dropout: Between layers.
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
        """Return what comes out: both directions side by side."""
        return Shape(2 * self.units, 0, input.width)

    def parameters(self, input: Shape) -> Mapping[str, ParameterSpec]:
        """Return ``forward.0.input_weight`` (gates * units, channels) and its like for directions and layers."""
        rows = self.gates * self.units
        found = {}
        for layer in range(self.layers):
            inside = 2 * self.units if layer else input.channels
            for direction in ("forward", "backward"):
                at = f"{direction}.{layer}"
                found[f"{at}.input_weight"] = ParameterSpec((rows, inside), "uniform", self.units)
                found[f"{at}.hidden_weight"] = ParameterSpec((rows, self.units), "uniform", self.units)
                found[f"{at}.input_bias"] = ParameterSpec((rows,), "uniform", self.units)
                found[f"{at}.hidden_bias"] = ParameterSpec((rows,), "uniform", self.units)
        return found

    def macs(self, input: Shape) -> int:
        """Return multiplications with additions of one line."""
        weights = [p.shape for p in self.parameters(input).values() if len(p.shape) == 2]
        return input.width * sum(rows * columns for rows, columns in weights)


@dataclass(frozen=True)
class Attention(_Plain):
    """Multi-head self-attention over all steps of a sequence (Vaswani et al. 2017).

    Attributes:
        heads: Into which the channels are divided.
    """

    heads: int = 4

    def parameters(self, input: Shape) -> Mapping[str, ParameterSpec]:
        """Return ``input_weight`` (3 * channels: queries, keys, values), ``output_weight`` and their biases."""
        inside = input.channels
        return {
            "input_weight": ParameterSpec((3 * inside, inside), "uniform", inside),
            "input_bias": ParameterSpec((3 * inside,), "zeros"),
            "output_weight": ParameterSpec((inside, inside), "uniform", inside),
            "output_bias": ParameterSpec((inside,), "zeros"),
        }

    def macs(self, input: Shape) -> int:
        """Return multiplications with additions of one line."""
        return input.width * input.channels * (4 * input.channels + 2 * input.width)


@dataclass(frozen=True)
class Dense(_Plain):
    """A linear map of each step of a sequence.

    Attributes:
        units: Channels that come out.
    """

    units: int

    def shape(self, input: Shape) -> Shape:
        """Return what comes out."""
        return input._replace(channels=self.units)

    def parameters(self, input: Shape) -> Mapping[str, ParameterSpec]:
        """Return ``weight`` (units, channels) and ``bias`` (units,)."""
        return {
            "weight": ParameterSpec((self.units, input.channels), "uniform", input.channels),
            "bias": ParameterSpec((self.units,), "zeros"),
        }

    def macs(self, input: Shape) -> int:
        """Return multiplications with additions of one line."""
        return input.width * input.channels * self.units


@dataclass(frozen=True)
class Parallel(_Plain):
    """Several ways through, whose sequences are laid side by side.

    Attributes:
        ways: Layers of each; all end in equally many steps.
    """

    ways: tuple[Layers, ...]

    def shape(self, input: Shape) -> Shape:
        """Return what comes out.

        Raises:
            TrainingError: The ways end in different numbers of steps.
        """
        ends = [shape_after(way, input) for way in self.ways]
        if len({end[1:] for end in ends}) != 1:
            raise TrainingError(f"branches: they end as {', '.join(map(str, ends))}; the steps differ")
        return ends[0]._replace(channels=sum(end.channels for end in ends))

    def inner(self, input: Shape) -> Iterator[tuple[str, Layers, Shape]]:
        """Yield name, layers and input of what it contains."""
        for number, way in enumerate(self.ways):
            yield f"ways.{number}", way, input


def shape_after(layers: Layers, input: Shape) -> Shape:
    """Return the shape that comes out of some layers."""
    for layer in layers:
        input = layer.shape(input)
    return input


def walk(layers: Layers, input: Shape, path: str = "") -> Iterator[tuple[str, Layer, Shape]]:
    """Yield path, record and input of each layer, inner ones after the layer that has them."""
    for number, layer in enumerate(layers):
        at = f"{path}{number}."
        yield at, layer, input
        for name, inside, inner_input in layer.inner(input):
            yield from walk(inside, inner_input, f"{at}{name}.")
        input = layer.shape(input)


def parameters_of(layers: Layers, input: Shape) -> dict[str, ParameterSpec]:
    """Return all weights of some layers by path."""
    return {
        f"{path}{name}": parameter
        for path, layer, input in walk(layers, input)
        for name, parameter in layer.parameters(input).items()
    }


def within(name: str, places: Sequence[str]) -> bool:
    """Tell whether a weight lies at a place: ``17`` or ``17.`` is all of layer 17, ``17.body.0.weight`` one weight."""
    return any(name == place or name.startswith(f"{place}.") for place in (each.rstrip(".") for each in places))


def draws(layers: Layers, input: Shape) -> bool:
    """Tell whether training draws random numbers within the layers, as dropout does."""
    return any(
        (isinstance(layer, Dropout) and layer.share > 0) or (isinstance(layer, Recurrent) and layer.dropout > 0)
        for _, layer, _ in walk(layers, input)
    )
