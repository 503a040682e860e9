"""``char_cnn``: three convolutions that tell single characters apart."""

from dataclasses import dataclass
from typing import Annotated, ClassVar

from receiptgen.core.settings import Limits, Settings
from receiptgen.recognition.layers import Activation, Dense, Dropout, Layers, MapToSequence, Pool
from receiptgen.recognition.networks import NETWORKS, DropoutShare, Reads
from receiptgen.recognition.networks._blocks import conv


@NETWORKS.register
@dataclass(frozen=True, kw_only=True)
class CharCnn(Settings):
    """A classifier of the whole image: CTC over its single step is softmax cross-entropy.

    Attributes:
        height: Height of a character's image, in pixels.
        width: Width of a character's image, in pixels.
        channels: Channels of the first map; the others have twice and four times as many.
        units: Units of the dense layer before the head.
        dropout: Dropout before and after the dense layer, 0 to 1.
    """

    about: ClassVar[str] = "a classifier of single characters: three convolutions, two dense layers"
    reads: ClassVar[Reads] = "characters"

    height: Annotated[int, Limits(ge=8, le=256, multiple_of=8)] = 32
    width: Annotated[int, Limits(ge=8, le=256, multiple_of=8)] = 32
    channels: Annotated[int, Limits(ge=4, le=1024)] = 24
    units: Annotated[int, Limits(ge=8, le=4096)] = 128
    dropout: DropoutShare = 0.3

    @property
    def multiple(self) -> int:
        """Divisor of the widths of its input: its only width."""
        return self.width

    def layers(self) -> Layers:
        """Return the layers from image to features, of a single step."""
        maps = [layer for times in (1, 2, 4) for layer in (*conv(times * self.channels), Pool())]
        dense = (Dropout(self.dropout), Dense(self.units), Activation(), Dropout(self.dropout))
        return (*maps, MapToSequence(of=self.width // 8), *dense)
