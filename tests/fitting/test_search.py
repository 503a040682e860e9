"""A search without drawing: crops are made up of numbers, and what it finds is known."""

from collections.abc import Iterator, Sequence

import numpy as np
import pytest

from receiptgen.fidelity.measures import MEASURES
from receiptgen.fitting.influence import Influence
from receiptgen.fitting.numbers import Floats
from receiptgen.fitting.search import Search
from receiptgen.fitting.target import FEATURES, Target

pytestmark = pytest.mark.needs("scikit-learn")

CROPS, NUMBERS = 60, 40
# Two numbers that many measures tell, the last ones, and one that no measure does, the first.
WEIGHTS = np.zeros((len(MEASURES), NUMBERS))
WEIGHTS[:10, -1], WEIGHTS[5:15, -2] = 6.0, 4.0


def measured(positions: Floats, seed: int, count: int = CROPS) -> Floats:
    """Return the measures of crops with numbers at some positions, (P,), or (N, P) of each."""
    own = np.random.default_rng(seed).normal(size=(count, len(MEASURES)))
    return own + np.broadcast_to(positions, (count, NUMBERS)) @ WEIGHTS.T


def search(draws: int, truth: Floats, seed: int = 0) -> Search:
    target = Target.of_table(measured(truth, 100, 300))

    def evaluate(positions: Sequence[Floats]) -> Iterator[Floats]:
        nonlocal draws
        for place in positions:
            if not draws:
                return
            draws -= 1
            yield target.features(measured(place, seed))

    start, steps = np.full(NUMBERS, 0.5), np.full(NUMBERS, 0.05)
    return Search(evaluate, target.wanted, start, steps, target.noise(CROPS), np.random.default_rng(seed))


def truth_at(last: float, one_before: float) -> Floats:
    truth = np.full(NUMBERS, 0.5)
    truth[-1], truth[-2] = last, one_before
    return truth


def test_numbers_that_weigh_most_are_found_with_few_draws_wherever_they_stand() -> None:
    truth = truth_at(0.7, 0.35)
    found = search(16, truth)
    found.run()
    assert found.best is not None
    assert found.best.positions[-2:] == pytest.approx(truth[-2:], abs=0.06)
    assert found.best.positions[:-2] == pytest.approx(truth[:-2], abs=0.06)


def test_what_no_measure_tells_is_told_by_nothing_and_what_many_do_well() -> None:
    found = search(60, truth_at(0.6, 0.5))
    found.run()
    told = found.told()
    assert told[-2:].min() > 0.8
    assert np.quantile(told[:-2], 0.9) < 0.3


def test_two_seeds_end_near_each_other_and_the_same_seed_at_the_same_numbers() -> None:
    ends = []
    for seed in (1, 1, 2):
        found = search(40, truth_at(0.65, 0.4), seed)
        found.run()
        assert found.best is not None
        ends.append(found.best.positions)
    assert np.array_equal(ends[0], ends[1])
    assert ends[0] == pytest.approx(ends[2], abs=0.08)


def test_a_measure_that_some_crops_lack_has_the_influence_of_those_that_have_it() -> None:
    random = np.random.default_rng(4)
    moved = random.choice([-0.1, 0.1], (400, 2))
    before = random.normal(size=(400, FEATURES))
    after = before + 3 * moved[:, :1]
    before[::4] = np.nan
    influence = Influence(2, FEATURES)
    influence.add(moved, before, after)
    influence.solve(np.full(2, 0.1))
    assert influence.matrix[:, 0] == pytest.approx(3, rel=0.1)
    assert influence.matrix[:, 1] == pytest.approx(0, abs=0.3)
