"""Processes of PyTorch find each other, or say in one line who is missing."""

import os
import socket
import subprocess
import sys
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from command_line import PATIENCE

from receiptgen.core.errors import TrainingError
from receiptgen.train.backends import backend

pytestmark = pytest.mark.needs("torch")

SUPPORT = Path(__file__).parents[2] / "support"


def free_ports(count: int) -> list[str]:
    sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [str(server.getsockname()[1]) for server in sockets]
    for server in sockets:
        server.close()
    return ports


@pytest.fixture
def port() -> str:
    return free_ports(1)[0]


@pytest.fixture
def meeting(port: str, monkeypatch: pytest.MonkeyPatch) -> Any:
    module: Any = import_module("receiptgen.train.backends._pytorch.meeting")
    monkeypatch.setattr(module, "_PATIENCE", 0.5)
    for name, value in {"MASTER_ADDR": "127.0.0.1", "MASTER_PORT": port, "RANK": 0, "WORLD_SIZE": 3}.items():
        monkeypatch.setenv(name, str(value))
    return module


def test_a_first_process_that_does_not_answer_is_named(
    meeting: Any, port: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RANK", "1")
    with pytest.raises(TrainingError) as caught:
        backend("torch").join("cpu")
    place = f"process 1 on {socket.gethostname()}: the first process doesn't answer at 127.0.0.1:{port}"
    assert str(caught.value).startswith(f"{place} (MASTER_ADDR, MASTER_PORT) after 0 s: connection refused; start it")


@pytest.mark.usefixtures("meeting")
def test_an_address_that_is_none_is_told_with_its_reason(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RANK", "1")
    monkeypatch.setenv("MASTER_ADDR", "no host")
    with pytest.raises(TrainingError, match=r"doesn't answer at no host:\d+ .*: (\w+ )*(name|host)"):
        backend("torch").join("cpu")


@pytest.mark.usefixtures("meeting")
def test_the_first_process_counts_those_that_came() -> None:
    with pytest.raises(
        TrainingError, match=r"waiting for clients.*; only 1 of 3 processes have come; start the others"
    ):
        backend("torch").join("cpu")


@pytest.mark.usefixtures("meeting")
def test_half_of_what_a_launcher_says_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("MASTER_ADDR")
    with pytest.raises(TrainingError, match=r"^WORLD_SIZE is set, and MASTER_ADDR is not; set both, as torchrun does"):
        backend("torch").join("cpu")


def test_a_process_that_loses_another_says_so_in_one_line() -> None:
    done = subprocess.run(
        [sys.executable, str(SUPPORT / "lost_process.py"), *free_ports(2)],
        env={**os.environ, "OMP_NUM_THREADS": "1"}, capture_output=True, text=True, check=False, timeout=PATIENCE,
    )  # fmt: skip
    killed, raised = sorted(done.stdout.splitlines())
    here = f"TrainingError: process 1 of 2 on {socket.gethostname()}: "
    assert killed.startswith(f"killed: {here}")
    assert raised.startswith(f"raised: {here}")
    for told in (killed, raised):
        assert "another process has ended, and its own message tells why; the same command resumes the run" in told
