"""TorchScript files, which PyTorch reads without receiptgen.

``torch.export``, its successor, fixes the width of LSTMs to the example's (2.13), so that lines of all other
widths are refused.
"""

import warnings
from collections.abc import Mapping
from io import BytesIO
from pathlib import Path

import torch
from torch import nn

from receiptgen.core.files import write_atomic
from receiptgen.recognition.layers import Shape

from .modules import Outputs
from .reader import ExportedReader, example_lines


def write_torchscript(network: nn.Module, input: Shape, path: Path, metadata: Mapping[str, str]) -> None:
    """Write a module from images and extents to log-probabilities float32 (N, steps, labels).

    Images are uint8 (N, height, width), black 0; extents int64 (N,), the width of each line. N and width are dynamic;
    it runs on any device that it is moved to.

    Args:
        network: Network from ink to logits, on the CPU, in evaluation mode; its recurrent layers are scripted in place.
        input: Shape of an example line; the file takes other widths too.
        path: The file, which is replaced if it exists.
        metadata: Metadata of the file (``_extra_files``).

    Raises:
        FileError: The disk is full, or the path can't be written to.
    """
    file = BytesIO()
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", r"`torch\.jit\.\w+` is deprecated", DeprecationWarning)
        _script_recurrent(network)
        traced = torch.jit.trace(ExportedReader(network).eval(), example_lines(input), check_trace=False)  # type: ignore[no-untyped-call]  # PyTorch's
        torch.jit.save(traced, file, _extra_files=dict(metadata))
    write_atomic(path, file.getvalue())


def _script_recurrent(module: nn.Module) -> None:
    """Script modules that create tensors by the shape of their input, since a trace would fix their device."""
    for name, child in module.named_children():
        if isinstance(child, Outputs):
            setattr(module, name, torch.jit.script(child))
        else:
            _script_recurrent(child)
