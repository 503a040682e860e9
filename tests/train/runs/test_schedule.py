"""The learning rate over a run."""

from math import isclose

from receiptgen.train.runs.recipe import Learning
from receiptgen.train.runs.schedule import rate


def test_the_rate_rises_and_comes_down_to_nothing() -> None:
    one = Learning(learning_rate=2.0, schedule="one_cycle")
    assert isclose(rate(one, 0.3), 2.0)
    assert 0 < rate(one, 0.0) < 0.1
    assert isclose(rate(one, 1.0), 0.0, abs_tol=1e-9)
    cosine = Learning(learning_rate=2.0, schedule="cosine", warm_up=0.1)
    assert rate(cosine, 0.0) == 0
    assert isclose(rate(cosine, 0.05), 1.0)
    assert isclose(rate(cosine, 0.1), 2.0)
    assert isclose(rate(cosine, 0.55), 1.0)
    constant = Learning(learning_rate=2.0, schedule="constant", warm_up=0.0)
    assert [rate(constant, share) for share in (0.0, 0.5, 1.0)] == [2.0] * 3
