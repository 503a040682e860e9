"""Schedule of the learning rate over a run."""

from math import cos, pi

from .recipe import Learning

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


def _rise(share: float) -> float:
    """Return a value that rises from 0 to 1 along half a cosine."""
    return (1 - cos(pi * min(share, 1.0))) / 2
