"""``crnn_lite``: spatial transformer, depthwise-separable convolutions, two recurrent layers."""

from dataclasses import dataclass
from typing import Annotated, ClassVar, Literal

from receiptgen.core.settings import Limits, Settings
from receiptgen.recognition.layers import (
    Activation,
    BatchNorm,
    Conv,
    Dropout,
    Layers,
    MapToSequence,
    Pool,
    Recurrent,
    SpatialTransformer,
)
from receiptgen.recognition.networks import NETWORKS, DropoutShare, Reads


def _separable(filters: int) -> Layers:
    """Return a depthwise convolution and a pointwise one."""
    return (Conv(0, depthwise=True), BatchNorm(), Activation(), Conv(filters, (1, 1)), BatchNorm(), Activation())


@NETWORKS.register
@dataclass(frozen=True, kw_only=True)
class CrnnLite(Settings):
    """A CRNN that rectifies lines and has cheap convolutions.

    Attributes:
        height: Height of a line, in pixels.
        units: Hidden units of each direction of each recurrent layer.
        cell: ``lstm`` or ``gru``.
        dropout: Dropout before the head and between the recurrent layers, 0 to 1.
    """

    about: ClassVar[str] = "spatial transformer, depthwise-separable convolutions, two BiLSTM or BiGRU layers"
    reads: ClassVar[Reads] = "lines"
    width: ClassVar[int] = 0
    multiple: ClassVar[int] = 4

    height: Annotated[int, Limits(ge=8, le=256)] = 32
    units: Annotated[int, Limits(ge=8, le=4096)] = 256
    cell: Literal["lstm", "gru"] = "lstm"
    dropout: DropoutShare = 0.1

    def layers(self) -> Layers:
        """Return the layers from image to features; a step is 4 pixels."""
        localization = (
            Pool((2, 2), (2, 2), kind="mean"),
            *[layer for filters in (16, 32) for layer in (Conv(filters, stride=(2, 2)), BatchNorm(), Activation())],
        )
        return (
            SpatialTransformer(localization),
            Conv(32, stride=(2, 2)),
            BatchNorm(),
            Activation(),
            *_separable(64),
            Pool(),
            *_separable(128),
            *_separable(128),
            Pool((2, 1), (2, 1)),
            *_separable(256),
            *_separable(256),
            Pool((2, 1), (2, 1)),
            *_separable(256),
            Pool((2, 1), (2, 1)),
            MapToSequence(),
            Recurrent(self.units, 2, self.cell, self.dropout),
            Dropout(self.dropout),
        )
