"""How near synthetic line crops come to real ones: measure by measure, and as classifiers tell them apart."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from receiptgen.core.errors import MissingExtraError
from receiptgen.core.versions import OPENCV, versions
from receiptgen.fidelity.classifiers import Floats, Verdict, judge, pixel_features
from receiptgen.fidelity.line_crops import LineCrop, LineCrops
from receiptgen.fidelity.measures import MEASURES, table

PASS = 0.15  # largest KS distance at which a measure is near enough
_HELP = "pip install 'receiptgen[fidelity]'"
_PACKAGES = ("receiptgen", "numpy", *OPENCV, "scipy", "scikit-learn", "matplotlib")
_PERCENTILES = (5, 25, 50, 75, 95)
# A measure is compared if so many crops of either side have it, and judged by if neither side lacks it for want of
# labels: to tell crops by whether they are labelled would be no art.
_FEWEST = 20
_LABELLED = "pitch"
_LABELLED_SHARE = 0.99


@dataclass(frozen=True, slots=True)
class Comparison:
    """One measure on both sides.

    Attributes:
        name: Key of ``MEASURES``.
        ks: Two-sample Kolmogorov-Smirnov distance, 0 alike to 1 apart.
        wasserstein: Earth mover's distance over the real side's standard deviation; NaN if that is 0.
        synthetic: Percentiles 5, 25, 50, 75, 95 of the synthetic side.
        real: Those of the real side.
        counts: Crops of either side that have the measure.
    """

    name: str
    ks: float
    wasserstein: float
    synthetic: tuple[float, ...]
    real: tuple[float, ...]
    counts: tuple[int, int]

    @property
    def passes(self) -> bool:
        """Whether the two are near enough."""
        return self.ks <= PASS


@dataclass(frozen=True, slots=True)
class Fidelity:
    """The result.

    Attributes:
        synthetic: Crops of one side.
        real: Crops of the other.
        tables: Their measures, float64 (N, len(MEASURES)).
        comparisons: Farthest first.
        judged: The crops that were judged, synthetic ones first, as many of each side.
        verdicts: Of the judges ``measures`` and ``pixels``.
    """

    synthetic: LineCrops
    real: LineCrops
    tables: tuple[Floats, Floats]
    comparisons: tuple[Comparison, ...]
    judged: tuple[LineCrop, ...]
    verdicts: Mapping[str, Verdict]


def compare(synthetic: LineCrops, real: LineCrops, seed: int = 0) -> Fidelity:
    """Measure, compare and judge.

    Args:
        synthetic: One side.
        real: The other.
        seed: Of folds, windows and trees.

    Raises:
        MissingExtraError: SciPy or scikit-learn is not installed.
        DatasetError: Too few receipts on a side.
    """
    require()
    tables = table(synthetic.crops), table(real.crops)
    comparisons = [_comparison(name, tables[0][:, place], tables[1][:, place]) for place, name in enumerate(MEASURES)]
    comparisons = [found for found in comparisons if min(found.counts) >= _FEWEST]
    comparisons.sort(key=lambda found: (-found.ks, found.name))

    random = np.random.default_rng(seed)
    number = min(len(synthetic.crops), len(real.crops))
    chosen = [sorted(random.permutation(len(side.crops))[:number].tolist()) for side in (synthetic, real)]
    judged = tuple(
        side.crops[place] for side, places in zip((synthetic, real), chosen, strict=True) for place in places
    )
    is_real = np.repeat([False, True], number)
    groups = [crop.group for crop in judged]
    measured = np.concatenate([side[places] for side, places in zip(tables, chosen, strict=True)])
    if not _labelled(synthetic.crops, real.crops):
        measured = np.delete(measured, list(MEASURES).index(_LABELLED), axis=1)
    verdicts = {
        "measures": judge(measured, is_real, groups, seed),
        "pixels": judge(pixel_features(judged, seed), is_real, groups, seed),
    }
    return Fidelity(synthetic, real, tables, tuple(comparisons), judged, verdicts)


def require() -> None:
    """Refuse to begin what can't be ended.

    Raises:
        MissingExtraError: A package of the extra is not installed.
    """
    from importlib.util import find_spec

    for module, package in (("scipy", "scipy"), ("sklearn", "scikit-learn"), ("matplotlib", "matplotlib")):
        if find_spec(module) is None:
            raise MissingExtraError(f"fidelity needs the package {package}; {_HELP}")


def figures(found: Fidelity) -> dict[str, Any]:
    """Return all figures, JSON-ready: rounded to six digits, NaN as None."""
    return {
        "versions": versions(*_PACKAGES),
        "synthetic": _side(found.synthetic),
        "real": _side(found.real),
        "pass": PASS,
        "passed": sum(comparison.passes for comparison in found.comparisons),
        "compared": len(found.comparisons),
        "left_out": sorted(MEASURES.keys() - {comparison.name for comparison in found.comparisons}),
        "judged_a_side": len(found.judged) // 2,
        "judges": {
            name: {"accuracy": _short(verdict.accuracy), "error": _short(verdict.error), "auc": _short(verdict.auc)}
            for name, verdict in found.verdicts.items()
        },
        "measures": {
            item.name: {
                "ks": _short(item.ks),
                "passes": item.passes,
                "wasserstein": _short(item.wasserstein),
                "unit": MEASURES[item.name].unit,
                "synthetic": dict(zip(map(str, _PERCENTILES), map(_short, item.synthetic), strict=True)),
                "real": dict(zip(map(str, _PERCENTILES), map(_short, item.real), strict=True)),
                "counts": list(item.counts),
            }
            for item in found.comparisons
        },
    }  # fmt: skip


def _comparison(name: str, synthetic: Floats, real: Floats) -> Comparison:
    from scipy.stats import ks_2samp, wasserstein_distance

    sides = [side[np.isfinite(side)] for side in (synthetic, real)]
    counts = len(sides[0]), len(sides[1])
    if min(counts) < _FEWEST:
        return Comparison(name, float("nan"), float("nan"), (), (), counts)
    # Of thousands of values the exact p-value takes long, and none is asked for.
    distance = float(ks_2samp(*sides, method="asymp").statistic)
    spread = float(sides[1].std())
    # Rounding gives equal values a deviation that is not quite 0.
    even = spread <= 1e-9 * float(np.abs(sides[1]).max())
    moved = float("nan") if even else float(wasserstein_distance(*sides)) / spread
    low, high = (tuple(np.percentile(side, _PERCENTILES).tolist()) for side in sides)
    return Comparison(name, distance, moved, low, high, counts)


def _labelled(*sides: Sequence[LineCrop]) -> bool:
    """Return whether nearly all crops of all sides bear a text."""
    return all(sum(crop.length > 0 for crop in side) >= _LABELLED_SHARE * len(side) for side in sides)


def _side(crops: LineCrops) -> dict[str, Any]:
    return {
        "crops": len(crops.crops),
        "found": crops.found,
        "receipts": len({crop.group for crop in crops.crops}),
        "unreadable": list(crops.unreadable),
        "small": crops.small,
    }


def _short(value: float) -> float | None:
    return float(f"{value:.6g}") if np.isfinite(value) else None


def surest(
    found: Fidelity, judge_name: str, count: int = 10
) -> tuple[list[tuple[LineCrop, float]], list[tuple[LineCrop, float]]]:
    """Return the crops that a judge is surest of, one of a receipt, and the chance that it gives the right side.

    Returns:
        Synthetic crops that look synthetic to it, and real ones that look real.
    """
    chances = found.verdicts[judge_name].chances
    half = len(found.judged) // 2
    right: NDArray[np.float64] = np.concatenate([1 - chances[:half], chances[half:]])
    sides = []
    for start in (0, half):
        order = np.argsort(-right[start : start + half], kind="stable") + start
        first: dict[str, int] = {}
        for place in order.tolist():
            first.setdefault(found.judged[place].group, place)
        sides.append([(found.judged[place], float(right[place])) for place in list(first.values())[:count]])
    return sides[0], sides[1]
