"""Several processes, and what one of them fails with."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from receiptgen.core.errors import TrainingError
from receiptgen.train.runs import launch

FAILING = """
from receiptgen.cli import main
from receiptgen.commands import read
from receiptgen.core.errors import TrainingError
from receiptgen.train.runs.launch import fault_to_launcher

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


def test_a_process_by_itself_tells_its_fault(tmp_path: Path) -> None:
    done = subprocess.run([sys.executable, "-c", FAILING.format("TrainingError('x')")], capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (1, "receiptgen: x\n")


def test_the_first_fault_is_told_with_its_exit_code(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "100.1").write_text("receiptgen: shop: no line\n")
    (tmp_path / "200.0").write_text("Traceback: the other process has gone\n")
    assert launch._told([1, 3], tmp_path) == 3
    assert capsys.readouterr().err == "receiptgen: shop: no line\n"
    (tmp_path / "100.1").unlink()
    (tmp_path / "200.0").unlink()
    assert launch._told([0, 0], tmp_path) == 0


def test_a_process_that_was_killed_is_named(tmp_path: Path) -> None:
    (tmp_path / "200.0").write_text("Traceback: the other process has gone\n")
    with pytest.raises(TrainingError, match=r"^process 2 of 2 was killed by signal 9; is memory short"):
        launch._told([1, -9], tmp_path)


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
