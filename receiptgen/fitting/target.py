"""What drawn crops are to measure like: the measures of scans, and how far others are from them."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from receiptgen.fidelity.line_crops import LineCrop
from receiptgen.fidelity.measures import MEASURES, measure_crops
from receiptgen.fitting.numbers import Floats

# A measure counts where at least this many crops have it, and this share of them.
_FEWEST, _LEAST_SHARE = 8, 0.2
# Quantiles of the scans at which shares are compared.
_SHARES = (np.arange(12) + 0.5) / 12
# Width over which a share rises from crop to crop, as a part of the deviation: so that it changes with every number.
_SMOOTH = 0.12
# Deviations over which one more share rises, and its weight: it leads back from where no other differs any more.
_WIDE, _PULL = 10.0, 6.0
# Deviation that stands for that of a measure without one, as a part of its size: a smaller one would make crops that
# differ a little count as far apart, and hold others back.
_CONSTANT = 0.2
# Numbers that a crop has for each measure, whose means are compared.
FEATURES = len(_SHARES) + 1


@dataclass(frozen=True, slots=True)
class MeasureTarget:
    """One measure of the scans.

    Attributes:
        name: Key of ``MEASURES``.
        column: Its column in tables of measures.
        values: What the scans measure, sorted, float64 (N,).
        scale: Their deviation, or what stands for one that is 0.
        points: Quantiles of theirs at which shares are compared, float64 (12,).
    """

    name: str
    column: int
    values: Floats
    scale: float
    points: Floats

    @classmethod
    def of(cls, name: str, column: int, values: Floats) -> "MeasureTarget":
        """Take what is known of a measure."""
        deviation = float(values.std())
        scale = deviation if deviation > 1e-9 * max(1.0, float(np.abs(values).max())) else _CONSTANT * _size(values)
        return cls(name, column, np.sort(values), scale, np.quantile(values, _SHARES))

    def features(self, values: Floats) -> Floats:
        """Return of each value, (N,), about whether it is below each of the points, (N, 13); NaN where it is NaN."""
        below = _below(values, self.points, _SMOOTH * self.scale)
        return np.concatenate(
            [below, _PULL * _below(values, self.points.mean(keepdims=True), _WIDE * self.scale)], axis=1
        )

    def ks(self, values: Floats) -> float:
        """Return the two-sample Kolmogorov-Smirnov distance, 0 to 1."""
        ordered = np.sort(values)
        points = np.concatenate([self.values, ordered])
        sides = [np.searchsorted(side, points, side="right") / len(side) for side in (self.values, ordered)]
        return float(np.abs(sides[0] - sides[1]).max())


@dataclass(frozen=True)
class Target:
    """What drawn crops are to measure like.

    Attributes:
        measures: The measures that count.
        crops: Number of the scans' crops.
    """

    measures: tuple[MeasureTarget, ...]
    crops: int

    @classmethod
    def of(cls, crops: Iterable[LineCrop]) -> "Target":
        """Measure crops of scans."""
        return cls.of_table(measure_crops(crops))

    @classmethod
    def of_table(cls, table: Floats) -> "Target":
        """Take measures of crops of scans, float64 (N, M)."""
        least = max(_FEWEST, _LEAST_SHARE * len(table))
        columns = [(name, column, _known(table[:, column])) for column, name in enumerate(MEASURES)]
        return cls(tuple(MeasureTarget.of(*each) for each in columns if len(each[2]) >= least), len(table))

    def features(self, table: Floats) -> Floats:
        """Return what the search compares of each crop, of measures (N, M): float64 (N, R), NaN where unknown."""
        parts = [target.features(table[:, target.column]) for target in self.measures]
        return np.asarray(np.concatenate(parts, axis=1) / np.sqrt(len(parts)), np.float64)

    @cached_property
    def wanted(self) -> Floats:
        """The means of these features over the scans, float64 (R,)."""
        parts = [target.features(target.values).mean(axis=0) for target in self.measures]
        return np.asarray(np.concatenate(parts) / np.sqrt(len(parts)), np.float64)

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


def _below(values: Floats, points: Floats, width: float) -> Floats:
    """Return whether values are below points, float64 (N, points): 0 or 1, and between near it."""
    away = (points[None, :] - values[:, None]) / width
    return np.asarray(0.5 * (1 + np.tanh(away / 2)), np.float64)
