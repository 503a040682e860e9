"""Layers once more, in NumPy and float64, as their records describe them: slow, and free of any framework."""

from collections.abc import Mapping
from math import erf

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from receiptgen.recognition.layers import (
    Activation,
    Attention,
    BatchNorm,
    Conv,
    Dense,
    Dropout,
    Layer,
    LayerNorm,
    Layers,
    MapToSequence,
    Parallel,
    Pool,
    Recurrent,
    Residual,
    SpatialTransformer,
    Upsample,
)

Array = NDArray[np.float64]
Weights = Mapping[str, NDArray[np.float32]]


def log_probs(layers: Layers, weights: Weights, images: NDArray[np.uint8]) -> Array:
    """Return what a network says about images (N, height, width)."""
    scores = _sequence(layers, weights, "", (255.0 - images[:, None]) / 255)
    scores = scores - scores.max(2, keepdims=True)
    return scores - np.log(np.exp(scores).sum(2, keepdims=True))


def _sequence(layers: Layers, weights: Weights, path: str, x: Array) -> Array:
    for number, layer in enumerate(layers):
        at = f"{path}{number}."
        own = {name.removeprefix(at): array for name, array in weights.items() if name.startswith(at)}
        x = _apply(layer, own, x)
    return x


def _apply(layer: Layer, own: Weights, x: Array) -> Array:
    match layer:
        case Conv():
            return _conv(layer, own, x)
        case BatchNorm():
            scale, shift, mean, variance = (own[name][:, None, None] for name in ("scale", "shift", "mean", "variance"))
            return (x - mean) / np.sqrt(variance + layer.epsilon) * scale + shift
        case LayerNorm():
            spread = np.sqrt(x.var(2, keepdims=True) + layer.epsilon)
            return (x - x.mean(2, keepdims=True)) / spread * own["scale"] + own["shift"]
        case Activation():
            return _activate(layer, x)
        case Dropout():
            return x
        case Upsample():
            return x.repeat(layer.factor, axis=2).repeat(layer.factor, axis=3)
        case Pool():
            return _pool(layer, x)
        case Residual():
            short = _sequence(layer.shortcut, own, "shortcut.", x)
            return _sequence(layer.body, own, "body.", x) + short
        case SpatialTransformer():
            return _transform(own, _sequence(layer.body, own, "body.", x).mean((2, 3)), x)
        case MapToSequence():
            count, channels, height, width = x.shape
            columns = x.transpose(0, 3, 1, 2).reshape(count, width // layer.of, -1)
            return columns.reshape(count, width // layer.of * layer.parts, channels * height * layer.of // layer.parts)
        case Recurrent():
            return _recur(layer, own, x)
        case Attention():
            return _attend(layer, own, x)
        case Dense():
            return x @ own["weight"].T + own["bias"]
        case Parallel():
            return np.concatenate([_sequence(way, own, f"ways.{n}.", x) for n, way in enumerate(layer.ways)], 2)
    raise TypeError(type(layer).__name__)


def _windows(x: Array, layer: Conv | Pool, fill: float) -> Array:
    """Return (N, channels, down, right, kernel height, kernel width)."""
    (down, right), (high, wide) = layer.padding, layer.stride
    x = np.pad(x, ((0, 0), (0, 0), (down, down), (right, right)), constant_values=fill)
    return sliding_window_view(x, layer.kernel, axis=(2, 3))[:, :, ::high, ::wide]


def _conv(layer: Conv, own: Weights, x: Array) -> Array:
    windows = _windows(x, layer, 0.0)
    rule = "nchwyx,cyx->nchw" if layer.depthwise else "nchwyx,fcyx->nfhw"
    weight = own["weight"][:, 0] if layer.depthwise else own["weight"]
    return np.einsum(rule, windows, weight) + (own["bias"][:, None, None] if layer.bias else 0)


def _pool(layer: Pool, x: Array) -> Array:
    windows = _windows(x, layer, np.nan)
    return np.nanmax(windows, (4, 5)) if layer.kind == "max" else np.nanmean(windows, (4, 5))


def _activate(layer: Activation, x: Array) -> Array:
    if layer.function == "relu":
        return np.maximum(x, 0)
    if layer.function == "gelu":
        return x * 0.5 * (1 + np.vectorize(erf)(x / 2**0.5))
    return x * np.clip(x + 3, 0, 6) / 6


def _transform(own: Weights, seen: Array, x: Array) -> Array:
    count, _, height, width = x.shape
    affine = (seen @ own["weight"].T + own["bias"]).reshape(count, 2, 3)
    down, right = np.meshgrid(np.linspace(-1, 1, height), np.linspace(-1, 1, width), indexing="ij")
    places = affine @ np.stack([right.ravel(), down.ravel(), np.ones(height * width)])
    column, row = (places[:, 0] + 1) * (width - 1) / 2, (places[:, 1] + 1) * (height - 1) / 2
    found = np.zeros((count, x.shape[1], height * width))
    for below, beside in ((0, 0), (0, 1), (1, 0), (1, 1)):
        at_row, at_column = np.floor(row).astype(int) + below, np.floor(column).astype(int) + beside
        share = (1 - abs(row - at_row)) * (1 - abs(column - at_column))
        inside = (at_row >= 0) & (at_row < height) & (at_column >= 0) & (at_column < width)
        for number in range(count):
            values = x[number][:, at_row[number] % height, at_column[number] % width]
            found[number] += values * (share * inside)[number]
    return found.reshape(x.shape)


def _sigmoid(x: Array) -> Array:
    return 1 / (1 + np.exp(-x))


def _recur(layer: Recurrent, own: Weights, x: Array) -> Array:
    for number in range(layer.layers):
        ways = []
        for direction, order in (("forward", 1), ("backward", -1)):
            at = f"{direction}.{number}."
            mine = {name.removeprefix(at): array for name, array in own.items() if name.startswith(at)}
            ways.append(_one_way(layer, mine, x[:, ::order])[:, ::order])
        x = np.concatenate(ways, 2)
    return x


def _one_way(layer: Recurrent, own: Weights, x: Array) -> Array:
    hidden = cell = np.zeros((len(x), layer.units))
    steps = []
    for step in range(x.shape[1]):
        input = x[:, step] @ own["input_weight"].T + own["input_bias"]
        known = hidden @ own["hidden_weight"].T + own["hidden_bias"]
        if layer.cell == "lstm":
            let_in, forget, new, out = np.split(input + known, 4, axis=1)
            cell = _sigmoid(forget) * cell + _sigmoid(let_in) * np.tanh(new)
            hidden = _sigmoid(out) * np.tanh(cell)
        else:
            (reset, update, new), (was_reset, was_update, was_new) = np.split(input, 3, 1), np.split(known, 3, 1)
            keep = _sigmoid(update + was_update)
            hidden = keep * hidden + (1 - keep) * np.tanh(new + _sigmoid(reset + was_reset) * was_new)
        steps.append(hidden)
    return np.stack(steps, 1)


def _attend(layer: Attention, own: Weights, x: Array) -> Array:
    count, steps, channels = x.shape
    parts = (x @ own["input_weight"].T + own["input_bias"]).reshape(count, steps, 3, layer.heads, -1)
    query, key, value = parts.transpose(2, 0, 3, 1, 4)
    likeness = np.exp(query @ key.transpose(0, 1, 3, 2) / np.sqrt(channels // layer.heads))
    mixed = likeness / likeness.sum(3, keepdims=True) @ value
    return mixed.transpose(0, 2, 1, 3).reshape(x.shape) @ own["output_weight"].T + own["output_bias"]
