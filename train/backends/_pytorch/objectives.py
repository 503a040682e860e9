"""Objectives on PyTorch: how a batch becomes a loss, and what the output of a network means."""

from collections.abc import Callable
from typing import Any, Protocol

from torch import Tensor, nn

# Runs a network on what it takes, in the precision of a learner; returns its output in float32.
Forward = Callable[..., Tensor]


class TorchObjective(Protocol):
    """What a network is trained to do."""

    def loss(self, network: nn.Module, batch: Any) -> Tensor:
        """Return a batch's part of the mean loss of the step; all parts of all processes add up to the mean."""

    def answer(self, network: nn.Module, *inputs: Any) -> Tensor:
        """Return what the network says of its inputs, as ``Learner.infer`` does."""


def ink_of(pixels: Tensor) -> Tensor:
    """Return 0 for paper (255) and 1 for ink, so that zero padding is paper."""
    return (255 - pixels.float()) * (1 / 255)
