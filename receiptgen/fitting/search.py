"""The search: damped Gauss-Newton steps (Levenberg 1944, Marquardt 1963) on what measures differ by, within bounds.

Influences are measured by moving numbers a little, since drawing has no derivatives; the same texts and dice each time
make the result change smoothly. What the scans do not tell stays where the profile has it: leaving that costs as much
as chance would excuse.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from math import ceil

import numpy as np

from receiptgen.fitting.influence import Influence
from receiptgen.fitting.numbers import Floats
from receiptgen.fitting.target import FEATURES

# How far numbers are from what a profile writes, as positions, before scans are seen: a standard deviation.
PRIOR = 0.25
# Neighbouring quantiles, and measures of the same trait, err together: the thirteen residuals of a measure are worth
# about three, and half of the measures follow from the others. So much more do errors vary than of independent ones.
_TOGETHER = 10.0
# Leaving what the profile writes costs less than that would have it, or few scans could never lead away from it.
_LEAVING = 3.0
# Dampings that are tried at a time, against the mean square of a number's influence.
_DAMPINGS = (0.003, 0.03, 0.3, 3.0)
# How much farther than the second of these one more step leads: where an influence is of one side alone, as that of
# paper on pixels near white, all others are too short.
_FARTHER = 4.0
# A step counts if it lowers the cost by this share.
_GAIN = 0.003
# What scans do not tell is taken back unless that raises the cost by more than this share.
_WORTH = 0.02
# Furthest that a number moves in a step, as a position.
_REACH = 0.25
# The smallest part of the first moves by which influences are measured, and steps on one measurement of them.
_FINEST, _STEPS = 0.25, 4
# Crops a number, and draws at least, for the first measurement of influences, and for each after it.
_FIRST, _LATER, _FEWEST_DRAWS = 4, 8, 2
# A number of whose uncertainty less than this share is gone is not told by the scans.
UNTOLD = 0.1

# Draws crops at several positions, (P,) of all crops or (N, P) of each, and returns their features, (N, R), in order;
# fewer where the budget is spent.
Evaluate = Callable[[Sequence[Floats]], Iterable[Floats]]


@dataclass(frozen=True, slots=True)
class Point:
    """Positions that were drawn, (P,), the features of the crops, (N, R), what their means differ by, and the cost."""

    positions: Floats
    features: Floats
    residuals: Floats
    cost: float


@dataclass(slots=True)
class Search:
    """A search that can be ended at any time, and has found ``best`` by then.

    Attributes:
        evaluate: Draws and measures.
        wanted: Means of the features of the scans, (R,).
        start: Positions of what the profile writes, (P,).
        steps: Changes of positions by which influences are measured first, (P,).
        noise: Variance that chance gives a residual.
        random: What decides which number moves up in which crop.
        influence: How much each number changes the features.
        best: The best point so far; None before the first was drawn.
        settled: Whether no step helps any more.
    """

    evaluate: Evaluate
    wanted: Floats
    start: Floats
    steps: Floats
    noise: float
    random: np.random.Generator
    influence: Influence = field(init=False)
    best: Point | None = None
    settled: bool = False

    def __post_init__(self) -> None:
        self.influence = Influence(len(self.start), FEATURES)

    def refined(self, evaluate: Evaluate, noise: float) -> "Search":
        """Return a search that goes on from the best point with other crops, and with the influences known so far.

        Until it has drawn that point, it is the best of this search, whose cost can't be compared.
        """
        assert self.best is not None
        finer = replace(self, evaluate=evaluate, noise=noise, steps=self.steps / 2, settled=False)
        finer.influence, finer.best = self.influence, replace(self.best, cost=np.inf)
        return finer

    def run(self) -> None:
        """Search until no step helps any more, or the budget is spent."""
        if not self._draw([self.start if self.best is None else self.best.positions]):
            return
        part = 1.0
        # Influences of a search that came before lead on at once.
        if self.influence.known and self._descend() is None:
            return
        while part >= _FINEST:
            if not self._measure_influence(part):
                return
            improved = self._descend()
            if improved is None:
                return
            if improved:
                self.influence.forget()
            else:
                part /= 2
        self.settled = True

    def keep_untold(self) -> None:
        """Take back the changes of numbers that the scans do not tell, unless that costs much."""
        assert self.best is not None
        found, untold = self.best, ~(self.told() >= UNTOLD)
        if kept := self._draw([np.where(untold, self.start, found.positions)]):
            self.best = kept[0] if kept[0].cost <= (1 + _WORTH) * found.cost else found

    def told(self) -> Floats:
        """Return the share of each number's uncertainty that the scans have taken, (P,); NaN where unknown."""
        return 1 - self.errors() / PRIOR if self.influence.known else np.full(len(self.start), np.nan)

    def errors(self) -> Floats:
        """Return the standard error of each position, at most ``PRIOR``, (P,); rough, as if all were linear."""
        return np.asarray(np.sqrt(np.diag(self.covariance())), np.float64)

    def covariance(self) -> Floats:
        """Return the covariance of what is known of the positions, (P, P); rough, as if all were linear."""
        prior = np.eye(len(self.start)) / PRIOR**2
        if not self.influence.known:
            return np.asarray(np.linalg.inv(prior), np.float64)
        matrix = self.influence.matrix
        return np.asarray(np.linalg.inv(matrix.T @ matrix / (self.noise * _TOGETHER) + prior), np.float64)

    @property
    def _variance(self) -> float:
        return self.noise * _LEAVING

    def _draw(self, positions: Sequence[Floats]) -> list[Point]:
        """Draw points, and keep the best; fewer where the budget is spent."""
        points = []
        for place, features in zip(positions, self.evaluate(positions), strict=False):
            residuals = mean_of_known(features, self.wanted) - self.wanted
            away = (place - self.start) / PRIOR
            point = Point(place, features, residuals, float(residuals @ residuals + self._variance * (away @ away)))
            points.append(point)
            if self.best is None or point.cost < self.best.cost:
                self.best = point
        return points

    def _measure_influence(self, part: float) -> bool:
        """Measure influences about the best point; returns whether the budget was enough."""
        assert self.best is not None
        centre, crops = self.best, len(self.best.features)
        share = _LATER if self.influence.known else _FIRST
        count = max(_FEWEST_DRAWS, ceil(share * len(self.start) / crops))
        up = self.random.integers(0, 2, (count, crops, len(self.start))) * 2 - 1
        moved = np.clip(centre.positions + part * self.steps * up, 0, 1)
        drawn = 0
        for positions, features in zip(moved, self.evaluate(list(moved)), strict=False):
            self.influence.add(positions - centre.positions, centre.features, features)
            drawn += 1
        if drawn:
            self.influence.solve(part * self.steps)
        return drawn == count

    def _descend(self) -> bool | None:
        """Step down from the best point; returns whether that helped, None where the budget is spent."""
        improved = False
        for _ in range(_STEPS):
            assert self.best is not None
            before = self.best
            steps = [self._step(before, damping) for damping in _DAMPINGS]
            steps.append(
                np.clip(before.positions + np.clip(_FARTHER * steps[1], -_REACH, _REACH), 0, 1) - before.positions
            )
            points = self._draw([before.positions + step for step in steps])
            if len(points) < len(steps):
                return None
            lowest = min(points, key=lambda point: point.cost)
            self.influence.learn(lowest.positions - before.positions, lowest.residuals - before.residuals)
            if lowest.cost > (1 - _GAIN) * before.cost:
                break
            improved = True
        return improved

    def _step(self, point: Point, damping: float) -> Floats:
        """Return the step that would lower the cost most if all were linear, the smaller the more it is damped."""
        from scipy.optimize import lsq_linear

        count, matrix = len(self.start), self.influence.matrix
        prior = self._variance / PRIOR**2
        information = matrix.T @ matrix
        damped = damping * np.trace(information) / count + 1e-18
        # The same least squares as of all residuals, in as many rows as there are numbers.
        rows = np.linalg.cholesky(information + (prior + damped) * np.eye(count)).T
        wanted = np.linalg.solve(rows.T, -matrix.T @ point.residuals - prior * (point.positions - self.start))
        low, high = np.maximum(-point.positions, -_REACH), np.minimum(1 - point.positions, _REACH)
        # The solver wants room between its bounds, which each number has on one side at least.
        found = lsq_linear(rows, wanted, (low - 1e-9, high + 1e-9), max_iter=50)
        step: Floats = np.clip(found.x, low, high)
        return step


def mean_of_known(features: Floats, wanted: Floats) -> Floats:
    """Return the mean of each feature, (R,), over the crops that have it; farthest from ``wanted`` where none has."""
    known = np.isfinite(features)
    count = known.sum(axis=0)
    means = np.where(known, features, 0.0).sum(axis=0) / np.maximum(1, count)
    return np.asarray(np.where(count > 0, means, wanted + 1 / np.sqrt(len(wanted) / FEATURES)), np.float64)
