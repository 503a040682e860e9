"""The median is that of NumPy, to the last bit."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from receiptgen.core.medians import median

FINITE = {"allow_nan": False, "allow_infinity": False}


@given(st.one_of(
    arrays(np.float64, st.integers(1, 9), elements=st.floats(-1e9, 1e9, **FINITE)),
    arrays(np.float32, st.integers(1, 9), elements=st.floats(-(2**20), 2**20, width=32, **FINITE)),
    arrays(np.uint8, st.tuples(st.integers(1, 4), st.integers(1, 4))),
))  # fmt: skip
def test_a_median_is_that_of_numpy(numbers: np.ndarray[tuple[int, ...], np.dtype[np.generic]]) -> None:
    assert median(numbers) == float(np.median(numbers))


@pytest.mark.parametrize("numbers", [[3], [1, 2], [0.1, 0.7, 0.3, 0.2], (5.0, 1.0, 2.0)])
def test_a_median_of_a_list_is_that_of_numpy(numbers: list[float]) -> None:
    assert median(numbers) == float(np.median(numbers))
