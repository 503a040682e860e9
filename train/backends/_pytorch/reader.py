"""The module in exported files, from pixels to log-probabilities."""

from collections.abc import Mapping

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from receiptgen.recognition.layers import Layers, Shape

from .network import build_network
from .objectives import ink_of


class ExportedReader(nn.Module):
    """A module from images uint8 (N, height, width) and extents int64 (N,) to log-probabilities (N, steps, labels).

    Args:
        network: Network from ink (N, 1, height, width) and extents to logits (N, steps, labels).
    """

    def __init__(self, network: nn.Module) -> None:
        super().__init__()
        self.network = network

    def forward(self, images: Tensor, extents: Tensor) -> Tensor:
        """Return log-probabilities (N, steps, labels)."""
        return nn.functional.log_softmax(self.network(ink_of(images.unsqueeze(1)), extents), dim=2)


def example_lines(input: Shape) -> tuple[Tensor, Tensor]:
    """Return images and extents of two lines, to trace a network with."""
    images = torch.zeros(2, input.height, input.width, dtype=torch.uint8)
    return images, torch.tensor([input.width, input.width // 2])


def inference_network(layers: Layers, input: Shape, weights: Mapping[str, NDArray[np.float32]]) -> nn.Module:
    """Build a network for inference, on the CPU.

    Args:
        layers: Layers with the head.
        input: Shape of an input line.
        weights: Weights by name.
    """
    network, tensors = build_network(layers, input)
    with torch.no_grad():
        for name, tensor in tensors.items():
            tensor.copy_(torch.from_numpy(np.ascontiguousarray(weights[name])))
    return network.eval().requires_grad_(False)
