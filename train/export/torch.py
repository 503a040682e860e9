"""``torch``: TorchScript, which PyTorch's ``torch.jit.load`` reads without receiptgen."""

from pathlib import Path
from typing import ClassVar

from receiptgen.recognition.model_file import Model

from . import FORMATS
from ._reading import example, metadata, signature, torch_network


@FORMATS.register
class Torch:
    """A module from uint8 (lines, height, width) to log-probabilities float32 (lines, steps, labels)."""

    suffix: ClassVar[str] = ".pt"

    def write(self, model: Model, path: Path) -> str:
        """Write a file aside, then put it in its place."""
        network = torch_network(model)
        from ..backends._torchscript import write_torchscript

        write_torchscript(network, example(model), path, metadata(model))
        return signature(model)
