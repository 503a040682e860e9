"""Commands that run beside a test."""

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any


@contextmanager
def background(*command: str, **options: Any) -> Iterator["subprocess.Popen[Any]"]:
    """Start a command with options of ``Popen``; it is killed and its pipes are closed however the block ends."""
    with subprocess.Popen(command, **options) as process:
        try:
            yield process
        finally:
            process.kill()
