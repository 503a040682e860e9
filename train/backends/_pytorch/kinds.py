"""Kinds of networks on PyTorch: how each is trained, and what module its exported files hold."""

from collections.abc import Callable, Mapping
from typing import NamedTuple

import torch
from torch import Tensor, nn

from receiptgen.recognition.layers import Shape

from .maps import ExportedFinder, MapObjective, example_pages
from .objectives import Forward, TorchObjective
from .words import ExportedFields, WordObjective, example_words


class TorchKind(NamedTuple):
    """What PyTorch must know of a kind of network.

    Attributes:
        objective: Makes its objective.
        exported: Makes the module of its files, from the inputs of the kind to its output.
        examples: Makes inputs to trace that module with, of an example's shape.
    """

    objective: Callable[[Forward, torch.device], TorchObjective]
    exported: Callable[[nn.Module], nn.Module]
    examples: Callable[[Shape], tuple[Tensor, ...]]


# By the names of the kinds.
TORCH_KINDS: Mapping[str, TorchKind] = {
    "finder": TorchKind(MapObjective, ExportedFinder, example_pages),
    "fields": TorchKind(WordObjective, ExportedFields, example_words),
}
