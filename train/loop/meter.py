"""Means over some steps of a run."""

import numpy as np

from ..backends import Update
from .checkpoint import Progress
from .clock import now
from .journal import Progressed


class Meter:
    """Means over the steps since the last record."""

    def __init__(self) -> None:
        self.begin()

    def begin(self) -> None:
        """Start again with no steps."""
        self._losses: list[float] = []
        self._norms: list[float] = []
        self._lines, self._waited, self._since = 0, 0.0, now()

    def begin_step(self, lines: int, waited: float) -> None:
        """Add a step that has begun.

        Args:
            lines: Number of lines of the step, over all processes.
            waited: Seconds spent waiting for its lines.
        """
        self._lines += lines
        self._waited += waited

    def end_step(self, figures: Update) -> None:
        """Add the figures of a step."""
        self._losses.append(figures.loss)
        self._norms.append(figures.norm)

    @property
    def seconds(self) -> float:
        """Seconds since it began."""
        return now() - self._since

    def record(self, progress: Progress, seen: int, learning_rate: float) -> Progressed:
        """Return the means, and start again."""
        seconds = max(self.seconds, 1e-9)
        record = Progressed(
            step=progress.step, seen=seen, seconds=progress.seconds, loss=float(np.mean(self._losses)),
            rate=learning_rate, norm=float(np.mean(self._norms)), images_per_second=self._lines / seconds,
            wait=self._waited / seconds,
        )  # fmt: skip
        self.begin()
        return record
