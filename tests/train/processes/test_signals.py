"""Signals that stop a run: what is saved, and what the run ends with."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from command_line import PATIENCE
from small_recipe import SMALL

from receiptgen.recognition.tensor_file import read_tensors
from receiptgen.train.loop.checkpoint import STATE

COMMAND = [sys.executable, "-m", "receiptgen", "train", "--recipe", "long.yaml", "--out", "run", "--backend", "torch"]
RESUMES = "receiptgen: stopped; what is done is safe, the same command resumes from there"


def started(folder: Path, *more: str) -> "subprocess.Popen[str]":
    """Begin a run that would take hours, in a group of processes of its own."""
    (folder / "long.yaml").write_text(SMALL.replace("steps: 10", "steps: 100000\nevaluations: 20000\nbatch: 8"))
    return subprocess.Popen(
        [*COMMAND, *more], cwd=folder, stderr=subprocess.PIPE, text=True, start_new_session=True,
        env={**os.environ, "OMP_NUM_THREADS": "1"},
    )  # fmt: skip


def wait_for(event: Callable[[], bool], process: "subprocess.Popen[str]") -> None:
    deadline = time.monotonic() + PATIENCE
    while not event() and process.poll() is None and time.monotonic() < deadline:
        time.sleep(0.01)
    assert event()


def blocks(process: "subprocess.Popen[str]", number: int) -> bool:
    """Tell whether the main thread of a process blocks a signal, which its own thread for signals answers then."""
    rows = dict(row.split(":\t", 1) for row in Path(f"/proc/{process.pid}/status").read_text().splitlines())
    return bool(int(rows["SigBlk"], 16) >> number - 1 & 1)


@pytest.mark.needs("torch")
@pytest.mark.parametrize(
    ("number", "code", "devices", "workers"),
    [
        (signal.SIGUSR1, 75, "cpu", "1"),
        (signal.SIGTERM, 75, "cpu,cpu", "1"),
        (signal.SIGINT, 130, "cpu", "1"),
    ],
)
def test_a_signal_to_all_processes_of_a_job_saves_and_ends_with_its_code(
    tmp_path: Path, number: int, code: int, devices: str, workers: str
) -> None:
    with started(tmp_path, "--devices", devices, "--workers", workers) as process:
        wait_for((tmp_path / "run" / STATE).exists, process)
        os.killpg(process.pid, number)
        _, error = process.communicate(timeout=PATIENCE)
    assert process.returncode == code, error
    assert error.splitlines()[-1] == RESUMES
    assert error.count("stopping after this step") == 1
    assert "Traceback" not in error
    assert "resource_tracker" not in error
    _, texts = read_tensors(tmp_path / "run" / STATE)
    saved = json.loads(texts["progress"])
    assert saved["step"] > 5 * saved["evaluations"] - 1
    assert not saved["over"]


@pytest.mark.needs("torch")
def test_a_signal_before_the_first_step_ends_a_run_at_once(tmp_path: Path) -> None:
    with started(tmp_path, "--devices", "cpu", "--workers", "0") as process:
        wait_for(lambda: blocks(process, signal.SIGUSR1), process)
        os.killpg(process.pid, signal.SIGUSR1)
        _, error = process.communicate(timeout=PATIENCE)
    assert process.returncode == 75, error
    assert (
        error.splitlines()[-1]
        == "receiptgen: stopped before the first step; nothing is lost, run the same command again"
    )
    assert not (tmp_path / "run" / STATE).exists()


@pytest.mark.needs("torch")
def test_an_interrupt_of_the_launcher_alone_reaches_processes_that_start(tmp_path: Path) -> None:
    with started(tmp_path, "--devices", "cpu,cpu", "--workers", "0") as process:
        children = Path(f"/proc/{process.pid}/task/{process.pid}/children")
        wait_for(lambda: len(children.read_text().split()) == 2, process)
        process.send_signal(signal.SIGINT)
        _, error = process.communicate(timeout=PATIENCE)
    assert (process.returncode, error) == (130, "\nreceiptgen: stopped\n")
    assert not (tmp_path / "run" / STATE).exists()


STUCK = """
import ctypes, os, signal
from receiptgen.train.processes import signals

signals._GRACE = 0.1
with signals.watch_signals():
    print("ready", flush=True)
    {}
"""
REPEATED = """
import os, signal, time
from types import SimpleNamespace
from receiptgen.core.errors import AbortedError, PreemptedError
from receiptgen.train.processes import signals

signals._SAME_REQUEST = 0.0
loop = SimpleNamespace(stopping=None, progress=SimpleNamespace(step=0))
with signals.watch_signals() as watch, signals.stop_on_signals(loop, watch, False):
    loop.progress.step = 1
    os.kill(os.getpid(), signal.SIGTERM)
    while not loop.stopping:
        time.sleep(0.01)
    assert loop.stopping is PreemptedError
    try:
        os.kill(os.getpid(), signal.SIGUSR1)
        while True:
            time.sleep(0.01)
    except AbortedError as stop:
        print(stop)
"""

AT_ONCE = """
import os, signal, time
from types import SimpleNamespace
from receiptgen.train.processes import signals

loop = SimpleNamespace(stopping=None, progress=SimpleNamespace(step=7))

def wait():
    while True:
        time.sleep(0.01)

try:
    with signals.watch_signals() as watch:
        with signals.stop_on_signals(loop, watch, True):
            {}
        watch.answer = watch.end_before_report
        os.kill(os.getpid(), signal.SIGTERM)
        wait()
except KeyboardInterrupt as stop:
    if stop.args:
        os.kill(os.getpid(), signal.SIGTERM)  # changes nothing any more
    print(type(stop).__name__, stop)
"""
SEND = "os.kill(os.getpid(), signal.{}); wait()"


@pytest.mark.parametrize(
    ("within", "told"),
    [
        (SEND.format("SIGUSR1"), "AbortedError before the first step; nothing is lost, run the same command again\n"),
        (SEND.format("SIGINT"), "KeyboardInterrupt \n"),
        ("loop.progress.step += 1", "AbortedError before the report was complete; the same command writes it\n"),
    ],
)
def test_a_signal_that_finds_nothing_to_save_ends_at_once(within: str, told: str) -> None:
    done = subprocess.run(
        [sys.executable, "-c", AT_ONCE.format(within)], capture_output=True, text=True, timeout=PATIENCE
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, told, "")


@pytest.mark.parametrize(
    "wait",
    [
        "ctypes.CDLL(None).usleep(100_000_000)",
        # As multiprocessing does, when it starts its tracker of resources.
        "signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGUSR1}); __import__('time').sleep(100)",
    ],
)
def test_a_process_that_waits_within_a_library_ends_too(wait: str) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", STUCK.format(wait)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout
        assert process.stdout.readline() == "ready\n"
        process.send_signal(signal.SIGUSR1)
        _, error = process.communicate(timeout=PATIENCE)
    assert process.returncode != 0
    assert "before the first step; nothing is lost, run the same command again" in error


def test_a_second_signal_ends_at_once() -> None:
    done = subprocess.run([sys.executable, "-c", REPEATED], capture_output=True, text=True, timeout=PATIENCE)
    assert (done.returncode, done.stdout) == (0, "at once; the same command resumes from the last saved state\n"), done
