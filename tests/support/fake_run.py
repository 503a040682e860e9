"""A run whose steps and readings take what time a test says, by a clock that nothing else moves."""

from collections.abc import Callable, Iterator, Sequence
from itertools import repeat
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from small_networks import lines
from small_recipe import SMALL

from receiptgen.config.records import loads
from receiptgen.recognition.charset import charset
from receiptgen.recognition.model_file import Model
from receiptgen.recognition.networks import NETWORKS
from receiptgen.recognition.preprocess import Preprocess
from receiptgen.train.backends import Update
from receiptgen.train.data.process_group import ProcessGroup
from receiptgen.train.data.sources import Example
from receiptgen.train.evaluation.held_out import HeldOut
from receiptgen.train.evaluation.shared_reader import SharedReader
from receiptgen.train.loop import clock
from receiptgen.train.loop.checkpoint import Progress
from receiptgen.train.loop.loop import Job, Loop, Status
from receiptgen.train.recipes.recipe import Recipe


class FakeRun:
    """A host, a network in training, its recogniser and a loader, all of them as slow as it is told.

    Args:
        recipe: Settings that differ from those of a small recipe.
        lines: Number of lines of the held-out set.
        step: Seconds of a step.
        line: Seconds of reading a line.
        start: Seconds until the first batch.
        text: Texts of the held-out lines; a sequence is repeated.
    """

    def __init__(
        self, monkeypatch: pytest.MonkeyPatch, lines: int = 100, step: float = 0.5, line: float = 0.0,
        start: float = 0.0, texts: Sequence[str] = ("1",), **recipe: Any,
    ) -> None:  # fmt: skip
        self.time, self._step, self._line, self._start = 1000.0, step, line, start
        monkeypatch.setattr(clock, "monotonic", lambda: self.time)
        self.recipe = loads(SMALL, Recipe).model_copy(update={"steps": None, **recipe})
        image = np.full((8, 20), 255, np.uint8)
        self.held_out = HeldOut(
            "own", tuple(Example(image, texts[i % len(texts)], "", str(i)) for i in range(lines)), ()
        )
        self.rates: list[float] = []
        self.read_at: list[tuple[float, int]] = []
        self.statuses: list[Status] = []

    # As a backend
    def total(self, values: Sequence[float]) -> tuple[float, ...]:
        return tuple(values)

    largest = total

    # As a learner
    def update(self, batches: Sequence[Any], learning_rate: float) -> Callable[[], Update]:
        self.time += self._step
        self.rates.append(learning_rate)
        return lambda: Update(1.0, 1.0)

    def weights(self, averaged: bool = True) -> dict[str, Any]:
        return {}

    def state(self) -> dict[str, Any]:
        return {}

    # As a recogniser
    def read(self, images: Sequence[Any], search: Any = None) -> list[str]:
        self.time += self._line * len(images)
        self.read_at.append((self.time, len(images)))
        return ["1"] * len(images)

    def columns(self, images: Sequence[Any]) -> int:
        return sum(image.shape[1] for image in images)

    # As a loader
    def __iter__(self) -> Iterator[Any]:
        self.time += self._start
        yield from repeat(lines(1))

    def loop(self, folder: Path, progress: Progress | None = None) -> Loop:
        """Return a loop whose backend, learner, recogniser and loader this is."""
        network = NETWORKS.get("receipt")()
        model = Model(network, charset("0123456789"), Preprocess(height=network.height), {}, {}, network.reads)
        job = Job(self.recipe, model, (self.held_out,), folder)
        this: Any = self
        group, progress = ProcessGroup(), progress or Progress()
        reader = SharedReader(this, group, this.total)
        return Loop(job, this, group, this, reader, progress, self.statuses.append, lambda *_: None)

    def train(self, folder: Path, progress: Progress | None = None) -> Loop:
        """Train to the end; return the loop."""
        loop = self.loop(folder, progress)
        self.began = self.time
        loop.prepare()
        this: Any = self
        loop.run(this, self.began)
        return loop
