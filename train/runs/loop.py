"""The one loop that trains, whatever the backend."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from io import BytesIO
from math import isfinite
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from receiptgen.core.errors import FileError, StoppedError, TrainingError
from receiptgen.core.files import write_atomic
from receiptgen.recognition.line_recognizer import LineRecognizer
from receiptgen.recognition.metrics import Reading, summarise
from receiptgen.recognition.model_file import Model, save_model

from ..backends import Backend, Learner
from ..data.batches import Batch
from ..data.loader import Loader
from ..data.process_group import ProcessGroup
from ..evaluation.held_out import HeldOut, read_examples
from .checkpoint import Progress, State, save_state
from .journal import Ended, Evaluated, Journal, Progressed
from .recipe import Recipe
from .schedule import rate

BEST, LAST, FAILED = "best.safetensors", "last.safetensors", "failed.npz"
# Seconds between records of progress, and between states that are saved though nothing is evaluated.
_RECORD, _SAVE = 2.0, 120.0


@dataclass(frozen=True)
class Task:
    """What a run works with.

    Attributes:
        recipe: Its settings.
        model: What is learnt, with the weights that it began with.
        held_out: Read at each evaluation; the first decides which weights are best.
        folder: Where it writes; none for processes that only help.
    """

    recipe: Recipe
    model: Model
    held_out: tuple[HeldOut, ...]
    folder: Path | None


class Status(NamedTuple):
    """What a run tells who watches.

    Attributes:
        done: Share of the run that is over.
        progressed: The last record of progress.
        evaluated: The last evaluation of each held-out set.
    """

    done: float
    progressed: Progressed
    evaluated: tuple[Evaluated, ...]


# Called with each evaluation's readings, those of each held-out set.
OnEvaluation = Callable[[Sequence[Evaluated], Sequence[Sequence[Reading]]], None]


class _Meter:
    """Means of some updates."""

    def __init__(self) -> None:
        self.begin()

    def begin(self) -> None:
        """Forget what was."""
        self._losses: list[float] = []
        self._norms: list[float] = []
        self._lines, self._waited, self._since = 0, 0.0, time.monotonic()

    def note(self, loss: float, norm: float, lines: int, waited: float) -> None:
        """Add an update."""
        self._losses.append(loss)
        self._norms.append(norm)
        self._lines += lines
        self._waited += waited

    @property
    def seconds(self) -> float:
        """Since it began."""
        return time.monotonic() - self._since

    def record(self, progress: Progress, seen: int, learning_rate: float) -> Progressed:
        """Return the means, and begin anew."""
        seconds = max(self.seconds, 1e-9)
        made = Progressed(
            step=progress.step, seen=seen, seconds=progress.seconds, loss=float(np.mean(self._losses)),
            rate=learning_rate, norm=float(np.mean(self._norms)), images_per_second=self._lines / seconds,
            wait=self._waited / seconds,
        )  # fmt: skip
        self.begin()
        return made


class Loop:
    """A run from wherever it stands to its end.

    Args:
        task: What it works with.
        backend: Whose clock all processes go by.
        team: The processes.
        learner: The network.
        recognizer: Reads by the learner's averaged weights.
        progress: Where it stands.
        tell: Called with news every few seconds.
        watch: Called with each evaluation.

    Attributes:
        progress: Where it stands.
        stopping: Set to stop after the update in hand.
    """

    def __init__(
        self, task: Task, backend: Backend, team: ProcessGroup, learner: Learner, recognizer: LineRecognizer,
        progress: Progress, tell: Callable[[Status], None], watch: OnEvaluation,
    ) -> None:  # fmt: skip
        self._task, self._recipe = task, task.recipe
        self._backend, self._team, self._learner, self._recognizer = backend, team, learner, recognizer
        self._tell, self._watch = tell, watch
        self.progress = progress
        self.stopping = self._stops = False
        self._journal = Journal(task.folder) if task.folder else None
        self._before, self._began = progress.seconds, time.monotonic()
        self._saved = self._began
        self._evaluated: tuple[Evaluated, ...] = ()

    def finished(self) -> str:
        """Return why the run was over before, or nothing."""
        reason = self._over(self._look())
        return self._end(reason) if reason else ""

    def run(self, feed: Loader) -> str:
        """Train to the end, and return why it ended.

        Raises:
            TrainingError: The loss is no number, or the loader failed.
            StoppedError: ``stopping`` was set; the state is saved.
        """
        batches, parts = iter(feed), self._recipe.learning.accumulate
        meter = _Meter()
        done = self._look()
        while True:
            begun = time.monotonic()
            chosen = [next(batches) for _ in range(parts)]
            waited = time.monotonic() - begun
            learning_rate = rate(self._recipe.learning, done)
            update = self._learner.update(chosen, learning_rate)
            if not (isfinite(update.loss) and isfinite(update.norm)):
                raise self._failed(chosen, update.loss, update.norm)
            self.progress = replace(self.progress, step=self.progress.step + 1)
            meter.note(update.loss, update.norm, self._recipe.batch, waited)
            done = self._look()
            if meter.seconds > _RECORD or self.progress.step == 1 or done >= 1:
                self._record(meter, done, learning_rate)
            # A little more, lest a third of the run be less than a third.
            count = int(min(done, 1.0) * self._recipe.evaluations + 1e-9)
            if count > self.progress.evaluations:
                self._evaluate(count)
                meter.begin()
            elif time.monotonic() - self._saved > _SAVE:
                self._save()
            if reason := self._over(done):
                return self._end(reason)
            if self._stops:
                self._save()
                raise StoppedError

    def _look(self) -> float:
        """Return the share of the run that is over, and note whether it is to stop, the same in all processes."""
        self.progress = replace(self.progress, seconds=self._before + time.monotonic() - self._began)
        clock, stops = self._backend.total((self._first(self.progress.seconds), float(self.stopping)))
        self._stops = stops > 0
        recipe = self._recipe
        shares = [self.progress.step / recipe.steps] if recipe.steps else []
        if recipe.minutes:
            shares.append(clock / (60 * recipe.minutes))
        return max(shares)

    def _first(self, value: float) -> float:
        """Return what the first process adds to a total that is to be its value."""
        return value if self._team.rank == 0 else 0.0

    def _over(self, done: float) -> str:
        """Return why the run is over, or nothing."""
        recipe, since = self._recipe, self.progress.since
        if 0 < recipe.patience <= since:
            return f"{since} evaluations without a better CER"
        if done < 1:
            return ""
        return "all steps are done" if recipe.steps and self.progress.step >= recipe.steps else "the time is over"

    @property
    def _seen(self) -> int:
        return self.progress.step * self._recipe.batch

    def _record(self, meter: _Meter, done: float, learning_rate: float) -> None:
        record = meter.record(self.progress, self._seen, learning_rate)
        if self._journal:
            self._journal.write(record)
            self._tell(Status(min(1.0, done), record, self._evaluated))

    def _evaluate(self, count: int) -> None:
        """Read the held-out sets for the ``count``-th time, note which weights are best, and save all."""
        readings = (
            [read_examples(self._recognizer, held.examples) for held in self._task.held_out]
            if self._task.folder
            else []
        )
        found = tuple(
            Evaluated.of(
                held.name, summarise(read), step=self.progress.step, seen=self._seen, seconds=self.progress.seconds
            )
            for held, read in zip(self._task.held_out, readings, strict=False)
        )
        # The other processes read nothing, and go by what the first one found.
        (cer,) = self._backend.total((self._first(found[0].cer_ci) if found else 0.0,))
        better = self.progress.best is None or cer < self.progress.best
        self.progress = replace(self.progress, evaluations=count, since=self.progress.since + 1)
        if better:
            self.progress = replace(self.progress, best=cer, best_step=self.progress.step, since=0)
        if not (self._journal and self._task.folder):
            return
        for record in found:
            self._journal.write(record)
        self._evaluated = found
        self.save_weights(self._task.folder / LAST, found)
        if better:
            self.save_weights(self._task.folder / BEST, found)
        self._save()
        self._watch(found, readings)

    def save_weights(self, path: Path, evaluated: Sequence[Evaluated]) -> None:
        """Write the averaged weights, with how they came about."""
        figures = {one.data: {"lines": one.lines, "cer": one.cer, "exact": one.exact} for one in evaluated}
        record: dict[str, Any] = {
            **self._task.model.record,
            "step": self.progress.step,
            "lines": self._seen,
            "seconds": round(self.progress.seconds, 1),
            "held_out": figures,
        }
        save_model(replace(self._task.model, weights=self._learner.weights(), record=record), path)

    def _save(self) -> None:
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

    def _failed(self, batches: Sequence[Batch], loss: float, norm: float) -> TrainingError:
        """Save the batch that gave no number."""
        what = f"update {self.progress.step + 1}: the loss is {loss:g}, the gradients' norm {norm:g}"
        if not self._task.folder:
            return TrainingError(what)
        path = self._task.folder / FAILED
        arrays = {
            f"{field}_{number}": np.asarray(value)
            for number, batch in enumerate(batches)
            for field, value in batch._asdict().items()
        }
        file = BytesIO()
        np.savez_compressed(file, **arrays)  # type: ignore[arg-type]  # its stubs take the arrays for an option
        try:
            write_atomic(path, file.getvalue())
            where = f"its batch is in {path}"
        except FileError as error:
            where = f"its batch is lost: {error}"
        return TrainingError(f"{what}; {where}; try a lower --learning-rate, or --precision float32")
