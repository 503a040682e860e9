"""The module in exported files, from pixels to log-probabilities."""

from collections.abc import Mapping

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from receiptgen.recognition.layers import Layers, Shape

from ._modules import build_network
from .pytorch import ink_of


class ExportedReader(nn.Module):
    """A module from images uint8 (N, height, width) to log-probabilities float32 (N, steps, labels).

    Args:
        network: Network from ink (N, 1, height, width) to logits (N, steps, labels).
    """

    def __init__(self, network: nn.Module) -> None:
        super().__init__()
        self.network = network

    def forward(self, images: Tensor) -> Tensor:
        """Return log-probabilities (N, steps, labels)."""
        return nn.functional.log_softmax(self.network(ink_of(images.unsqueeze(1))), dim=2)


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
