"""The network that tells the roles of words: from a page's words in reading order to a score of each role."""

from dataclasses import dataclass
from typing import Annotated, ClassVar

from receiptgen.core.settings import Limits, Settings
from receiptgen.extraction.labelling.features import CODES, FEATURES, LETTERS
from receiptgen.extraction.labelling.roles import ROLES
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
    Residual,
    Shape,
)

# What the network says of each word, in this order: the score of each role, whether it is the first word of an item,
# and whether a date has its month before its day.
STARTS, MONTH_FIRST = len(ROLES), len(ROLES) + 1
OUTPUTS = len(ROLES) + 2
# A page of words to build and trace the network with; it takes any other number of them.
EXAMPLE = Shape(CODES + len(FEATURES), LETTERS, 16)


def _conv(filters: int, kernel: tuple[int, int]) -> Layers:
    return (Conv(filters, kernel), BatchNorm(), Activation())


@dataclass(frozen=True, kw_only=True)
class FieldsNetwork(Settings):
    """Convolutions down the letters of each word, a mixer of neighbours in reading order, attention among all words.

    Its input is a map (``CODES`` + features, ``LETTERS``, words): a column is a word, a row one of its letters; the
    first channels are one where the letter has that code, the others the word's features, the same in all rows. Its
    output is a sequence of ``OUTPUTS`` scores for each word.

    Attributes:
        channels: Channels of each word, a multiple of 8.
        blocks: Number of blocks of attention.
        dropout: Dropout before each block, 0 to 1.
    """

    about: ClassVar[str] = "tells the roles of a page's words: their letters by convolutions, their places by attention"

    channels: Annotated[int, Limits(ge=8, le=1024, multiple_of=8)] = 128
    blocks: Annotated[int, Limits(ge=1, le=24)] = 4
    dropout: Annotated[float, Limits(ge=0, lt=1)] = 0.1

    def layers(self) -> Layers:
        """Return the layers from words to scores."""
        width = self.channels
        attention: Layers = (LayerNorm(), Attention(4))
        feed_forward: Layers = (LayerNorm(), Dense(2 * width), Activation("gelu"), Dense(width))
        mixer = Residual((Conv(0, (1, 5), depthwise=True), BatchNorm(), *_conv(width, (1, 1))))
        return (
            *_conv(width // 2, (1, 1)),
            *_conv(width // 2, (3, 1)),
            Pool((2, 1), (2, 1)),
            *_conv(width, (3, 1)),
            Pool((LETTERS // 2, 1), (LETTERS // 2, 1)),
            mixer,
            MapToSequence(),
            *[
                layer
                for _ in range(self.blocks)
                for layer in (Dropout(self.dropout), Residual(attention), Residual(feed_forward))
            ],
            LayerNorm(),
            Dense(OUTPUTS),
        )
