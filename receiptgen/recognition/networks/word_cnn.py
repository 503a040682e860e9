"""``word_cnn``: five convolutions that tell the words of a lexicon apart."""

from dataclasses import dataclass
from typing import Annotated, ClassVar

from receiptgen.core.settings import Limits, Settings
from receiptgen.recognition.layers import Activation, Dense, Dropout, Layers, MapToSequence, Pool
from receiptgen.recognition.networks import NETWORKS, DropoutShare, Reads
from receiptgen.recognition.networks._blocks import conv


@NETWORKS.register
@dataclass(frozen=True, kw_only=True)
class WordCnn(Settings):
    """A classifier of the whole image, whose labels are words (Jaderberg et al. 2014, arXiv:1406.2227).

    Attributes:
        height: Height of a word's image, in pixels.
        width: Width of a word's image, in pixels.
        channels: Channels of the first map; the others have twice, four, six and eight times as many.
        units: Units of the dense layer before the head.
        dropout: Dropout before and after the dense layer, 0 to 1.
    """

    about: ClassVar[str] = "a classifier of the words of a lexicon: five convolutions, two dense layers"
    reads: ClassVar[Reads] = "words"

    height: Annotated[int, Limits(ge=16, le=256, multiple_of=16)] = 32
    width: Annotated[int, Limits(ge=16, le=1024)] = 100
    channels: Annotated[int, Limits(ge=4, le=1024)] = 16
    units: Annotated[int, Limits(ge=8, le=4096)] = 512
    dropout: DropoutShare = 0.2

    @property
    def multiple(self) -> int:
        """Divisor of the widths of its input: its only width."""
        return self.width

    def layers(self) -> Layers:
        """Return the layers from image to features, of a single step."""
        pools = (Pool(), Pool(), Pool((2, 1), (2, 1)), Pool())
        maps = [
            layer
            for times, pool in zip((1, 2, 4, 6), pools, strict=True)
            for layer in (*conv(times * self.channels), pool)
        ]
        dense = (Dropout(self.dropout), Dense(self.units), Activation(), Dropout(self.dropout))
        return (*maps, *conv(8 * self.channels), MapToSequence(of=self.width // 8), *dense)
