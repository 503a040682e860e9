"""Whole runs that train finders."""

import os
import signal
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from command_line import PATIENCE
from command_line import Run as RunCommand

from receiptgen.core.errors import StoppedError, TrainingError
from receiptgen.finding.finder_model import FINDER
from receiptgen.train.loop.evaluations import EvaluatedPages
from receiptgen.train.loop.journal import JOURNAL, read_journal
from receiptgen.train.loop.loop import Status
from receiptgen.train.loop.run_folder import BEST, LAST
from receiptgen.train.recipes.overrides import override_recipe
from receiptgen.train.recipes.recipe import recipe as load_recipe
from receiptgen.train.runs.run import Host, Run

pytestmark = pytest.mark.needs("torch")
RECIPE = """
about: a run of seconds
network: {kind: finder, channels: 4}
pages: [{profile: clean, templates: [parking]}]
crops: {size: 64, each: 8}
held_out: {own: {profile: clean, templates: [parking]}}
held_out_crops: 8
learning: {learning_rate: 3e-3, ema: 0.9}
batch: 8
steps: 4
evaluations: 2
precision: float32
"""
HERE = Host(backend="torch", devices="cpu", workers=0)


@pytest.fixture(scope="module")
def recipe(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("finder") / "small.yaml"
    path.write_text(RECIPE)
    return path


def nothing(*_: Any) -> None:
    pass


@pytest.fixture(scope="module")
def whole(recipe: Path) -> Path:
    """A run without a pause."""
    folder = recipe.parent / "whole"
    Run(load_recipe(str(recipe)).value, folder, HERE).train(nothing, nothing)
    return folder


def test_a_run_leaves_weights_and_a_journal_of_cells(whole: Path) -> None:
    evaluated = [entry for entry in read_journal(whole / JOURNAL) if isinstance(entry, EvaluatedPages)]
    assert [entry.step for entry in evaluated] == [2, 4]
    assert all(entry.crops == 8 and entry.cells > 0 for entry in evaluated)
    assert FINDER.load(whole / BEST).record["crops"] in {16, 32}


def test_a_run_that_stops_goes_on_to_the_same_weights(recipe: Path, whole: Path, tmp_path: Path) -> None:
    settings = load_recipe(str(recipe)).value

    def interrupt(news: Status) -> None:
        if news.progressed.step == 1:
            os.kill(os.getpid(), signal.SIGINT)

    with pytest.raises(StoppedError):
        Run(settings, tmp_path, HERE).train(interrupt, nothing)
    resumed = Run(settings, tmp_path, HERE)
    assert resumed.resumed
    resumed.train(nothing, nothing)
    one, other = (FINDER.load(folder / LAST).weights for folder in (whole, tmp_path))
    assert all(np.array_equal(one[name], other[name]) for name in one)


def test_two_processes_train_a_finder_and_a_report_is_written(recipe: Path, tmp_path: Path) -> None:
    out = tmp_path / "two"
    command = [sys.executable, "-m", "receiptgen", "train", "--recipe", str(recipe), "--devices", "cpu,cpu"]
    more = ["--workers", "0", "--out", str(out), "--log", "none", "--backend", "torch"]
    environment = {**os.environ, "OMP_NUM_THREADS": "1"}
    done = subprocess.run([*command, *more], env=environment, capture_output=True, text=True, timeout=PATIENCE)
    assert done.returncode == 0, done.stderr
    last = [entry for entry in read_journal(out / JOURNAL) if isinstance(entry, EvaluatedPages)][-1]
    assert last.step == 4
    assert "Training of a finder" in (out / "report.html").read_text()


def test_weights_of_a_finder_are_shown(whole: Path, run: RunCommand) -> None:
    shown = run("weights", "show", whole / BEST)
    assert "finder: channels=4" in shown.out
    assert shown.code == 0


def test_a_run_continues_from_weights_of_its_network_alone(recipe: Path, whole: Path, tmp_path: Path) -> None:
    named = load_recipe(str(recipe)).value
    settings = override_recipe(named, {"init": str(whole / BEST), "steps": 1})
    begun = Run(settings, tmp_path, HERE).initialization
    assert begun.notes[0].endswith("its weights are loaded")
    assert all(np.array_equal(begun.model.weights[n], a) for n, a in FINDER.load(whole / BEST).weights.items())
    other = settings.model_copy(update={"network": replace(settings.network, channels=8)})
    with pytest.raises(TrainingError, match="has 4 channels, the recipe's 8"):
        Run(other, tmp_path / "other", HERE)


@pytest.mark.parametrize("option", [{"charset": "abc"}, {"data": ("live:standard",)}, {"echo": 2}])
def test_options_of_recognisers_are_refused(recipe: Path, option: dict[str, Any]) -> None:
    with pytest.raises(TrainingError, match=f"--{next(iter(option))}: a finder learns from pages"):
        override_recipe(load_recipe(str(recipe)).value, option)
