"""Takes PyTorch's learner over the second device, and prints as JSON what that cost and how far it is from the CPU.

Each network comes in each precision and as one of eight processes; then ``receipt`` mostly, with one mistake each time.
"""

import json
import sys
import warnings
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray
from torch import distributed
from torch.testing._internal.distributed.fake_pg import FakeStore

from receiptgen.train.backends import Learner

from .cases import PRECISIONS, SETTINGS, Case
from .device import DEVICE
from .meter import Counts, Meter
from .mutants import MUTANTS

CPU, RATE = torch.device("cpu"), 1e-3


class Costs:
    """Costs of each stage by its name; nothing is counted without a meter.

    Attributes:
        found: Counts of each stage.
    """

    def __init__(self, meter: Meter | None = None) -> None:
        self._meter, self.found = meter, dict[str, Counts]()

    @contextmanager
    def of(self, stage: str) -> Iterator[None]:
        """Count what the block does."""
        if self._meter is None:
            yield
            return
        self._meter.begin()
        yield
        self.found[stage] = self._meter.counts
        self._meter.begin()


class Results(NamedTuple):
    """What a learner computed.

    Attributes:
        losses: Losses of the updates.
        scores: Log-probabilities of the last batch, one line after the other.
    """

    losses: list[float]
    scores: NDArray[np.float32]


def train(case: Case, learner: Learner, costs: Costs) -> Results:
    """Train, and read the figures one step late as the loop of a run does; then read the lines."""
    # State comes with the first step, and DistributedDataParallel plans again before the second.
    losses = [learner.update([case.batch(0)], RATE)().loss]
    before = learner.update([case.batch(1)], RATE)
    with costs.of("update"):
        last = learner.update([case.batch(2)], RATE)
    with costs.of("figures"):
        losses.append(before().loss)
    losses.append(last().loss)
    batch = case.batch(3)
    with costs.of("infer"):
        scores = learner.infer(batch.images, batch.extents)
    step = batch.images.shape[2] // scores.shape[1]
    rows = [line[: extent // step] for line, extent in zip(scores, batch.extents.tolist(), strict=True)]
    return Results(losses, np.concatenate(rows))


def save_and_restore(case: Case, learner: Learner, costs: Costs) -> list[str]:
    """Restore a learner from another's state; return the names of what differs after one more update of each."""
    with costs.of("state"):
        state = learner.state()
    restored = case.learner(DEVICE)
    with costs.of("restore"):
        restored.restore(state)
    for each in (learner, restored):
        each.update([case.batch(4)], RATE)()
    once, again = learner.state(), restored.state()
    return sorted(name for name in once.keys() | again.keys() if not np.array_equal(once.get(name), again.get(name)))


def report(case: Case) -> dict[str, Any]:
    """Return the costs of each stage, and the differences from the CPU."""
    meter = Meter()
    costs = Costs(meter)
    with meter.running():
        learner = case.learner(DEVICE)
        here = train(case, learner, costs)
        unlike = save_and_restore(case, learner, costs) if case.precision == "float32" else []
    there = train(case, case.learner(CPU), Costs())
    return {
        "costs": as_json(costs),
        "loss": max(abs(a / b - 1) for a, b in zip(here.losses, there.losses, strict=True)),
        "scores": float(np.abs(here.scores - there.scores).max()),
        "unlike": unlike,
    }


def report_costs(case: Case) -> dict[str, Any]:
    """Return the costs of training and reading; other processes are PyTorch's fake ones, which add nothing."""
    meter = Meter()
    costs = Costs(meter)
    if case.processes > 1:
        distributed.init_process_group("fake", rank=0, world_size=case.processes, store=FakeStore())
    try:
        with meter.running():
            train(case, case.learner(DEVICE), costs)
    finally:
        if case.processes > 1:
            distributed.destroy_process_group()
    return {"costs": as_json(costs)}


def as_json(costs: Costs) -> Mapping[str, Mapping[str, Mapping[str, int]]]:
    return {stage: counts._asdict() for stage, counts in costs.found.items()}


def attempt(call: Callable[[Case], dict[str, Any]], case: Case) -> dict[str, Any]:
    """Return a report, or the error that came instead: that is what a test looks for."""
    try:
        return call(case)
    except Exception as error:
        return {"error": f"{type(error).__name__}: {error}"}


def main() -> None:
    """Print the reports."""
    warnings.simplefilter("ignore")
    torch.set_num_threads(1)
    found = {}
    for name in SETTINGS:
        for precision in PRECISIONS:
            found[f"{name} {precision}"] = attempt(report, Case(name, precision))
        found[f"{name} x8"] = attempt(report_costs, Case(name, processes=8))
    found["receipt taught"] = attempt(report, Case("receipt", taught=True))
    for name, mutant in MUTANTS.items():
        with mutant.applied():
            found[name] = attempt(report_costs, mutant.case)
    json.dump(found, sys.stdout)


if __name__ == "__main__":
    main()
