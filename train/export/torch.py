"""``torch``: TorchScript, which PyTorch's ``torch.jit.load`` reads without receiptgen."""

from pathlib import Path
from typing import ClassVar

from receiptgen.recognition.model_file import Model

from ..lowering.lowering import Lowering
from . import FORMATS
from ._reading import describe_signature, example_shape, file_metadata, torch_network


@FORMATS.register
class Torch:
    """A module from images uint8 and extents int64 (lines,) to log-probabilities float32 (lines, steps, labels)."""

    suffix: ClassVar[str] = ".pt"
    lowers: ClassVar[bool] = False

    def write(self, model: Model, path: Path, lowering: Lowering | None = None) -> str:
        """Write a file atomically."""
        network = torch_network(model)
        from ..backends._pytorch.torchscript import write_torchscript

        write_torchscript(network, example_shape(model), path, file_metadata(model))
        return describe_signature(model)
