"""``crnn_lite``: spatial transformer, depthwise-separable convolutions, two recurrent layers."""

from typing import ClassVar, Literal

from receiptgen.config.records import Record
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
from receiptgen.recognition.networks import NETWORKS


def _separable(filters: int) -> Layers:
    """Return a convolution of each channel, and one that mixes them."""
    return (Conv(0, depthwise=True), BatchNorm(), Activation(), Conv(filters, (1, 1)), BatchNorm(), Activation())


@NETWORKS.register
class CrnnLite(Record):
    """A CRNN that straightens lines and convolves cheaply.

    Attributes:
        height: Pixels of a line.
        units: Of each direction of each recurrent layer.
        cell: ``lstm`` or ``gru``.
        dropout: Before the head and between the recurrent layers.
    """

    about: ClassVar[str] = "spatial transformer, depthwise-separable convolutions, two BiLSTM or BiGRU layers"
    multiple: ClassVar[int] = 4

    height: int = 32
    units: int = 256
    cell: Literal["lstm", "gru"] = "lstm"
    dropout: float = 0.1

    def layers(self) -> Layers:
        """Return the layers from image to features; a step is 4 pixels."""
        look = (
            Pool((2, 2), (2, 2), kind="mean"),
            *[layer for filters in (16, 32) for layer in (Conv(filters, stride=(2, 2)), BatchNorm(), Activation())],
        )
        return (
            SpatialTransformer(look),
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
