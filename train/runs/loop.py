"""The training loop, the same for every backend."""

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from io import BytesIO
from math import isfinite
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from receiptgen.core.errors import FileError, StoppedError, TrainingError
from receiptgen.core.files import write_atomic
from receiptgen.recognition.metrics import Reading, summarise, with_text
from receiptgen.recognition.model_file import Model, save_model

from ..backends import Backend, Learner, Update
from ..data.batches import Batch
from ..data.loader import Loader
from ..data.process_group import ProcessGroup
from ..evaluation.held_out import HeldOut
from ..evaluation.shared_reader import SharedReader
from .checkpoint import Progress, State, save_state
from .journal import Ended, Evaluated, Journal, Progressed
from .recipe import Recipe
from .schedule import learning_rate_at

BEST, LAST, FAILED = "best.safetensors", "last.safetensors", "failed.npz"
# Seconds between records of progress, and between saved states when nothing is evaluated.
_RECORD, _SAVE = 2.0, 120.0


@dataclass(frozen=True)
class Task:
    """What a run trains and evaluates.

    Attributes:
        recipe: Settings of the run.
        model: Model to train, with its initial weights.
        held_out: Held-out sets of each evaluation; the first decides which weights are best.
        folder: Folder of the run; None for all processes but the first.
    """

    recipe: Recipe
    model: Model
    held_out: tuple[HeldOut, ...]
    folder: Path | None


class Status(NamedTuple):
    """The status of a run.

    Attributes:
        done: Share of the run that is done, 0 to 1.
        progressed: Last record of progress.
        evaluated: Last evaluation of each held-out set.
    """

    done: float
    progressed: Progressed
    evaluated: tuple[Evaluated, ...]


# Called after an evaluation with the record and the readings of each held-out set.
OnEvaluation = Callable[[Sequence[Evaluated], Sequence[Sequence[Reading]]], None]


class _Meter:
    """Means over some steps."""

    def __init__(self) -> None:
        self.begin()

    def begin(self) -> None:
        """Start again with no steps."""
        self._losses: list[float] = []
        self._norms: list[float] = []
        self._lines, self._waited, self._since = 0, 0.0, time.monotonic()

    def begin_step(self, lines: int) -> None:
        """Add a step that has begun."""
        self._lines += lines

    def add_wait(self, seconds: float) -> None:
        """Add time in which the network waited for lines."""
        self._waited += seconds

    def end_step(self, figures: Update) -> None:
        """Add the figures of a step."""
        self._losses.append(figures.loss)
        self._norms.append(figures.norm)

    @property
    def seconds(self) -> float:
        """Seconds since it began."""
        return time.monotonic() - self._since

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


class _Pending(NamedTuple):
    """A step whose figures are not known yet: its number, its batches, and a function that waits for its figures."""

    step: int
    batches: Sequence[Batch]
    figures: Callable[[], Update]


class Loop:
    """Trains a run from its current state to its end.

    Args:
        task: What it trains and evaluates.
        backend: Backend of the learner, which joins the processes.
        group: The processes.
        learner: The network to train.
        reader: Reads with the learner's averaged weights.
        progress: Progress so far.
        on_status: Called with the status every few seconds.
        on_evaluation: Called after each evaluation.

    Attributes:
        progress: Progress so far.
        stopping: Set it to stop after the current step.
    """

    def __init__(
        self, task: Task, backend: Backend, group: ProcessGroup, learner: Learner, reader: SharedReader,
        progress: Progress, on_status: Callable[[Status], None], on_evaluation: OnEvaluation,
    ) -> None:  # fmt: skip
        self._task, self._recipe = task, task.recipe
        self._backend, self._group, self._learner, self._reader = backend, group, learner, reader
        self._on_status, self._on_evaluation = on_status, on_evaluation
        self.progress = progress
        self.stopping = self._stops = False
        self._journal = Journal(task.folder) if task.folder else None
        self._seconds_before, self._began = progress.seconds, time.monotonic()
        self._saved = self._began
        self._evaluated: tuple[Evaluated, ...] = ()
        self._meter = _Meter()
        self._pending: _Pending | None = None

    def ended(self) -> str:
        """Return why the run has ended already, or nothing."""
        done, _ = self._agree(())
        reason = self._end_reason(done)
        return self._end(reason) if reason else ""

    def run(self, loader: Loader) -> str:
        """Train to the end, and return why it ended.

        Raises:
            TrainingError: The loss is not finite, or the loader failed.
            StoppedError: ``stopping`` was set; the state is saved.
        """
        lines, meter = iter(loader), self._meter
        meter.begin()
        done, batches = self._agree(self._take(lines))
        while True:
            learning_rate = learning_rate_at(self._recipe.learning, done)
            figures = self._learner.update(batches, learning_rate)
            # Those of the step before, so that a device never waits for this process.
            self._settle()
            self.progress = replace(self.progress, step=self.progress.step + 1)
            self._pending = _Pending(self.progress.step, batches, figures)
            meter.begin_step(self._recipe.batch)
            done, batches = self._agree(self._take(lines))
            if meter.seconds > _RECORD or self.progress.step == 1 or done >= 1:
                self._record(done, learning_rate)
            # Rounding must not make a third of the run less than a third.
            count = int(min(done, 1.0) * self._recipe.evaluations + 1e-9)
            if count > self.progress.evaluations:
                self._evaluate(count)
                meter.begin()
            elif time.monotonic() - self._saved > _SAVE:
                self._save()
            if reason := self._end_reason(done):
                return self._end(reason)
            if self._stops:
                self._save()
                raise StoppedError

    def _take(self, lines: Iterator[Batch]) -> list[Batch]:
        """Wait for the batches of the next step; there are none after the last step."""
        if self._recipe.steps and self.progress.step >= self._recipe.steps:
            return []
        start = time.monotonic()
        batches = [next(lines) for _ in range(self._recipe.learning.accumulate)]
        self._meter.add_wait(time.monotonic() - start)
        return batches

    def _agree(self, batches: Sequence[Batch]) -> tuple[float, list[Batch]]:
        """Agree with the other processes on the clock, on whether to stop, and on how wide the next batches are.

        Args:
            batches: This process's parts of the next batches.

        Returns:
            Share of the run that is done, and the batches, as wide as the other processes' parts of them.
        """
        self.progress = replace(self.progress, seconds=self._seconds_before + time.monotonic() - self._began)
        clock, stops, *widths = self._backend.largest(
            (self._if_first(self.progress.seconds), float(self.stopping), *(batch.width for batch in batches))
        )
        self._stops = stops > 0
        recipe = self._recipe
        shares = [self.progress.step / recipe.steps] if recipe.steps else []
        if recipe.minutes:
            shares.append(clock / (60 * recipe.minutes))
        return max(shares), [batch.widened(int(width)) for batch, width in zip(batches, widths, strict=True)]

    def _if_first(self, value: float) -> float:
        """Return what this process adds to a total, or compares, where the first process's value is wanted."""
        return value if self._group.rank == 0 else 0.0

    def _end_reason(self, done: float) -> str:
        """Return why the run ends here, or nothing."""
        recipe, since = self._recipe, self.progress.since
        if 0 < recipe.patience <= since:
            return f"{since} evaluations without a better CER"
        if done < 1:
            return ""
        return "all steps are done" if recipe.steps and self.progress.step >= recipe.steps else "the time is over"

    @property
    def _seen(self) -> int:
        return self.progress.step * self._recipe.batch

    def _settle(self) -> None:
        """Wait for the figures of the last step.

        Raises:
            TrainingError: One is not finite; the batch is saved.
        """
        if self._pending is None:
            return
        step, batches, wait = self._pending
        self._pending = None
        figures = wait()
        if not (isfinite(figures.loss) and isfinite(figures.norm)):
            raise self._failed(step, batches, figures)
        self._meter.end_step(figures)

    def _record(self, done: float, learning_rate: float) -> None:
        self._settle()
        record = self._meter.record(self.progress, self._seen, learning_rate)
        if self._journal:
            self._journal.write(record)
            self._on_status(Status(min(1.0, done), record, self._evaluated))

    def _evaluate(self, count: int) -> None:
        """Evaluate the held-out sets for the ``count``-th time, note which weights are best, and save everything."""
        self._settle()
        readings = [self._reader.read(held.examples) for held in self._task.held_out]
        evaluated = tuple(
            Evaluated.of(
                held.name,
                summarise(with_text(part)),
                step=self.progress.step,
                seen=self._seen,
                seconds=self.progress.seconds,
            )
            for held, part in zip(self._task.held_out, readings, strict=True)
        )
        cer = evaluated[0].cer_ci
        better = self.progress.best is None or cer < self.progress.best
        self.progress = replace(self.progress, evaluations=count, since=self.progress.since + 1)
        if better:
            self.progress = replace(self.progress, best=cer, best_step=self.progress.step, since=0)
        if not (self._journal and self._task.folder):
            return
        for record in evaluated:
            self._journal.write(record)
        self._evaluated = evaluated
        self.save_weights(self._task.folder / LAST, evaluated)
        if better:
            self.save_weights(self._task.folder / BEST, evaluated)
        self._save()
        self._on_evaluation(evaluated, readings)

    def save_weights(self, path: Path, evaluated: Sequence[Evaluated]) -> None:
        """Write the averaged weights, with a record of how they were trained."""
        figures = {entry.data: {"lines": entry.lines, "cer": entry.cer, "exact": entry.exact} for entry in evaluated}
        record: dict[str, Any] = {
            **self._task.model.record,
            "step": self.progress.step,
            "lines": self._seen,
            "seconds": round(self.progress.seconds, 1),
            "held_out": figures,
        }
        save_model(replace(self._task.model, weights=self._learner.weights(), record=record), path)

    def _save(self) -> None:
        self._settle()
        self._saved = time.monotonic()
        if self._task.folder:
            save_state(self._task.folder, State(self.progress, self._task.model.metadata, self._learner.state()))

    def _end(self, reason: str) -> str:
        if self._journal and not isinstance(self._journal.last, Ended):
            best = self.progress.best
            self._journal.write(
                Ended(
                    step=self.progress.step, seen=self._seen, seconds=self.progress.seconds, reason=reason,
                    best_step=self.progress.best_step, best=float("nan") if best is None else best,
                )
            )  # fmt: skip
        return reason

    def _failed(self, step: int, batches: Sequence[Batch], figures: Update) -> TrainingError:
        """Save the batch whose loss or gradient is not finite; return the error."""
        what = f"step {step}: the loss is {figures.loss:g}, the norm of the gradients {figures.norm:g}"
        if not self._task.folder:
            return TrainingError(what)
        path = self._task.folder / FAILED
        arrays = {
            f"{field}_{index}": np.asarray(value)
            for index, batch in enumerate(batches)
            for field, value in batch._asdict().items()
        }
        file = BytesIO()
        np.savez_compressed(file, **arrays)  # type: ignore[arg-type]  # NumPy's stubs take the arrays for options
        try:
            write_atomic(path, file.getvalue())
            where = f"its batch is in {path}"
        except FileError as error:
            where = f"its batch is lost: {error}"
        return TrainingError(f"{what}; {where}; try a lower --learning-rate, or --precision float32")
