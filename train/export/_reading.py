"""Helpers for formats that hold the whole computation, from pixels to log-probabilities."""

from typing import Any

from receiptgen.recognition.layers import Layers, Shape
from receiptgen.recognition.model_file import Model
from receiptgen.recognition.networks import LINE, Weights, input_shape, steps, with_head

from ..backends import BACKENDS


def torch_network(model: Model) -> Any:  # only backends know the framework's types
    """Build the PyTorch module to export, from ink (N, 1, height, width) to logits (N, steps, labels).

    Raises:
        MissingExtraError: PyTorch is not installed.
    """
    return network_of(with_head(model.network, len(model.charset)), input_shape(model.network), model.weights)


def network_of(layers: Layers, input: Shape, weights: Weights) -> Any:
    """Build a PyTorch module of any network for inference.

    Args:
        layers: All layers.
        input: Shape of an input.
        weights: Weights by name.

    Raises:
        MissingExtraError: PyTorch is not installed.
    """
    BACKENDS.get("pytorch")  # raises where it is not installed
    from ..backends._pytorch.reader import inference_network

    return inference_network(layers, input, weights)


def example_shape(model: Model) -> Shape:
    """Return the shape of an input line for tracing."""
    return input_shape(model.network, LINE + -LINE % model.network.multiple)


def file_metadata(model: Model) -> dict[str, str]:
    """Return the metadata of such a file: those of weights, and ``multiple``, which divides the widths it takes."""
    return model.metadata.write() | {"multiple": str(model.network.multiple)}


def describe_signature(model: Model) -> str:
    """Return a description of inputs and outputs."""
    network = model.network
    width = f"{network.width})" if network.width else "width)"
    count = steps(network, network.width) if network.width else "steps"
    widths = "" if network.width else f", width a multiple of {network.multiple}"
    return (
        f"uint8 (lines, {network.height}, {width}, black 0{widths},"
        f" to log-probabilities (lines, {count}, {len(model.charset)}), label 0 the blank;"
        " extents int64 (lines,), the width of each line"
    )
