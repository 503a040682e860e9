"""Comparison of synthetic and real line crops or pages: measure by measure, and by classifier two-sample tests."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from receiptgen.core.errors import MissingExtraError
from receiptgen.core.versions import OPENCV, versions
from receiptgen.fidelity.classifiers import Floats, Verdict, pixel_features, two_sample_test
from receiptgen.fidelity.line_crops import LineCrops
from receiptgen.fidelity.measures import measure_crops
from receiptgen.fidelity.page_samples import PageSample, PageSamples
from receiptgen.fidelity.sides import LINES, PAGES, Example, Side, Subject

PASS = 0.15  # largest KS distance at which a measure passes
_HELP = "pip install 'receiptgen[fidelity]'"
_PACKAGES = ("receiptgen", "numpy", *OPENCV, "scipy", "scikit-learn", "matplotlib")
_PERCENTILES = (5, 25, 50, 75, 95)
# A measure is compared if this many examples of either side have it.
_FEWEST = 20
# Nearly all examples of a side have labels if this share has.
_LABELLED_SHARE = 0.99


@dataclass(frozen=True, slots=True)
class Comparison:
    """The comparison of one measure.

    Attributes:
        name: Key of ``Subject.measures``.
        ks: Two-sample Kolmogorov-Smirnov distance, from 0 (equal) to 1.
        wasserstein: Earth mover's distance over the real side's standard deviation; NaN if that is 0.
        synthetic: Percentiles 5, 25, 50, 75, 95 of the synthetic side.
        real: Percentiles of the real side.
        counts: Number of examples of either side that have the measure.
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
        subject: What is compared.
        synthetic: The synthetic side.
        real: The real side.
        comparisons: Comparisons of measures, largest distance first.
        classified: Examples in the two-sample tests, synthetic ones first, as many of each side.
        verdicts: Results of the classifiers on ``measures`` and ``pixels``.
    """

    subject: Subject
    synthetic: Side
    real: Side
    comparisons: tuple[Comparison, ...]
    classified: tuple[Example, ...]
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
    sides = [
        Side(side.crops, measure_crops(side.crops), sum(crop.length > 0 for crop in side.crops), side.found,
             side.unreadable, side.small)
        for side in (synthetic, real)
    ]  # fmt: skip
    crops = (*synthetic.crops, *real.crops)
    return _compare(
        LINES, sides[0], sides[1], lambda chosen: pixel_features([crops[index] for index in chosen], seed), seed
    )


def compare_pages(synthetic: PageSamples, real: PageSamples, seed: int = 0) -> Fidelity:
    """Compare synthetic and real pages; takes and raises what ``compare`` does."""
    require_packages()
    sides = [
        Side(side.pages, np.array([page.measures for page in side.pages]),
             sum(page.lines is not None for page in side.pages), side.found, side.unreadable, 0)
        for side in (synthetic, real)
    ]  # fmt: skip
    pages = (*synthetic.pages, *real.pages)
    with_lines = _labelled(sides)
    return _compare(
        PAGES, sides[0], sides[1], lambda chosen: _page_pixels([pages[index] for index in chosen], with_lines), seed
    )


def _page_pixels(pages: Sequence[PageSample], with_lines: bool) -> Floats:
    """Return the features of pages, float64 (N, F); NaN for lines of the few pages without."""
    frames = np.array([page.frame for page in pages])
    if not with_lines:
        return frames
    length = next(len(page.lines) for page in pages if page.lines is not None)
    unknown = np.full(length, np.nan)
    lines = np.array([unknown if page.lines is None else page.lines for page in pages])
    return np.concatenate([frames, lines], axis=1)


def _compare(
    subject: Subject, synthetic: Side, real: Side, pixels: Callable[[Sequence[int]], Floats], seed: int
) -> Fidelity:
    """Compare two sides; ``pixels`` returns the features of examples by their indices, synthetic ones first."""
    comparisons = [
        _comparison(name, synthetic.table[:, column], real.table[:, column])
        for column, name in enumerate(subject.measures)
    ]
    comparisons = [comparison for comparison in comparisons if min(comparison.counts) >= _FEWEST]
    comparisons.sort(key=lambda comparison: (-comparison.ks, comparison.name))

    random = np.random.default_rng(seed)
    sizes = len(synthetic.examples), len(real.examples)
    count = min(sizes)
    drawn, scanned = (sorted(random.permutation(size)[:count].tolist()) for size in sizes)
    chosen = [*drawn, *(sizes[0] + index for index in scanned)]
    examples = (*synthetic.examples, *real.examples)
    classified = tuple(examples[index] for index in chosen)
    is_real = np.repeat([False, True], count)
    groups = [example.group for example in classified]
    measures = np.concatenate([synthetic.table[drawn], real.table[scanned]])
    if not _labelled([synthetic, real]):
        measures = measures[:, [name not in subject.labelled for name in subject.measures]]
    verdicts = {
        "measures": two_sample_test(measures, is_real, groups, seed),
        "pixels": two_sample_test(pixels(chosen), is_real, groups, seed),
    }
    return Fidelity(subject, synthetic, real, tuple(comparisons), classified, verdicts)


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
        "synthetic": _side(result.subject, result.synthetic),
        "real": _side(result.subject, result.real),
        "pass": PASS,
        "passed": sum(comparison.passes for comparison in result.comparisons),
        "compared": len(result.comparisons),
        "left_out": sorted(result.subject.measures.keys() - {comparison.name for comparison in result.comparisons}),
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
                "unit": result.subject.measures[item.name].unit,
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


def _labelled(sides: Sequence[Side]) -> bool:
    """Tell whether nearly all examples of all sides have labels."""
    return all(side.labels >= _LABELLED_SHARE * len(side.examples) for side in sides)


def _side(subject: Subject, side: Side) -> dict[str, Any]:
    return {
        subject.noun: len(side.examples),
        "found": side.found,
        "receipts": len({example.group for example in side.examples}),
        "unreadable": list(side.unreadable),
        "small": side.small,
    }


def _rounded(value: float) -> float | None:
    return float(f"{value:.6g}") if np.isfinite(value) else None


def surest_examples(
    result: Fidelity, classifier: str, count: int = 10
) -> tuple[list[tuple[Example, float]], list[tuple[Example, float]]]:
    """Return the examples of which a classifier is surest, one per receipt, with its probability of the right side.

    Returns:
        Synthetic ones that it takes for synthetic, and real ones that it takes for real.
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
