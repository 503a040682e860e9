"""Processes of PyTorch find each other, on one host or several."""

import os
import socket
import time
from datetime import timedelta
from typing import Any

from torch.distributed.rendezvous import rendezvous

from receiptgen.core.errors import TrainingError
from receiptgen.core.files import reason_of

# Seconds that processes have until all have come.
_PATIENCE = 600.0
_POLL = 0.2


def meet() -> dict[str, Any]:
    """Wait for the others at ``MASTER_ADDR`` and ``MASTER_PORT``, where the process of ``RANK`` 0 listens.

    Returns:
        Arguments of ``init_process_group``.

    Raises:
        TrainingError: There is no such address, or nobody listens there.
        RuntimeError: Some have not come, or the port is taken.
    """
    if lacking := [name for name in ("RANK", "MASTER_ADDR", "MASTER_PORT") if not os.environ.get(name)]:
        raise TrainingError(f"WORLD_SIZE is set, and {lacking[0]} is not; set both, as torchrun does, or neither")
    if int(os.environ["RANK"]) > 0:
        # PyTorch would wait as well, and say why in pages of traces.
        _wait_for(os.environ["MASTER_ADDR"], int(os.environ["MASTER_PORT"]))
    store, rank, size = next(rendezvous("env://", timeout=timedelta(seconds=_PATIENCE)))
    return {"store": store, "rank": rank, "world_size": size}


def _wait_for(address: str, port: int) -> None:
    """Wait until somebody listens at a port.

    Raises:
        TrainingError: Nobody does before patience ends.
    """
    until = time.monotonic() + _PATIENCE
    while True:
        try:
            with socket.create_connection((address, port), timeout=max(_POLL, until - time.monotonic())):
                return
        except OSError as error:
            if time.monotonic() > until:
                raise TrainingError(
                    f"process {os.environ['RANK']} on {socket.gethostname()}: the first process doesn't answer at "
                    f"{address}:{port} (MASTER_ADDR, MASTER_PORT) after {_PATIENCE:.0f} s: {reason_of(error)}; start "
                    "it, use a name of its host that all hosts know, and let firewalls pass the port"
                ) from None
        time.sleep(_POLL)
