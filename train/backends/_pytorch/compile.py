"""Networks whose step PyTorch's compiler makes faster."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import torch
from torch import nn

from receiptgen.core.errors import TrainingError


def compiled(network: nn.Module) -> Any:
    """Return a module whose step is compiled when it is first taken, once for all widths of batches.

    Raises:
        TrainingError: This Python or system is none that PyTorch compiles for.
    """
    try:
        return torch.compile(network, dynamic=True)
    except RuntimeError as error:
        raise _fault(error) from None


@contextmanager
def compiler_faults() -> Iterator[None]:
    """Tell what keeps the compiler from working.

    Raises:
        TrainingError: There is no compiler for this device, or it can't compile the network.
    """
    try:
        yield
    except RuntimeError as error:
        from torch._dynamo.exc import TorchDynamoException  # here, since it takes seconds to import

        if not isinstance(error, TorchDynamoException):
            raise
        raise _fault(error) from None


def _fault(error: RuntimeError) -> TrainingError:
    what = str(error).strip().splitlines()[0]
    return TrainingError(f"--compile: PyTorch can't compile the network here ({what}); leave it out")
