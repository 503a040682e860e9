"""``onnx``: for onnxruntime and other programs that read ONNX."""

from pathlib import Path
from typing import ClassVar

from receiptgen.core.files import write_atomic
from receiptgen.finding.finder_model import EXAMPLE, FinderModel
from receiptgen.finding.network import MAPS, MULTIPLE, PER_VALUE
from receiptgen.recognition.model_file import Model

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

    def write_finder(self, model: FinderModel, path: Path) -> str:
        """Write the file of a finder atomically: ``pages`` uint8 (pages, H, W) to ``maps`` (pages, maps, H/2, W/2)."""
        network = network_of(model.network.layers(), EXAMPLE, model.weights)
        from ..backends._pytorch.onnx import onnx_finder_file, with_metadata

        write_atomic(path, with_metadata(onnx_finder_file(network, EXAMPLE), model.metadata.write()))
        return (
            f"uint8 (pages, H, W), black 0, sides multiples of {MULTIPLE}, to maps (pages, {len(MAPS)}, H/{PER_VALUE}, "
            f"W/{PER_VALUE}): {', '.join(MAPS)}"
        )
