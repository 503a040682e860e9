"""``cnn_bilstm``: the first stages of a ResNet-34 at several scales, each with a BiLSTM of its own."""

from dataclasses import dataclass
from fractions import Fraction
from math import lcm
from typing import Annotated, ClassVar

from receiptgen.core.settings import Limits, Settings
from receiptgen.recognition.layers import (
    Activation,
    BatchNorm,
    Conv,
    Dropout,
    InkScale,
    Layer,
    Layers,
    MapToSequence,
    Parallel,
    Pool,
    Recurrent,
    Residual,
)
from receiptgen.recognition.networks import NETWORKS, DropoutShare, Reads

# Blocks of each stage of a ResNet-34, and channels of the first; each further one has twice as many (He et al. 2015).
BLOCKS, CHANNELS = (3, 4, 6, 3), 64
# Pixels per column of the smallest scale.
_WIDEST = 64


@NETWORKS.register
@dataclass(frozen=True, kw_only=True)
class CnnBilstm(Settings):
    """A network for handwriting that was made for MXNet; its Gluon checkpoints can be imported.

    Attributes:
        height: Height of a line, in pixels.
        stages: Stages of the ResNet, 1 to 4; each after the first halves the map.
        scales: Scales at which the map is read, each half as large as the one before.
        units: Hidden units of each direction of each LSTM.
        layers_of_lstm: Number of stacked LSTMs.
        dropout: Dropout after each scale, 0 to 1.
        step: Width of a time step, in pixels, where lines may have any width.
        width: Width of all inputs, in pixels, as of networks for words; 0 for lines of any width.
        steps: Number of time steps of such an input; 0 for lines of any width.
        paper: Input level of white paper; checkpoints from elsewhere were trained with other levels than ours.
        ink: Input level of the blackest ink.
    """

    about: ClassVar[str] = "ResNet-34's first stages at several scales, each with a BiLSTM; reads its Gluon checkpoints"
    reads: ClassVar[Reads] = "lines"

    height: Annotated[int, Limits(ge=8, le=256)] = 60
    stages: Annotated[int, Limits(ge=1, le=len(BLOCKS))] = 1
    scales: Annotated[int, Limits(ge=1, le=3)] = 2
    units: Annotated[int, Limits(ge=8, le=4096)] = 512
    layers_of_lstm: Annotated[int, Limits(ge=1, le=8)] = 2
    dropout: DropoutShare = 0.5
    step: Annotated[int, Limits(ge=1, le=16)] = 4
    width: Annotated[int, Limits(ge=0, le=1024)] = 0
    steps: Annotated[int, Limits(ge=0, le=512)] = 0
    paper: Annotated[float, Limits(ge=-100, le=100)] = 0.0
    ink: Annotated[float, Limits(ge=-100, le=100)] = 1.0

    def __post_init__(self) -> None:
        """Check all fields and that they leave columns; raises ValueError."""
        super().__post_init__()
        if self.columns[-1] > _WIDEST:
            raise ValueError(f"stages and scales make columns {self.columns[-1]} pixels wide, more than {_WIDEST}")
        if (self.width == 0) != (self.steps == 0):
            raise ValueError(f"width {self.width} and steps {self.steps}: either both are 0, or neither")
        if self.width and not self.map_sizes(self.width)[-1]:
            raise ValueError(f"width {self.width} leaves no column at the smallest of {self.scales} scales")

    @property
    def multiple(self) -> int:
        """Divisor of the widths of input lines; the width itself where that is fixed."""
        return self.width or lcm(
            *[pixels * columns.of for pixels, columns in zip(self.columns, self._steps, strict=True)]
        )

    @property
    def columns(self) -> tuple[int, ...]:
        """Pixels per column of each scale."""
        return tuple(2 ** (1 + self.stages + scale) for scale in range(self.scales))

    def map_sizes(self, length: int) -> tuple[int, ...]:
        """Return the length of each scale's map along an axis: the ResNet rounds up, the poolings after it down."""
        largest = -(-length // self.columns[0])
        return tuple(largest >> scale for scale in range(self.scales))

    @property
    def _steps(self) -> tuple[MapToSequence, ...]:
        """How each scale is divided into steps."""
        if self.width:
            return tuple(MapToSequence(self.steps, columns) for columns in self.map_sizes(self.width))
        shares = [Fraction(pixels, self.step) for pixels in self.columns]
        return tuple(MapToSequence(share.numerator, share.denominator) for share in shares)

    def layers(self) -> Layers:
        """Return the layers from image to features."""
        body = (
            InkScale(self.paper, self.ink),
            Conv(CHANNELS, (7, 7), (2, 2)),
            BatchNorm(),
            Activation(),
            Pool((3, 3), (2, 2), (1, 1)),
            *[layer for stage in range(self.stages) for layer in _stage(stage)],
        )
        reader = (Recurrent(self.units, self.layers_of_lstm, dropout=self.dropout), Dropout(self.dropout))
        *larger, smallest = [(steps, *reader) for steps in self._steps]
        readers: Layers = smallest
        for scale in reversed(larger):
            readers = (Parallel((scale, (*_HALVED, *readers))),)
        return (*body, *readers)


# From one scale to the next.
_HALVED = (
    *[layer for _ in range(2) for layer in (Conv(CHANNELS, bias=True), BatchNorm(), Activation())],
    Pool(),
)


def _stage(stage: int) -> Layers:
    """Return the blocks of a stage; the first block of each stage but the first halves the map, with more channels."""
    channels = CHANNELS * 2**stage
    blocks: list[Layer] = []
    for block in range(BLOCKS[stage]):
        halves = stage > 0 and block == 0
        stride = (2, 2) if halves else (1, 1)
        shortcut = (Conv(channels, (1, 1), stride), BatchNorm()) if halves else ()
        body = (Conv(channels, stride=stride), BatchNorm(), Activation(), Conv(channels), BatchNorm())
        blocks += [Residual(body, shortcut), Activation()]
    return tuple(blocks)
