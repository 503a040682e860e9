"""Learning-rate range tests."""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Sequence
from itertools import repeat
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from command_line import PATIENCE
from command_line import Run as RunCommand
from small_recipe import SMALL

from receiptgen.train.backends import Update
from receiptgen.train.data.batches import collate
from receiptgen.train.data.process_group import ProcessGroup
from receiptgen.train.loop import clock
from receiptgen.train.loop.rate_finder import RateTest, run_rate_test
from receiptgen.train.recipes.settings import Learning

RATES = tuple(np.geomspace(1e-6, 1.0, 100))


def noisy(losses: Any, share: float) -> RateTest:
    """Return a test whose losses are so much noise away from these."""
    noise = np.exp(share * np.random.default_rng(5).normal(size=len(RATES)))
    return RateTest(RATES, tuple(np.asarray(losses) * noise))


def test_the_rate_for_random_weights_is_a_tenth_of_that_at_which_the_loss_grows() -> None:
    falling = 20 / (1 + np.array(RATES) / 1e-3) + 0.5
    found = noisy(falling * (1 + (np.array(RATES) / 3e-2) ** 2), share=0.1)
    assert 5e-3 < found.edge < 6e-2
    assert found.suggestion == float(f"{found.edge / 10:.2g}")


def test_weights_that_are_good_already_have_a_rate_too_however_noisy_their_loss() -> None:
    found = noisy(0.03 * (1 + (np.array(RATES) / 1e-2) ** 2), share=0.7)
    assert 1e-3 < found.edge < 5e-2


class Growing:
    """A learner with a loss of its own at each rate, which takes some time, and the backend of its only process."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, loss: Callable[[float], float], seconds: float) -> None:
        self._time, self._loss, self._seconds = 0.0, loss, seconds
        self.rates: list[float] = []
        monkeypatch.setattr(clock, "monotonic", lambda: self._time)

    def largest(self, values: Sequence[float]) -> tuple[float, ...]:
        return tuple(values)

    def update(self, batches: Sequence[Any], rate: float) -> Callable[[], Update]:
        self._time += self._seconds
        self.rates.append(rate)
        return lambda: Update(self._loss(rate), 1.0)

    def test(self, optimiser: Any = "adamw") -> RateTest:
        batch = collate([np.zeros((8, 8), np.uint8)] * 2, [np.ones(3, np.int32), np.ones(1, np.int32)], 2)
        this: Any = self
        return run_rate_test(this, this, ProcessGroup(), repeat([batch]), Learning(optimiser=optimiser))


@pytest.mark.parametrize(("seconds", "steps"), [(0.01, 100), (3.0, 20)])
def test_rates_grow_over_a_hundred_steps_or_a_minute(
    monkeypatch: pytest.MonkeyPatch, seconds: float, steps: int
) -> None:
    found = Growing(monkeypatch, lambda rate: 6.0, seconds).test()
    assert len(found.rates) == steps
    assert set(found.losses) == {3.0}, "of a label, not of a line"
    np.testing.assert_allclose(found.rates, 1e-6 * 1e6 ** (np.arange(steps) / steps))


def test_a_loss_that_blows_up_or_is_no_number_ends_the_test(monkeypatch: pytest.MonkeyPatch) -> None:
    grown = Growing(monkeypatch, lambda rate: 1.0 if rate < 0.1 else 100.0, 0.01).test("sgd")
    assert 0.1 < grown.rates[-1] < 0.2
    lost = Growing(monkeypatch, lambda rate: 1.0 if rate < 0.1 else float("nan"), 0.01)
    found = lost.test()
    assert found.rates[-1] < 0.1 <= lost.rates[-1]
    assert np.isfinite(found.losses).all()


@pytest.mark.needs("torch")
def test_two_processes_find_a_rate_and_leave_nothing_but_their_figures(tmp_path: Path) -> None:
    (tmp_path / "own.yaml").write_text(SMALL + "batch: 8\n")
    command = [sys.executable, "-m", "receiptgen", "train", "--recipe", "own.yaml", "--find-lr", "--json"]
    done = subprocess.run(
        [*command, "--devices", "cpu,cpu", "--workers", "0", "--backend", "torch"], cwd=tmp_path, timeout=PATIENCE,
        capture_output=True, text=True, env={**os.environ, "OMP_NUM_THREADS": "1"},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    said = json.loads(done.stdout)
    figures = json.loads((tmp_path / said["figures"]).read_text())
    assert said["learning_rate"] == figures["learning_rate"] < 1
    assert said["steps"] == len(figures["rates"]) == len(figures["losses"])
    assert {path.name for path in (tmp_path / "run").iterdir()} <= {".receiptgen.lock", "find_lr.json", "find_lr.png"}


def test_a_run_that_resumes_has_its_rate(run: RunCommand) -> None:
    said = run("train", "--resume", "--find-lr")
    assert said.code == 2
    assert "leave --resume out" in said.error
