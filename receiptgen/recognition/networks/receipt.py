"""``receipt``: made to read receipts on one core of a CPU in about a millisecond per line."""

from dataclasses import dataclass
from typing import Annotated, ClassVar, Literal

from receiptgen.core.settings import Limits, Settings
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
    Pool,
    Recurrent,
    Residual,
)
from receiptgen.recognition.networks import NETWORKS, DropoutShare, Reads
from receiptgen.recognition.networks._blocks import conv


def _separable(filters: int, kernel: tuple[int, int] = (3, 3)) -> Residual:
    """Return an inverted residual block: a depthwise convolution, then pointwise ones to twice the width and back."""
    return Residual(
        (
            Conv(0, kernel, depthwise=True),
            BatchNorm(),
            Conv(2 * filters, (1, 1)),
            BatchNorm(),
            Activation(),
            Conv(filters, (1, 1)),
            BatchNorm(),
        )
    )


@NETWORKS.register
@dataclass(frozen=True, kw_only=True)
class Receipt(Settings):
    """Few full convolutions on the shallow maps, separable ones on the deep maps, one mixer along the whole line.

    Attributes:
        height: Height of a line, in pixels.
        channels: Channels of the deepest maps, a multiple of 20; the others have a fifth and a half of them.
        blocks: Number of separable blocks of each of the last two scales.
        mixer: Layers along the line: ``lstm``, ``attention``, or ``convolution`` alone.
        dropout: Dropout before the head, 0 to 1.
    """

    about: ClassVar[str] = "our own, for receipts on a CPU: convolutions, separable blocks, a mixer along the line"
    reads: ClassVar[Reads] = "lines"
    width: ClassVar[int] = 0
    multiple: ClassVar[int] = 4

    height: Annotated[int, Limits(ge=8, le=256)] = 32
    channels: Annotated[int, Limits(ge=20, le=4000, multiple_of=20)] = 160
    blocks: Annotated[int, Limits(ge=0, le=64)] = 2
    mixer: Literal["lstm", "attention", "convolution"] = "attention"
    dropout: DropoutShare = 0.1

    def layers(self) -> Layers:
        """Return the layers from image to features; a step is 4 pixels."""
        deep, half, thin = self.channels, self.channels // 2, self.channels // 5
        return (
            *conv(thin, stride=(2, 2)),
            *conv(half, stride=(2, 1)),
            _separable(half),
            *conv(deep, stride=(2, 2)),
            *[_separable(deep) for _ in range(self.blocks)],
            *conv(deep, (3, 1), (2, 1)),
            *[_separable(deep, (3, 5)) for _ in range(self.blocks)],
            Pool((self.height // 16, 1), (self.height // 16, 1), kind="mean"),
            *self._mixer_layers(deep),
            Dropout(self.dropout),
        )

    def _mixer_layers(self, deep: int) -> Layers:
        """Return the layers along the line, from a map of one row to a sequence."""
        if self.mixer == "lstm":
            return (MapToSequence(), Recurrent(deep // 2, 2))
        if self.mixer == "convolution":
            return (*[_separable(deep, (1, 9)) for _ in range(4)], MapToSequence())
        attention = (LayerNorm(), Attention(4))
        feed_forward = (LayerNorm(), Dense(2 * deep), Activation("gelu"), Dense(deep))
        return (
            _separable(deep, (1, 9)),
            MapToSequence(),
            *[Residual(part) for _ in range(2) for part in (attention, feed_forward)],
        )
