"""Whole runs that train readers of fields."""

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

from receiptgen.core.errors import ConfigError, DatasetError, StoppedError, TrainingError
from receiptgen.extraction.labelling.fields_model import FIELDS
from receiptgen.train.loop.evaluations import EvaluatedWords
from receiptgen.train.loop.journal import JOURNAL, read_journal
from receiptgen.train.loop.loop import Status
from receiptgen.train.loop.run_folder import BEST, LAST
from receiptgen.train.recipes.overrides import override_recipe
from receiptgen.train.recipes.recipe import recipe as load_recipe
from receiptgen.train.runs.run import Host, Run

pytestmark = pytest.mark.needs("torch")
RECIPE = """
about: a run of seconds
network: {kind: fields, channels: 16, blocks: 1}
pages: [{templates: [parking], varied: 0}]
held_out: {own: {templates: [parking], varied: 0}}
held_out_pages: 3
learning: {learning_rate: 3e-3, ema: 0.9}
batch: 16
steps: 4
evaluations: 2
precision: float32
"""
HERE = Host(backend="torch", devices="cpu", workers=0)


@pytest.fixture(scope="module")
def recipe(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("fields") / "small.yaml"
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


def test_a_run_leaves_weights_and_a_journal_of_words(whole: Path) -> None:
    evaluated = [entry for entry in read_journal(whole / JOURNAL) if isinstance(entry, EvaluatedWords)]
    assert [entry.step for entry in evaluated] == [2, 4]
    assert all(entry.pages == 3 and entry.words > 50 for entry in evaluated)
    assert FIELDS.load(whole / LAST).record["pages"] == 64


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
    one, other = (FIELDS.load(folder / LAST).weights for folder in (whole, tmp_path))
    assert all(np.array_equal(one[name], other[name]) for name in one)


def test_two_processes_train_and_a_report_is_written(recipe: Path, tmp_path: Path) -> None:
    out = tmp_path / "two"
    command = [sys.executable, "-m", "receiptgen", "train", "--recipe", str(recipe), "--devices", "cpu,cpu"]
    more = ["--workers", "0", "--out", str(out), "--log", "none", "--backend", "torch", "--steps", "2"]
    environment = {**os.environ, "OMP_NUM_THREADS": "1"}
    done = subprocess.run([*command, *more], env=environment, capture_output=True, text=True, timeout=PATIENCE)
    assert done.returncode == 0, done.stderr
    last = [entry for entry in read_journal(out / JOURNAL) if isinstance(entry, EvaluatedWords)][-1]
    assert last.step == 2
    report = (out / "report.html").read_text()
    assert "Training of a reader of fields" in report
    assert "<th>role<th>precision" in report


def test_weights_are_shown_and_exported(whole: Path, tmp_path: Path, run: RunCommand) -> None:
    shown = run("weights", "show", whole / BEST)
    assert "fields: channels=16 blocks=1" in shown.out
    refused = run("weights", "export", whole / BEST, "--to", "torch", "--out", tmp_path / "fields.pt")
    assert "a reader of fields is written by --to onnx" in refused.error


def test_weights_of_another_network_are_refused(recipe: Path, whole: Path, tmp_path: Path) -> None:
    settings = override_recipe(load_recipe(str(recipe)).value, {"init": str(whole / BEST)})
    other = settings.model_copy(update={"network": replace(settings.network, channels=8, blocks=2)})
    with pytest.raises(TrainingError, match="has 16 channels and 1 blocks, the recipe's 8 and 2"):
        Run(other, tmp_path, HERE)


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("pages: []", "names no 'pages' to train on"),
        ("held_out: {}", "names no 'held_out' pages"),
        ("network: {kind: fields, chanels: 8}", r"chanels.*did you mean 'channels'"),
        ("pages: [{profile: clean}]", r"pages\[0\].*profile"),
        ("crops: {}", "crops"),
    ],
)
def test_bad_lines_of_a_recipe_are_told(recipe: Path, tmp_path: Path, line: str, message: str) -> None:
    key = line.partition(":")[0]
    kept = [row for row in RECIPE.splitlines() if not row.startswith(f"{key}:")]
    path = tmp_path / "bad.yaml"
    path.write_text("\n".join([*kept, line]))
    with pytest.raises(ConfigError, match=message):
        load_recipe(str(path))


@pytest.mark.parametrize("option", [{"charset": "abc"}, {"units": "words"}, {"echo": 2}])
def test_options_of_recognisers_are_refused(recipe: Path, option: dict[str, Any]) -> None:
    with pytest.raises(TrainingError, match=f"--{next(iter(option))}: a reader of fields learns from pages"):
        override_recipe(load_recipe(str(recipe)).value, option)


def test_corrected_fields_are_added_or_take_the_place_of_all_pages(recipe: Path) -> None:
    given = load_recipe(str(recipe)).value
    added = override_recipe(given, {"add_data": ("2*a.json", "b.json")})
    assert [(str(one.path), one.weight) for one in added.corrected] == [("a.json", 2), ("b.json", 1)]
    assert added.pages == given.pages
    alone = override_recipe(added, {"data": ("c.json",)})
    assert [str(source.path) for source in alone.sources] == ["c.json"]


def test_corrected_fields_that_are_none_stop_the_run_before_it_begins(recipe: Path, tmp_path: Path) -> None:
    (tmp_path / "own.json").write_text("[]", encoding="utf-8")
    settings = override_recipe(load_recipe(str(recipe)).value, {"add_data": (str(tmp_path / "own.json"),)})
    with pytest.raises(DatasetError, match=r"own\.json: has no list of receipts"):
        Run(settings, tmp_path / "run", HERE).train(nothing, nothing)
