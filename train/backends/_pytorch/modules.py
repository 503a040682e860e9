"""PyTorch modules of layer records that PyTorch has no module for, or that must know where lines end."""

from collections.abc import Sequence as SequenceOf
from fractions import Fraction
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from receiptgen.recognition import layers
from receiptgen.recognition.layers import Shape


class Ends:
    """Where the lines of a batch end: masks of the columns that are theirs, made once for each width of a column.

    Args:
        extents: Width of each line in pixels, (N,).
        own: The same in this process, for layers that would have to wait for it; None where they needn't.
    """

    def __init__(self, extents: Tensor, own: NDArray[np.int64] | None = None) -> None:
        self._extents, self._own = extents, own
        self._masks: dict[tuple[Fraction, torch.dtype], Tensor] = {}
        self._numbers, self._numbered = torch.zeros(0), Fraction(1 << 30)

    def of(self, row: Tensor, pixels: Fraction, dtype: torch.dtype) -> Tensor:
        """Return 1 for columns of a line and 0 for those beyond, (N, columns); ``row`` has one value a column."""
        key = (pixels, dtype)
        if key not in self._masks:
            if dtype == torch.bool:
                self._masks[key] = self._left(row, pixels) < self._extents[:, None]
            else:
                self._masks[key] = self.of(row, pixels, torch.bool).to(dtype)
        return self._masks[key]

    def _left(self, row: Tensor, pixels: Fraction) -> Tensor:
        """Return where each column begins, in pixels."""
        if pixels < self._numbered:  # there are more of these columns than of those numbered before
            # A cumulative sum, since exported files would keep the device of an ``arange``.
            self._numbers, self._numbered = torch.ones_like(row, dtype=torch.float32).cumsum(0) - 1, pixels
        numbers = self._numbers[: row.shape[0]]
        return numbers if pixels == 1 else numbers * float(pixels)

    def counts(self, row: Tensor, pixels: Fraction) -> Tensor:
        """Return the number of columns of each line, float32 (N,); ``row`` as for ``of``."""
        return self.of(row, pixels, torch.float32).sum(1)

    def own_counts(self, pixels: Fraction, columns: int) -> Tensor | None:
        """Return the number of columns of each line in this process, int64 (N,), of ``columns`` in all."""
        if self._own is None:
            return None
        return torch.from_numpy(np.minimum(-(-self._own * pixels.denominator // pixels.numerator), columns))

    def of_map(self, x: Tensor, pixels: Fraction) -> Tensor:
        """Return the mask of a map, (N, 1, 1, width)."""
        return self.of(x[0, 0, 0], pixels, x.dtype)[:, None, None]


class Network(nn.Module):
    """A whole network; makes the masks that its layers share."""

    def __init__(self, body: "Sequence") -> None:
        super().__init__()
        self.body = body

    def forward(self, x: Tensor, extents: Tensor | None = None, own_extents: NDArray[np.int64] | None = None) -> Tensor:
        out: Tensor = self.body(x, None if extents is None else Ends(extents, own_extents))
        return out


class Sequence(nn.Module):
    """Modules one after the other; those that look along the line are told where lines end."""

    def __init__(self, modules: SequenceOf[nn.Module]) -> None:
        super().__init__()
        self.steps = nn.ModuleList(modules)

    def forward(self, x: Tensor, ends: Ends | None) -> Tensor:
        for module in self.steps:
            x = module(x, ends) if isinstance(module, _ALONG_THE_LINE) else module(x)
        return x


class Conv(nn.Conv2d):
    def __init__(self, layer: layers.Conv, input: Shape) -> None:
        groups = input.channels if layer.depthwise else 1
        out = layer.filters or input.channels
        super().__init__(input.channels, out, layer.kernel, layer.stride, layer.padding, groups=groups, bias=layer.bias)
        self.pixels = input.pixels

    def forward(self, x: Tensor, ends: Ends | None = None) -> Tensor:
        if ends is not None and self.kernel_size[1] > 1:
            x = x * ends.of_map(x, self.pixels)
        if self.groups > 1 and _learns_in_half_on_a_cpu(self, x):
            return self._in_float32(x)
        return super().forward(x)

    def _in_float32(self, x: Tensor) -> Tensor:
        """Return the same, of rounded numbers."""
        half = torch.get_autocast_dtype("cpu")
        bias = None if self.bias is None else self.bias.to(half).float()
        with torch.autocast("cpu", enabled=False):
            out: Tensor = self._conv_forward(x.to(half).float(), self.weight.to(half).float(), bias)
        return out.to(half)


def _learns_in_half_on_a_cpu(module: nn.Module, x: Tensor) -> bool:
    """Tell whether gradients of some operators would take a CPU several times as long as those of float32."""
    return module.training and x.device.type == "cpu" and torch.is_autocast_enabled("cpu")


class Pool(nn.Module):
    def __init__(self, layer: layers.Pool, input: Shape) -> None:
        super().__init__()
        window = (layer.kernel, layer.stride, layer.padding)
        self.mean = layer.kind == "mean"
        self.pool = nn.AvgPool2d(*window, count_include_pad=False) if self.mean else nn.MaxPool2d(*window)
        self.overlaps, self.pixels, self.out_pixels = layer.overlaps, input.pixels, layer.shape(input).pixels

    def forward(self, x: Tensor, ends: Ends | None) -> Tensor:
        out: Tensor
        if ends is None or not self.overlaps:
            out = self.pool(x)
        elif self.mean:
            own = ends.of_map(x, self.pixels)
            # The share of its own columns in each window; where there are none, the mean is 0.
            share = self.pool(own.expand(-1, 1, x.shape[2], -1))
            out = self.pool(x * own) / (share + (share == 0))
        else:
            out = self.pool(x.masked_fill(ends.of_map(x, self.pixels) == 0, torch.finfo(x.dtype).min))
            # What is smaller than all numbers must not reach a sum.
            out = out.masked_fill(ends.of_map(out, self.out_pixels) == 0, 0.0)
        return out


class Recurrent(nn.Module):
    def __init__(self, module: nn.LSTM | nn.GRU, input: Shape) -> None:
        super().__init__()
        self.outputs: nn.Module = Outputs(module)
        self.pixels = input.pixels

    def forward(self, x: Tensor, ends: Ends | None) -> Tensor:
        out: Tensor
        counts = None if ends is None else ends.counts(x[0, :, 0], self.pixels)
        # Packed lines take a CPU twice the time, and in exported files the packing would be tied to a device.
        own_counts = ends.own_counts(self.pixels, x.shape[1]) if ends is not None and x.device.type != "cpu" else None
        if counts is None or own_counts is None:
            out = self.outputs(x, counts)
        else:
            out = packed_outputs(self.outputs.module, x, counts, own_counts)
        return out


class Outputs(nn.Module):
    """The outputs of a recurrent layer, without its last states."""

    def __init__(self, module: Any) -> None:  # nn.LSTM or nn.GRU, whose stubs lack the weights
        super().__init__()
        self.module, self.lstm = module, isinstance(module, nn.LSTM)

    def forward(self, x: Tensor, counts: Tensor | None) -> Tensor:
        if counts is None:
            out: Tensor = self.module(x)[0]
            return out
        return self.turned(x, counts)

    def turned(self, x: Tensor, counts: Tensor) -> Tensor:
        """Run each direction by itself, the backward one on lines turned round."""
        step, last = torch.ones_like(x[0, :, 0]).cumsum(0) - 1, counts[:, None] - 1
        order = torch.where(step <= last, last - step, step).to(torch.int64)[:, :, None]
        for layer in range(self.module.num_layers):
            if layer > 0:
                x = nn.functional.dropout(x, self.module.dropout, self.training)
            ahead = self.one_way(x, 8 * layer)
            back = self.one_way(_in_order(x, order), 8 * layer + 4)
            x = torch.cat([ahead, _in_order(back, order)], 2)
        return x

    def one_way(self, x: Tensor, first: int) -> Tensor:
        """Run one direction of one layer, by the four weights from number ``first`` on."""
        weights = self.module._flat_weights[first : first + 4]
        state = torch.zeros([1, x.shape[0], self.module.hidden_size], dtype=x.dtype, device=x.device)
        if self.lstm:
            return torch.lstm(x, [state, state], weights, True, 1, 0.0, self.training, False, True)[0]
        return torch.gru(x, state, weights, True, 1, 0.0, self.training, False, True)[0]


def packed_outputs(module: Any, x: Tensor, counts: Tensor, own_counts: Tensor) -> Tensor:
    """Return the outputs of a recurrent layer for lines of several lengths, packed.

    PyTorch would sort them by itself, but wait for the order.

    Args:
        module: ``nn.LSTM`` or ``nn.GRU``.
        x: Lines (N, steps, channels).
        counts: Number of steps of each line, (N,), where ``x`` is.
        own_counts: The same in this process, int64.
    """
    order = counts.argsort(descending=True)
    in_turn = own_counts.sort(descending=True).values
    packed = nn.utils.rnn.pack_padded_sequence(x.index_select(0, order), in_turn, batch_first=True)
    out = nn.utils.rnn.pad_packed_sequence(module(packed)[0], batch_first=True, total_length=x.shape[1])[0]
    return out.index_select(0, order.argsort())


def _in_order(x: Tensor, order: Tensor) -> Tensor:
    """Return the steps (N, steps, channels) of each line in an order (N, steps, 1)."""
    return x.gather(1, order.expand(-1, -1, x.shape[2]))


class Residual(nn.Module):
    def __init__(self, body: Sequence, shortcut: Sequence) -> None:
        super().__init__()
        self.body, self.shortcut = body, shortcut

    def forward(self, x: Tensor, ends: Ends | None) -> Tensor:
        out: Tensor = self.body(x, ends) + self.shortcut(x, ends)
        return out


class SpatialTransformer(nn.Module):
    def __init__(self, body: Sequence, input: Shape, end: Shape) -> None:
        super().__init__()
        self.body, self.linear = body, nn.Linear(end.channels, 6)
        self.pixels, self.end_pixels = input.pixels, end.pixels

    def forward(self, x: Tensor, ends: Ends | None) -> Tensor:
        # Half precision would round positions to several pixels.
        with torch.autocast(x.device.type, enabled=False):
            x = x.float()
            features, places = self.body(x, ends), _coordinates(x)
            if ends is None:
                mean = features.mean((2, 3))
            else:
                own, of_features = ends.of_map(x, self.pixels), ends.of_map(features, self.end_pixels)
                mean = (features * of_features).mean((2, 3)) * (features.shape[3] / of_features.sum((1, 2, 3)))[:, None]
                x = x * own
                # Line i's columns are its share of the map's: to its scale from -1 to 1, and back for the sampling.
                share = ((own.sum((1, 2, 3)) - 1) / (x.shape[3] - 1))[:, None, None]
                right, down, one = places.unbind(1)
                right = (right + 1) / share[:, 0] - 1
                places = torch.stack([right, down.expand_as(right), one.expand_as(right)], 2)
            grid = places @ self.linear(mean).view(-1, 2, 3).transpose(1, 2)
            if ends is not None:
                grid = torch.cat([(grid[..., :1] + 1) * share - 1, grid[..., 1:]], 2)
            grid = grid.view(-1, x.shape[2], x.shape[3], 2)
            return nn.functional.grid_sample(x, grid, "bilinear", "zeros", align_corners=True)


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


class MapToSequence(nn.Module):
    def __init__(self, channels: int) -> None:
        super().__init__()
        self.channels = channels

    def forward(self, x: Tensor) -> Tensor:
        return x.permute(0, 3, 1, 2).reshape(x.shape[0], -1, self.channels)


class InkScale(nn.Module):
    def __init__(self, paper: float, ink: float) -> None:
        super().__init__()
        self.paper, self.ink = paper, ink

    def forward(self, x: Tensor) -> Tensor:
        return x * (self.ink - self.paper) + self.paper


class Attention(nn.Module):
    def __init__(self, input: Shape, heads: int) -> None:
        super().__init__()
        channels = input.channels
        self.heads, self.pixels = heads, input.pixels
        self.input_map, self.output_map = nn.Linear(channels, 3 * channels), nn.Linear(channels, channels)

    def forward(self, x: Tensor, ends: Ends | None) -> Tensor:
        count, steps, channels = x.shape
        parts = (
            self.input_map(x).view(count, steps, 3, self.heads, channels // self.heads).permute(2, 0, 3, 1, 4).unbind()
        )
        own = None if ends is None else ends.of(x[0, :, 0], self.pixels, torch.bool)[:, None, None]
        if _learns_in_half_on_a_cpu(self, x):
            with torch.autocast("cpu", enabled=False):
                query, key, value = (part.float() for part in parts)
                mixed = nn.functional.scaled_dot_product_attention(query, key, value, own)
        else:
            mixed = nn.functional.scaled_dot_product_attention(parts[0], parts[1], parts[2], own)
        out: Tensor = self.output_map(mixed.transpose(1, 2).reshape(count, steps, channels))
        return out


class Parallel(nn.Module):
    def __init__(self, ways: SequenceOf[Sequence]) -> None:
        super().__init__()
        self.ways = nn.ModuleList(ways)

    def forward(self, x: Tensor, ends: Ends | None) -> Tensor:
        return torch.cat([way(x, ends) for way in self.ways], 2)


_ALONG_THE_LINE = (Conv, Pool, Residual, SpatialTransformer, Recurrent, Attention, Parallel)
