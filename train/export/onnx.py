"""``onnx``: for onnxruntime and other programs that read ONNX."""

from pathlib import Path
from typing import ClassVar

from receiptgen.recognition.model_file import Model

from . import FORMATS
from ._reading import describe_signature, example_shape, file_metadata, torch_network


@FORMATS.register
class Onnx:
    """``images`` uint8 (lines, height, width), ``extents`` int64 (lines,) to ``log_probs`` (lines, steps, labels)."""

    suffix: ClassVar[str] = ".onnx"

    def write(self, model: Model, path: Path) -> str:
        """Write a file atomically."""
        network = torch_network(model)
        from ..backends._onnx import write_onnx

        write_onnx(network, example_shape(model), path, file_metadata(model))
        return describe_signature(model)
