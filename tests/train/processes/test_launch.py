"""Several processes, and what one of them fails with."""

import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from receiptgen.core.errors import TrainingError
from receiptgen.train.processes import launch

FAILING = """
from receiptgen.cli import main
from receiptgen.commands import read
from receiptgen.core.errors import TrainingError
from receiptgen.train.processes.launch import fault_to_launcher

def fail(*args, **kwargs):
    with fault_to_launcher():
        raise {}

read.command.callback = fail
main(["read", "x.png"])
"""


@pytest.mark.parametrize(
    ("fault", "code", "told"),
    [
        ("TrainingError('shop: no line')", 1, ["receiptgen: shop: no line"]),
        ("KeyError('bug')", 1, ["Traceback (most recent call last):", "KeyError: 'bug'"]),
    ],
)
def test_a_process_hands_its_fault_to_the_launcher(tmp_path: Path, fault: str, code: int, told: list[str]) -> None:
    environment = {**os.environ, "RECEIPTGEN_FAULTS": str(tmp_path), "RANK": "1"}
    done = subprocess.run(
        [sys.executable, "-c", FAILING.format(fault)], env=environment, capture_output=True, text=True
    )
    assert (done.returncode, done.stdout, done.stderr) == (code, "", "")
    (file,) = tmp_path.iterdir()
    assert file.suffix == ".1"
    lines = file.read_text().splitlines()
    assert [lines[0], lines[-1]] == [told[0], told[-1]]


@pytest.mark.needs("torch")
@pytest.mark.parametrize(
    ("fault", "told", "traced"),
    [
        ("TrainingError('shop: no line')", "receiptgen: shop: no line", False),
        ("KeyError('bug')", "KeyError: 'bug'", True),
    ],
)
def test_the_table_of_torchrun_has_the_fault(fault: str, told: str, traced: bool, tmp_path: Path) -> None:
    errors: Any = import_module("torch.distributed.elastic.multiprocessing.errors")
    file = tmp_path / "error.json"
    environment = {**os.environ, "TORCHELASTIC_ERROR_FILE": str(file), "RANK": "1"}
    done = subprocess.run(
        [sys.executable, "-c", FAILING.format(fault)], env=environment, capture_output=True, text=True
    )
    assert done.returncode == 1
    failure = errors.ProcessFailure(local_rank=1, pid=done.returncode, exitcode=1, error_file=str(file))
    table = errors.ChildFailedError("receiptgen", {1: failure}).format_msg()
    assert told in table
    assert ("Traceback" in table) == traced


def test_processes_of_several_hosts_are_one_group(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {"WORLD_SIZE": "3", "RANK": "2", "MASTER_ADDR": "gpu03", "MASTER_PORT": "29500"}.items():
        monkeypatch.setenv(name, value)
    shared = launch._shared_environment(4, "faults")
    assert (shared["WORLD_SIZE"], shared["LOCAL_WORLD_SIZE"]) == ("12", "4")
    assert (shared["MASTER_ADDR"], shared["MASTER_PORT"]) == ("gpu03", "29500")
    monkeypatch.delenv("WORLD_SIZE")
    assert launch._shared_environment(4, "faults")["MASTER_ADDR"] == "127.0.0.1"


@pytest.mark.parametrize(
    ("variables", "told"),
    [
        ({"WORLD_SIZE": "two"}, "WORLD_SIZE='two': expected a whole number"),
        ({"WORLD_SIZE": "2", "RANK": "-1"}, "RANK='-1': expected a whole number"),
        ({"WORLD_SIZE": "2", "RANK": "1", "MASTER_PORT": "http"}, "MASTER_PORT='http': expected a whole number"),
        ({"WORLD_SIZE": "2", "RANK": "2"}, "RANK=2: expected 0 to 1, since WORLD_SIZE is 2"),
        ({"WORLD_SIZE": "0", "RANK": "0"}, "WORLD_SIZE='0': expected 1 or more"),
    ],
)
def test_a_variable_that_makes_no_sense_is_told(variables: dict[str, str], told: str) -> None:
    with pytest.raises(TrainingError, match="^" + re.escape(told)):
        launch.check_variables(variables)


def test_variables_of_a_group_and_none_pass() -> None:
    launch.check_variables({})
    launch.check_variables({"WORLD_SIZE": "4", "RANK": "3", "LOCAL_RANK": "0", "MASTER_PORT": "29500"})


def test_a_process_by_itself_tells_its_fault(tmp_path: Path) -> None:
    done = subprocess.run([sys.executable, "-c", FAILING.format("TrainingError('x')")], capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (1, "receiptgen: x\n")


def test_the_first_fault_is_told_with_its_exit_code(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "100.1").write_text("receiptgen: shop: no line\n")
    (tmp_path / "200.0").write_text("Traceback: the other process has gone\n")
    assert launch._told([1, 3], tmp_path) == 3
    (tmp_path / "100.1").rename(tmp_path / "100.5")
    assert launch._told([1, 3], tmp_path, first=4) == 3
    assert capsys.readouterr().err == 2 * "receiptgen: shop: no line\n"
    (tmp_path / "100.5").unlink()
    (tmp_path / "200.0").unlink()
    assert launch._told([0, 0], tmp_path) == 0


def test_a_process_that_was_killed_is_named(tmp_path: Path) -> None:
    (tmp_path / "200.0").write_text("Traceback: the other process has gone\n")
    killed = (
        rf"^process 2, of 2 on {socket.gethostname()}, was killed by SIGKILL; is memory short\? .*; the same command"
    )
    with pytest.raises(TrainingError, match=killed):
        launch._told([1, -9], tmp_path)
    with pytest.raises(TrainingError, match=r"^process 5, of 2 on \S+, was killed by SIGSEGV; a library has failed"):
        launch._told([-11, None], tmp_path, first=4)


def test_a_process_that_aborts_without_a_word_is_named(tmp_path: Path) -> None:
    with pytest.raises(TrainingError, match=r"^process 1, of 2 on \S+, was killed by SIGABRT; what it said is above"):
        launch._told([-6, 0], tmp_path)


@pytest.fixture
def own_signals() -> Iterator[None]:
    """Give the signals of this process back, which a launcher takes."""
    handlers = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    yield
    for number, handler in handlers.items():
        signal.signal(number, handler)


@pytest.mark.usefixtures("own_signals")
def test_a_process_that_the_system_kills_ends_the_others(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program = tmp_path / "program"
    program.write_text('#!/bin/sh\nif [ "$LOCAL_RANK" = 1 ]; then kill -KILL $$; fi\nexec sleep 60\n')
    program.chmod(0o755)
    monkeypatch.setattr(sys, "executable", str(program))
    monkeypatch.setattr(launch, "_PATIENCE", 0.1)
    for name in ("RANK", "WORLD_SIZE"):
        monkeypatch.delenv(name, raising=False)
    with pytest.raises(TrainingError, match=r"^process 2, of 3 on \S+, was killed by SIGKILL; is memory short"):
        launch.relaunch(3, None)


def test_processes_that_wait_for_one_that_failed_are_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(launch, "_PATIENCE", 0.1)
    waiting, failed = (
        subprocess.Popen([sys.executable, "-c", code])
        for code in ("import time; time.sleep(60)", "raise SystemExit(3)")
    )
    try:
        assert launch._ended([waiting, failed]) == [None, 3]
    finally:
        waiting.kill()
        waiting.wait()
