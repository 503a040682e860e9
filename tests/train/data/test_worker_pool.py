"""How many workers suit a process, and how they end."""

import subprocess
import sys
from pathlib import Path

import pytest
from command_line import PATIENCE

from receiptgen.train.data import worker_pool
from receiptgen.train.data.worker_pool import default_workers


@pytest.mark.parametrize(
    ("cores", "processes", "beside_cpu", "beside_gpu"),
    [(1, 1, 1, 1), (2, 1, 1, 1), (16, 1, 8, 14), (16, 4, 2, 3), (64, 8, 4, 7), (4, 8, 1, 1)],
)
def test_workers_take_all_cores_but_two_beside_a_gpu_and_half_of_them_beside_a_cpu(
    cores: int, processes: int, beside_cpu: int, beside_gpu: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(worker_pool, "cores", lambda: cores)
    monkeypatch.setenv("LOCAL_WORLD_SIZE", str(processes))
    assert (default_workers(gpu=False), default_workers(gpu=True)) == (beside_cpu, beside_gpu)


SIGNALLED = """
import multiprocessing, os, signal
from itertools import count
from threading import Event
from receiptgen.recognition.charset import charset
from receiptgen.recognition.preprocess import Preprocess
from receiptgen.train.data.line_blocks import LineStream, WeightedSource
from receiptgen.train.data.sources import DATASETS
from receiptgen.train.data.worker_pool import WorkerPool

if __name__ == "__main__":
    table = DATASETS.get("live")(source="standard", kinds=("int",)).open(0)
    lines = LineStream([WeightedSource("int", table, 1.0)], charset("ascii"), Preprocess(), 4, seed=1)
    pool = WorkerPool(lines, 1, ahead=1)
    (worker,) = multiprocessing.active_children()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGUSR1):
        os.kill(worker.pid, number)
    print(len(next(pool.blocks(count(), Event())).widths))
"""


def test_a_worker_lives_on_after_signals_and_not_longer_than_the_program(tmp_path: Path) -> None:
    script = tmp_path / "signalled.py"
    script.write_text(SIGNALLED)
    done = subprocess.run([sys.executable, str(script)], capture_output=True, text=True, timeout=PATIENCE)
    assert (done.returncode, done.stdout) == (0, "256\n"), done.stderr
