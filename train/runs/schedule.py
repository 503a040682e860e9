"""The learning rate over a run."""

from math import cos, pi

from .recipe import Learning

# Of one_cycle: where the rate is highest, and the part of it that the run begins with (Smith 2018).
_TOP, _BEGIN = 0.3, 0.04


def rate(learning: Learning, done: float) -> float:
    """Return the learning rate.

    Args:
        learning: The settings.
        done: Share of the run that is over, from 0 to 1.
    """
    if learning.schedule == "one_cycle":
        if done < _TOP:
            return learning.learning_rate * (_BEGIN + (1 - _BEGIN) * _rise(done / _TOP))
        return learning.learning_rate * (1 - _rise((done - _TOP) / (1 - _TOP)))
    if done < learning.warm_up:
        return learning.learning_rate * done / learning.warm_up
    if learning.schedule == "constant":
        return learning.learning_rate
    return learning.learning_rate * (1 - _rise((done - learning.warm_up) / (1 - learning.warm_up)))


def _rise(share: float) -> float:
    """Go from 0 to 1 along half a cosine."""
    return (1 - cos(pi * min(share, 1.0))) / 2
