"""Whole runs, by the command line where a process of its own matters."""

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from itertools import count
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from command_line import PATIENCE, Result
from command_line import Run as RunCommand
from safetensors.numpy import save

from receiptgen.config.records import loads
from receiptgen.core.errors import BusyError, StoppedError, TrainingError, WeightsError
from receiptgen.recognition.model_file import load_model, save_model
from receiptgen.recognition.tensor_file import read_tensors
from receiptgen.train.loop import clock
from receiptgen.train.loop.checkpoint import STATE
from receiptgen.train.loop.evaluations import Evaluated
from receiptgen.train.loop.journal import JOURNAL, Progressed, Started, read_journal
from receiptgen.train.loop.loop import Status
from receiptgen.train.loop.run_folder import BEST, FAILED, LAST
from receiptgen.train.recipes.recipe import Recipe
from receiptgen.train.runs.run import Host, Run
from receiptgen.train.runs.stored_run import resumed_recipe

pytestmark = pytest.mark.needs("torch")

RECIPE = """
about: a run of seconds
network: {kind: receipt, channels: 20, blocks: 1, dropout: 0.2}
charset: "0123456789.,-"
data: [{data: {kind: live, source: standard, kinds: [int, float]}}]
held_out: {own: {kind: live, source: standard, kinds: [int, float]}}
held_out_lines: 24
learning: {learning_rate: 3e-3, ema: 0.9}
batch: 16
steps: 24
evaluations: 4
precision: float32
"""
CPU = Host("torch", "cpu", 0)
COMMAND = [sys.executable, "-m", "receiptgen", "train"]


def nothing(*_: Any) -> None:
    pass


def trained(folder: Path, **settings: Any) -> Run:
    recipe = loads(RECIPE, Recipe).model_copy(update=settings)
    run = Run(recipe, folder, CPU)
    run.train(nothing, nothing)
    return run


def read_state(folder: Path) -> tuple[dict[str, Any], dict[str, str]]:
    """Return the arrays and metadata of a run's state."""
    return read_tensors(folder / STATE)


def interrupt(news: Status) -> None:
    """Press Ctrl-C at the first news; once more would stop at once."""
    if news.progressed.step == 1:
        os.kill(os.getpid(), signal.SIGINT)


def weights(folder: Path, name: str = LAST) -> dict[str, Any]:
    return dict(load_model(folder / name).weights)


def same(one: dict[str, Any], other: dict[str, Any]) -> bool:
    return one.keys() == other.keys() and all(np.array_equal(one[name], other[name]) for name in one)


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("runs") / "whole"
    trained(folder)
    return folder


def test_a_run_leaves_weights_state_and_a_journal(whole: Path) -> None:
    assert {path.name for path in whole.iterdir()} >= {BEST, LAST, STATE, JOURNAL, "recipe.json"}
    entries = read_journal(whole / JOURNAL)
    assert isinstance(entries[0], Started)
    assert [entry.step for entry in entries if isinstance(entry, Evaluated)] == [6, 12, 18, 24]
    progressed = [entry for entry in entries if isinstance(entry, Progressed)]
    assert progressed[-1].step == 24
    assert progressed[-1].loss < progressed[0].loss
    assert load_model(whole / LAST).record["lines"] == 24 * 16


def test_a_run_that_stops_when_asked_to_goes_on_to_the_same_weights(whole: Path, tmp_path: Path) -> None:
    recipe = loads(RECIPE, Recipe)
    with pytest.raises(StoppedError):
        Run(recipe, tmp_path, CPU).train(interrupt, nothing)
    assert read_journal(tmp_path / JOURNAL)[-1].step < 24
    run = Run(recipe, tmp_path, CPU)
    assert run.resumed
    run.train(nothing, nothing)
    assert same(weights(tmp_path), weights(whole))
    steps = [entry.step for entry in read_journal(tmp_path / JOURNAL) if isinstance(entry, Evaluated)]
    assert steps == [6, 12, 18, 24]


def arguments(folder: Path, recipe: Path, *more: str) -> list[str]:
    return ["--recipe", str(recipe), "--out", str(folder), "--devices", "cpu", "--quiet", *more]


def started(folder: Path, recipe: Path, *more: str) -> "subprocess.Popen[bytes]":
    return subprocess.Popen([*COMMAND, *arguments(folder, recipe, *more)], stderr=subprocess.PIPE)


def test_a_run_that_is_killed_in_the_middle_goes_on_to_the_same_weights(
    run: RunCommand, whole: Path, tmp_path: Path
) -> None:
    recipe = tmp_path / "small.yaml"
    recipe.write_text(RECIPE)
    folder = tmp_path / "killed"
    with started(folder, recipe, "--workers", "1") as process:
        deadline = time.monotonic() + PATIENCE
        while not (folder / STATE).exists() and process.poll() is None and time.monotonic() < deadline:
            time.sleep(0.01)
        process.kill()
    assert (folder / STATE).exists()
    assert run("train", *arguments(folder, recipe, "--workers", "2")) == Result(0, "", "")
    assert same(weights(folder), weights(whole))
    assert (folder / "report.html").stat().st_size > 10_000


def test_a_run_that_is_over_has_nothing_left_to_do(whole: Path) -> None:
    before, journal = weights(whole), (whole / JOURNAL).read_bytes()
    outcome = Run(loads(RECIPE, Recipe), whole, CPU).train(nothing, nothing)
    assert outcome.reason == "all steps are done"
    assert same(weights(whole), before)
    assert (whole / JOURNAL).read_bytes() == journal


def test_a_run_goes_on_without_the_weights_that_it_began_with(whole: Path, tmp_path: Path) -> None:
    old = load_model(whole / BEST)
    first = tmp_path / "first.safetensors"
    save_model(replace(old, preprocess=replace(old.preprocess, longest=500)), first)
    settings = {"init": str(first), "network": None, "charset": "", "steps": 30}
    whole_run = trained(tmp_path / "whole", **settings)
    assert whole_run.initialization.model.preprocess.longest == 500, "lines are made ready as the weights are used to"
    recipe = loads(RECIPE, Recipe).model_copy(update=settings)
    with pytest.raises(StoppedError):
        Run(recipe, tmp_path / "parts", CPU).train(interrupt, nothing)
    first.unlink()
    run = Run(recipe, tmp_path / "parts", CPU)
    run.train(nothing, nothing)
    assert run.initialization.model.preprocess.longest == 500
    assert same(weights(tmp_path / "parts"), weights(tmp_path / "whole"))


def test_two_runs_keep_out_of_each_others_folder(whole: Path, tmp_path: Path) -> None:
    one, other = (Run(loads(RECIPE, Recipe), tmp_path, CPU) for _ in range(2))
    with one.lock(), pytest.raises(BusyError, match="another run is writing to it"), other.lock():
        pass
    (tmp_path / STATE).write_bytes((whole / STATE).read_bytes())
    with pytest.raises(TrainingError, match="another run has just written to it"), other.lock():
        pass


@pytest.mark.smoke
def test_several_processes_train_report_and_end(run: RunCommand, tmp_path: Path) -> None:
    recipe = tmp_path / "small.yaml"
    recipe.write_text(RECIPE.replace("steps: 24\nevaluations: 4", "steps: 4\nevaluations: 1"))
    folder = tmp_path / "team"
    options = ["--workers", "0", "--batch-per-device", "6"]
    with started(folder, recipe, *options, "--devices", "cpu,cpu") as process:
        _, error = process.communicate(timeout=PATIENCE)
    assert process.returncode == 0, error.decode()
    assert read_journal(folder / JOURNAL)[-1].step == 4
    assert (folder / "report.html").exists()
    assert resumed_recipe(folder).batch == 12
    # On another number of devices, the run keeps its batch.
    assert run("train", *arguments(folder, recipe, *options)) == Result(0, "", "")


def test_a_folder_with_another_run_is_left_alone(whole: Path) -> None:
    other = loads(RECIPE, Recipe).model_copy(update={"batch": 32})
    with pytest.raises(TrainingError, match="holds a run of another recipe, whose 'batch' differs"):
        Run(other, whole, CPU)
    other = other.model_copy(update={"steps": 7})
    with pytest.raises(TrainingError, match="whose 'batch' and 'steps' differ; name another --out"):
        Run(other, whole, CPU)


def test_a_damaged_state_is_told(whole: Path, tmp_path: Path) -> None:
    for name in ("recipe.json", STATE):
        (tmp_path / name).write_bytes((whole / name).read_bytes()[: 1000 if name == STATE else None])
    with pytest.raises(TrainingError, match=r"state.safetensors: can't be read: .*; train again"):
        Run(loads(RECIPE, Recipe), tmp_path, CPU).train(nothing, nothing)


@pytest.mark.parametrize(
    ("step", "fault"),
    [(2.5, "step: input should be a valid integer"), (-5, "step: input should be greater than"), ("x", "step: input ")],
)
def test_progress_that_cannot_be_is_told(whole: Path, tmp_path: Path, step: object, fault: str) -> None:
    arrays, metadata = read_state(whole)
    metadata["progress"] = json.dumps(json.loads(metadata["progress"]) | {"step": step})
    shutil.copy(whole / "recipe.json", tmp_path)
    (tmp_path / STATE).write_bytes(save(arrays, metadata))
    with pytest.raises(TrainingError, match=rf"state.safetensors: its progress is damaged, {fault}.*; train again"):
        Run(loads(RECIPE, Recipe), tmp_path, CPU)


def test_a_state_without_what_the_run_needs_is_told(whole: Path, tmp_path: Path) -> None:
    arrays, metadata = read_state(whole)
    arrays["others"] = arrays.pop("updates")
    shutil.copy(whole / "recipe.json", tmp_path)
    (tmp_path / STATE).write_bytes(save(arrays, metadata))
    run = Run(loads(RECIPE, Recipe), tmp_path, CPU)
    with pytest.raises(TrainingError, match=r"state.safetensors: does not hold this run's state .'updates'.; train ag"):
        run.train(nothing, nothing)


def test_a_single_wrong_bit_of_a_state_is_told(whole: Path, tmp_path: Path) -> None:
    content = bytearray((whole / STATE).read_bytes())
    content[-1] ^= 1
    shutil.copy(whole / "recipe.json", tmp_path)
    (tmp_path / STATE).write_bytes(content)
    with pytest.raises(TrainingError, match=r"state.safetensors: can't be read: it is damaged, .*; train again, or"):
        Run(loads(RECIPE, Recipe), tmp_path, CPU)


def test_weights_that_are_named_as_a_state_are_told_and_the_reverse(whole: Path, tmp_path: Path) -> None:
    shutil.copy(whole / "recipe.json", tmp_path)
    shutil.copy(whole / LAST, tmp_path / STATE)
    with pytest.raises(TrainingError, match=r"state.safetensors: is not the state of a run, but weights; train again"):
        Run(loads(RECIPE, Recipe), tmp_path, CPU)
    with pytest.raises(WeightsError, match=r"state.safetensors: is the state of a run; its weights are best"):
        load_model(whole / STATE)


@pytest.mark.parametrize("missing", ["recipe.json", STATE])
def test_a_run_that_lacks_a_part_is_not_resumed(whole: Path, tmp_path: Path, missing: str) -> None:
    for name in {"recipe.json", STATE} - {missing}:
        shutil.copy(whole / name, tmp_path)
    with pytest.raises(
        TrainingError, match=rf"holds no run to resume \({missing} is missing\); train without --resume"
    ):
        resumed_recipe(tmp_path)


@pytest.mark.parametrize(("key", "value"), [("network", '{"kind": "crnn_lite"}'), ("charset", "xyz")])
def test_a_state_of_another_network_is_not_resumed(whole: Path, tmp_path: Path, key: str, value: str) -> None:
    arrays, texts = read_state(whole)
    shutil.copy(whole / "recipe.json", tmp_path)
    (tmp_path / STATE).write_bytes(save(arrays, texts | {key: value}))
    what = "network" if key == "network" else "characters"
    with pytest.raises(TrainingError, match=f"is the state of a run with another {what}; train again, or restore"):
        Run(loads(RECIPE, Recipe), tmp_path, CPU)


def test_a_loss_that_is_no_number_ends_the_run_and_saves_its_batch(tmp_path: Path) -> None:
    learning = loads(RECIPE, Recipe).learning.model_copy(
        update={"learning_rate": 1e9, "schedule": "constant", "warm_up": 0.0}
    )
    with pytest.raises(TrainingError, match=r"step \d+: the loss is .*; its batch is in .*; try a lower"):
        trained(tmp_path, learning=learning.model_copy(update={"clip": 0.0, "optimiser": "sgd"}))
    saved = np.load(tmp_path / FAILED)
    assert saved["images_0"].shape[0] == 16
    assert saved["lengths_0"].shape == (16,)


def test_a_run_ends_early_when_it_gets_no_better(tmp_path: Path) -> None:
    learning = loads(RECIPE, Recipe).learning.model_copy(update={"learning_rate": 1e-9})
    settings = {"learning": learning, "patience": 2, "evaluations": 12}
    trained(tmp_path, **settings)
    step = read_journal(tmp_path / JOURNAL)[-1].step
    assert step < 24
    trained(tmp_path, **settings)
    assert read_journal(tmp_path / JOURNAL)[-1].step == step, "once is enough"


def test_a_time_limit_ends_a_run_with_the_rate_come_down(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # A clock that is a little later whenever it is looked at: a real one would leave a slow machine a single step.
    monkeypatch.setattr(clock, "monotonic", partial(next, count(step=0.05)))
    trained(tmp_path, steps=None, minutes=0.05)
    entries = read_journal(tmp_path / JOURNAL)
    assert entries[-1].seconds >= 3
    rates = [entry.rate for entry in entries if isinstance(entry, Progressed)]
    assert rates[-1] < 0.2 * 3e-3


def test_rows_that_cannot_be_used_are_listed(tmp_path: Path) -> None:
    from receiptgen.train.recipes.overrides import override_recipe

    recipe = override_recipe(loads(RECIPE, Recipe), {"data": ("live:standard:price",), "charset": "ascii"})
    Run(recipe, tmp_path, CPU).train(nothing, nothing)
    rows = (tmp_path / "skipped.tsv").read_text().splitlines()
    assert rows[0] == "data\tname\treason"
    assert any("characters outside the charset: €" in row for row in rows)
    assert len(set(rows)) == len(rows)


@pytest.mark.parametrize(
    ("arguments", "fault"),
    [
        (["--recipe", "quik"], "unknown recipe 'quik'; did you mean 'quick'?"),
        (["--recipe", "quick", "--data", "nowhere"], "nowhere: no such file or folder"),
        (
            ["--recipe", "quick", "--devices", "7"],
            "--devices '7': expected auto, gpu, cpu, or indices of GPUs with commas",
        ),
        (["--recipe", "quick", "--batch", "200000"], "batch 200000: at most 98304 lines with 'accumulate' 1"),
        (["--recipe", "quick", "--init", "none.safetensors"], "none.safetensors: no such file"),
        (["--resume"], "run: holds no run to resume"),
    ],
)
def test_faults_of_a_command_are_one_line(
    run: RunCommand, arguments: Sequence[str], fault: str, tmp_path: Path
) -> None:
    said = run("train", *arguments)
    assert (said.code, said.out) == (1, "")
    assert said.fault.startswith(f"receiptgen: {fault}")
    assert not any(tmp_path.iterdir()), "nothing is left behind"


def test_lines_that_are_trained_on_cannot_be_held_out(run: RunCommand, tmp_path: Path) -> None:
    run("draw", 3, "--kinds", "int", "--format", "tsv", "--quiet")
    labels = tmp_path / "results_test" / "labels.tsv"
    assert labels.is_file()
    said = run("train", "--recipe", "quick", "--data", labels, "--held-out", f"mine={labels}")
    assert said.fault.startswith("receiptgen: held-out set 'mine': ")
    assert said.fault.endswith("is trained on too; hold other lines out")
    assert not (tmp_path / "run").exists()


def test_a_drawn_set_of_finite_size_is_held_out_by_its_seed_and_has_no_effects_of_the_recipe(tmp_path: Path) -> None:
    drawn = "{kind: live, source: standard, kinds: [int], count: 24}"
    settings = f"data: [{{data: {drawn}}}]\nheld_out: {{own: {drawn}}}\neffects: [{{kind: blur, sigma: 3}}]\n"
    recipe = (
        "\n".join(row for row in RECIPE.splitlines() if not row.startswith(("data:", "held_out:"))) + "\n" + settings
    )
    run = Run(loads(recipe, Recipe), tmp_path / "run", CPU)
    (source,), (held,) = run.task.data.sources, run.task.held_out
    assert (source.table.size, len(held.examples), source.effects) == (24, 24, ())
    learnt = {source.table.read(index).image.tobytes() for index in range(24)}  # type: ignore[union-attr]
    assert not learnt & {example.image.tobytes() for example in held.examples}


def test_weights_are_evaluated_beside_fresh_lines(run: RunCommand, whole: Path, tmp_path: Path) -> None:
    where = ["--devices", "cpu", "--out", tmp_path]
    said = run("evaluate", whole / BEST, "live:standard:int", "--limit", 30, *where, "--json")
    assert said.code == 0
    figures = json.loads(said.out)
    assert list(figures) == ["live:standard:receipt_text@real", "live:standard:int"]
    assert figures["live:standard:int"]["kinds"]["int"]["lines"] == 30
    rows = (tmp_path / "live_standard_int.predictions.tsv").read_text().splitlines()
    assert len(rows) == 30
    assert all(row.startswith("int/") and row.count("\t") == 1 for row in rows)


def test_empty_paper_is_trained_and_scored_as_nothing_to_read(run: RunCommand, tmp_path: Path) -> None:
    made = "about: w\nlocales: en_GB\nfaces: {cousine: 1}\nkinds:\n  none: blank\n  n: int\n"
    (tmp_path / "set.yaml").write_text(made)
    assert run("draw", 20, "--set", tmp_path / "set.yaml", "--out", tmp_path).code == 0
    folder = tmp_path / "results_test"
    recipe = tmp_path / "recipe.yaml"
    recipe.write_text(RECIPE)
    data = [
        "--data",
        folder,
        "--held-out",
        f"own={folder}",
        "--devices",
        "cpu",
        "--workers",
        0,
        "--out",
        tmp_path / "run",
    ]
    refused = run("train", "--recipe", recipe, *data, "--blank", "keep", "--json")
    assert "is trained on too" in refused.error
    data[3] = f"own=live:{tmp_path / 'set.yaml'}"
    said = run("train", "--recipe", recipe, *data, "--blank", "keep", "--json")
    assert said.code == 0, said.error
    assert json.loads(said.out)["skipped"] == 0
    losses = [entry.loss for entry in read_journal(tmp_path / "run" / JOURNAL) if isinstance(entry, Progressed)]
    assert np.isfinite(losses).all()
    figures = json.loads((tmp_path / "run/held_out/evaluation.json").read_text())["own"]
    assert figures["blanks"]["lines"] + figures["kinds"]["all"]["lines"] == 24
    assert figures["blanks"]["lines"] > 0
    evaluated = run("evaluate", tmp_path / "run" / BEST, folder, "--no-fresh", "--blank", "keep", "--devices", "cpu")
    assert re.search(r"blanks \d+\.\d % of 20 read as nothing", evaluated.out)
