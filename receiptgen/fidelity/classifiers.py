"""Classifier two-sample tests of synthetic against real crops or pages: on their measures, and on their pixels.

In a classifier two-sample test (Lopez-Paz and Oquab, 2017, arXiv:1610.06545), a classifier that was trained on other
receipts predicts the side of each example; accuracy above one half shows a difference. Needs the extra ``fidelity``.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from receiptgen.core.counts import counted
from receiptgen.core.errors import DatasetError, MissingExtraError
from receiptgen.fidelity.line_crops import LineCrop
from receiptgen.fidelity.measures import paper_level
from receiptgen.imaging.geometry import Pixels

FOLDS = 5
HEIGHT, WIDTH = 32, 96  # pixels of the window for the classifier on pixels
_HELP = "pip install 'receiptgen[fidelity]'"
_BANDS, _DIRECTIONS = 8, 9
_STEP = 24  # levels; larger differences between pixels count as this one
_BOOSTING = {"learning_rate": 0.1, "max_iter": 150, "max_leaf_nodes": 15, "l2_regularization": 1.0}
# Examples in a leaf: of few, an eighth, since a tree can't split fewer than twice as many, and would only guess.
_LEAF, _LEAF_SHARE = 20, 8

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Verdict:
    """The result of a classifier two-sample test, on examples, crops or pages, of held-out receipts.

    Attributes:
        accuracy: Mean accuracy over the folds; 0.5 is chance.
        error: Its standard error.
        auc: Area under the ROC curve: share of pairs of a real and a synthetic example in the right order.
        chances: Predicted probability that an example is real, float64 (N,), synthetic ones first.
    """

    accuracy: float
    error: float
    auc: float
    chances: Floats


def two_sample_test(features: Floats, real: NDArray[np.bool_], groups: Sequence[str], seed: int) -> Verdict:
    """Cross-validate gradient-boosted trees that tell synthetic from real examples, with folds by receipt.

    Args:
        features: Features float64 (N, F); NaN is unknown.
        real: Whether each example is real, bool (N,), as many true as false.
        groups: Receipt of each example; equal names on both sides are one group, so that a copy is in its
            original's fold.
        seed: Seed of folds and trees.

    Raises:
        MissingExtraError: scikit-learn is not installed.
        DatasetError: A side has too few receipts for the folds.
    """
    try:
        from sklearn.ensemble import HistGradientBoostingClassifier
        from sklearn.metrics import roc_auc_score
        from sklearn.model_selection import StratifiedGroupKFold
        from threadpoolctl import threadpool_limits
    except ModuleNotFoundError:
        raise MissingExtraError(f"fidelity needs the package scikit-learn; {_HELP}") from None
    names = np.asarray(groups)
    for side, members in (("synthetic", ~real), ("real", real)):
        if (count := len(set(names[members].tolist()))) < 2 * FOLDS:
            raise DatasetError(
                f"the {side} side is of {counted(count, 'receipt')}; at least {2 * FOLDS} are needed to compare"
            )
    chances = np.zeros(len(real))
    accuracies = []
    folds = StratifiedGroupKFold(FOLDS, shuffle=True, random_state=seed)
    for train, test in folds.split(features, real, names):
        leaf = min(_LEAF, len(train) // _LEAF_SHARE)
        trees = HistGradientBoostingClassifier(
            **_BOOSTING, min_samples_leaf=leaf, early_stopping=False, random_state=seed
        )
        # One thread: on a busy machine, several wait for each other longer than one needs alone.
        with threadpool_limits(1):
            chances[test] = trees.fit(features[train], real[train]).predict_proba(features[test])[:, 1]
        accuracies.append(float(((chances[test] > 0.5) == real[test]).mean()))
    error = float(np.std(accuracies, ddof=1) / np.sqrt(FOLDS))
    return Verdict(float(np.mean(accuracies)), error, float(roc_auc_score(real, chances)), chances)


def pixel_features(crops: Sequence[LineCrop], seed: int) -> Floats:
    """Return features for the classifier on pixels.

    Histograms of oriented gradients by bands of the line; and counts of levels and of differences between
    neighbours, in which noise, blur and JPEG leave traces (after SPAM, Pevny and others, 2010). On real crops
    against others that were blurred, squeezed, compressed, thickened or made noisy, trees on these features were
    more accurate than a linear model, and far more than a perceptron on principal components of the pixels; adding
    those components did not help.

    Returns:
        Features float64 (N, F).
    """
    random = np.random.default_rng(seed)
    rows = []
    for crop in crops:
        view = sample_window(crop.image, random)
        rows.append(np.concatenate([gradient_shares(view), texture_shares(view)]))
    return np.array(rows, np.float64)


def sample_window(image: Pixels, random: np.random.Generator) -> Pixels:
    """Scale a crop to ``HEIGHT`` and cut out ``WIDTH`` at a random offset, or pad a shorter one with paper."""
    height, width = image.shape
    scaled = max(1, round(width * HEIGHT / height))
    method = cv2.INTER_AREA if height > HEIGHT else cv2.INTER_LINEAR
    line = np.asarray(cv2.resize(image, (scaled, HEIGHT), interpolation=method), np.uint8)
    offset = int(random.integers(abs(scaled - WIDTH) + 1))
    if scaled >= WIDTH:
        return np.ascontiguousarray(line[:, offset : offset + WIDTH])
    view = np.full((HEIGHT, WIDTH), paper_level(image), np.uint8)
    view[:, offset : offset + scaled] = line
    return view


def gradient_shares(view: Pixels) -> Floats:
    """Return the sums of gradients by direction in each of eight bands of rows, as shares of all gradients.

    Args:
        view: Grey image uint8 (H, W).
    """
    down, right = np.gradient(view.astype(np.float64))
    direction = np.floor(np.arctan2(down, right) / np.pi * _DIRECTIONS + 0.5).astype(int) % _DIRECTIONS
    band = np.arange(len(view))[:, None] * _BANDS // len(view)
    strength = np.hypot(down, right)
    sums = np.bincount((band * _DIRECTIONS + direction).ravel(), strength.ravel(), _BANDS * _DIRECTIONS)
    return np.asarray(sums / max(1.0, float(strength.sum())), np.float64)


def texture_shares(view: Pixels) -> Floats:
    """Return shares of levels, and of first and second differences along both axes, of a grey image uint8 (H, W)."""
    pixels = view.astype(np.int32)
    histograms: list[NDArray[Any]] = [np.bincount(view.ravel() >> 3, minlength=32)]
    for axis in (0, 1):
        for order in (1, 2):
            steps = np.clip(np.diff(pixels, order, axis=axis), -_STEP, _STEP) + _STEP
            histograms.append(np.bincount(steps.ravel(), minlength=2 * _STEP + 1))
    return np.concatenate(histograms) / view.size
