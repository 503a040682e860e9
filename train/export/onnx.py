"""``onnx``: for onnxruntime and what else reads ONNX."""

from pathlib import Path
from typing import ClassVar

from receiptgen.recognition.model_file import Model

from . import FORMATS
from ._reading import example, metadata, signature, torch_network


@FORMATS.register
class Onnx:
    """``images`` uint8 (lines, height, width) to ``log_probs`` float32 (lines, steps, labels), opset 17."""

    suffix: ClassVar[str] = ".onnx"

    def write(self, model: Model, path: Path) -> str:
        """Write a file aside, then put it in its place."""
        network = torch_network(model)
        from ..backends._onnx import write_onnx

        write_onnx(network, example(model), path, metadata(model))
        return signature(model)
