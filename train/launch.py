"""Several processes on one host: torchrun, started for the user."""

import os
import sys

from receiptgen.errors import TrainingError


def again(count: int) -> int:
    """Run this very command in so many processes that train together, and return its exit code.

    Raises:
        TrainingError: They can't be started.
    """
    import subprocess

    launcher = [sys.executable, "-m", "torch.distributed.run", "--standalone", f"--nproc-per-node={count}"]
    environment = {"OMP_NUM_THREADS": str(max(1, (os.cpu_count() or 1) // count)), **os.environ}
    try:
        with subprocess.Popen([*launcher, "-m", "receiptgen", *sys.argv[1:]], env=environment) as process:
            while True:
                try:
                    return process.wait()
                except KeyboardInterrupt:  # the processes got it too, and save what they have
                    continue
    except OSError as error:
        raise TrainingError(f"torchrun can't be started: {error}") from None
