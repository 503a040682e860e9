"""The network of the finder: from a page to maps that tell where rows of text are, how high, and which way up."""

from dataclasses import dataclass
from typing import Annotated, ClassVar

from receiptgen.core.settings import Limits, Settings
from receiptgen.recognition.layers import Activation, BatchNorm, Conv, Layers, Pair, Residual, Upsample

# What the maps tell, in this order. A *cell* is a run of words without wide gaps.
MAPS = ("band", "region", "height", "across", "down", "paper")
# The maps are as fine as this many pixels of the page; the last layer has the four values of a square of twice that
# side, row by row, as channels of each map.
PER_VALUE, SQUARE = 2, 2
# Divisor of the sides of pages.
MULTIPLE = 32


def _conv(filters: int, kernel: Pair = (3, 3), stride: Pair = (1, 1), depthwise: bool = False) -> Layers:
    return (Conv(filters, kernel, stride, depthwise), BatchNorm())


def _plain(filters: int) -> Layers:
    """Return a residual block of two full convolutions."""
    return (
        Residual((*_conv(filters), Activation("hard_swish"), *_conv(filters))),
        Activation("hard_swish"),
    )


def _separable(filters: int) -> Layers:
    """Return an inverted residual block: to twice the width, a depthwise convolution, and back."""
    act = Activation("hard_swish")
    return (
        Residual((*_conv(2 * filters, (1, 1)), act, *_conv(0, (5, 5), depthwise=True), act, *_conv(filters, (1, 1)))),
    )


@dataclass(frozen=True, kw_only=True)
class FinderNetwork(Settings):
    """A ladder: the page at a half to a 32nd of its size, and back up to a quarter, with a step across at each size.

    Its input is a page (1, height, width) of ink, 0 to 1, both sides multiples of ``MULTIPLE``; its output has
    ``len(MAPS) * SQUARE ** 2`` channels at a quarter of the size.

    Attributes:
        channels: Channels at a quarter of the size, a multiple of 4; the deeper ones are wider.
    """

    about: ClassVar[str] = "finds rows of text on pages: full convolutions on large maps, separable ones on small maps"

    channels: Annotated[int, Limits(ge=4, le=400, multiple_of=4)] = 28

    def layers(self) -> Layers:
        """Return the layers from a page to its maps."""
        thin = self.channels
        act = Activation("hard_swish")
        return (
            *_conv(16, (5, 5), (2, 2)), act,
            *_conv(thin, stride=(2, 2)), act, *_plain(thin), *_plain(thin),
            self._rung(0),
            *_plain(self._across(0)),
            Conv(len(MAPS) * SQUARE**2, (1, 1), bias=True),
        )  # fmt: skip

    def _rung(self, depth: int) -> Residual:
        """Return what adds to a map what is seen at smaller sizes."""
        deeper = self.channels * (12, 18, 24)[depth] // 7
        act = Activation("hard_swish")
        down: Layers = (*_conv(deeper, stride=(2, 2)), act)
        down += (*_plain(deeper), *_plain(deeper)) if depth == 0 else _separable(deeper) * (4 - depth)
        across = self._across(depth + 1)
        if depth < 2:
            down += (self._rung(depth + 1), *_separable(across))
        else:
            down += (*_conv(across, (1, 1)), act)
        here = self._across(depth)
        return Residual((*down, *_conv(here, (1, 1)), act, Upsample(2)), (*_conv(here, (1, 1)), act))

    def _across(self, depth: int) -> int:
        """Return the channels on the way up at a depth; 0 is a quarter of the size."""
        return self.channels * (8, 12, 16, 16)[depth] // 7 // 4 * 4
