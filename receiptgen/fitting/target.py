"""What drawn crops are to measure like: the measures of scans, and how far others are from them."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from receiptgen.fidelity.line_crops import LineCrop
from receiptgen.fidelity.measures import MEASURES, measure_crops
from receiptgen.fitting.numbers import Floats

# A measure counts where at least this many crops have it, and this share of them.
_FEWEST, _LEAST_SHARE = 8, 0.2
# Quantiles of the scans at which shares are compared; those at which the distance of the levels is.
_SHARES = (np.arange(12) + 0.5) / 12
_LEVELS = np.array([0.1, 0.5, 0.9])
# Width over which a share rises from crop to crop, as a part of the deviation: so that it changes with every number.
_SMOOTH = 0.12
# Weight of the distance of levels against that of shares: it leads back from where no share differs any more.
_PULL = 0.25


@dataclass(frozen=True, slots=True)
class MeasureTarget:
    """One measure of the scans.

    Attributes:
        name: Key of ``MEASURES``.
        column: Its column in tables of measures.
        values: What the scans measure, sorted, float64 (N,).
        scale: Their deviation, or what stands for one that is 0.
        points: Quantiles of theirs at which shares are compared, float64 (12,).
        shares: Smoothed shares of the scans below each of the points.
    """

    name: str
    column: int
    values: Floats
    scale: float
    points: Floats
    shares: Floats

    @classmethod
    def of(cls, name: str, column: int, values: Floats) -> "MeasureTarget":
        """Take what is known of a measure."""
        deviation = float(values.std())
        scale = deviation if deviation > 1e-9 * max(1.0, float(np.abs(values).max())) else 0.05 * _size(values)
        points = np.quantile(values, _SHARES)
        return cls(name, column, np.sort(values), scale, points, _shares(values, points, scale))

    def residuals(self, values: Floats) -> Floats:
        """Return how far values are from the target's, float64 (15,), each from -1 to 1."""
        below = _shares(values, self.points, self.scale) - self.shares
        moved = (np.quantile(values, _LEVELS) - np.quantile(self.values, _LEVELS)) / self.scale
        return np.concatenate([below, _PULL * np.tanh(moved / 3)])

    def ks(self, values: Floats) -> float:
        """Return the two-sample Kolmogorov-Smirnov distance, 0 to 1."""
        ordered = np.sort(values)
        points = np.concatenate([self.values, ordered])
        sides = [np.searchsorted(side, points, side="right") / len(side) for side in (self.values, ordered)]
        return float(np.abs(sides[0] - sides[1]).max())


@dataclass(frozen=True, slots=True)
class Target:
    """What drawn crops are to measure like.

    Attributes:
        measures: The measures that count.
        crops: Number of the scans' crops.
    """

    measures: tuple[MeasureTarget, ...]
    crops: int

    @classmethod
    def of(cls, crops: Sequence[LineCrop]) -> "Target":
        """Measure crops of scans."""
        return cls.of_table(measure_crops(crops))

    @classmethod
    def of_table(cls, table: Floats) -> "Target":
        """Take measures of crops of scans, float64 (N, M)."""
        least = max(_FEWEST, _LEAST_SHARE * len(table))
        columns = [(name, column, _known(table[:, column])) for column, name in enumerate(MEASURES)]
        return cls(tuple(MeasureTarget.of(*each) for each in columns if len(each[2]) >= least), len(table))

    def residuals(self, table: Floats) -> Floats:
        """Return how far measures (N, M) are from the target's, float64 (R,); the search makes them small."""
        parts = []
        for target in self.measures:
            values = _known(table[:, target.column])
            parts.append(target.residuals(values) if len(values) else np.ones(len(_SHARES) + len(_LEVELS)))
        residuals: Floats = np.concatenate(parts) / np.sqrt(len(parts))
        return residuals

    def distances(self, table: Floats) -> dict[str, float]:
        """Return the KS distance of each measure; 1 where no drawn crop has it."""
        found = {}
        for target in self.measures:
            values = _known(table[:, target.column])
            found[target.name] = target.ks(values) if len(values) else 1.0
        return found

    def mean_ks(self, table: Floats) -> float:
        """Return the mean KS distance over the measures that count."""
        return float(np.mean(list(self.distances(table).values())))

    def noise(self, drawn: int) -> float:
        """Return the variance that chance alone gives a residual of a share, for so many drawn crops."""
        return (1 / self.crops + 1 / drawn) / 6 / len(self.measures)  # the mean of p (1 - p) is a sixth


def _known(values: Floats) -> Floats:
    return values[np.isfinite(values)]


def _size(values: Floats) -> float:
    return max(1.0, float(np.abs(values).max()))


def _shares(values: Floats, points: Floats, scale: float) -> Floats:
    """Return the share of values below each point, where each counts in part near it."""
    away = (points[:, None] - values[None, :]) / (_SMOOTH * scale)
    return np.asarray((0.5 * (1 + np.tanh(away / 2))).mean(axis=1), np.float64)
