"""A run that several processes train: RECIPE FOLDER PROCESSES [STOP], up to a step at which Ctrl-C is pressed.

Under torchrun, PROCESSES is 0: each of its processes is one of them.
"""

import os
import signal
import sys
from contextlib import suppress
from functools import partial
from pathlib import Path

from one_of_several import fork

from receiptgen.core.errors import StoppedError
from receiptgen.train.loop import loop
from receiptgen.train.loop.loop import Status
from receiptgen.train.processes.launch import end_member
from receiptgen.train.recipes.recipe import recipe as load_recipe
from receiptgen.train.runs.run import Host, Run


def train(recipe: Path, folder: Path, stop: int) -> None:
    """Train as one of the processes."""

    def on_status(status: Status) -> None:
        if status.progressed.step == stop:
            os.kill(os.getpid(), signal.SIGINT)

    run = Run(load_recipe(str(recipe)).value, folder, Host("torch", "cpu", 0))
    with suppress(StoppedError):
        run.train(on_status, lambda *_: None)


def main() -> None:
    """Train as the arguments say."""
    recipe, folder, processes, *stop = sys.argv[1:]
    loop._RECORD = 0.0  # a status after each step
    if int(processes):
        sys.exit(fork(int(processes), partial(train, Path(recipe), Path(folder), int(*stop or [0]))))
    train(Path(recipe), Path(folder), 0)
    end_member()  # as the command does: threads of libraries may abort a process that ends in order


if __name__ == "__main__":
    main()
