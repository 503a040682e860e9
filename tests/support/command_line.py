"""Commands run within the process of the tests, or in one of their own."""

import sys
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

# Seconds after which a test gives another process up, on however slow a machine.
PATIENCE = 600
COMMAND = [sys.executable, "-c", "from receiptgen.cli import main; main()"]


class Result(NamedTuple):
    code: int
    out: str
    error: str

    @property
    def fault(self) -> str:
        """The one line of an error; click's usage errors say more above it."""
        lines = self.error.splitlines()
        if self.code == 2:
            assert lines[0].startswith("Usage: receiptgen")
            return lines[-1]
        assert self.code == 1
        assert len(lines) == 1, self.error
        assert lines[0].startswith("receiptgen: ")
        return lines[0]


Run = Callable[..., Result]


def files(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
