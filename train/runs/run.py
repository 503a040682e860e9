"""A run in its folder: begun, or resumed where it stopped."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from itertools import count
from math import nan
from pathlib import Path

from receiptgen.core.errors import StoppedError, TrainingError
from receiptgen.core.files import lock_folder, write_atomic

from ..backends import BACKENDS, Backend, Learner, OptimizerConfig, backend
from ..data.loader import Loader
from ..data.process_group import ProcessGroup
from ..data.skipped import SKIPPED, Skip, Skipped
from ..data.worker_pool import default_workers
from ..loop.agreement import check_same_lines, check_same_recipe, check_same_step
from ..loop.checkpoint import STATE, Progress, load_state
from ..loop.clock import now
from ..loop.journal import Journal, Started
from ..loop.loop import Job, Loop, OnEvaluation, Status
from ..loop.models import network_name
from ..loop.rate_finder import RateTest, run_rate_test
from ..processes.signals import SignalWatch, stop_on_signals
from ..recipes.recipe import AnyRecipe
from .batch_size import small_batch_notes
from .initialization import Initialization
from .memory import memory_advice
from .stored_run import RECIPE, holds_run, state_time
from .task import Task
from .tasks import task_of


@dataclass(frozen=True)
class Host:
    """Where a run takes place; this changes its results by rounding only.

    Attributes:
        backend: ``auto``, ``torch`` or ``mxnet``.
        devices: ``auto``, ``gpu``, ``cpu``, or indices of GPUs with commas.
        workers: Number of processes that prepare samples, for each process that trains; None for what suits the device.
        compile: Whether the framework's compiler makes the network's step faster.
        draw_on: Address of a Ray cluster whose nodes prepare lines instead of workers; empty for workers.
    """

    backend: str = "auto"
    devices: str = "auto"
    workers: int | None = None
    compile: bool = False
    draw_on: str = ""


@dataclass(frozen=True)
class Outcome:
    """The outcome of a run.

    Attributes:
        reason: Reason why it ended.
        progress: Progress at its end.
        devices: Description of backend and devices.
        skipped: Number of rows of each data set that gave no line.
        loader: Lines per second that the loader alone could prepare; nan where it prepared none.
    """

    reason: str
    progress: Progress
    devices: str
    skipped: Mapping[str, int]
    loader: float


class Run:
    """A run that is ready to train.

    Args:
        recipe: Settings of the run.
        folder: Folder of the run; may hold an earlier part of the same run.
        host: Backend, devices and workers.
        notes: Notes on the recipe.

    Raises:
        ReceiptgenError: Something that the recipe names is missing, or the folder holds another run.
    """

    def __init__(self, recipe: AnyRecipe, folder: Path, host: Host, notes: Sequence[str] = ()) -> None:
        self._began = now()
        self.folder, self.host = folder, host
        self._backend: Backend = backend(host.backend)
        self.group: ProcessGroup = self._backend.join(host.devices)
        self.task: Task = task_of(recipe, folder, self._backend.uses_gpu)
        self.recipe = recipe = self.task.recipe
        check_same_recipe(self._backend, recipe)
        self._state_time = state_time(folder)
        self._state = load_state(folder) if holds_run(folder, recipe) else None
        check_same_step(self._backend, self._state.progress.step if self._state else 0, folder)
        self._check_same_network()
        self.initialization: Initialization = (
            Initialization(self._state.model, ()) if self._state else self.task.initialize()
        )
        model = self.initialization.model
        self._trained, more = self.task.trained(model)
        notes = (*notes, *more)
        self._plan = self.task.plan(model)
        self._plan.check(self.group)
        gpus = self._backend.device_count(host.devices) if self._backend.uses_gpu else 1
        notes = (*notes, *small_batch_notes(self._plan, gpus, self.resumed))
        self.initialization = self.initialization._replace(notes=(*self.initialization.notes, *notes))
        self.task.open_data(model, begins=not self._state)
        check_same_lines(self._backend, self.task.held_out)

    @contextmanager
    def lock(self) -> Iterator[None]:
        """Keep other runs out of the folder.

        Raises:
            BusyError: One is running there.
            FileError: The folder can't be written to.
            TrainingError: One has written there since this one read the state.
        """
        if not self.first:
            yield
            return
        with lock_folder(self.folder):
            if state_time(self.folder) != self._state_time:
                raise TrainingError(f"{self.folder}: another run has just written to it; run the command again")
            yield

    def _check_same_network(self) -> None:
        """Check that the state is of the recipe's network and characters, where the recipe says which.

        Raises:
            TrainingError: It isn't.
        """
        if self._state and (other := self.task.agrees(self._state.metadata)):
            raise TrainingError(
                f"{self.folder / STATE}: is the state of a run with another {other}; train again, or restore the file"
            )

    @property
    def resumed(self) -> bool:
        """Whether the folder holds an earlier part of this run."""
        return self._state is not None

    @property
    def first(self) -> bool:
        """Whether this process writes files and messages."""
        return self.group.rank == 0

    @property
    def devices(self) -> str:
        """Description of backend and devices."""
        return self._backend.describe()

    def faults(self) -> AbstractContextManager[None]:
        """Return a context in which failures of devices, and of the other processes, become errors of one line."""
        return self._backend.faults(memory_advice(self.recipe, self.group))

    def train(
        self, on_status: Callable[[Status], None], on_evaluation: OnEvaluation, watch: SignalWatch | None = None
    ) -> Outcome:
        """Train to the end.

        Args:
            on_status: Called with the status every few seconds.
            on_evaluation: Called after each evaluation.
            watch: Watch for SIGTERM and SIGUSR1, which save and stop as Ctrl-C does.

        Raises:
            TrainingError: The loss is not finite, or no line can be prepared.
            StoppedError: The run was stopped; its state is saved.
        """
        model = self.initialization.model
        learner = self._learner()
        progress = self._restore(learner)
        reader = self.task.reader(learner, model, self.group, self._backend.total)
        job = Job(self.recipe, model, self.task.held_out, self.folder if self.first else None)
        loop = Loop(job, self._backend, self.group, learner, reader, progress, on_status, on_evaluation)
        speed = nan
        if not (reason := loop.ended()):
            loop.prepare()
            if self.first:
                self._announce(progress)
            skipped = Skipped(self.folder)
            if self.first:
                skipped.add(Skip(held.name, *flaw) for held in self.task.held_out for flaw in held.flaws)
            loader = self._loader(progress.step, skipped.add)
            try:
                with loader, stop_on_signals(loop, watch, self.first):
                    reason = loop.run(loader, self._began)
            except StoppedError:  # in all processes, after the same step
                self._backend.leave()
                raise
            speed = loader.rate
        if watch:
            watch.answer = watch.end_before_report
        self._backend.leave()
        # Read again, since the other processes have written it too.
        return Outcome(reason, loop.progress, self.devices, Skipped(self.folder).counts, speed)

    def find_rate(self) -> RateTest:
        """Train for a moment at growing learning rates, and keep nothing of it.

        Raises:
            TrainingError: The run has begun, or no line can be prepared.
        """
        if self.resumed:
            raise TrainingError(
                f"{self.folder}: holds a run that has begun, whose learning rate stays; name another --out"
            )
        learner = self._learner()
        with self._loader(0, lambda skips: None) as loader:
            batches, parts = iter(loader), self.recipe.learning.accumulate
            steps = ([next(batches) for _ in range(parts)] for _ in count())
            found = run_rate_test(learner, self._backend, self.group, steps, self.recipe.learning)
        self._backend.leave()
        return found

    def _learner(self) -> Learner:
        """Return the network to train, with its initial weights."""
        recipe, (layers, input, objective, frozen) = self.recipe, self._trained
        learning = recipe.learning
        config = OptimizerConfig(learning.optimiser, learning.decay, learning.clip, learning.ema, frozen)
        return self._backend.learner(
            layers, input, self.initialization.model.weights, config, recipe.precision, recipe.seed, self.host.compile,
            objective,
        )  # fmt: skip

    def _loader(self, done: int, on_skip: Callable[[Sequence[Skip]], None]) -> Loader:
        """Return the samples of this process after some steps."""
        stream = self.task.stream(self.initialization.model, self._plan)
        workers = default_workers(self._backend.uses_gpu) if self.host.workers is None else self.host.workers
        pool = self.task.pool(stream, self.host.draw_on) if self.host.draw_on else None
        return Loader(stream, self._plan, self.group, workers, done * self._plan.parts, on_skip, pool)

    def _restore(self, learner: Learner) -> Progress:
        """Give a learner the state of the earlier part of the run, if there is one; return the progress so far.

        Raises:
            TrainingError: It is not the state of such a learner.
        """
        if self._state is None:
            return Progress()
        try:
            learner.restore(self._state.arrays)
        except (LookupError, ValueError, RuntimeError) as error:
            path = self.folder / STATE
            raise TrainingError(f"{path}: does not hold this run's state ({error}); train again") from None
        self._state = self._state._replace(arrays={})  # three times as large as the weights
        return self._state.progress

    def _announce(self, progress: Progress) -> None:
        """Write the recipe, and the record that the run begins."""
        from datetime import UTC, datetime

        write_atomic(self.folder / RECIPE, self.recipe.model_dump_json(indent=1).encode())
        if not self.resumed:
            (self.folder / SKIPPED).unlink(missing_ok=True)
        journal = Journal(self.folder)
        journal.rewind(progress.step if self.resumed else -1)
        journal.write(
            Started(
                step=progress.step,
                seen=progress.step * self.recipe.batch,
                seconds=progress.seconds,
                moment=datetime.now(UTC).isoformat(timespec="seconds"),
                network=network_name(self.initialization.model),
                backend=BACKENDS.name_of(type(self._backend)),
                devices=(self.devices,),
            )
        )
