"""The learning rate over a run, and with batches of another size."""

from math import isclose

import pytest
from small_recipe import SMALL

from receiptgen.config.records import loads
from receiptgen.train.recipes.overrides import override_recipe
from receiptgen.train.recipes.recipe import Recipe
from receiptgen.train.recipes.schedule import learning_rate_at, rate_notes, scaled_rate
from receiptgen.train.recipes.settings import Learning


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


@pytest.mark.parametrize(
    ("optimiser", "batch", "rate"),
    [("adamw", 256, 2e-3), ("adam", 16, 5e-4), ("sgd", 256, 4e-3), ("sgd", 16, 2.5e-4), ("adamw", 128, 1.41e-3)],
)
def test_the_rate_follows_the_size_of_batches(optimiser: str, batch: int, rate: float) -> None:
    recipe = loads(SMALL + f"learning: {{optimiser: {optimiser}, learning_rate: 1e-3}}\n", Recipe)
    changed = override_recipe(recipe, {"batch": batch})
    assert changed.learning.learning_rate == rate == scaled_rate(recipe.learning, 64, batch)
    how = "their ratio" if optimiser == "sgd" else "the square root of their ratio"
    assert rate_notes(recipe, changed) == (
        f"learning rate: {rate:g} for batches of {batch} lines, which is the recipe's 0.001 for 64 times {how}; "
        "--learning-rate sets another",
    )


def test_a_rate_that_is_named_stays_and_so_does_that_of_the_same_batch() -> None:
    recipe = loads(SMALL, Recipe)
    named = override_recipe(recipe, {"batch": 128, "learning_rate": 0.1, "accumulate": 2})
    assert (named.learning.learning_rate, named.learning.accumulate) == (0.1, 2)
    assert rate_notes(recipe, named) == ()
    assert override_recipe(recipe, {"batch": 64}) == recipe
    assert rate_notes(recipe, recipe) == ()
