"""Several devices, processes or hosts learn what one learns, in ``BatchNorm`` too."""

import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import pytest
from command_line import PATIENCE
from one_of_several import both, learnt
from ports import free_port
from small_networks import GIVEN, PLAIN, SMOOTH, Weights, drawn, furthest, joined, lines, rows_of, same

from receiptgen.recognition.layers import Layers
from receiptgen.train.backends import OptimizerConfig
from receiptgen.train.data.process_group import ProcessGroup

SUPPORT = Path(__file__).parents[2] / "support"
# One thread each: they share a machine that may have no more than two cores.
ALONE = {**os.environ, "OMP_NUM_THREADS": "1"}


def expected(name: str, taught: bool = False) -> Weights:
    """Return what one process learns."""
    return both(learnt(joined(name), ProcessGroup(), taught))


def left(folder: Path, rank: int) -> Weights:
    with np.load(folder / f"{rank}.npz") as found:
        arrays = dict(found)
    assert arrays.pop("total").tolist() == [1_700_000_000.25, 3.0], "a clock loses nothing on its way"
    assert arrays.pop("largest").tolist() == [-4.0, 1_700_000_000.25]
    assert arrays.pop("many").tolist() == list(range(300))
    return arrays


def run(name: str, folder: Path, environments: Sequence[Mapping[str, str]], *more: str) -> None:
    """Run a process for each environment, and wait for all."""
    command = [sys.executable, str(SUPPORT / "one_of_several.py"), name, "cpu", str(folder), *more]
    processes = [subprocess.Popen(command, env={**ALONE, **own}) for own in environments]
    try:
        assert [process.wait(PATIENCE) for process in processes] == [0] * len(processes)
    finally:
        for process in processes:
            process.kill()
            process.wait()


@pytest.mark.parametrize("taught", [False, True])
def test_two_processes_of_pytorch_learn_what_one_learns(taught: bool, tmp_path: Path) -> None:
    one = expected("torch", taught)
    # What torchrun says to those that it starts.
    run("torch", tmp_path, [{"MASTER_ADDR": "127.0.0.1", "MASTER_PORT": str(free_port())}], "2", *["taught"] * taught)
    first, second = (left(tmp_path, rank) for rank in (0, 1))
    assert same(first, second)
    assert furthest(first, one) < 1e-5
    assert furthest(drawn(SMOOTH), {name: one[name] for name in drawn(SMOOTH)}) > 0.05, "there was something to learn"


def test_two_contexts_of_mxnet_learn_what_one_learns() -> None:
    several = both(learnt(joined("mxnet", "cpu,cpu,cpu"), ProcessGroup()))
    assert furthest(several, expected("mxnet")) < 1e-5


@pytest.mark.parametrize("layers", [SMOOTH, PLAIN])
def test_contexts_without_a_line_do_no_harm(layers: Layers) -> None:
    backends = [joined("mxnet", devices) for devices in ("cpu", "cpu,cpu,cpu")]
    one, several = (it.learner(layers, GIVEN, drawn(layers), OptimizerConfig("sgd"), "float32", 1) for it in backends)
    for rows in ([0, 1, 2, 3], [1], [2, 3]):
        batch = rows_of(lines(4), rows)._replace(total=len(rows))
        assert one.update([batch], 0.05)() == pytest.approx(several.update([batch], 0.05)(), rel=1e-4)
        np.testing.assert_allclose(several.infer(lines(4).images), one.infer(lines(4).images), atol=1e-5)
    assert furthest(several.weights(), one.weights()) < 1e-5


def test_a_run_on_two_contexts_goes_on_on_one() -> None:
    several = learnt(joined("mxnet", "cpu,cpu"), ProcessGroup())
    one = joined("mxnet").learner(SMOOTH, GIVEN, drawn(SMOOTH), OptimizerConfig("sgd", ema=0.5, clip=1.0), "float32", 1)
    one.restore(several.state())
    assert same(both(one), both(several))
    for learner in (one, several):
        learner.update([lines(5)], 0.05)()
    assert furthest(both(one), both(several)) < 1e-5


def test_two_hosts_of_mxnet_learn_what_one_learns(tmp_path: Path) -> None:
    one = expected("mxnet")
    meeting = {"DMLC_PS_ROOT_URI": "127.0.0.1", "DMLC_NODE_HOST": "127.0.0.1", "DMLC_PS_ROOT_PORT": str(free_port())}
    numbers = {"DMLC_NUM_WORKER": "2", "DMLC_NUM_SERVER": "1"}
    roles = ("scheduler", "server", "worker", "worker")
    run("mxnet", tmp_path, [{**meeting, **numbers, "DMLC_ROLE": role} for role in roles])
    first, second = (left(tmp_path, rank) for rank in (0, 1))
    assert same(first, second)
    assert furthest(first, one) < 1e-5
