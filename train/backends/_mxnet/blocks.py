"""Layer records as one Gluon block, which can run on several contexts in lockstep."""

from collections.abc import Callable, Mapping, Sequence
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
    Upsample,
    is_at,
    parameters_of,
    shape_after,
    walk,
)

from .operators import Ends, activate, attend, pool, pool_lines, recur, transform

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
        return self._run(_Pass(F, [weights], [Ends(F, extents)], self._frozen, None), [x])[0]

    def in_step(self, images: Sequence[Array], extents: Sequence[Array], gather: Gather | None = None) -> list[Array]:
        """Run in training on several contexts, whose rows are one batch for ``BatchNorm``.

        Args:
            images: Rows of each context, as an array on it.
            extents: Width of each row that is read, in pixels.
            gather: Sum over hosts, where other hosts have more rows of the batch.
        """
        weights = [{name: p.data(x.context) for name, p in self.params.items()} for x in images]
        ends = [Ends(nd, each) for each in extents]
        return self._run(_Pass(nd, weights, ends, self._frozen, gather, together=True), images)

    def _run(self, flow: "_Pass", images: Sequence[Array]) -> list[Array]:
        # Paper (255) becomes 0 and ink 1, so that zero padding is paper.
        ink = [((255 - flow.F.cast(x, "float32")) * (1 / 255)).expand_dims(1) for x in images]
        return flow.sequence(self._layers, self._input, flow.cut(ink, self._input), "")


class _Pass:
    """One pass of a list of arrays, one per context, through the layers; of one symbol while Gluon traces."""

    def __init__(
        self, F: Any, weights: Sequence[Weights], ends: Sequence[Ends], frozen: tuple[str, ...],  # noqa: N803
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
                return [transform(self.F, x, part, own, ends, (input, end)) for part, (x, own), ends in parts]
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


def _apply_simple(F: Any, layer: Layer, input: Shape, x: Array, own: Weights, ends: Ends) -> Array:  # noqa: N803
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
            return activate(F, layer, x)
        case Dropout():
            return F.Dropout(x, p=layer.share)
        case Pool():
            return pool_lines(F, layer, input, x, ends) if layer.overlaps else pool(F, layer, x)
        case Upsample():
            return F.UpSampling(x, scale=layer.factor, sample_type="nearest")
        case MapToSequence():
            channels = layer.shape(input).channels
            return F.reshape(F.transpose(x, axes=(0, 3, 1, 2)), shape=(0, -1, channels))
        case InkScale():
            return x * (layer.ink - layer.paper) + layer.paper if layer != InkScale() else x
        case Recurrent():
            return recur(F, layer, x, own, F.sum(ends.of_steps(x, input.pixels), axis=1))
        case Attention():
            return attend(F, layer, input, x, own, ends.of_steps(x, input.pixels))
        case Dense():
            return F.FullyConnected(x, own["weight"], own["bias"], num_hidden=layer.units, flatten=False)
    raise TypeError(f"no Gluon block for {type(layer).__name__}")
