"""Whole runs of several processes: their number changes nothing but rounding."""

import os
import subprocess
import sys
from collections.abc import Mapping
from contextlib import ExitStack
from pathlib import Path

import cv2
import numpy as np
import pytest
from background import background
from command_line import PATIENCE
from numpy.typing import NDArray
from ports import free_port
from run_of_several import train

from receiptgen.recognition.model_file import load_model
from receiptgen.train.loop import loop
from receiptgen.train.loop.checkpoint import load_state
from receiptgen.train.loop.evaluations import Evaluated
from receiptgen.train.loop.journal import JOURNAL, read_journal
from receiptgen.train.loop.run_folder import BEST, LAST
from receiptgen.train.recipes.recipe import recipe as load_recipe
from receiptgen.train.runs.initialization import initialize

Weights = Mapping[str, NDArray[np.float32]]
pytestmark = pytest.mark.needs("torch")

# No dropout, whose random numbers each process has for itself, and no optimiser that makes much of rounding. Batches of
# 50 lines are cut unevenly.
RECIPE = """
about: a run of seconds
network: {kind: receipt, channels: 20, blocks: 1, dropout: 0}
charset: "0123456789"
data: [{data: {kind: file_names, path: FOLDER/own}}]
held_out: {own: {kind: file_names, path: FOLDER/held_out}, few: {kind: file_names, path: FOLDER/few}}
learning: {optimiser: sgd, learning_rate: 2e-2, ema: 0.9, accumulate: 2, clip: 1}
batch: 100
steps: 6
evaluations: 3
precision: float32
"""
SCRIPT = Path(__file__).parents[2] / "support/run_of_several.py"


def draw(folder: Path, count: int) -> None:
    """Draw numbers of up to 8 digits."""
    folder.mkdir()
    for index in range(count):
        text = str(7919 ** (1 + index % 2) * (index + 1) % 10 ** (1 + index % 8))
        image = np.full((32, 20 + 15 * len(text)), 255, np.uint8)
        cv2.putText(image, text, (5, 25), cv2.FONT_HERSHEY_SIMPLEX, 0.7, 0, 2)
        cv2.imwrite(str(folder / f"{text}_{index}.png"), image)


@pytest.fixture(scope="module")
def recipe(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("several")
    for name, count in (("own", 60), ("held_out", 25), ("few", 2)):
        draw(folder / name, count)
    path = folder / "small.yaml"
    path.write_text(RECIPE.replace("FOLDER", str(folder)))
    return path


@pytest.fixture(scope="module")
def begin(recipe: Path) -> Weights:
    """The weights that runs begin with."""
    return initialize(load_recipe(str(recipe)).value).model.weights


@pytest.fixture(scope="module")
def alone(recipe: Path) -> Path:
    """A run of one process."""
    folder = recipe.parent / "alone"
    train(recipe, folder, stop=0)
    return folder


def together(recipe: Path, folder: Path, *arguments: int) -> None:
    """Train in some processes, up to a step."""
    environment = {**os.environ, "OMP_NUM_THREADS": "1", "MASTER_ADDR": "127.0.0.1", "MASTER_PORT": str(free_port())}
    command = [sys.executable, str(SCRIPT), str(recipe), str(folder), *map(str, arguments)]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=PATIENCE)
    assert done.returncode == 0, done.stderr


def evaluated(folder: Path) -> list[tuple[object, ...]]:
    entries = [entry for entry in read_journal(folder / JOURNAL) if isinstance(entry, Evaluated)]
    return [(entry.data, entry.step, entry.lines, entry.cer) for entry in entries]


def furthest(one: Weights, other: Weights) -> float:
    return max(float(np.abs(one[name] - other[name]).max()) for name in one)


def same_run(begin: Weights, one: Path, other: Path) -> bool:
    """Tell whether runs that begin with the same weights differ by less than a hundredth of what they learn."""
    for name in (LAST, BEST):
        first, second = (load_model(folder / name).weights for folder in (one, other))
        if furthest(first, second) > 0.01 * furthest(begin, first):
            return False
    # After so few steps, rounding tells which of two characters is read.
    rounded = [(*entry, pytest.approx(cer, abs=0.05)) for *entry, cer in evaluated(one)]
    return rounded == evaluated(other)


def test_a_run_goes_on_in_any_number_of_processes(
    recipe: Path, alone: Path, begin: Weights, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(loop, "_RECORD", 0.0)
    train(recipe, tmp_path, stop=1)
    together(recipe, tmp_path, 3, 3)
    assert load_state(tmp_path).progress.step == 4, "all stop after the step that follows"
    train(recipe, tmp_path, stop=0)
    assert len(evaluated(alone)) == 6
    assert same_run(begin, alone, tmp_path)


def test_torchrun_joins_two_hosts(recipe: Path, alone: Path, begin: Weights, tmp_path: Path) -> None:
    port = free_port()
    with ExitStack() as hosts:
        launchers = [
            hosts.enter_context(
                background(
                    sys.executable, "-m", "torch.distributed.run", "--nnodes", "2", "--nproc-per-node", "1",
                    "--node-rank", str(rank), "--master-addr", "127.0.0.1", "--master-port", str(port),
                    str(SCRIPT), str(recipe), str(tmp_path), "0",
                    env={**os.environ, "OMP_NUM_THREADS": "1"}, stderr=subprocess.PIPE,
                )
            )
            for rank in range(2)
        ]  # fmt: skip
        for launcher in launchers:
            _, error = launcher.communicate(timeout=PATIENCE)
            assert launcher.returncode == 0, error.decode()
    assert same_run(begin, alone, tmp_path)
