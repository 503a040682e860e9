"""Comparison of synthetic and real line crops: measure by measure, and by classifier two-sample tests."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from receiptgen.core.errors import MissingExtraError
from receiptgen.core.versions import OPENCV, versions
from receiptgen.fidelity.classifiers import Floats, Verdict, pixel_features, two_sample_test
from receiptgen.fidelity.line_crops import LineCrop, LineCrops
from receiptgen.fidelity.measures import MEASURES, measure_crops

PASS = 0.15  # largest KS distance at which a measure passes
_HELP = "pip install 'receiptgen[fidelity]'"
_PACKAGES = ("receiptgen", "numpy", *OPENCV, "scipy", "scikit-learn", "matplotlib")
_PERCENTILES = (5, 25, 50, 75, 95)
# A measure is compared if this many crops of either side have it. The measure that needs labels is a feature of the
# classifier only if nearly all crops have labels, or else labels alone would tell the sides apart.
_FEWEST = 20
_LABELLED = "pitch"
_LABELLED_SHARE = 0.99


@dataclass(frozen=True, slots=True)
class Comparison:
    """The comparison of one measure.

    Attributes:
        name: Key of ``MEASURES``.
        ks: Two-sample Kolmogorov-Smirnov distance, from 0 (equal) to 1.
        wasserstein: Earth mover's distance over the real side's standard deviation; NaN if that is 0.
        synthetic: Percentiles 5, 25, 50, 75, 95 of the synthetic side.
        real: Percentiles of the real side.
        counts: Number of crops of either side that have the measure.
    """

    name: str
    ks: float
    wasserstein: float
    synthetic: tuple[float, ...]
    real: tuple[float, ...]
    counts: tuple[int, int]

    @property
    def passes(self) -> bool:
        """Whether the distance is small enough."""
        return self.ks <= PASS


@dataclass(frozen=True, slots=True)
class Fidelity:
    """The result of a comparison.

    Attributes:
        synthetic: Synthetic crops.
        real: Real crops.
        tables: Measures of both, float64 (N, len(MEASURES)).
        comparisons: Comparisons of measures, largest distance first.
        classified: Crops in the two-sample tests, synthetic ones first, as many of each side.
        verdicts: Results of the classifiers on ``measures`` and ``pixels``.
    """

    synthetic: LineCrops
    real: LineCrops
    tables: tuple[Floats, Floats]
    comparisons: tuple[Comparison, ...]
    classified: tuple[LineCrop, ...]
    verdicts: Mapping[str, Verdict]


def compare(synthetic: LineCrops, real: LineCrops, seed: int = 0) -> Fidelity:
    """Compare synthetic and real crops.

    Args:
        synthetic: Synthetic crops.
        real: Real crops.
        seed: Seed of folds, windows and trees.

    Raises:
        MissingExtraError: SciPy or scikit-learn is not installed.
        DatasetError: A side has too few receipts.
    """
    require_packages()
    tables = measure_crops(synthetic.crops), measure_crops(real.crops)
    comparisons = [
        _comparison(name, tables[0][:, column], tables[1][:, column]) for column, name in enumerate(MEASURES)
    ]
    comparisons = [comparison for comparison in comparisons if min(comparison.counts) >= _FEWEST]
    comparisons.sort(key=lambda comparison: (-comparison.ks, comparison.name))

    random = np.random.default_rng(seed)
    count = min(len(synthetic.crops), len(real.crops))
    indices = [sorted(random.permutation(len(side.crops))[:count].tolist()) for side in (synthetic, real)]
    classified = tuple(
        side.crops[index] for side, part in zip((synthetic, real), indices, strict=True) for index in part
    )
    is_real = np.repeat([False, True], count)
    groups = [crop.group for crop in classified]
    measures = np.concatenate([side[part] for side, part in zip(tables, indices, strict=True)])
    if not _labelled(synthetic.crops, real.crops):
        measures = np.delete(measures, list(MEASURES).index(_LABELLED), axis=1)
    verdicts = {
        "measures": two_sample_test(measures, is_real, groups, seed),
        "pixels": two_sample_test(pixel_features(classified, seed), is_real, groups, seed),
    }
    return Fidelity(synthetic, real, tables, tuple(comparisons), classified, verdicts)


def require_packages() -> None:
    """Check that all packages of the extra are installed, before work is spent.

    Raises:
        MissingExtraError: A package is missing.
    """
    from importlib.util import find_spec

    for module, package in (("scipy", "scipy"), ("sklearn", "scikit-learn"), ("matplotlib", "matplotlib")):
        if find_spec(module) is None:
            raise MissingExtraError(f"fidelity needs the package {package}; {_HELP}")


def fidelity_json(result: Fidelity) -> dict[str, Any]:
    """Return all figures, JSON-ready: rounded to six digits, NaN as None."""
    return {
        "versions": versions(*_PACKAGES),
        "synthetic": _side(result.synthetic),
        "real": _side(result.real),
        "pass": PASS,
        "passed": sum(comparison.passes for comparison in result.comparisons),
        "compared": len(result.comparisons),
        "left_out": sorted(MEASURES.keys() - {comparison.name for comparison in result.comparisons}),
        "classified_per_side": len(result.classified) // 2,
        "classifiers": {
            name: {
                "accuracy": _rounded(verdict.accuracy),
                "error": _rounded(verdict.error),
                "auc": _rounded(verdict.auc),
            }
            for name, verdict in result.verdicts.items()
        },
        "measures": {
            item.name: {
                "ks": _rounded(item.ks),
                "passes": item.passes,
                "wasserstein": _rounded(item.wasserstein),
                "unit": MEASURES[item.name].unit,
                "synthetic": dict(zip(map(str, _PERCENTILES), map(_rounded, item.synthetic), strict=True)),
                "real": dict(zip(map(str, _PERCENTILES), map(_rounded, item.real), strict=True)),
                "counts": list(item.counts),
            }
            for item in result.comparisons
        },
    }  # fmt: skip


def _comparison(name: str, synthetic: Floats, real: Floats) -> Comparison:
    from scipy.stats import ks_2samp, wasserstein_distance

    sides = [side[np.isfinite(side)] for side in (synthetic, real)]
    counts = len(sides[0]), len(sides[1])
    if min(counts) < _FEWEST:
        return Comparison(name, float("nan"), float("nan"), (), (), counts)
    # The exact p-value of thousands of values is slow, and not needed.
    distance = float(ks_2samp(*sides, method="asymp").statistic)
    deviation = float(sides[1].std())
    # Because of rounding, equal values have a deviation that is not exactly 0.
    constant = deviation <= 1e-9 * float(np.abs(sides[1]).max())
    shift = float("nan") if constant else float(wasserstein_distance(*sides)) / deviation
    low, high = (tuple(np.percentile(side, _PERCENTILES).tolist()) for side in sides)
    return Comparison(name, distance, shift, low, high, counts)


def _labelled(*sides: Sequence[LineCrop]) -> bool:
    """Tell whether nearly all crops of all sides have a text."""
    return all(sum(crop.length > 0 for crop in side) >= _LABELLED_SHARE * len(side) for side in sides)


def _side(crops: LineCrops) -> dict[str, Any]:
    return {
        "crops": len(crops.crops),
        "found": crops.found,
        "receipts": len({crop.group for crop in crops.crops}),
        "unreadable": list(crops.unreadable),
        "small": crops.small,
    }


def _rounded(value: float) -> float | None:
    return float(f"{value:.6g}") if np.isfinite(value) else None


def surest_crops(
    result: Fidelity, classifier: str, count: int = 10
) -> tuple[list[tuple[LineCrop, float]], list[tuple[LineCrop, float]]]:
    """Return the crops of which a classifier is surest, one per receipt, with its probability of the right side.

    Returns:
        Synthetic crops that it takes for synthetic, and real ones that it takes for real.
    """
    chances = result.verdicts[classifier].chances
    half = len(result.classified) // 2
    right: NDArray[np.float64] = np.concatenate([1 - chances[:half], chances[half:]])
    sides = []
    for start in (0, half):
        order = np.argsort(-right[start : start + half], kind="stable") + start
        first: dict[str, int] = {}
        for index in order.tolist():
            first.setdefault(result.classified[index].group, index)
        sides.append([(result.classified[index], float(right[index])) for index in list(first.values())[:count]])
    return sides[0], sides[1]
