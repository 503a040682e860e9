"""``onnx``: for onnxruntime and other programs that read ONNX."""

from collections.abc import Mapping
from pathlib import Path
from typing import ClassVar

from receiptgen.core.files import write_atomic
from receiptgen.recognition.model_file import Model
from receiptgen.recognition.model_kind import KindModel

from ..lowering.lowering import Lowering, lower
from . import FORMATS
from ._reading import describe_signature, example_shape, file_metadata, network_of, torch_network


@FORMATS.register
class Onnx:
    """``images`` uint8 (lines, height, width), ``extents`` int64 (lines,) to ``log_probs`` (lines, steps, labels)."""

    suffix: ClassVar[str] = ".onnx"
    lowers: ClassVar[bool] = True

    def write(self, model: Model, path: Path, lowering: Lowering | None = None) -> str:
        """Write a file atomically."""
        network = torch_network(model)
        from ..backends._pytorch.onnx import onnx_file

        content = onnx_file(network, example_shape(model))
        return _write(content, file_metadata(model), describe_signature(model), path, lowering)

    def write_kind(self, model: KindModel, path: Path, lowering: Lowering | None = None) -> str:
        """Write the file of a network that reads no lines atomically; its kind names inputs and output."""
        network = network_of(model.network.layers(), model.kind.example, model.weights)
        from ..backends._pytorch.onnx import onnx_kind_file

        content = onnx_kind_file(network, model.kind)
        return _write(content, model.metadata.write(), model.kind.signature, path, lowering)


def _write(content: bytes, metadata: Mapping[str, str], note: str, path: Path, lowering: Lowering | None) -> str:
    """Write a file in the precision that is wanted; return the note for its users."""
    from ..backends._pytorch.onnx import with_metadata

    content = with_metadata(content, metadata)
    if lowering:
        lowered = lower(content, lowering)
        note = f"{lowered.loss}; {note}"
        content = with_metadata(lowered.content, {**metadata, "precision": lowering.precision})
    write_atomic(path, content)
    return note
