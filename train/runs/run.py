"""A run as a folder: begun, or gone on with where it stopped."""

import os
import signal
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from math import nan
from pathlib import Path
from types import FrameType
from typing import Any

from receiptgen.config.records import loads
from receiptgen.core.errors import FileError, TrainingError
from receiptgen.core.files import lock_folder, write_atomic
from receiptgen.recognition.line_recognizer import LineRecognizer
from receiptgen.recognition.metadata import network_settings
from receiptgen.recognition.networks import input_shape, step_of, with_head

from ..backends import BACKENDS, Backend, OptimizerConfig, backend
from ..data.line_blocks import LineStream, WeightedSource
from ..data.loader import BatchPlan, Loader
from ..data.process_group import ProcessGroup
from ..data.skipped import SKIPPED, Skip, Skipped
from ..data.sources import DATASETS, DataSource
from ..evaluation.held_out import HeldOut, hold_out
from .checkpoint import STATE, Progress, load_state
from .initialization import Initialization, frozen, initialize
from .journal import Journal, Started
from .loop import Loop, OnEvaluation, Status, Task
from .recipe import Recipe

RECIPE = "recipe.json"
# Seconds within which requests to stop count as one.
_TOGETHER = 2.0


@dataclass(frozen=True)
class Host:
    """Where a run takes place, which changes nothing of what it learns but rounding.

    Attributes:
        backend: ``auto``, ``torch`` or ``mxnet``.
        devices: ``auto``, ``cpu``, or numbers of GPUs with commas.
        workers: Processes that draw and read lines, for each process that trains.
    """

    backend: str = "auto"
    devices: str = "auto"
    workers: int = 1


@dataclass(frozen=True)
class Outcome:
    """What a run came to.

    Attributes:
        reason: Why it ended.
        progress: How far it came.
        place: Backend and devices in words.
        skipped: How many rows of each data set gave no line.
        loader: Lines a second that could have been drawn and prepared; nan where none were.
    """

    reason: str
    progress: Progress
    place: str
    skipped: Mapping[str, int]
    loader: float


class Run:
    """A run that is ready to go.

    Args:
        recipe: Its settings.
        folder: Where it writes; may hold an earlier part of the same run.
        host: Where it takes place.

    Raises:
        ReceiptgenError: Something that the recipe names is not there, or the folder holds another run.
    """

    def __init__(self, recipe: Recipe, folder: Path, host: Host) -> None:
        self.recipe, self.folder, self.host = recipe, folder, host
        self._backend: Backend = backend(host.backend)
        self.team: ProcessGroup = self._backend.join(host.devices)
        self._written = _written(folder)
        self._state = load_state(folder) if _claims(folder, recipe) else None
        self._check_alike()
        self.beginning: Initialization = Initialization(self._state.model, ()) if self._state else initialize(recipe)
        model, learning = self.beginning.model, recipe.learning
        self._frozen = frozen(model.network, len(model.charset), learning.freeze)
        self._order = BatchPlan(recipe.batch, learning.accumulate, model.network.multiple, recipe.seed)
        self._order.check(self.team)
        self.shares = open_shares(recipe)
        # Only the first process reads them.
        held_out = recipe.held_out if self.first else {}
        self.held_out: tuple[HeldOut, ...] = tuple(
            hold_out(name, data, recipe.held_out_lines, recipe.seed) for name, data in held_out.items()
        )

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Keep other runs out of the folder.

        Raises:
            BusyError: One is there.
            FileError: The folder can't be written to.
            TrainingError: One has been there since this one looked.
        """
        if not self.first:
            yield
            return
        with lock_folder(self.folder):
            if _written(self.folder) != self._written:
                raise TrainingError(f"{self.folder}: another run has just written to it; say again what is to be done")
            yield

    def _check_alike(self) -> None:
        """See whether all processes go on from the same state.

        Raises:
            TrainingError: They don't.
        """
        step = self._state.progress.step if self._state else 0
        steps, squares = self._backend.total((step, step**2))
        if squares * self.team.size != steps**2:
            raise TrainingError(f"{self.folder}: differs from host to host; training needs a folder that all share")

    @property
    def resumed(self) -> bool:
        """Whether the folder holds an earlier part of this run."""
        return self._state is not None

    @property
    def first(self) -> bool:
        """Whether this process writes and speaks."""
        return self.team.rank == 0

    @property
    def place(self) -> str:
        """Backend and devices in words."""
        return self._backend.describe()

    def go(self, tell: Callable[[Status], None], watch: OnEvaluation) -> Outcome:
        """Train to the end.

        Args:
            tell: Called with news every few seconds.
            watch: Called with each evaluation.

        Raises:
            TrainingError: The loss is no number, or no line can be drawn.
            StoppedError: It was asked to stop; its state is saved.
        """
        recipe, model = self.recipe, self.beginning.model
        network, labels = model.network, len(model.charset)
        learning = recipe.learning
        rule = OptimizerConfig(learning.optimiser, learning.decay, learning.clip, learning.ema, self._frozen)
        layers = with_head(network, labels)
        learner = self._backend.learner(
            layers, input_shape(network), model.weights, rule, recipe.precision, recipe.seed
        )
        progress = Progress()
        if self._state:
            progress = self._state.progress
            learner.restore(self._state.arrays)
            self._state = self._state._replace(arrays={})  # three times as large as the weights
        step = step_of(network)
        lines = LineStream(self.shares, model.charset, model.preprocess, step, recipe.seed)
        recognizer = LineRecognizer(learner.infer, model.charset, model.preprocess, network.multiple, step)
        task = Task(recipe, model, self.held_out, self.folder if self.first else None)
        loop = Loop(task, self._backend, self.team, learner, recognizer, progress, tell, watch)
        speed = nan
        if not (reason := loop.finished()):
            if self.first:
                self._announce(progress)
            skipped = Skipped(self.folder)
            skipped.note(Skip(held.name, *flaw) for held in self.held_out for flaw in held.flaws)
            made = progress.step * learning.accumulate
            feed = Loader(lines, self._order, self.team, self.host.workers, made, skipped.note)
            with feed, _stopping(loop, self.first):
                reason = loop.run(feed)
            speed = feed.rate
        self._backend.leave()
        # Read again: the other processes have written it too.
        return Outcome(reason, loop.progress, self.place, Skipped(self.folder).counts, speed)

    def _announce(self, progress: Progress) -> None:
        """Write what is trained, and that it begins."""
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
                network=network_settings(self.beginning.model.network)["kind"],
                backend=BACKENDS.name_of(type(self._backend)),
                devices=(self.place,),
            )
        )


def open_shares(recipe: Recipe) -> tuple[WeightedSource, ...]:
    """Open the data sets that a recipe learns from, each under a name of its own."""
    names: list[str] = []
    shares = []
    for part in recipe.data:
        name = title(part.data)
        if name in names:
            name = f"{name} ({names.count(name) + 1})"
        names.append(name)
        table = part.data.open(recipe.seed)
        shares.append(WeightedSource(name, table, part.weight, () if table.size is None else recipe.effects))
    return tuple(shares)


def title(data: DataSource) -> str:
    """Return how reports call a data set: its form, and where it is or what it is drawn by."""
    form = DATASETS.name_of(type(data))
    return f"{form}:{getattr(data, 'source', None) or getattr(data, 'path', '')}"


def resumed_recipe(folder: Path) -> Recipe:
    """Return the recipe of the run that a folder holds.

    Raises:
        TrainingError: It holds none.
        FileError: It can't be read.
        ConfigError: It is wrong.
    """
    path = folder / RECIPE
    if not path.is_file():
        raise TrainingError(f"{folder}: holds no run to resume ({RECIPE} is missing)")
    try:
        return loads(path.read_text(encoding="utf-8"), Recipe, name=str(path))
    except (OSError, UnicodeDecodeError) as error:
        raise FileError(f"{path}: can't be read: {str(error).lower()}") from None


def _written(folder: Path) -> int:
    """Return when the state in a folder was written, in nanoseconds; 0 if there is none."""
    state = folder / STATE
    return state.stat().st_mtime_ns if state.exists() else 0


def _claims(folder: Path, recipe: Recipe) -> bool:
    """Tell whether a folder holds a part of this very run.

    Raises:
        TrainingError: It holds another run.
    """
    if not (folder / STATE).exists():
        return False
    before = resumed_recipe(folder)
    if before == recipe:
        return True
    old, new = before.model_dump(mode="json"), recipe.model_dump(mode="json")
    key = next((key for key in new if new[key] != old[key]), "data")
    raise TrainingError(
        f"{folder}: holds a run of another recipe, whose {key!r} differs; name another --out, or --resume that one"
    )


@contextmanager
def _stopping(loop: Loop, speaks: bool) -> Iterator[None]:
    """Have the first Ctrl-C, or a request to end, stop after the update in hand; the second stops at once."""
    asked = 0.0

    def ask(number: int, frame: FrameType | None) -> Any:
        nonlocal asked
        # A launcher passes on what the terminal has sent to all.
        if loop.stopping and time.monotonic() - asked > _TOGETHER:
            raise KeyboardInterrupt
        if not loop.stopping and speaks:
            # Not by ``print``, whose buffer may be in use at this very moment.
            os.write(2, b"\nstopping after this update; once more to stop at once\n")
        loop.stopping, asked = True, asked or time.monotonic()

    try:
        before = {number: signal.signal(number, ask) for number in (signal.SIGINT, signal.SIGTERM)}
    except ValueError:  # not in the main thread, whose signals they are
        yield
        return
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
