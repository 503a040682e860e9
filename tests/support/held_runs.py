"""Runs of ``draw`` that wait in the middle, so that a test can do something to them there on however fast a machine."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from command_line import PATIENCE

_PROGRAM = """
import sys, time
from pathlib import Path
from receiptgen.cli import main
from receiptgen.dataset.dataset import Dataset

def enter_and_wait(self, enter=Dataset._enter, held=Path({held!r}), go=Path({go!r})):
    enter(self)
    if self.done >= {samples} and not held.exists():
        held.touch()
        while not go.exists():
            time.sleep(0.01)

Dataset._enter = enter_and_wait
main(sys.argv[1:])
"""


class HeldRun:
    """A run of the command that has drawn some samples, entered them into its ledger, and waits."""

    def __init__(self, process: "subprocess.Popen[str]", go: Path) -> None:
        self.process, self._go = process, go

    def go_on(self) -> None:
        self._go.touch()

    def end(self) -> tuple[int, str, str]:
        """Wait for its end; return its code and what it printed to its output and its errors."""
        out, error = self.process.communicate(timeout=PATIENCE)
        return self.process.returncode, out, error


@contextmanager
def held_run(arguments: Sequence[str], samples: int, folder: Path) -> Iterator[HeldRun]:
    """Run the command until its ledger has at least some samples; a test that fails leaves nothing of it behind.

    Args:
        arguments: Its arguments.
        samples: Number of samples; 0 is the moment before it draws.
        folder: Folder that it runs in.
    """
    held, go = folder / "held", folder / "go"
    program = _PROGRAM.format(held=str(held), go=str(go), samples=samples)
    with subprocess.Popen(
        [sys.executable, "-c", program, *arguments], cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        text=True, start_new_session=True,
    ) as process:  # fmt: skip
        try:
            deadline = time.monotonic() + PATIENCE
            while not held.exists():
                assert process.poll() is None, process.communicate()
                assert time.monotonic() < deadline, "the run did nothing"
                time.sleep(0.01)
            yield HeldRun(process, go)
        except BaseException:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)
            raise
