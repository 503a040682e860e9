"""The search: damped Gauss-Newton steps (Levenberg 1944, Marquardt 1963) on what measures differ by, within bounds.

The differences are measured by moving each number a little, since drawing has no derivatives; the same texts and dice
each time make the result change smoothly. What the scans do not tell stays where the profile has it: leaving that costs
as much as chance would excuse.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from receiptgen.fitting.numbers import Floats

# How far numbers are from what a profile writes, as positions, before scans are seen: a standard deviation.
PRIOR = 0.25
# Neighbouring quantiles, and measures of the same trait, err together: the fifteen residuals of a measure are worth
# about three, and half of the measures follow from the others. So much more do errors vary than of independent ones.
_TOGETHER = 10.0
# Leaving what the profile writes costs less than that would have it, or few scans could never lead away from it.
_LEAVING = 3.0
# Dampings that are tried at a time, against the mean square of a number's influence.
_DAMPINGS = (0.003, 0.03, 0.3, 3.0)
# A step counts if it lowers the cost by this share.
_GAIN = 0.003
# What scans do not tell is taken back unless that raises the cost by more than this share.
_WORTH = 0.02
# Furthest that a number moves in a step, as a position.
_REACH = 0.25
# The smallest part of the first changes by which influences are measured, and steps on one measurement of them.
_FINEST, _STEPS = 0.25, 6
# A number of whose uncertainty less than this share is gone is not told by the scans.
UNTOLD = 0.1
# One of which this share is gone has its influence measured again after each few steps.
_TELLING = 0.5

# Returns the residuals at several positions, in order; fewer where the budget is spent.
Evaluate = Callable[[Sequence[Floats]], Iterable[Floats]]


@dataclass(frozen=True, slots=True)
class Point:
    """Positions that were drawn, (P,), what their measures differ by, (R,), and their cost."""

    positions: Floats
    residuals: Floats
    cost: float


@dataclass(slots=True)
class Search:
    """A search that can be ended at any time, and has found ``best`` by then.

    Attributes:
        evaluate: Draws and measures.
        start: Positions of what the profile writes, (P,).
        steps: Changes of positions by which influences are measured first, (P,).
        noise: Variance that chance gives a residual.
        begin: Positions at which the search begins, (P,); None for those that the profile writes.
        best: The best point so far; None before the first was drawn.
        influence: Change of residuals by position, (R, P), as last measured.
        measured: Whether the influence of each number was measured, bool (P,).
        settled: Whether no step helps any more.
    """

    evaluate: Evaluate
    start: Floats
    steps: Floats
    noise: float
    begin: Floats | None = None
    best: Point | None = None
    influence: Floats = field(default_factory=lambda: np.zeros((0, 0)))
    measured: NDArray[np.bool_] = field(default_factory=lambda: np.zeros(0, bool))
    settled: bool = False

    def __post_init__(self) -> None:
        if not self.measured.size:
            self.measured = np.zeros(len(self.start), bool)

    def refined(self, evaluate: Evaluate, noise: float) -> "Search":
        """Return a search that goes on from the best point with other crops, and with the influences known so far.

        Until it has drawn that point, it is the best of this search, whose cost can't be compared.
        """
        assert self.best is not None
        return Search(
            evaluate, self.start, self.steps / 2, noise, begin=self.best.positions, influence=self.influence.copy(),
            measured=self.measured.copy(), best=replace(self.best, cost=np.inf),
        )  # fmt: skip

    def run(self) -> None:
        """Search until no step helps any more, or the budget is spent."""
        if not self._draw([self.start if self.begin is None else self.begin]):
            return
        part, alive = 1.0, np.arange(len(self.start))
        # Influences of a search that came before lead on at once.
        if self.influence.size:
            if self._descend() is None:
                return
            alive = self._telling()
        while part >= _FINEST:
            if not self._measure_influence(alive, part):
                return
            improved = self._descend()
            if improved is None:
                return
            alive = self._telling()
            if not improved or not len(alive):
                # Numbers that told little from afar may do so from here.
                part, alive = part / 2, np.arange(len(self.start))
        self.settled = True

    def _telling(self) -> NDArray[np.intp]:
        """Return the indices of numbers that are told well, whose influences are worth measuring again."""
        return np.flatnonzero(self.told() >= _TELLING)

    def keep_untold(self) -> None:
        """Take back the changes of numbers that the scans do not tell, unless that costs much."""
        assert self.best is not None
        found, untold = self.best, ~(self.told() >= UNTOLD)
        if kept := self._draw([np.where(untold, self.start, found.positions)]):
            self.best = kept[0] if kept[0].cost <= (1 + _WORTH) * found.cost else found

    def told(self) -> Floats:
        """Return the share of each number's uncertainty that the scans have taken, (P,); NaN where unknown."""
        return np.where(self.measured, 1 - self.errors() / PRIOR, np.nan)

    def errors(self) -> Floats:
        """Return the standard error of each position, at most ``PRIOR``, (P,); rough, as if all were linear."""
        if not self.influence.size:
            return np.full(len(self.start), PRIOR)
        information = self.influence.T @ self.influence / (self.noise * _TOGETHER) + np.eye(len(self.start)) / PRIOR**2
        return np.asarray(np.sqrt(np.diag(np.linalg.inv(information))), np.float64)

    @property
    def _variance(self) -> float:
        return self.noise * _LEAVING

    def _draw(self, positions: Sequence[Floats]) -> list[Point]:
        """Draw points, and keep the best; fewer where the budget is spent."""
        points = []
        for place, residuals in zip(positions, self.evaluate(positions), strict=False):
            away = (place - self.start) / PRIOR
            point = Point(place, residuals, float(residuals @ residuals + self._variance * (away @ away)))
            points.append(point)
            if self.best is None or point.cost < self.best.cost:
                self.best = point
        return points

    def _measure_influence(self, alive: NDArray[np.intp], part: float) -> bool:
        """Measure the influence of some numbers about the best point; returns whether the budget was enough."""
        assert self.best is not None
        centre, probes = self.best, []
        for index in alive:
            # Inwards where a bound is near.
            sign = 1.0 if centre.positions[index] < 0.5 else -1.0
            probe = centre.positions.copy()
            probe[index] = np.clip(probe[index] + sign * part * self.steps[index], 0, 1)
            probes.append(probe)
        points = self._draw(probes)
        if not self.influence.size:
            self.influence = np.zeros((len(centre.residuals), len(self.start)))
        for index, point in zip(alive, points, strict=False):
            change = point.positions[index] - centre.positions[index]
            self.measured[index] = True
            self.influence[:, index] = (point.residuals - centre.residuals) / change
        return len(points) == len(probes)

    def _descend(self) -> bool | None:
        """Step down from the best point; returns whether that helped, None where the budget is spent."""
        improved = False
        for _ in range(_STEPS):
            assert self.best is not None
            before = self.best
            steps = [self._step(before, damping) for damping in _DAMPINGS]
            points = self._draw([before.positions + step for step in steps])
            if len(points) < len(steps):
                return None
            lowest = min(points, key=lambda point: point.cost)
            self._learn(before, lowest)
            if lowest.cost > (1 - _GAIN) * before.cost:
                break
            improved = True
        return improved

    def _step(self, point: Point, damping: float) -> Floats:
        """Return the step that would lower the cost most if all were linear, the smaller the more it is damped."""
        from scipy.optimize import lsq_linear

        count = len(self.start)
        prior = np.sqrt(self._variance) / PRIOR
        damped = np.sqrt(damping * float((self.influence**2).sum()) / count) + 1e-9
        rows = np.concatenate([self.influence, prior * np.eye(count), damped * np.eye(count)])
        wanted = -np.concatenate([point.residuals, prior * (point.positions - self.start), np.zeros(count)])
        low, high = np.maximum(-point.positions, -_REACH), np.minimum(1 - point.positions, _REACH)
        # The solver wants room between its bounds, which each number has on one side at least.
        found = lsq_linear(rows, wanted, (low - 1e-9, high + 1e-9), max_iter=50)
        step: Floats = np.clip(found.x, low, high)
        return step

    def _learn(self, before: Point, after: Point) -> None:
        """Correct the influences by what a step has changed (Broyden, 1965)."""
        step = after.positions - before.positions
        length = float(step @ step)
        if length > 1e-12:
            missed = after.residuals - before.residuals - self.influence @ step
            self.influence += np.outer(missed, step) / length
