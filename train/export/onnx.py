"""``onnx``: for onnxruntime and other programs that read ONNX."""

from pathlib import Path
from typing import ClassVar

from receiptgen.core.files import write_atomic
from receiptgen.recognition.model_file import Model
from receiptgen.recognition.model_kind import KindModel

from . import FORMATS, Lowering
from ._reading import describe_signature, example_shape, file_metadata, network_of, torch_network


@FORMATS.register
class Onnx:
    """``images`` uint8 (lines, height, width), ``extents`` int64 (lines,) to ``log_probs`` (lines, steps, labels)."""

    suffix: ClassVar[str] = ".onnx"
    lowers: ClassVar[bool] = True

    def write(self, model: Model, path: Path, lowering: Lowering | None = None) -> str:
        """Write a file atomically."""
        network = torch_network(model)
        from ..backends._pytorch.onnx import onnx_file, with_metadata

        content = onnx_file(network, example_shape(model))
        metadata, note = file_metadata(model), describe_signature(model)
        if lowering:
            from ._lowering import lower

            lowered = lower(with_metadata(content, metadata), model, lowering)
            metadata, note = metadata | {"precision": lowering.precision}, f"{lowered.loss}; {note}"
            content = lowered.content
        write_atomic(path, with_metadata(content, metadata))
        return note

    def write_kind(self, model: KindModel, path: Path) -> str:
        """Write the file of a network that reads no lines atomically; its kind names inputs and output."""
        network = network_of(model.network.layers(), model.kind.example, model.weights)
        from ..backends._pytorch.onnx import onnx_kind_file, with_metadata

        write_atomic(path, with_metadata(onnx_kind_file(network, model.kind), model.metadata.write()))
        return model.kind.signature
