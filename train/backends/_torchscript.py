"""TorchScript files, which PyTorch reads without our code.

``torch.export``, its successor, ties the width of LSTMs to that of the example (2.13), so that lines of all other
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

from ._modules import _First
from ._reader import ExportedReader


def write_torchscript(network: nn.Module, input: Shape, path: Path, metadata: Mapping[str, str]) -> None:
    """Write a module from uint8 (N, height, width), black 0, to log-probabilities float32 (N, steps, labels).

    N and width are open; it runs on whatever device it is moved to.

    Args:
        network: From ink to numbers, on the CPU, in the state of reading; its recurrent layers are scripted in place.
        input: Shape of a line that goes in; any other width that the network takes will do as well.
        path: Replaced if it is there.
        metadata: What the file says of itself (``_extra_files``).

    Raises:
        FileError: The disk is full, or the place can't be written to.
    """
    file = BytesIO()
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", r"`torch\.jit\.\w+` is deprecated", DeprecationWarning)
        _script_recurrent(network)
        example = torch.zeros(2, input.height, input.width, dtype=torch.uint8)
        traced = torch.jit.trace(ExportedReader(network).eval(), (example,), check_trace=False)  # type: ignore[no-untyped-call]  # PyTorch's
        torch.jit.save(traced, file, _extra_files=dict(metadata))
    write_atomic(path, file.getvalue())


def _script_recurrent(module: nn.Module) -> None:
    """Script what makes new tensors by the shape of its input: a trace would pin their device."""
    for name, child in module.named_children():
        if isinstance(child, _First):
            setattr(module, name, torch.jit.script(child))
        else:
            _script_recurrent(child)
