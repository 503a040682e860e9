"""Launcher of several processes on one host, through torchrun."""

import os
import signal
import sys

from receiptgen.core.cores import cores
from receiptgen.core.errors import TrainingError


def relaunch(count: int) -> int:
    """Run the current command again in ``count`` processes that train together, and return its exit code.

    Raises:
        TrainingError: torchrun can't be started.
    """
    import subprocess

    launcher = [sys.executable, "-m", "torch.distributed.run", "--standalone", f"--nproc-per-node={count}"]
    environment = {
        "OMP_NUM_THREADS": str(max(1, cores() // count)),
        "PYTHONSAFEPATH": "1",  # import installed modules, not those of the current folder
        **os.environ,
    }
    try:
        with subprocess.Popen([*launcher, "-m", "receiptgen", *sys.argv[1:]], env=environment) as process:
            # Ctrl-C reaches all processes by itself, SIGTERM is passed on; they save their state.
            signal.signal(signal.SIGINT, signal.SIG_IGN)
            signal.signal(signal.SIGTERM, lambda *_: process.terminate())
            return process.wait()
    except OSError as error:
        raise TrainingError(f"torchrun can't be started: {error}") from None
