"""Networks whose step PyTorch's compiler makes faster."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import torch
from torch import nn

from receiptgen.core.errors import TrainingError


def compiled(network: nn.Module) -> Any:
    """Return a module whose step is compiled when it is first taken, once for all widths of batches."""
    return torch.compile(network, dynamic=True)


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
        what = str(error).strip().splitlines()[0]
        raise TrainingError(f"--compile: PyTorch can't compile the network here ({what}); leave it out") from None
