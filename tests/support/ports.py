"""Ports for processes that find each other."""

import os
import socket
from contextlib import suppress


def free_port() -> int:
    """Return a free port below those that the system gives to whoever asks for any, so that it stays free."""
    for port in range(20_000 + os.getpid() % 1000 * 10, 32_000):
        with socket.socket() as place, suppress(OSError):
            place.bind(("127.0.0.1", port))
            return port
    raise OSError("no port is free")
