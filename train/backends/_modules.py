"""Layer records as PyTorch modules."""

from collections.abc import Sequence
from typing import Any

import torch
from torch import Tensor, distributed, nn

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
    shape_after,
)

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
        The module, from (N, 1, height, width) to (N, steps, labels), and all its weights by name.
    """
    tensors: Tensors = {}
    module = _Builder(tensors, replicas, tuple(frozen)).sequence(layers, input, "")
    return module, tensors


class _Builder:
    """Turns records into modules, and collects their weights by name."""

    def __init__(self, tensors: Tensors, replicas: int, frozen: tuple[str, ...]) -> None:
        self._tensors, self._replicas, self._frozen = tensors, replicas, frozen

    def sequence(self, layers: Layers, input: Shape, path: str) -> nn.Sequential:
        """Build layers one after the other."""
        modules = []
        for index, layer in enumerate(layers):
            modules.append(self._module(layer, input, f"{path}{index}."))
            input = layer.shape(input)
        return nn.Sequential(*modules)

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
                groups = input.channels if layer.depthwise else 1
                out = layer.filters or input.channels
                conv = nn.Conv2d(
                    input.channels, out, layer.kernel, layer.stride, layer.padding, groups=groups, bias=layer.bias
                )
                return conv, {"weight": conv.weight} | ({"bias": conv.bias} if conv.bias is not None else {})
            case BatchNorm():
                frozen = is_at(f"{path}variance", self._frozen)
                norm = _BatchNorm(input.channels, layer.epsilon, layer.momentum, self._replicas, frozen)
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
                window = (layer.kernel, layer.stride, layer.padding)
                pool = nn.MaxPool2d(*window) if layer.kind == "max" else nn.AvgPool2d(*window, count_include_pad=False)
                return pool, {}
            case Residual():
                body = self.sequence(layer.body, input, f"{path}body.")
                return _Residual(body, self.sequence(layer.shortcut, input, f"{path}shortcut.")), {}
            case SpatialTransformer():
                body = self.sequence(layer.body, input, f"{path}body.")
                transformer = _SpatialTransformer(body, shape_after(layer.body, input).channels)
                return transformer, {"weight": transformer.linear.weight, "bias": transformer.linear.bias}
            case MapToSequence():
                return _MapToSequence(layer.shape(input).channels), {}
            case InkScale():
                return _InkScale(layer.paper, layer.ink) if layer != InkScale() else nn.Identity(), {}
            case Recurrent():
                return _recurrent(layer, input)
            case Attention():
                attention = _Attention(input.channels, layer.heads)
                return attention, {
                    "input_weight": attention.input_map.weight, "input_bias": attention.input_map.bias,
                    "output_weight": attention.output_map.weight, "output_bias": attention.output_map.bias,
                }  # fmt: skip
            case Dense():
                dense = nn.Linear(input.channels, layer.units)
                return dense, {"weight": dense.weight, "bias": dense.bias}
            case Parallel():
                ways = [self.sequence(way, input, f"{path}ways.{index}.") for index, way in enumerate(layer.ways)]
                return _Parallel(ways), {}
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
    return _Outputs(module), tensors


class _Outputs(nn.Module):
    """The outputs of a recurrent layer, without its last states."""

    def __init__(self, module: nn.Module) -> None:
        super().__init__()
        self.module = module

    def forward(self, x: Tensor) -> Tensor:
        out: Tensor = self.module(x)[0]
        return out


class _BatchNorm(nn.BatchNorm2d):
    """Batch normalisation over the batches of all processes together."""

    def __init__(self, channels: int, epsilon: float, momentum: float, replicas: int, frozen: bool) -> None:
        super().__init__(channels, eps=epsilon, momentum=momentum)
        # A count of batches is not needed with momentum, and would be a buffer that no other backend has.
        self.num_batches_tracked = None
        self._replicas, self._frozen = replicas, frozen

    def forward(self, x: Tensor) -> Tensor:
        if not self.training or self._frozen:
            return nn.functional.batch_norm(
                x, self.running_mean, self.running_var, self.weight, self.bias, eps=self.eps
            )
        if self._replicas == 1:
            return super().forward(x)
        return self._norm_over_processes(x)

    def _norm_over_processes(self, x: Tensor) -> Tensor:
        """Normalise by the mean and variance over all processes, in float32, with gradients through both."""
        values = x.float()
        count = torch.tensor([values.numel() / values.shape[1]], device=x.device)
        sums = torch.cat([values.sum((0, 2, 3)), count])
        totals = _sum_of_all(sums)
        count = totals[-1]
        mean = totals[:-1] / count
        centred = values - mean[:, None, None]
        variance = _sum_of_all((centred * centred).sum((0, 2, 3))) / count
        with torch.no_grad():
            for running, current in ((self.running_mean, mean), (self.running_var, variance * (count / (count - 1)))):
                assert running is not None
                running.lerp_(current, self.momentum or 0.0)
        factor = self.weight * torch.rsqrt(variance + self.eps)
        normed: Tensor = centred * factor[:, None, None] + self.bias[:, None, None]
        return normed.to(x.dtype)


class _SumOfAll(torch.autograd.Function):
    """The sum of a tensor over all processes; each gets the gradients of all."""

    @staticmethod
    def forward(ctx: Any, x: Tensor) -> Tensor:
        total = x.clone()
        distributed.all_reduce(total)
        return total

    @staticmethod
    def backward(ctx: Any, *gradients: Tensor) -> Tensor:
        total = gradients[0].clone()
        distributed.all_reduce(total)
        return total


def _sum_of_all(x: Tensor) -> Tensor:
    total: Tensor = _SumOfAll.apply(x)  # type: ignore[no-untyped-call]  # torch has no types for it
    return total


class _Residual(nn.Module):
    def __init__(self, body: nn.Module, shortcut: nn.Module) -> None:
        super().__init__()
        self.body, self.shortcut = body, shortcut

    def forward(self, x: Tensor) -> Tensor:
        out: Tensor = self.body(x) + self.shortcut(x)
        return out


class _SpatialTransformer(nn.Module):
    def __init__(self, body: nn.Module, channels: int) -> None:
        super().__init__()
        self.body, self.linear = body, nn.Linear(channels, 6)

    def forward(self, x: Tensor) -> Tensor:
        # Half precision would round positions to several pixels.
        with torch.autocast(x.device.type, enabled=False):
            features = self.body(x.float()).mean((2, 3))
            grid = _coordinates(x) @ self.linear(features).view(-1, 2, 3).transpose(1, 2)
            grid = grid.view(-1, x.shape[2], x.shape[3], 2)
            return nn.functional.grid_sample(x.float(), grid, "bilinear", "zeros", align_corners=True)


def _coordinates(x: Tensor) -> Tensor:
    """Return x, y and 1 of all pixels of a map, (height * width, 3), each side from -1 to 1.

    PyTorch's own ``affine_grid`` can't be exported to the ONNX version that runtimes support.
    """
    height, width = x.shape[2], x.shape[3]
    # Cumulative sums, since exported files would keep the device of an ``arange``.
    ones = torch.ones_like(x[0, 0], dtype=torch.float32)
    down = (ones.cumsum(0) - 1) * (2 / (height - 1)) - 1
    right = (ones.cumsum(1) - 1) * (2 / (width - 1)) - 1
    return torch.stack([right.flatten(), down.flatten(), ones.flatten()], 1)


class _MapToSequence(nn.Module):
    def __init__(self, channels: int) -> None:
        super().__init__()
        self.channels = channels

    def forward(self, x: Tensor) -> Tensor:
        return x.permute(0, 3, 1, 2).reshape(x.shape[0], -1, self.channels)


class _InkScale(nn.Module):
    def __init__(self, paper: float, ink: float) -> None:
        super().__init__()
        self.paper, self.ink = paper, ink

    def forward(self, x: Tensor) -> Tensor:
        return x * (self.ink - self.paper) + self.paper


class _Attention(nn.Module):
    def __init__(self, channels: int, heads: int) -> None:
        super().__init__()
        self.heads = heads
        self.input_map, self.output_map = nn.Linear(channels, 3 * channels), nn.Linear(channels, channels)

    def forward(self, x: Tensor) -> Tensor:
        count, steps, channels = x.shape
        parts = self.input_map(x).view(count, steps, 3, self.heads, channels // self.heads).permute(2, 0, 3, 1, 4)
        mixed = nn.functional.scaled_dot_product_attention(parts[0], parts[1], parts[2])
        out: Tensor = self.output_map(mixed.transpose(1, 2).reshape(count, steps, channels))
        return out


class _Parallel(nn.Module):
    def __init__(self, ways: Sequence[nn.Module]) -> None:
        super().__init__()
        self.ways = nn.ModuleList(ways)

    def forward(self, x: Tensor) -> Tensor:
        return torch.cat([way(x) for way in self.ways], 2)
