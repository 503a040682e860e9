"""Classifiers that try to tell synthetic crops from real ones: on their measures, and on their pixels.

A classifier two-sample test (Lopez-Paz and Oquab, 2017, arXiv:1610.06545): what a judge that has learned on other
receipts gets right beyond one half is what tells the two sides apart. Needs the extra ``fidelity``.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from receiptgen.core.errors import DatasetError, MissingExtraError
from receiptgen.fidelity.line_crops import LineCrop
from receiptgen.fidelity.measures import paper_level
from receiptgen.imaging.geometry import Pixels

FOLDS = 5
HEIGHT, WIDTH = 32, 96  # pixels of the window that a judge of pixels sees
_HELP = "pip install 'receiptgen[fidelity]'"
_BANDS, _DIRECTIONS = 8, 9
_STEP = 24  # levels; larger steps between pixels are counted as this one
_ROUNDS = {"learning_rate": 0.1, "max_iter": 150, "max_leaf_nodes": 15, "l2_regularization": 1.0}

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Verdict:
    """How well a judge tells the sides apart, on crops of receipts that it had not seen.

    Attributes:
        accuracy: Mean of the folds; 0.5 is a guess.
        error: Its standard error.
        auc: Share of pairs of a real and a synthetic crop that are put in the right order.
        chances: float64 (N,), the probability that a crop is real; those of the synthetic side first.
    """

    accuracy: float
    error: float
    auc: float
    chances: Floats


def judge(features: Floats, real: NDArray[np.bool_], groups: Sequence[str], seed: int) -> Verdict:
    """Let gradient-boosted trees judge, each fold of receipts by trees that have learned on the others.

    Args:
        features: float64 (N, F); NaN is unknown.
        real: bool (N,), as many true as false.
        groups: Receipt of each crop; of one name on both sides they are one, so that a copy never meets its twin.
        seed: Of folds and trees.

    Raises:
        MissingExtraError: scikit-learn is not installed.
        DatasetError: Too few receipts on a side for the folds.
    """
    try:
        from sklearn.ensemble import HistGradientBoostingClassifier
        from sklearn.metrics import roc_auc_score
        from sklearn.model_selection import StratifiedGroupKFold
        from threadpoolctl import threadpool_limits
    except ModuleNotFoundError:
        raise MissingExtraError(f"fidelity needs the package scikit-learn; {_HELP}") from None
    names = np.asarray(groups)
    for side, chosen in (("synthetic", ~real), ("real", real)):
        if (count := len(set(names[chosen].tolist()))) < 2 * FOLDS:
            raise DatasetError(f"the {side} crops are of {count} receipts; at least {2 * FOLDS} are needed to compare")
    chances = np.zeros(len(real))
    right = []
    folds = StratifiedGroupKFold(FOLDS, shuffle=True, random_state=seed)
    for learn, test in folds.split(features, real, names):
        trees = HistGradientBoostingClassifier(**_ROUNDS, early_stopping=False, random_state=seed)
        # On a busy machine several threads wait for each other longer than one needs alone.
        with threadpool_limits(1):
            chances[test] = trees.fit(features[learn], real[learn]).predict_proba(features[test])[:, 1]
        right.append(float(((chances[test] > 0.5) == real[test]).mean()))
    error = float(np.std(right, ddof=1) / np.sqrt(FOLDS))
    return Verdict(float(np.mean(right)), error, float(roc_auc_score(real, chances)), chances)


def pixel_features(crops: Sequence[LineCrop], seed: int) -> Floats:
    """Return what a judge of pixels looks at.

    How steep a window is in which direction, by bands of the line; and counts of levels and of steps between
    neighbours, in which noise, blur and JPEG leave their trace (after SPAM, Pevny and others, 2010). Of real crops
    against others that had been blurred, squeezed, packed, thickened or made noisy, trees on these told more apart
    than a linear model on the same, and far more than a perceptron on principal components of the pixels; those
    components, added, were no help.

    Returns:
        float64 (N, F).
    """
    random = np.random.default_rng(seed)
    rows = []
    for crop in crops:
        view = window(crop.image, random)
        rows.append(np.concatenate([_slopes(view), _texture(view)]))
    return np.array(rows, np.float64)


def window(image: Pixels, random: np.random.Generator) -> Pixels:
    """Scale a crop to ``HEIGHT`` and cut ``WIDTH`` out at a random place, or put paper round a shorter one."""
    height, width = image.shape
    scaled = max(1, round(width * HEIGHT / height))
    method = cv2.INTER_AREA if height > HEIGHT else cv2.INTER_LINEAR
    line = np.asarray(cv2.resize(image, (scaled, HEIGHT), interpolation=method), np.uint8)
    place = int(random.integers(abs(scaled - WIDTH) + 1))
    if scaled >= WIDTH:
        return np.ascontiguousarray(line[:, place : place + WIDTH])
    view = np.full((HEIGHT, WIDTH), paper_level(image), np.uint8)
    view[:, place : place + scaled] = line
    return view


def _slopes(view: Pixels) -> Floats:
    """Return the sum of gradients by direction, of each band of the line, over all gradients."""
    down, right = np.gradient(view.astype(np.float64))
    turned = np.floor(np.arctan2(down, right) / np.pi * _DIRECTIONS + 0.5).astype(int) % _DIRECTIONS
    band = np.arange(HEIGHT)[:, None] * _BANDS // HEIGHT
    strength = np.hypot(down, right)
    sums = np.bincount((band * _DIRECTIONS + turned).ravel(), strength.ravel(), _BANDS * _DIRECTIONS)
    return np.asarray(sums / max(1.0, float(strength.sum())), np.float64)


def _texture(view: Pixels) -> Floats:
    """Return shares of levels, and of steps and of changes of step along both axes."""
    pixels = view.astype(np.int32)
    counted: list[NDArray[Any]] = [np.bincount(view.ravel() >> 3, minlength=32)]
    for axis in (0, 1):
        for order in (1, 2):
            steps = np.clip(np.diff(pixels, order, axis=axis), -_STEP, _STEP) + _STEP
            counted.append(np.bincount(steps.ravel(), minlength=2 * _STEP + 1))
    return np.concatenate(counted) / view.size
