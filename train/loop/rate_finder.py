"""The learning-rate range test of Smith (2015): a few steps at rates that grow until the loss does."""

from collections.abc import Iterator
from math import exp, isfinite, log
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ..backends import AnyBatch, Backend, Learner
from ..data.process_group import ProcessGroup
from ..recipes.settings import Learning
from .agreement import agree
from .clock import now

# Largest numbers of steps and of seconds of the test; the rate grows with the share that is done of either.
_STEPS, _SECONDS = 100, 60.0
# Rates at the ends of the test; those of sgd are larger, since it does not divide by the size of gradients.
_RANGES = {"adamw": (1e-6, 1.0), "adam": (1e-6, 1.0), "sgd": (1e-5, 10.0)}
# The loss has blown up where the mean of the last few is that of the first ones times this factor.
_BLOWN_UP, _LAST, _FIRST = 4.0, 3, 10
# Losses below this, of which logarithms would tell too much, count as this.
_LEAST_LOSS = 1e-6
# Standard deviation of the smoothing, in logarithms of the rate.
_SMOOTH = 0.5
# A smoothed loss is as good as the least one if it is above it by at most this share, or by this number of standard
# errors of their difference, which is large since the other is the least of all.
_AS_GOOD, _ERRORS = 0.1, 3.0
# The best rate for a schedule is below that at which the loss begins to grow, by this factor.
_MARGIN = 10.0


class RateTest(NamedTuple):
    """The result of a range test.

    Attributes:
        rates: Learning rate of each step, growing.
        losses: Mean loss of a label in each step, finite and above 0.
    """

    rates: tuple[float, ...]
    losses: tuple[float, ...]

    @property
    def _weights(self) -> NDArray[np.float64]:
        """Weights of all losses in each smoothed one, float64 (steps, steps)."""
        places = np.log(self.rates) / _SMOOTH
        weights = np.exp(-0.5 * (places[:, None] - places) ** 2)
        return np.asarray(weights / weights.sum(1, keepdims=True), np.float64)

    @property
    def smoothed(self) -> NDArray[np.float64]:
        """Geometric means of the losses at similar rates, float64 (steps)."""
        return np.asarray(np.exp(self._weights @ np.log(self.losses)), np.float64)

    @property
    def edge(self) -> float:
        """The largest rate at which the smoothed loss is as low as anywhere, but for what chance has in it."""
        smoothed = self.smoothed
        noise = float(np.std(np.log(self.losses) - np.log(smoothed)))
        variances = noise**2 * (self._weights**2).sum(1)
        least = int(smoothed.argmin())
        by_chance = _ERRORS * np.sqrt(variances + variances[least])
        above = np.log(smoothed / smoothed[least])
        return self.rates[int(np.flatnonzero(above <= np.maximum(np.log1p(_AS_GOOD), by_chance))[-1])]

    @property
    def suggestion(self) -> float:
        """Learning rate for a schedule's peak, to two digits."""
        return float(f"{self.edge / _MARGIN:.2g}")


def run_rate_test(
    learner: Learner, backend: Backend, group: ProcessGroup, batches: Iterator[list[AnyBatch]], learning: Learning
) -> RateTest:
    """Train a network that is thrown away afterwards at growing rates.

    Args:
        learner: The network.
        backend: Backend of the learner, which joins the processes.
        group: The processes.
        batches: This process's parts of each step.
        learning: Settings of the optimiser.
    """
    low, high = map(log, _RANGES[learning.optimiser])
    rates: list[float] = []
    losses: list[float] = []
    parts = next(batches)
    start = now()
    while True:
        done = max(len(rates) / _STEPS, (now() - start) / _SECONDS)
        ends = 1.0 if _has_blown_up(losses) else done
        # The first process's clock and losses are those of all.
        (done,), parts = agree(backend, parts, (ends if group.rank == 0 else 0.0,))
        if done >= 1:
            break
        rate = exp(low + (high - low) * done)
        loss = learner.update(parts, rate)().loss
        if not isfinite(loss):
            break
        # Otherwise the loss would tell little more than how long the lines of a batch are.
        labels = sum(batch.labels_each * batch.part for batch in parts) / sum(batch.part for batch in parts)
        rates.append(rate)
        losses.append(max(loss, _LEAST_LOSS) / max(labels, 1.0))
        parts = next(batches)
    return RateTest(tuple(rates), tuple(losses))


def _has_blown_up(losses: list[float]) -> bool:
    """Tell whether the loss is far above where it began."""
    return len(losses) > _FIRST and bool(np.mean(losses[-_LAST:]) > _BLOWN_UP * np.mean(losses[:_FIRST]))
