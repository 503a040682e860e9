"""The training loop, the same for every backend."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from math import isfinite
from pathlib import Path
from typing import Any, NamedTuple

from receiptgen.core.counts import counted
from receiptgen.core.errors import PreemptedError, StoppedError

from ..backends import AnyBatch, Backend, Learner, Update
from ..data.loader import Loader
from ..data.process_group import ProcessGroup
from ..evaluation.held_out_set import HeldOutSet
from ..recipes.schedule import learning_rate_at
from ..recipes.settings import RunSettings
from .agreement import agree
from .checkpoint import Progress
from .clock import Clock, now
from .evaluation_plan import EvaluationPlan
from .evaluations import AnyEvaluated
from .evaluator import Evaluator, HeldOutReader
from .journal import Progressed
from .meter import Meter
from .models import AnyModel
from .run_folder import RunFolder, failed_step

# Seconds between records of progress, and between saved states when nothing is evaluated.
_RECORD, _SAVE = 2.0, 120.0


@dataclass(frozen=True)
class Job:
    """What a loop trains and evaluates.

    Attributes:
        recipe: Settings of the run.
        model: Model to train, with its initial weights.
        held_out: Held-out sets of each evaluation; the first decides which weights are best.
        folder: Folder of the run; None for all processes but the first.
    """

    recipe: RunSettings
    model: AnyModel
    held_out: tuple[HeldOutSet, ...]
    folder: Path | None


class Status(NamedTuple):
    """The status of a run.

    Attributes:
        done: Share of the run that is done, 0 to 1.
        progressed: Last record of progress.
        evaluated: Last evaluation of each held-out set.
        notes: All that there was to say since the run was begun or resumed.
    """

    done: float
    progressed: Progressed
    evaluated: tuple[AnyEvaluated, ...]
    notes: tuple[str, ...] = ()


# Called after an evaluation with the record, the held-out set and the readings of each.
OnEvaluation = Callable[[Sequence[AnyEvaluated], Sequence[HeldOutSet], Sequence[Sequence[Any]]], None]


class _Pending(NamedTuple):
    """A step whose figures are not known yet: its number, its batches, and a function that waits for its figures."""

    step: int
    batches: Sequence[AnyBatch]
    figures: Callable[[], Update]


class _Moment(NamedTuple):
    """What all processes agree on before a step.

    Attributes:
        before: Share of the run that is done, which the learning rate follows.
        after: Share of the run that will be done after the step.
        stop: Error with which to stop after the step.
    """

    before: float
    after: float
    stop: type[StoppedError] | None


class Loop:
    """Trains a run from its current state to its end.

    Args:
        job: What it trains and evaluates.
        backend: Backend of the learner, which joins the processes.
        group: The processes.
        learner: The network to train.
        reader: Reads with the learner's averaged weights.
        progress: Progress so far.
        on_status: Called with the status every few seconds.
        on_evaluation: Called after each evaluation.

    Attributes:
        progress: Progress so far.
        stopping: Set it to stop after the current step with this error.
    """

    def __init__(
        self, job: Job, backend: Backend, group: ProcessGroup, learner: Learner, reader: HeldOutReader,
        progress: Progress, on_status: Callable[[Status], None], on_evaluation: OnEvaluation,
    ) -> None:  # fmt: skip
        self._recipe = job.recipe
        self._backend, self._group, self._learner = backend, group, learner
        self._on_status, self._on_evaluation = on_status, on_evaluation
        self.progress = progress
        self.stopping: type[StoppedError] | None = None
        self._folder = RunFolder(job.folder, job.model, learner) if job.folder else None
        self._clock = Clock(job.recipe, progress.seconds)
        self._evaluator = Evaluator(job.recipe, job.held_out, reader)
        self._evaluated: tuple[AnyEvaluated, ...] = ()
        self._notes: tuple[str, ...] = ()
        self._reader, self._meter = reader, Meter()
        self._pending: _Pending | None = None
        self._saved = now()

    def ended(self) -> str:
        """Return why the run has ended already, or nothing."""
        # Those of earlier versions don't say that they are over.
        done = 1.0 if self.progress.over else max(self._steps_done(), self._clock.done(reserve=0))
        reason = self._end_reason(done)
        return self._end(reason) if reason else ""

    def prepare(self) -> None:
        """Plan the evaluations; every process must call this before it trains."""
        self._follow(self._evaluator.first_plan(self.progress))

    def run(self, loader: Loader, began: float) -> str:
        """Train to the end, and return why it ended.

        Args:
            loader: Batches to train on.
            began: When the start of the run began, as ``clock.now`` has it.

        Raises:
            TrainingError: The loss is not finite, or the loader failed.
            StoppedError: ``stopping`` was set; the state is saved.
        """
        batches, parts = iter(loader), self._recipe.learning.accumulate
        while True:
            start = now()
            parts_of_batch = [next(batches) for _ in range(parts)]
            if not self._clock.started:
                self._start(began)
                start = now()
            waited = now() - start
            moment, parts_of_batch = self._agree(parts_of_batch)
            learning_rate = learning_rate_at(self._recipe.learning, moment.before)
            figures = self._learner.update(parts_of_batch, learning_rate)
            # Those of the step before, so that a device never waits for this process.
            self._settle()
            self._clock.end_step(now() - start)
            self.progress = replace(self.progress, step=self.progress.step + 1, seconds=self._clock.seconds)
            self._pending = _Pending(self.progress.step, parts_of_batch, figures)
            self._meter.begin_step(self._recipe.batch, waited)
            done = moment.after
            if self._meter.seconds > _RECORD or self.progress.step == 1 or done >= 1:
                self._record(done, learning_rate)
            if done >= 1 or self._evaluator.plan.reached(done) > self.progress.evaluations:
                self._evaluate(done)
            elif now() - self._saved > _SAVE:
                self._save()
            if reason := self._end_reason(done):
                return self._end(reason)
            if moment.stop:
                self._save()
                # All wait for what the first one saves: where one has ended, some launchers end the others.
                self._backend.total((0.0,))
                raise moment.stop

    def _start(self, began: float) -> None:
        """Begin to count the time: the first batch has come."""
        if self._recipe.minutes:
            took = f"the first batch was ready after {now() - began:.1f} s"
            self._notes = (f"{took}; the time of the run is counted from there",)
        self._clock.start()
        self._meter.begin()

    def _steps_done(self, more: int = 0) -> float:
        """Return the share of the steps that is done after some more; 0 where only the time ends the run."""
        return (self.progress.step + more) / self._recipe.steps if self._recipe.steps else 0.0

    def _agree(self, batches: list[AnyBatch]) -> tuple[_Moment, list[AnyBatch]]:
        """Agree with the other processes before a step: the clock is the first one's, and each may stop all.

        Args:
            batches: This process's parts of the step.

        Returns:
            The moment, and the batches, each as wide as the widest of all processes.
        """
        reserve = self._evaluator.plan.seconds
        before, after = self._clock.done(reserve), self._clock.done_after_step(reserve)
        stops, preempted = self.stopping is not None, self.stopping is PreemptedError
        values = (self._if_first(before), self._if_first(after), stops, preempted)
        (before, after, stopping, preempting), batches = agree(self._backend, batches, values)
        stop = PreemptedError if preempting else StoppedError if stopping else None
        moment = _Moment(max(self._steps_done(), before), max(self._steps_done(1), after), stop)
        return moment, batches

    def _if_first(self, value: float) -> float:
        """Return what this process adds to a total that is to be the first process's value."""
        return value if self._group.rank == 0 else 0.0

    def _follow(self, plan: EvaluationPlan) -> None:
        """Take the first process's plan of the evaluations."""
        count, share, seconds = self._backend.total(tuple(map(self._if_first, plan)))
        self._evaluator.follow(EvaluationPlan(round(count), share, seconds))
        self.progress = replace(self.progress, held_out_share=share)

    def _end_reason(self, done: float) -> str:
        """Return why the run ends here, or nothing."""
        recipe, since = self._recipe, self.progress.since
        if 0 < recipe.patience <= since:
            return f"{counted(since, 'evaluation')} without a better {self._reader.measure}"
        if done < 1:
            return ""
        return "all steps are done" if self._steps_done() >= 1 else "the time is over"

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
            raise failed_step(step, figures, self._folder, batches)
        self._meter.end_step(figures)

    def _record(self, done: float, learning_rate: float) -> None:
        self._settle()
        record = self._meter.record(self.progress, self._seen, learning_rate)
        if self._folder:
            self._folder.write(record)
            notes = (*self._notes, *self._evaluator.notes)
            # ``done`` is an estimate; the time that is left would follow its faults.
            shown = 1.0 if done >= 1 else max(self._steps_done(), self._clock.done(self._evaluator.plan.seconds))
            self._on_status(Status(min(1.0, shown), record, self._evaluated, notes))

    def _evaluate(self, done: float) -> None:
        """Evaluate the held-out sets, note which weights are best, and save everything."""
        self._settle()
        start = now()
        evaluated, readings = self._evaluator.evaluate(self.progress, self._seen)
        error = evaluated[0].score  # the same in all processes
        progress, better = self.progress, self.progress.best is None or error < self.progress.best
        made = max(self._evaluator.plan.reached(done), progress.evaluations + 1)
        self.progress = replace(progress, evaluations=made, since=progress.since + 1, over=done >= 1)
        if better:
            self.progress = replace(self.progress, best=error, best_step=progress.step, since=0)
        self._evaluated = evaluated
        if self._folder:
            self._folder.save_evaluated(self.progress, self._seen, evaluated, better)
        self._spend(progress, now() - start)
        self._save()
        if self._folder:
            self._on_evaluation(evaluated, self._evaluator.held_out, readings)
        self._spend(progress, now() - start)
        self._follow(self._evaluator.next_plan(self.progress, now() - start))
        self._meter.begin()

    def _spend(self, before: Progress, seconds: float) -> None:
        """Count the seconds of an evaluation."""
        spent = before.evaluation_seconds + seconds
        self.progress = replace(self.progress, evaluation_seconds=spent, seconds=self._clock.seconds)

    def _save(self) -> None:
        self._settle()
        self.progress = replace(self.progress, seconds=self._clock.seconds)
        if self._folder:
            self._folder.save_state(self.progress)
        self._saved = now()

    def _end(self, reason: str) -> str:
        if self._folder:
            self._folder.end(self.progress, self._seen, reason)
        return reason
