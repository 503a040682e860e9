"""A run as a folder: begun, or gone on with where it stopped."""

import signal
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import Any

from receiptgen.config import loads
from receiptgen.errors import TrainingError

from .backends import BACKENDS, Backend, Rule, Team, backend
from .beginning import Beginning, begin, frozen
from .checkpoint import STATE, Progress, load_state
from .datasets import DATASETS, DataSource
from .feed import Feed, Order
from .files import put
from .journal import Journal, Started
from .lines import Lines, Share
from .loop import Loop, News, Task, Watch
from .networks import entering, step_of, whole
from .reading import HeldOut, Reader, hold_out
from .recipe import Recipe
from .weights import described_network

RECIPE, SKIPPED = "recipe.json", "skipped.tsv"


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
        flaws: Rows that gave no line: data set, name, reason.
        loader: Lines a second that could have been drawn and prepared.
    """

    reason: str
    progress: Progress
    place: str
    flaws: tuple[tuple[str, str, str], ...]
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
        self.resumed = _claims(folder, recipe)
        self._backend: Backend = backend(host.backend)
        self.team: Team = self._backend.join(host.devices)
        self.beginning: Beginning = begin(recipe)
        model, learning = self.beginning.model, recipe.learning
        self._frozen = frozen(model.network, len(model.charset), learning.freeze)
        self._order = Order(recipe.batch, learning.accumulate, model.network.multiple, recipe.seed)
        self._order.check(self.team)
        self.shares = open_shares(recipe)
        self.held_out: tuple[HeldOut, ...] = tuple(
            hold_out(name, data, recipe.lines, recipe.seed) for name, data in recipe.held_out.items()
        )

    @property
    def first(self) -> bool:
        """Whether this process writes and speaks."""
        return self.team.rank == 0

    @property
    def place(self) -> str:
        """Backend and devices in words."""
        return self._backend.describe()

    def go(self, tell: Callable[[News], None], watch: Watch) -> Outcome:
        """Train to the end.

        Args:
            tell: Called with news every few seconds.
            watch: Called with each evaluation.

        Raises:
            TrainingError: The loss is no number, or no line can be drawn.
            KeyboardInterrupt: It was asked to stop; its state is saved.
        """
        recipe, model = self.recipe, self.beginning.model
        network, labels = model.network, len(model.charset)
        learning = recipe.learning
        rule = Rule(learning.optimiser, learning.decay, learning.clip, learning.average, self._frozen)
        layers = whole(network, labels)
        learner = self._backend.learner(layers, entering(network), model.weights, rule, recipe.precision, recipe.seed)
        progress = Progress()
        if self.resumed:
            progress, arrays = load_state(self.folder)
            learner.restore(arrays)
        if self.first:
            self._announce(progress)
        step = step_of(network)
        lines = Lines(self.shares, model.charset, model.preprocess, step, recipe.seed)
        reader = Reader(learner.infer, model.charset, model.preprocess, network.multiple, step)
        task = Task(recipe, model, self.held_out, self.folder if self.first else None)
        loop = Loop(task, self._backend, self.team, learner, reader, progress, tell, watch)
        feed = Feed(lines, self._order, self.team, self.host.workers, progress.step * learning.accumulate)
        try:
            with feed, _stopping(loop):
                reason = loop.run(feed)
        finally:
            if self.first:
                _list(feed.flaws, self.folder / SKIPPED)
        self._backend.leave()
        return Outcome(reason, loop.progress, self.place, tuple(feed.flaws), feed.rate)

    def _announce(self, progress: Progress) -> None:
        """Write what is trained, and that it begins."""
        from datetime import UTC, datetime

        put(self.folder / RECIPE, self.recipe.model_dump_json(indent=1).encode())
        journal = Journal(self.folder)
        journal.rewind(progress.step if self.resumed else -1)
        journal.write(
            Started(
                step=progress.step,
                seen=progress.step * self.recipe.batch,
                seconds=progress.seconds,
                moment=datetime.now(UTC).isoformat(timespec="seconds"),
                network=described_network(self.beginning.model.network)["kind"],
                backend=BACKENDS.name_of(type(self._backend)),
                devices=(self.place,),
            )
        )


def open_shares(recipe: Recipe) -> tuple[Share, ...]:
    """Open the data sets that a recipe learns from, each under a name of its own."""
    names: list[str] = []
    shares = []
    for part in recipe.data:
        name = title(part.data)
        if name in names:
            name = f"{name} ({names.count(name) + 1})"
        names.append(name)
        table = part.data.open(recipe.seed)
        shares.append(Share(name, table, part.weight, () if table.size is None else recipe.effects))
    return tuple(shares)


def title(data: DataSource) -> str:
    """Return how reports call a data set: its form, and where it is or what it is drawn by."""
    form = DATASETS.name_of(type(data))
    return f"{form}:{getattr(data, 'source', None) or getattr(data, 'path', '')}"


def resumed_recipe(folder: Path) -> Recipe:
    """Return the recipe of the run that a folder holds.

    Raises:
        TrainingError: It holds none.
    """
    path = folder / RECIPE
    if not path.is_file():
        raise TrainingError(f"{folder}: holds no run to resume ({RECIPE} is missing)")
    return loads(path.read_text(encoding="utf-8"), Recipe, name=str(path))


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
def _stopping(loop: Loop) -> Iterator[None]:
    """Have the first Ctrl-C, or a request to end, stop after the update in hand; the second stops at once."""

    def ask(number: int, frame: FrameType | None) -> Any:
        if loop.stopping:
            raise KeyboardInterrupt
        loop.stopping = True

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


def _list(flaws: Sequence[tuple[str, str, str]], path: Path) -> None:
    """Write the rows that gave no line, each once."""
    if flaws:
        rows = dict.fromkeys("\t".join(part.replace("\t", " ") for part in flaw) for flaw in flaws)
        put(path, ("\n".join(["data\tname\treason", *rows]) + "\n").encode())
