"""The median of numbers."""

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray


def median(numbers: ArrayLike) -> float:
    """Return the median of finite numbers, at least one, as ``np.median`` does.

    That one imports ``numpy.ma``, to tell masked arrays: as long as it takes to put the rows of a page in order.
    """
    ordered: NDArray[Any] = np.sort(np.asarray(numbers), axis=None)
    half = len(ordered) // 2
    return float(ordered[half] if len(ordered) % 2 else np.mean(ordered[half - 1 : half + 1]))
