"""The benchmark of a GPU goes through where there is none, at sizes of a moment."""

import os
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pytest
from click.testing import CliRunner
from command_line import PATIENCE
from components import require

BENCHMARK = Path(__file__).parent / "bench" / "gpu.py"
SIZES = (
    "--lines 4 --width 32 --seconds 0.01 --steps 2 --precisions float32,bfloat16 --eager --profile clean --workers 1"
)


def run(*options: str) -> subprocess.CompletedProcess[str]:
    command, environment = (
        [sys.executable, str(BENCHMARK), *options],
        {**os.environ, "OMP_NUM_THREADS": "1", "CUDA_VISIBLE_DEVICES": ""},
    )
    return subprocess.run(command, env=environment, capture_output=True, text=True, timeout=PATIENCE, check=False)


def test_the_benchmark_of_a_gpu_goes_through_on_a_cpu(tmp_path: Path) -> None:
    require("torch")
    done = run("--device", "cpu", *SIZES.split(), "--out", str(tmp_path / "gpu.md"))
    assert done.returncode == 0, done.stderr
    text = (tmp_path / "gpu.md").read_text()
    assert text.strip() == done.stdout.strip()
    rows = [line.strip("| ").split(" | ") for line in text.splitlines() if line.startswith("|")]
    updates, losses, loaded = ([row for row in rows if row[0] == first] for first in ("4", "bfloat16", "4"))
    assert [row[1:3] for row in updates[:2]] == [["float32", "eager"], ["bfloat16", "eager"]]
    assert all(float(row[3].replace(",", "")) > 0 for row in updates[:2])
    assert 0 < float(losses[0][3].rstrip("%")) < 5
    assert loaded[-1][1] == "1"
    assert text.rstrip().splitlines()[-1].startswith("Two processes learn the same weights to 0.0e+00"), text


def test_without_a_gpu_the_benchmark_says_so() -> None:
    require("torch")
    done = run()
    assert done.returncode == 1
    assert done.stderr.startswith("Error: --devices 'gpu': ")
    assert len(done.stderr.splitlines()) == 1


@pytest.mark.parametrize(
    ("options", "fault"),
    [
        ("--lines 64,a", "'a' is not a valid integer"),
        ("--lines 0", "0 is not in the range"),
        ("--precisions float32,fp16", "'fp16' is not one of"),
        ("--network char_cnn", "'char_cnn' is not one of"),
    ],
)
def test_options_that_it_cannot_take_are_refused(options: str, fault: str, monkeypatch: pytest.MonkeyPatch) -> None:
    require("torch")
    monkeypatch.syspath_prepend(BENCHMARK.parent)
    done = CliRunner().invoke(import_module("gpu").main, ["--device", "cpu", *options.split()])
    assert done.exit_code == 2
    assert fault in done.output
