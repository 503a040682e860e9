"""MXNet's operators for layers that must know where lines end, and for others that take several."""

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from receiptgen.recognition.layers import Activation, Attention, Pool, Recurrent, Shape

# MXNet ships no types: arrays and symbols are ``Any`` here.
Array = Any
Weights = Mapping[str, Array]


class Ends:
    """Where the lines of a batch end: masks of the columns that are theirs, made once for each width of a column.

    Args:
        F: Operators of arrays or of symbols.
        extents: Width of each line in pixels, (N,).
    """

    def __init__(self, F: Any, extents: Array) -> None:  # noqa: N803  # Gluon's name
        self.F, self._extents = F, extents
        self._masks: dict[Fraction, Array] = {}
        self._maps: dict[Shape, Array] = {}

    def of_map(self, x: Array, pixels: Fraction) -> Array:
        """Return 1 for columns of a line and 0 for those beyond, (N, 1, 1, width), of a map."""
        return self._mask(x, 3, pixels).reshape((0, 1, 1, -1))

    def cut(self, x: Array, shape: Shape) -> Array:
        """Return a map of a shape with 0 beyond its lines; ``broadcast_mul`` would be as slow as a convolution."""
        if shape not in self._maps:
            self._maps[shape] = self.F.BlockGrad(
                self.F.broadcast_like(self.of_map(x, shape.pixels), self.F.BlockGrad(x))
            )
        return x * self._maps[shape]

    def of_steps(self, x: Array, pixels: Fraction) -> Array:
        """Return 1 for steps of a line and 0 for those beyond, (N, steps), of a sequence."""
        return self._mask(x, 1, pixels)

    def _mask(self, x: Array, axis: int, pixels: Fraction) -> Array:
        if pixels not in self._masks:
            left = self.F.contrib.arange_like(self.F.BlockGrad(x), axis=axis) * float(pixels)
            self._masks[pixels] = self.F.broadcast_lesser(left.expand_dims(0), self._extents.expand_dims(1))
        return self._masks[pixels]


def pool(F: Any, layer: Pool, x: Array) -> Array:  # noqa: N803
    window = {"kernel": layer.kernel, "stride": layer.stride, "pad": layer.padding}
    if layer.kind == "max":
        return F.Pooling(x, **window, pool_type="max")
    if layer.padding == (0, 0):
        # oneDNN's mean writes a line to stderr for each new shape in training.
        return F.Pooling(x, **window, pool_type="sum") * (1 / (layer.kernel[0] * layer.kernel[1]))
    return F.Pooling(x, **window, pool_type="avg", count_include_pad=False)


def pool_lines(F: Any, layer: Pool, input: Shape, x: Array, ends: Ends) -> Array:  # noqa: N803
    """Pool by windows that may hold columns beyond a line, which are left out."""
    own = ends.of_map(x, input.pixels)
    if layer.kind == "mean":
        one = F.ones_like(F.BlockGrad(F.slice_axis(x, axis=1, begin=0, end=1)))
        # The share of its own columns in each window; where there are none, the mean is 0.
        share = F.BlockGrad(pool(F, layer, ends.cut(one, input._replace(channels=1))))
        return F.broadcast_div(pool(F, layer, ends.cut(x, input)), share + (share == 0))
    lowest = F.BlockGrad(F.broadcast_like((own - 1) * 1e30, x))
    # What is smaller than all numbers must not reach a sum.
    return ends.cut(pool(F, layer, ends.cut(x, input) + lowest), layer.shape(input))


def activate(F: Any, layer: Activation, x: Array) -> Array:  # noqa: N803
    if layer.function == "relu":
        return F.Activation(x, act_type="relu")  # F.relu would leave oneDNN's layout and be as slow as a convolution
    if layer.function == "gelu":
        return F.LeakyReLU(x, act_type="gelu")
    return x * (F.clip(x + 3, 0, 6) * (1 / 6))


def transform(
    F: Any, x: Array, features: Array, own: Weights, ends: Ends, shapes: tuple[Shape, Shape]  # noqa: N803
) -> Array:  # fmt: skip
    """Sample a map through the affine map that its features determine; a line's corners are at -1 and 1.

    ``shapes`` are those of the map and of its features.
    """
    mask, of_features = ends.of_map(x, shapes[0].pixels), ends.of_map(features, shapes[1].pixels)
    sums = F.mean(ends.cut(features, shapes[1]), axis=(2, 3))
    mean = F.broadcast_div(sums, F.mean(of_features, axis=(2, 3)))
    coefficients = F.FullyConnected(mean, own["weight"], own["bias"], num_hidden=6)
    # The width is unknown while Gluon traces, so that positions are counted along the map itself.
    right, down = (F.contrib.arange_like(F.BlockGrad(x), axis=axis) for axis in (3, 2))
    last = F.max(right, keepdims=True)
    # A line's share of the map's width.
    share = F.broadcast_div(F.sum(mask, axis=3) - 1, last)
    down = F.broadcast_div(down * 2, F.max(down, keepdims=True)) - 1
    right, down = F.broadcast_div(right * 2, last).reshape((1, 1, -1)), down.reshape((1, -1, 1))
    right = F.broadcast_div(right, share) - 1
    rows = [coefficients.slice_axis(axis=1, begin=index, end=index + 1).expand_dims(2) for index in range(6)]
    sides = []
    for first in (0, 3):
        across = F.broadcast_add(F.broadcast_mul(rows[first], right), rows[first + 2])
        sides.append(F.broadcast_add(across, F.broadcast_mul(rows[first + 1], down)).expand_dims(1))
    sides[0] = F.broadcast_mul(sides[0] + 1, share.expand_dims(3)) - 1
    return F.BilinearSampler(ends.cut(x, shapes[0]), F.concat(*sides, dim=1))


def recur(F: Any, layer: Recurrent, x: Array, own: Weights, counts: Array) -> Array:  # noqa: N803
    """Run recurrent layers with an operator for each direction, the backward one on lines turned round.

    The operator's own dropout is not reproducible, and on CPUs it ignores the lengths of lines.
    """
    x = F.swapaxes(x, 0, 1)
    one = F.slice(x, begin=(0, None, 0), end=(1, None, 1))
    states = [F.tile(F.zeros_like(F.BlockGrad(one)), reps=(1, 1, layer.units))] * (2 if layer.cell == "lstm" else 1)

    def turned(x: Array) -> Array:
        return F.SequenceReverse(x, counts, use_sequence_length=True)

    def run(x: Array, place: str) -> Array:
        names = [f"{place}.{source}_{part}" for part in ("weight", "bias") for source in ("input", "hidden")]
        flat = F.concat(*[own[name].reshape((-1,)) for name in names], dim=0)
        return F.RNN(x, flat, *states, state_size=layer.units, num_layers=1, mode=layer.cell)

    for index in range(layer.layers):
        if index:
            x = F.Dropout(x, p=layer.dropout) if layer.dropout else x
        x = F.concat(run(x, f"forward.{index}"), turned(run(turned(x), f"backward.{index}")), dim=2)
    return F.swapaxes(x, 0, 1)


def attend(F: Any, layer: Attention, input: Shape, x: Array, own: Weights, mask: Array) -> Array:  # noqa: N803
    channels, heads = input.channels, layer.heads
    parts = F.FullyConnected(x, own["input_weight"], own["input_bias"], num_hidden=3 * channels, flatten=False)
    # (N, steps, 3 * channels) to three of (N * heads, steps, channels / heads).
    parts = F.transpose(F.reshape(parts, shape=(0, 0, 3 * heads, -1)), axes=(0, 2, 1, 3))
    query, key, value = (
        F.reshape(F.slice_axis(parts, axis=1, begin=index * heads, end=(index + 1) * heads), shape=(-3, 0, 0))
        for index in range(3)
    )
    similarity = F.batch_dot(query, key, transpose_b=True) * (channels // heads) ** -0.5
    beyond = F.repeat((mask - 1) * 1e30, repeats=heads, axis=0).expand_dims(1)
    similarity = similarity + F.BlockGrad(F.broadcast_like(beyond, similarity))
    mixed = F.reshape(F.batch_dot(F.softmax(similarity, axis=-1), value), shape=(-4, -1, heads, 0, 0))
    mixed = F.reshape(F.transpose(mixed, axes=(0, 2, 1, 3)), shape=(0, 0, -3))
    return F.FullyConnected(mixed, own["output_weight"], own["output_bias"], num_hidden=channels, flatten=False)
