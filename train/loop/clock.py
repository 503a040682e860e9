"""The time of a run."""

from time import monotonic

from ..recipes.settings import RunSettings


def now() -> float:
    """Return seconds of a clock that is never set."""
    return monotonic()


class Clock:
    """Counts the time of a run from its first batch on, summed over resumes.

    Args:
        recipe: Settings of the run.
        seconds: Time of the earlier parts of the run, in seconds.
    """

    def __init__(self, recipe: RunSettings, seconds: float) -> None:
        self._limit = 60 * recipe.minutes if recipe.minutes else None
        self._before = seconds
        self._began: float | None = None
        self._step = 0.0

    def start(self) -> None:
        """Begin to count."""
        self._began = now()

    def end_step(self, seconds: float) -> None:
        """Note how long a step took, waiting for its lines included."""
        self._step = seconds

    @property
    def started(self) -> bool:
        """Whether it counts."""
        return self._began is not None

    @property
    def seconds(self) -> float:
        """Time of the run so far, in seconds."""
        return self._before + (now() - self._began if self._began is not None else 0.0)

    def done(self, reserve: float) -> float:
        """Return the share that is over of the time to train in; 0 without a time limit.

        Args:
            reserve: Seconds at the end of the run in which nothing is trained.
        """
        return self._share(self.seconds, reserve)

    def done_after_step(self, reserve: float) -> float:
        """Return what ``done`` will be after one more step, if it takes as long as the last one."""
        return self._share(self.seconds + self._step, reserve)

    def _share(self, seconds: float, reserve: float) -> float:
        if self._limit is None:
            return 0.0
        # Whatever is reserved, half of the time is for training.
        return seconds / max(self._limit - reserve, self._limit / 2)
