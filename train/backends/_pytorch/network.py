"""Layer records as a PyTorch network."""

from collections.abc import Sequence

from torch import Tensor, nn

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
    shape_after,
)

from . import batch_norm as _batch_norm
from . import modules

Tensors = dict[str, Tensor]


def build_network(
    layers: Layers, input: Shape, replicas: int = 1, frozen: Sequence[str] = ()
) -> tuple[nn.Module, Tensors]:
    """Build a network.

    Args:
        layers: Layers of the network.
        input: Shape of an input line.
        replicas: Number of processes whose batches are one batch for ``BatchNorm``.
        frozen: Paths of weights that are not trained.

    Returns:
        The module, from (N, 1, height, width) and the width of each line in pixels (N,), or None where all are as wide,
        to (N, steps, labels); and all its weights by name.
    """
    tensors: Tensors = {}
    return modules.Network(_Builder(tensors, replicas, tuple(frozen)).sequence(layers, input, "")), tensors


class _Builder:
    """Turns records into modules, and collects their weights by name."""

    def __init__(self, tensors: Tensors, replicas: int, frozen: tuple[str, ...]) -> None:
        self._tensors, self._replicas, self._frozen = tensors, replicas, frozen

    def sequence(self, layers: Layers, input: Shape, path: str) -> modules.Sequence:
        """Build layers one after the other."""
        built = []
        for index, layer in enumerate(layers):
            built.append(self._module(layer, input, f"{path}{index}."))
            input = layer.shape(input)
        return modules.Sequence(built)

    def _module(self, layer: Layer, input: Shape, path: str) -> nn.Module:
        module, own = self._make(layer, input, path)
        for name, tensor in own.items():
            self._tensors[path + name] = tensor
            if is_at(path + name, self._frozen):
                tensor.requires_grad_(False)
        return module

    def _make(self, layer: Layer, input: Shape, path: str) -> tuple[nn.Module, Tensors]:
        """Build a module; return it with its own weights by name."""
        match layer:
            case Conv():
                conv = modules.Conv(layer, input)
                return conv, {"weight": conv.weight} | ({"bias": conv.bias} if conv.bias is not None else {})
            case BatchNorm():
                frozen = is_at(f"{path}variance", self._frozen)
                norm = _batch_norm.BatchNorm(input.channels, layer.epsilon, layer.momentum, self._replicas, frozen)
                assert norm.running_mean is not None
                assert norm.running_var is not None
                statistics = {"mean": norm.running_mean, "variance": norm.running_var}
                return norm, {"scale": norm.weight, "shift": norm.bias, **statistics}
            case LayerNorm():
                normed = nn.LayerNorm(input.channels, layer.epsilon)
                return normed, {"scale": normed.weight, "shift": normed.bias}
            case Activation():
                return {"relu": nn.ReLU, "hard_swish": nn.Hardswish, "gelu": nn.GELU}[layer.function](), {}
            case Dropout():
                return nn.Dropout(layer.share), {}
            case Pool():
                return modules.Pool(layer, input), {}
            case Upsample():
                return nn.UpsamplingNearest2d(scale_factor=layer.factor), {}
            case Residual():
                body = self.sequence(layer.body, input, f"{path}body.")
                return modules.Residual(body, self.sequence(layer.shortcut, input, f"{path}shortcut.")), {}
            case SpatialTransformer():
                body = self.sequence(layer.body, input, f"{path}body.")
                transformer = modules.SpatialTransformer(body, input, shape_after(layer.body, input))
                return transformer, {"weight": transformer.linear.weight, "bias": transformer.linear.bias}
            case MapToSequence():
                return modules.MapToSequence(layer.shape(input).channels), {}
            case InkScale():
                return modules.InkScale(layer.paper, layer.ink) if layer != InkScale() else nn.Identity(), {}
            case Recurrent():
                return _recurrent(layer, input)
            case Attention():
                attention = modules.Attention(input, layer.heads)
                return attention, {
                    "input_weight": attention.input_map.weight, "input_bias": attention.input_map.bias,
                    "output_weight": attention.output_map.weight, "output_bias": attention.output_map.bias,
                }  # fmt: skip
            case Dense():
                dense = nn.Linear(input.channels, layer.units)
                return dense, {"weight": dense.weight, "bias": dense.bias}
            case Parallel():
                ways = [self.sequence(way, input, f"{path}ways.{index}.") for index, way in enumerate(layer.ways)]
                return modules.Parallel(ways), {}
        raise TypeError(f"no PyTorch module for {type(layer).__name__}")


def _recurrent(layer: Recurrent, input: Shape) -> tuple[nn.Module, Tensors]:
    kind = nn.LSTM if layer.cell == "lstm" else nn.GRU
    module = kind(
        input.channels, layer.units, layer.layers, batch_first=True, bidirectional=True,
        dropout=layer.dropout if layer.layers > 1 else 0.0,
    )  # fmt: skip
    tensors: Tensors = {}
    for index in range(layer.layers):
        for direction, suffix in (("forward", ""), ("backward", "_reverse")):
            for ours, theirs in (("input", "ih"), ("hidden", "hh")):
                for part in ("weight", "bias"):
                    tensor = getattr(module, f"{part}_{theirs}_l{index}{suffix}")
                    tensors[f"{direction}.{index}.{ours}_{part}"] = tensor
    return modules.Recurrent(module, input), tensors
