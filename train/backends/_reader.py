"""A network as a reader of bytes, which is what exported files hold."""

from collections.abc import Mapping

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from receiptgen.recognition.layers import Layers, Shape

from ._modules import build
from .pytorch import _ink


class ExportedReader(nn.Module):
    """Images uint8 (N, height, width) to log-probabilities float32 (N, steps, labels).

    Args:
        network: From ink (N, 1, height, width) to numbers (N, steps, labels).
    """

    def __init__(self, network: nn.Module) -> None:
        super().__init__()
        self.network = network

    def forward(self, images: Tensor) -> Tensor:
        """Return log-probabilities (N, steps, labels)."""
        return nn.functional.log_softmax(self.network(_ink(images.unsqueeze(1))), dim=2)


def network_of(layers: Layers, input: Shape, weights: Mapping[str, NDArray[np.float32]]) -> nn.Module:
    """Build a network that reads and no longer learns, on the CPU.

    Args:
        layers: With the head.
        input: Shape of a line that goes in.
        weights: By name.
    """
    network, tensors = build(layers, input)
    with torch.no_grad():
        for name, tensor in tensors.items():
            tensor.copy_(torch.from_numpy(np.ascontiguousarray(weights[name])))
    return network.eval().requires_grad_(False)
