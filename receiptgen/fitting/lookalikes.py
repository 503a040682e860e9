"""Numbers of which the scans tell only how they add up: one may be taken for the other."""

from dataclasses import dataclass
from itertools import combinations

import numpy as np

from receiptgen.fitting.fit import Fit
from receiptgen.fitting.numbers import FreeKey
from receiptgen.fitting.profile_file import numbered
from receiptgen.fitting.search import UNTOLD

# Errors of two numbers that depend on each other at least so much are those of lookalikes.
_ALIKE = 0.5


@dataclass(frozen=True, slots=True)
class Lookalike:
    """Two keys that change the measures alike.

    Attributes:
        first: The one, where the median of its numbers is.
        second: The other.
        correlation: Correlation of what is not known of them, -1 to 1.
    """

    first: FreeKey
    second: FreeKey
    correlation: float

    @property
    def text(self) -> str:
        """What that means, in one sentence."""
        way = "both up or both down" if self.correlation > 0 else "one up and the other down"
        return f"{self.first.label} and {self.second.label} look alike: {way} changes the measures little"


def lookalikes(fit: Fit) -> tuple[Lookalike, ...]:
    """Return the pairs of keys that the scans tell, but not well from each other, the worst first."""
    told = [(first, key) for first, key in numbered(fit.keys) if fit.told[first] >= UNTOLD]
    deviations = np.sqrt(np.diag(fit.covariance))
    correlations = fit.covariance / np.outer(deviations, deviations)
    pairs = [
        Lookalike(one, other, float(correlations[first, second]))
        for (first, one), (second, other) in combinations(told, 2)
        if abs(correlations[first, second]) >= _ALIKE
    ]
    return tuple(sorted(pairs, key=lambda pair: -abs(pair.correlation)))
