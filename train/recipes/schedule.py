"""Learning rate: its schedule over a run, and how it follows the size of batches."""

from math import cos, pi, sqrt

from .settings import Learning, RunSettings

# For one_cycle: where in the run the rate peaks, and the share of the peak at which it starts (Smith 2018).
_PEAK, _START = 0.3, 0.04


def learning_rate_at(learning: Learning, done: float) -> float:
    """Return the learning rate at a moment of the run.

    Args:
        learning: Settings of the optimiser.
        done: Share of the run that is done, 0 to 1.
    """
    if learning.schedule == "one_cycle":
        if done < _PEAK:
            return learning.learning_rate * (_START + (1 - _START) * _rise(done / _PEAK))
        return learning.learning_rate * (1 - _rise((done - _PEAK) / (1 - _PEAK)))
    if done < learning.warm_up:
        return learning.learning_rate * done / learning.warm_up
    if learning.schedule == "constant":
        return learning.learning_rate
    if learning.schedule == "steps":
        return learning.learning_rate * learning.step_factor ** sum(place <= done for place in learning.step_places)
    return learning.learning_rate * (1 - _rise((done - learning.warm_up) / (1 - learning.warm_up)))


def scaled_rate(learning: Learning, old_batch: int, new_batch: int) -> float:
    """Return the learning rate for batches of another size, to three digits.

    It is multiplied by their ratio for ``sgd`` (Goyal et al. 2017), by its square root for ``adam`` and ``adamw``
    (Malladi et al. 2022).

    Args:
        learning: Settings of the optimiser, with the rate for the old batches.
        old_batch: Number of lines per step for which the rate was chosen.
        new_batch: Number of lines per step for which another is wanted.
    """
    ratio = new_batch / old_batch
    return float(f"{learning.learning_rate * (ratio if learning.optimiser == 'sgd' else sqrt(ratio)):.3g}")


def rate_notes(recipe: RunSettings, changed: RunSettings) -> tuple[str, ...]:
    """Return a note if the learning rate of a changed recipe is that of the recipe, scaled by the size of batches."""
    old, new = recipe.learning, changed.learning
    if changed.batch == recipe.batch or new.learning_rate != scaled_rate(old, recipe.batch, changed.batch):
        return ()
    how = "their ratio" if old.optimiser == "sgd" else "the square root of their ratio"
    return (
        f"learning rate: {new.learning_rate:g} for batches of {changed.batch:,} lines, which is the recipe's "
        f"{old.learning_rate:g} for {recipe.batch:,} times {how}; --learning-rate sets another",
    )


def _rise(share: float) -> float:
    """Return a value that rises from 0 to 1 along half a cosine."""
    return (1 - cos(pi * min(share, 1.0))) / 2
