"""Several processes on one host: torchrun, started for the user."""

import os
import signal
import sys

from receiptgen.core.errors import TrainingError


def again(count: int) -> int:
    """Run this very command in so many processes that train together, and return its exit code.

    Raises:
        TrainingError: They can't be started.
    """
    import subprocess

    launcher = [sys.executable, "-m", "torch.distributed.run", "--standalone", f"--nproc-per-node={count}"]
    environment = {
        "OMP_NUM_THREADS": str(max(1, (os.cpu_count() or 1) // count)),
        "PYTHONSAFEPATH": "1",  # modules come from where they are installed, not from where the user stands
        **os.environ,
    }
    try:
        with subprocess.Popen([*launcher, "-m", "receiptgen", *sys.argv[1:]], env=environment) as process:
            # Ctrl-C reaches the processes without us, other requests to end are passed on; they save what they have.
            signal.signal(signal.SIGINT, signal.SIG_IGN)
            signal.signal(signal.SIGTERM, lambda *_: process.terminate())
            return process.wait()
    except OSError as error:
        raise TrainingError(f"torchrun can't be started: {error}") from None
