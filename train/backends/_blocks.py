"""Layer records as one Gluon block, which can run on several contexts in lockstep."""

from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from typing import Any

from mxnet import autograd, gluon, nd

from receiptgen.recognition.layers import (
    Activation,
    Attention,
    BatchNorm,
    Conv,
    Dense,
    Dropout,
    InkScale,
    Layer,
    LayerNorm,
    Layers,
    MapToSequence,
    Parallel,
    Pool,
    Recurrent,
    Residual,
    Shape,
    SpatialTransformer,
    is_at,
    parameters_of,
    shape_after,
    walk,
)

# MXNet ships no types: arrays and symbols are ``Any`` here.
Array = Any
Weights = Mapping[str, Array]
# Sums an array over all hosts, in the forward and in the backward pass.
Gather = Callable[[Array], Array]


class Network(gluon.HybridBlock):  # type: ignore[misc]  # MXNet ships no types
    """A network of layer records, from uint8 (N, height, width) and extents float32 (N,) to logits (N, steps, labels).

    Args:
        layers: Layers with the head.
        input: Shape of an input line.
        frozen: Paths of weights that are not trained.
        trainable: Whether there are gradients at all.

    Attributes:
        trained: Names of weights that gradients change.
        statistics: Names of running statistics that training changes.
    """

    def __init__(self, layers: Layers, input: Shape, frozen: Sequence[str] = (), trainable: bool = True) -> None:
        super().__init__(prefix="")
        self._layers, self._input, self._frozen = layers, input, tuple(frozen)
        self.trained: list[str] = []
        self.statistics: list[str] = []
        for name, spec in parameters_of(layers, input).items():
            trained = trainable and spec.trained and not is_at(name, self._frozen)
            if trained:
                self.trained.append(name)
            elif not spec.trained and not is_at(name, self._frozen):
                self.statistics.append(name)
            parameter = self.params.get(
                name, shape=spec.shape, grad_req="write" if trained else "null", differentiable=spec.trained
            )
            setattr(self, name, parameter)  # Gluon passes attributes that are parameters to hybrid_forward

    def correct_variances(self, before: Mapping[str, Array], rows: int, width: int) -> None:
        """Correct running variances after a pass on one context, since Gluon's are biased.

        With n values, PyTorch's are n / (n - 1) times as large (Bessel's correction).

        Args:
            before: Running statistics before the pass.
            rows: Number of rows of the batch.
            width: Width of the images in pixels.
        """
        for path, layer, shape in walk(self._layers, self._input._replace(width=width)):
            if isinstance(layer, BatchNorm) and not is_at(f"{path}variance", self._frozen):
                running = self.params[f"{path}variance"].data()
                old = before[f"{path}variance"]
                running += (running - (1 - layer.momentum) * old) / max(1, rows * shape.height * shape.width - 1)

    def hybrid_forward(self, F: Any, x: Array, extents: Array, **weights: Array) -> Array:  # noqa: N803  # Gluon's
        """Run on one context; Gluon's entry point, for which it gathers the weights by name."""
        return self._run(_Pass(F, [weights], [_Ends(F, extents)], self._frozen, None), [x])[0]

    def in_step(self, images: Sequence[Array], extents: Sequence[Array], gather: Gather | None = None) -> list[Array]:
        """Run in training on several contexts, whose rows are one batch for ``BatchNorm``.

        Args:
            images: Rows of each context, as an array on it.
            extents: Width of each row that is read, in pixels.
            gather: Sum over hosts, where other hosts have more rows of the batch.
        """
        weights = [{name: p.data(x.context) for name, p in self.params.items()} for x in images]
        ends = [_Ends(nd, each) for each in extents]
        return self._run(_Pass(nd, weights, ends, self._frozen, gather, together=True), images)

    def _run(self, flow: "_Pass", images: Sequence[Array]) -> list[Array]:
        # Paper (255) becomes 0 and ink 1, so that zero padding is paper.
        ink = [((255 - flow.F.cast(x, "float32")) * (1 / 255)).expand_dims(1) for x in images]
        return flow.sequence(self._layers, self._input, flow.cut(ink, self._input), "")


class _Ends:
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


class _Pass:
    """One pass of a list of arrays, one per context, through the layers; of one symbol while Gluon traces."""

    def __init__(
        self, F: Any, weights: Sequence[Weights], ends: Sequence[_Ends], frozen: tuple[str, ...],  # noqa: N803
        gather: Gather | None, together: bool = False,
    ) -> None:  # fmt: skip
        self.F, self._weights, self._ends, self._frozen = F, weights, ends, frozen
        self._gather, self._together = gather, together

    def cut(self, xs: Sequence[Array], shape: Shape) -> list[Array]:
        """Cut images at the ends of their lines. Gluon warns of inputs that it can't trace to any output."""
        return [ends.cut(x, shape) for x, ends in zip(xs, self._ends, strict=True)]

    def sequence(self, layers: Layers, input: Shape, xs: Sequence[Array], path: str) -> list[Array]:
        """Apply layers one after the other."""
        for index, layer in enumerate(layers):
            xs = self._apply(layer, input, xs, f"{path}{index}.")
            input = layer.shape(input)
        return list(xs)

    def _apply(self, layer: Layer, input: Shape, xs: Sequence[Array], path: str) -> list[Array]:
        """Apply a layer that contains others or connects contexts; ``_apply_simple`` does the rest."""
        match layer:
            case BatchNorm():
                frozen = is_at(f"{path}variance", self._frozen)
                if self._together and not frozen:
                    return self._norm_over_contexts(layer, xs, path)
                return [_norm(self.F, layer, x, own, frozen) for x, own in self._own(xs, path)]
            case Residual():
                body = self.sequence(layer.body, input, xs, f"{path}body.")
                shortcut = self.sequence(layer.shortcut, input, xs, f"{path}shortcut.")
                return [one + other for one, other in zip(body, shortcut, strict=True)]
            case SpatialTransformer():
                features = self.sequence(layer.body, input, xs, f"{path}body.")
                end = shape_after(layer.body, input)
                parts = zip(features, self._own(xs, path), self._ends, strict=True)
                return [_transform(self.F, x, part, own, ends, (input, end)) for part, (x, own), ends in parts]
            case Parallel():
                ways = [self.sequence(way, input, xs, f"{path}ways.{index}.") for index, way in enumerate(layer.ways)]
                return [self.F.concat(*parts, dim=2) for parts in zip(*ways, strict=True)]
        pairs = zip(self._own(xs, path), self._ends, strict=True)
        return [_apply_simple(self.F, layer, input, x, own, ends) for (x, own), ends in pairs]

    def _own(self, xs: Sequence[Array], path: str) -> list[tuple[Array, Weights]]:
        """Return each context's array with its weights of one layer, by their short names."""
        return [
            (x, {name.removeprefix(path): value for name, value in weights.items() if name.startswith(path)})
            for x, weights in zip(xs, self._weights, strict=True)
        ]

    def _norm_over_contexts(self, layer: BatchNorm, xs: Sequence[Array], path: str) -> list[Array]:
        """Normalise by the mean and variance over all contexts and hosts, with gradients through both."""
        counts = [nd.array([x.size // x.shape[1]], x.context) for x in xs]
        total = self._total([nd.concat(_sums(x), count, dim=0) for x, count in zip(xs, counts, strict=True)])
        mean, count = total[:-1] / total[-1:], total[-1:]
        centred = [_affine(x, nd.ones_like(x[0, :, 0, 0]), -mean.as_in_context(x.context)) for x in xs]
        variance = self._total([_sums(nd.square(x)) for x in centred]) / count
        out = []
        for x, own in self._own(centred, path):
            with autograd.pause():
                wider = nd.broadcast_mul(variance, count / nd.maximum(count - 1, 1))
                _update_running(own["mean"], mean.as_in_context(x.context), layer.momentum)
                _update_running(own["variance"], wider.as_in_context(x.context), layer.momentum)
            spread = nd.rsqrt(variance.as_in_context(x.context) + layer.epsilon)
            out.append(_affine(x, own["scale"] * spread, own["shift"]))
        return out

    def _total(self, sums: Sequence[Array]) -> Array:
        """Add arrays of all contexts and hosts on the first context."""
        total = sums[0]
        for other in sums[1:]:
            total = total + other.as_in_context(total.context)
        return self._gather(total) if self._gather else total


def _sums(x: Array) -> Array:
    """Return the sums of a map's channels by a dot product, since MXNet's sum over several axes is slow."""
    lines = x.reshape((-1, x.shape[2] * x.shape[3]))
    return nd.dot(lines, nd.ones((lines.shape[1],), x.context)).reshape(x.shape[:2]).sum(axis=0)


def _affine(x: Array, factor: Array, shift: Array) -> Array:
    """Scale and shift a map's channels, with the operator whose gradient is the fastest."""
    zeros = nd.zeros_like(factor)
    return nd.BatchNorm(x, factor, shift, zeros, zeros + (1 - 1e-5), eps=1e-5, fix_gamma=False, use_global_stats=True)


def _update_running(running: Array, value: Array, share: float) -> None:
    """Update a running statistic in place."""
    running[:] = running + share * (value - running)


def _norm(F: Any, layer: BatchNorm, x: Array, own: Weights, frozen: bool) -> Array:  # noqa: N803
    return F.BatchNorm(
        x, own["scale"], own["shift"], own["mean"], own["variance"],
        eps=layer.epsilon, momentum=1 - layer.momentum, fix_gamma=False, use_global_stats=frozen,
    )  # fmt: skip


def _apply_simple(F: Any, layer: Layer, input: Shape, x: Array, own: Weights, ends: _Ends) -> Array:  # noqa: N803
    """Apply a layer that contains no others, on one context."""
    match layer:
        case Conv():
            x = ends.cut(x, input) if layer.kernel[1] > 1 else x
            return F.Convolution(
                x, own["weight"], *([own["bias"]] if layer.bias else []), no_bias=not layer.bias, kernel=layer.kernel,
                stride=layer.stride, pad=layer.padding, num_filter=layer.filters or input.channels,
                num_group=input.channels if layer.depthwise else 1,
            )  # fmt: skip
        case LayerNorm():
            return F.LayerNorm(x, own["scale"], own["shift"], axis=-1, eps=layer.epsilon)
        case Activation():
            return _activate(F, layer, x)
        case Dropout():
            return F.Dropout(x, p=layer.share)
        case Pool():
            return _pool_lines(F, layer, input, x, ends) if layer.overlaps else _pool(F, layer, x)
        case MapToSequence():
            channels = layer.shape(input).channels
            return F.reshape(F.transpose(x, axes=(0, 3, 1, 2)), shape=(0, -1, channels))
        case InkScale():
            return x * (layer.ink - layer.paper) + layer.paper if layer != InkScale() else x
        case Recurrent():
            return _recur(F, layer, x, own, F.sum(ends.of_steps(x, input.pixels), axis=1))
        case Attention():
            return _attend(F, layer, input, x, own, ends.of_steps(x, input.pixels))
        case Dense():
            return F.FullyConnected(x, own["weight"], own["bias"], num_hidden=layer.units, flatten=False)
    raise TypeError(f"no Gluon block for {type(layer).__name__}")


def _pool(F: Any, layer: Pool, x: Array) -> Array:  # noqa: N803
    window = {"kernel": layer.kernel, "stride": layer.stride, "pad": layer.padding}
    if layer.kind == "max":
        return F.Pooling(x, **window, pool_type="max")
    if layer.padding == (0, 0):
        # oneDNN's mean writes a line to stderr for each new shape in training.
        return F.Pooling(x, **window, pool_type="sum") * (1 / (layer.kernel[0] * layer.kernel[1]))
    return F.Pooling(x, **window, pool_type="avg", count_include_pad=False)


def _pool_lines(F: Any, layer: Pool, input: Shape, x: Array, ends: _Ends) -> Array:  # noqa: N803
    """Pool by windows that may hold columns beyond a line, which are left out."""
    own = ends.of_map(x, input.pixels)
    if layer.kind == "mean":
        one = F.ones_like(F.BlockGrad(F.slice_axis(x, axis=1, begin=0, end=1)))
        # The share of its own columns in each window; where there are none, the mean is 0.
        share = F.BlockGrad(_pool(F, layer, ends.cut(one, input._replace(channels=1))))
        return F.broadcast_div(_pool(F, layer, ends.cut(x, input)), share + (share == 0))
    lowest = F.BlockGrad(F.broadcast_like((own - 1) * 1e30, x))
    # What is smaller than all numbers must not reach a sum.
    return ends.cut(_pool(F, layer, ends.cut(x, input) + lowest), layer.shape(input))


def _activate(F: Any, layer: Activation, x: Array) -> Array:  # noqa: N803
    if layer.function == "relu":
        return F.Activation(x, act_type="relu")  # F.relu would leave oneDNN's layout and be as slow as a convolution
    if layer.function == "gelu":
        return F.LeakyReLU(x, act_type="gelu")
    return x * (F.clip(x + 3, 0, 6) * (1 / 6))


def _transform(
    F: Any, x: Array, features: Array, own: Weights, ends: _Ends, shapes: tuple[Shape, Shape]  # noqa: N803
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


def _recur(F: Any, layer: Recurrent, x: Array, own: Weights, counts: Array) -> Array:  # noqa: N803
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


def _attend(F: Any, layer: Attention, input: Shape, x: Array, own: Weights, mask: Array) -> Array:  # noqa: N803
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
