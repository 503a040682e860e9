"""ONNX files, written with PyTorch's older exporter; the newer one fixes the width of LSTMs to the example's."""

import warnings
from collections.abc import Mapping
from io import BytesIO

import torch
from torch import nn

from receiptgen.core.errors import MissingExtraError
from receiptgen.recognition.layers import Shape

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
    file = BytesIO()
    with warnings.catch_warnings():
        for message in ("You are using the legacy", "The feature will be removed"):
            warnings.filterwarnings("ignore", message, DeprecationWarning)
        # The checks of shapes in torch.nn.LSTM and GRU become constants, which is right: they hold for any line.
        warnings.filterwarnings("ignore", "Converting a tensor to a Python bool", module=r"torch\.nn\.modules\.rnn")
        # First states are zeros with the shape of the actual input, so that any number of lines works.
        warnings.filterwarnings("ignore", "Exporting a model to ONNX with a batch_size other than 1", UserWarning)
        torch.onnx.export(
            ExportedReader(network).eval(), example_lines(input),
            file,  # type: ignore[arg-type]  # the older exporter writes to files in memory too
            dynamo=False, opset_version=_OPSET, input_names=["images", "extents"], output_names=["log_probs"],
            dynamic_axes={
                "images": {0: "lines", 2: "width"}, "extents": {0: "lines"}, "log_probs": {0: "lines", 1: "steps"}
            },
        )  # fmt: skip
    return file.getvalue()


def with_metadata(content: bytes, metadata: Mapping[str, str]) -> bytes:
    """Return an ONNX file with these metadata (``metadata_props``) and no others."""
    model = onnx.load_model_from_string(content)
    onnx.helper.set_model_props(model, dict(metadata))
    return bytes(model.SerializeToString(deterministic=True))
