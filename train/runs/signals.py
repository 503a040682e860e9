"""Signals that stop a run."""

import os
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any

from receiptgen.core.errors import StoppedError

from .loop import Loop

# Seconds within which requests to stop count as one.
_SAME_REQUEST = 2.0


@contextmanager
def stop_on_signals(loop: Loop, speaks: bool) -> Iterator[None]:
    """Stop after the current step at the first Ctrl-C or SIGTERM, and at once at the second."""
    requested = 0.0

    def request_stop(number: int, frame: FrameType | None) -> Any:
        nonlocal requested
        # A launcher passes on a signal that the terminal has sent to all processes.
        if loop.stopping and time.monotonic() - requested > _SAME_REQUEST:
            raise KeyboardInterrupt
        if not loop.stopping and speaks:
            # Not by ``print``, whose buffer may be in use at this moment.
            os.write(2, b"\nstopping after this step; once more to stop at once\n")
        loop.stopping, requested = StoppedError, requested or time.monotonic()

    try:
        handlers = {number: signal.signal(number, request_stop) for number in (signal.SIGINT, signal.SIGTERM)}
    except ValueError:  # only the main thread may handle signals
        yield
        return
    try:
        yield
    finally:
        for number, handler in handlers.items():
            signal.signal(number, handler)
