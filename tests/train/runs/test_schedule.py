"""The learning rate over a run."""

from math import isclose

from receiptgen.train.runs.recipe import Learning
from receiptgen.train.runs.schedule import learning_rate_at


def test_the_rate_rises_and_comes_down_to_nothing() -> None:
    one = Learning(learning_rate=2.0, schedule="one_cycle")
    assert isclose(learning_rate_at(one, 0.3), 2.0)
    assert 0 < learning_rate_at(one, 0.0) < 0.1
    assert isclose(learning_rate_at(one, 1.0), 0.0, abs_tol=1e-9)
    cosine = Learning(learning_rate=2.0, schedule="cosine", warm_up=0.1)
    assert learning_rate_at(cosine, 0.0) == 0
    assert isclose(learning_rate_at(cosine, 0.05), 1.0)
    assert isclose(learning_rate_at(cosine, 0.1), 2.0)
    assert isclose(learning_rate_at(cosine, 0.55), 1.0)
    constant = Learning(learning_rate=2.0, schedule="constant", warm_up=0.0)
    assert [learning_rate_at(constant, share) for share in (0.0, 0.5, 1.0)] == [2.0] * 3


def test_the_rate_falls_in_steps() -> None:
    steps = Learning(learning_rate=2.0, schedule="steps", warm_up=0.1, step_factor=0.5, step_places=(0.5, 0.8))
    assert isclose(learning_rate_at(steps, 0.05), 1.0)
    assert [learning_rate_at(steps, share) for share in (0.1, 0.49, 0.5, 0.79, 0.8, 1.0)] == [2, 2, 1, 1, 0.5, 0.5]
