"""Runs whose lines are prepared on the two nodes of a Ray cluster, both on this machine."""

import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from command_line import PATIENCE, Run
from ray_cluster import NODE, wait_until

from receiptgen.config.records import loads
from receiptgen.recognition.model_file import load_model
from receiptgen.train.loop.checkpoint import STATE
from receiptgen.train.loop.evaluations import Evaluated
from receiptgen.train.loop.journal import JOURNAL, read_journal
from receiptgen.train.loop.loop import Status
from receiptgen.train.loop.run_folder import LAST
from receiptgen.train.recipes.recipe import Recipe
from receiptgen.train.runs.run import Host
from receiptgen.train.runs.run import Run as TrainingRun

pytestmark = [pytest.mark.xdist_group("ray"), pytest.mark.needs("torch", "ray")]

RECIPE = """
about: a run of seconds
network: {kind: receipt, channels: 20, blocks: 1}
charset: "0123456789.,-"
data: [{data: {kind: live, source: standard, kinds: [int, float]}}]
held_out: {own: {kind: live, source: standard, kinds: [int, float]}}
held_out_lines: 8
batch: 64
steps: 40
evaluations: 2
precision: float32
"""


def nothing(*_: Any) -> None:
    pass


def trained(folder: Path, address: str, report: Any = nothing) -> None:
    host = Host("torch", "cpu", None if address else 0, draw_on=address)
    TrainingRun(loads(RECIPE, Recipe), folder, host).train(report, nothing)


def figures(folder: Path) -> list[Any]:
    entries = [entry for entry in read_journal(folder / JOURNAL) if isinstance(entry, Evaluated)]
    return [(entry.step, entry.loss, entry.cer) for entry in entries]


def test_a_run_is_the_same_although_a_node_is_lost(ray_cluster: Any, tmp_path: Path) -> None:
    trained(tmp_path / "local", "")
    steps = []

    def report(status: Status) -> None:
        steps.append(status.progressed.step)
        if len(steps) == 1:
            ray_cluster.remove_node(ray_cluster.second)

    try:
        trained(tmp_path / "cluster", ray_cluster.address, report)
    finally:
        ray_cluster.second = ray_cluster.add_node(**NODE)
    assert steps[0] < 32, "the node was lost in the middle"
    assert figures(tmp_path / "cluster") == figures(tmp_path / "local")
    one, other = (dict(load_model(tmp_path / name / LAST).weights) for name in ("local", "cluster"))
    assert all(np.array_equal(one[name], other[name]) for name in one)


def test_ctrl_c_is_one_line_and_the_run_resumes(ray_cluster: Any, tmp_path: Path) -> None:
    recipe = tmp_path / "small.yaml"
    recipe.write_text(RECIPE.replace("steps: 40", "steps: 100000").replace("evaluations: 2", "evaluations: 10000"))
    command = [sys.executable, "-m", "receiptgen", "train", "--recipe", str(recipe), "--devices", "cpu", "--quiet"]
    command += ["--out", str(tmp_path / "run"), "--draw-on", ray_cluster.address]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True, start_new_session=True) as process:
        wait_until(lambda: process.poll() is not None or (tmp_path / "run" / STATE).exists())
        os.killpg(process.pid, signal.SIGINT)
        _, error = process.communicate(timeout=PATIENCE)
    assert process.returncode == 130, error
    assert error.splitlines()[-1].startswith("receiptgen: stopped; what is done is safe, the same command resumes")
    assert "Traceback" not in error


def test_an_address_without_a_cluster_is_one_line(run: Run) -> None:
    said = run("train", "--recipe", "quick", "--devices", "cpu", "--quiet", "--draw-on", "127.0.0.1:9")
    assert said.code == 1
    assert said.fault.startswith("receiptgen: Ray at 127.0.0.1:9: doesn't answer: connection refused")


def test_workers_and_a_cluster_exclude_each_other(run: Run) -> None:
    said = run("train", "--draw-on", "auto", "--workers", "2")
    assert said.code == 2
    assert said.fault.endswith("--draw-on has lines prepared on a cluster; leave --workers out")
