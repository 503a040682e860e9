"""What the lanes of tests call, importable by name in their processes."""

import os
import re
import signal
from collections.abc import Callable
from pathlib import Path
from typing import Any

from receiptgen.core.errors import FileError


def begin() -> Callable[[Any], Any]:
    return act


def begin_after(pipe: Path) -> Callable[[Any], Any]:
    pipe.read_bytes()  # until its writer closes it
    return act


def fail() -> Callable[[Any], Any]:
    raise FileError("weights: no such file")


def end() -> Callable[[Any], Any]:
    os.kill(os.getpid(), signal.SIGKILL)
    return act


def act(request: Any) -> Any:
    """Do as is asked: return the process's number, hang, end or fail."""
    if request == "hang":
        while True:
            pass
    if request == "hang in C":  # where no other thread of Python can act
        return re.match("(a+)+$", "a" * 99 + "b")
    if request == "stop":
        os.kill(os.getpid(), signal.SIGSTOP)
    if request == "die":
        os.kill(os.getpid(), signal.SIGKILL)
    if request == "fail":
        return 1 / 0
    if isinstance(request, Path):  # a pipe: until its writer closes it
        return request.read_bytes()
    return os.getpid()
