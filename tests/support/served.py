"""A server of its own process, as its users start it."""

import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path
from typing import Any, NamedTuple

COMMAND = [sys.executable, "-m", "receiptgen", "serve", "--port", "0"]


class Answered(NamedTuple):
    status: int
    headers: dict[str, str]
    body: Any


@dataclass(frozen=True)
class Served:
    """A server that runs.

    Attributes:
        process: Its process.
        host: Where it listens.
        port: Its port.
    """

    process: subprocess.Popen[str]
    host: str
    port: int

    def ask(self, method: str, path: str, body: Any = None, **headers: str) -> Answered:
        """Send one request; what is no bytes is sent as JSON."""
        if body is not None and not isinstance(body, bytes):
            body, headers = json.dumps(body).encode(), {"Content-Type": "application/json"} | headers
        connection = HTTPConnection(self.host, self.port, timeout=60)
        try:
            connection.request(method, path, body, headers)
            answer = connection.getresponse()
            content = answer.read()
        finally:
            connection.close()
        is_json = answer.headers.get_content_type() == "application/json"
        return Answered(answer.status, dict(answer.headers), json.loads(content) if is_json else content)

    def draw(self, template: str = "extends: cafe\nabout: x\n") -> Answered:
        return self.ask("POST", "/api/draw", {"template": template})

    def workers(self) -> list[int]:
        """Return the processes that read and draw, in this order; one that has just begun has no name yet."""
        found: list[int] = []
        while len(found) < 2:
            found = [pid for pid in children(self.process.pid) if b"spawn_main" in _file(pid, "cmdline")]
        return found


def children(pid: int) -> list[int]:
    """Return the processes that any thread of a process has started and that have not ended, oldest first."""
    tasks = [path.name for path in Path(f"/proc/{pid}/task").iterdir()]
    return sorted(int(child) for task in tasks for child in _file(pid, f"task/{task}/children").split())


def lives(pid: int) -> bool:
    """Tell whether a process has not ended; one that nobody has asked for its code has."""
    status = _file(pid, "stat").rpartition(b")")[2].split()
    return bool(status) and status[0] != b"Z"


def ended(pids: list[int]) -> bool:
    """Wait for processes to end, which they do in a moment or never."""
    for _ in range(600):
        if not any(map(lives, pids)):
            return True
        time.sleep(0.05)
    return False


def _file(pid: int, name: str) -> bytes:
    try:
        return Path(f"/proc/{pid}/{name}").read_bytes()
    except (FileNotFoundError, ProcessLookupError):
        return b""


@contextmanager
def served(*options: str, host: str = "127.0.0.1", folder: Path | None = None) -> Iterator[Served]:
    """Run the command, by its end without a traceback."""
    command = [*COMMAND, *options]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=folder, start_new_session=True
    ) as process:
        try:
            assert process.stdout is not None
            assert process.stderr is not None
            found = re.search(r"serves at http://.*:(\d+) ", process.stdout.readline())
            assert found is not None
            yield Served(process, host, int(found[1]))
            if process.poll() is None:
                process.terminate()
            errors = process.stderr.read()
            assert "Traceback" not in errors, errors
        finally:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)
