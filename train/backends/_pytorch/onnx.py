"""ONNX files, written with PyTorch's older exporter; the newer one fixes the width of LSTMs to the example's."""

import warnings
from collections.abc import Mapping
from io import BytesIO

import torch
from torch import Tensor, nn

from receiptgen.core.errors import MissingExtraError
from receiptgen.recognition.layers import Shape
from receiptgen.recognition.model_kind import ModelKind

from .kinds import TORCH_KINDS
from .reader import ExportedReader, example_lines

try:
    import onnx
except ImportError:
    raise MissingExtraError("ONNX files need the package onnx; pip install 'receiptgen[torch]'") from None

# The first opset with GridSample and LayerNormalization; onnxruntime reads it since 1.12.
_OPSET = 17


def onnx_file(network: nn.Module, input: Shape) -> bytes:
    """Return the file of a network from ``images`` and ``extents`` to ``log_probs`` float32 (N, steps, labels).

    Images are uint8 (N, height, width), black 0; extents int64 (N,), the width of each line, which is read as if the
    image ended there.

    N and width are dynamic; batch normalisation is folded into convolutions.

    Args:
        network: Network from ink to logits, on the CPU, in evaluation mode.
        input: Shape of an example line; the file takes other widths too.
    """
    return _exported(
        ExportedReader(network), example_lines(input), ["images", "extents"], "log_probs",
        {"images": {0: "lines", 2: "width"}, "extents": {0: "lines"}, "log_probs": {0: "lines", 1: "steps"}},
    )  # fmt: skip


def onnx_kind_file(network: nn.Module, kind: ModelKind) -> bytes:
    """Return the file of a network of a kind, from the kind's inputs to its output; their ``axes`` are dynamic.

    Args:
        network: Network on the CPU, in evaluation mode.
        kind: The kind.
    """
    of_torch = TORCH_KINDS[kind.name]
    examples = of_torch.examples(kind.example)
    return _exported(of_torch.exported(network), examples, list(kind.inputs), kind.output, kind.axes)


def _exported(
    module: nn.Module, inputs: tuple[Tensor, ...], names: list[str], output: str, axes: Mapping[str, Mapping[int, str]]
) -> bytes:
    """Return the file of a module with one output.

    Args:
        module: The module.
        inputs: Inputs to trace it with.
        names: Their names in the file.
        output: Name of the output.
        axes: Names of the dynamic axes of inputs and output.
    """
    file = BytesIO()
    with warnings.catch_warnings():
        for message in ("You are using the legacy", "The feature will be removed"):
            warnings.filterwarnings("ignore", message, DeprecationWarning)
        # The checks of shapes in torch.nn.LSTM and GRU become constants, which is right: they hold for any line.
        warnings.filterwarnings("ignore", "Converting a tensor to a Python bool", module=r"torch\.nn\.modules\.rnn")
        # First states are zeros with the shape of the actual input, so that any number of lines works.
        warnings.filterwarnings("ignore", "Exporting a model to ONNX with a batch_size other than 1", UserWarning)
        torch.onnx.export(
            module.eval(), inputs,
            file,  # type: ignore[arg-type]  # the older exporter writes to files in memory too
            dynamo=False, opset_version=_OPSET, input_names=names, output_names=[output],
            dynamic_axes={name: dict(each) for name, each in axes.items()},
        )  # fmt: skip
    return file.getvalue()


def with_metadata(content: bytes, metadata: Mapping[str, str]) -> bytes:
    """Return an ONNX file with these metadata (``metadata_props``) and no others."""
    model = onnx.load_model_from_string(content)
    onnx.helper.set_model_props(model, dict(metadata))
    return bytes(model.SerializeToString(deterministic=True))
