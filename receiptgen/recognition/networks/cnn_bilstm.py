"""``cnn_bilstm``: the first stage of a ResNet-34 at two scales, each with a BiLSTM of its own."""

from fractions import Fraction
from math import lcm
from typing import ClassVar

from pydantic import Field

from receiptgen.config.records import Record
from receiptgen.core.distributions import Share
from receiptgen.recognition.layers import (
    Activation,
    BatchNorm,
    Conv,
    Dropout,
    InkScale,
    Layers,
    MapToSequence,
    Parallel,
    Pool,
    Recurrent,
    Residual,
)
from receiptgen.recognition.networks import NETWORKS, Reads


@NETWORKS.register
class CnnBilstm(Record):
    """A network for handwriting that was made for MXNet; its Gluon checkpoints can be imported.

    Attributes:
        height: Height of a line, in pixels.
        units: Hidden units of each direction of each LSTM.
        layers_of_lstm: Number of stacked LSTMs.
        dropout: Dropout after each scale, 0 to 1.
        step: Width of a time step, in pixels.
        paper: Input level of white paper; checkpoints from elsewhere were trained with other levels than ours.
        ink: Input level of the blackest ink.
    """

    about: ClassVar[str] = "ResNet-34's first stage at two scales, each with a BiLSTM; reads its Gluon checkpoints"
    reads: ClassVar[Reads] = "lines"
    width: ClassVar[int] = 0
    height: int = Field(default=60, ge=8, le=256)
    units: int = Field(default=512, ge=8, le=4096)
    layers_of_lstm: int = Field(default=2, ge=1, le=8)
    dropout: Share = 0.5
    step: int = Field(default=4, ge=1, le=16)
    paper: float = Field(default=0.0, ge=-100, le=100)
    ink: float = Field(default=1.0, ge=-100, le=100)

    @property
    def multiple(self) -> int:
        """Divisor of the widths of input lines."""
        wide, wider = self._columns
        return lcm(4 * wide.of, 8 * wider.of)

    @property
    def _columns(self) -> tuple[MapToSequence, MapToSequence]:
        """Return how both scales, of 4 and 8 pixels per column, are divided into steps."""
        wide, wider = Fraction(4, self.step), Fraction(8, self.step)
        return MapToSequence(wide.numerator, wide.denominator), MapToSequence(wider.numerator, wider.denominator)

    def layers(self) -> Layers:
        """Return the layers from image to features."""
        block = Residual((Conv(64), BatchNorm(), Activation(), Conv(64), BatchNorm()))
        body = (
            InkScale(self.paper, self.ink),
            Conv(64, (7, 7), (2, 2)),
            BatchNorm(),
            Activation(),
            Pool((3, 3), (2, 2), (1, 1)),
            *[layer for _ in range(3) for layer in (block, Activation())],
        )
        smaller = (*[layer for _ in range(2) for layer in (Conv(64, bias=True), BatchNorm(), Activation())], Pool())
        reader = (Recurrent(self.units, self.layers_of_lstm, dropout=self.dropout), Dropout(self.dropout))
        wide, wider = self._columns
        return (*body, Parallel(((wide, *reader), (*smaller, wider, *reader))))
