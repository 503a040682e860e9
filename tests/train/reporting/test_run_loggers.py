"""Which loggers a run has, and what becomes of it where one fails."""

import logging
import sys
from collections.abc import Iterator
from pathlib import Path
from threading import Event
from typing import Any, ClassVar

import numpy as np
import pytest
from command_line import PATIENCE
from components import require
from journal_entries import ended, progressed, started
from small_recipe import SMALL

from receiptgen.config.records import loads
from receiptgen.core.errors import MissingExtraError, StoppedError, TrainingError, UnknownNameError
from receiptgen.train.loop.journal import AnyEntry
from receiptgen.train.recipes.overrides import override_recipe
from receiptgen.train.recipes.recipe import Recipe
from receiptgen.train.reporting import run_loggers
from receiptgen.train.reporting.loggers import LOGGERS, End, LoggedRun
from receiptgen.train.reporting.run_loggers import RunLoggers, chosen_loggers


class Noting:
    """Notes what it is told; fails at a step."""

    told: ClassVar[list[Any]] = []
    fails: ClassVar[int | None] = None
    gate: ClassVar[Event]

    def __init__(self, run: LoggedRun) -> None:
        if run.name == "refused":
            raise RuntimeError("no key\nhere is a traceback")

    def write(self, entry: AnyEntry) -> None:
        assert self.gate.wait(PATIENCE)
        if entry.step == self.fails:
            raise ConnectionError
        self.told.append(entry)

    def text(self, tag: str, text: str, step: int) -> None:
        self.told.append((tag, text, step))

    def image(self, tag: str, image: Any, step: int) -> None:
        self.told.append((tag, image.shape, step))

    def close(self, end: End) -> None:
        self.told.append(end)


@pytest.fixture
def noting(monkeypatch: pytest.MonkeyPatch) -> Iterator[type[Noting]]:
    """Enter a logger as another package would."""

    class Point:
        def load(self) -> type[Noting]:
            return Noting

    monkeypatch.setitem(LOGGERS.__dict__, "_foreign", {"noting": Point()})
    monkeypatch.setitem(LOGGERS.__dict__, "names", (*LOGGERS.names, "noting"))
    Noting.told, Noting.fails, Noting.gate = [], None, Event()
    Noting.gate.set()
    yield Noting
    LOGGERS._classes.pop("noting", None)


def test_a_logger_of_another_package_is_told_all_in_order_without_being_waited_for(
    noting: type[Noting], tmp_path: Path
) -> None:
    noting.gate.clear()
    said: list[str] = []
    loggers = RunLoggers(chosen_loggers(["noting", "noting"]), LoggedRun(tmp_path, False, {}), said.append)
    loggers.write(started())
    loggers.text("recipe", "a: 1", 0)
    loggers.write(progressed(1))
    loggers.image("held out", np.zeros((2, 3, 3), np.uint8), 1)
    assert not noting.told
    noting.gate.set()
    loggers.write(ended(2))
    loggers.close("ended")
    assert noting.told == [
        started(),
        ("recipe", "a: 1", 0),
        progressed(1),
        ("held out", (2, 3, 3), 1),
        ended(2),
        "ended",
    ]
    assert not said


def test_a_logger_that_fails_is_told_of_once_and_left_out(noting: type[Noting], tmp_path: Path) -> None:
    noting.fails = 2
    said: list[str] = []
    loggers = RunLoggers(["noting"], LoggedRun(tmp_path, False, {}), said.append)
    for step in (1, 2, 3):
        loggers.write(progressed(step))
    loggers.close("ended")
    assert noting.told == [progressed(1)]
    assert said == ["training continues without noting: ConnectionError"]


def test_a_logger_that_cannot_begin_is_told_of_in_one_line(noting: type[Noting], tmp_path: Path) -> None:
    said: list[str] = []
    loggers = RunLoggers(["noting"], LoggedRun(tmp_path / "refused", False, {}), said.append)
    loggers.write(started())
    loggers.close("failed")
    assert said == ["training continues without noting: no key"]


def test_a_logger_that_never_answers_does_not_keep_the_run(
    noting: type[Noting], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(run_loggers, "_PATIENCE", 0.01)
    noting.gate.clear()
    said: list[str] = []
    loggers = RunLoggers(["noting"], LoggedRun(tmp_path, False, {}), said.append)
    loggers.write(started())
    loggers.close("ended")
    assert said == ["noting did not answer for 0 s; what is left is lost"]
    noting.gate.set()


def test_tensorboard_is_the_default_and_none_is_none() -> None:
    require("tensorboard")
    assert chosen_loggers([]) == chosen_loggers(["tensorboard"]) == ("tensorboard",)
    assert chosen_loggers(["none"]) == ()
    with pytest.raises(TrainingError, match="--log none: stands beside --log tensorboard"):
        chosen_loggers(["tensorboard", "none"])
    with pytest.raises(UnknownNameError, match="unknown logger 'tensorbord'; did you mean 'tensorboard'"):
        chosen_loggers(["tensorbord"])


def test_what_is_missing_is_told_with_its_extra_unless_nobody_asked_for_it(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    for name, extra in {"wandb": "wandb", "mlflow": "mlflow", "tensorboard": "train"}.items():
        monkeypatch.delitem(LOGGERS._classes, name, raising=False)
        monkeypatch.delitem(sys.modules, f"receiptgen.train.reporting.loggers.{name}", raising=False)
        for module in (name, "tensorboard.compat.proto.event_pb2"):
            monkeypatch.setitem(sys.modules, module, None)
        with pytest.raises(MissingExtraError, match=rf"--log {name} needs .*; pip install 'receiptgen\[{extra}\]'"):
            chosen_loggers([name])
    with caplog.at_level(logging.WARNING):
        assert chosen_loggers([]) == ()
    assert [record.getMessage() for record in caplog.records] == ["no event files are written; pip install tensorboard"]


@pytest.mark.needs("torch")
def test_a_run_is_logged_from_its_start_to_its_end(noting: type[Noting], tmp_path: Path) -> None:
    from receiptgen.train.reporting.monitor import Monitor
    from receiptgen.train.runs.run import Host, Run

    recipe = override_recipe(loads(SMALL, Recipe), {"steps": 2}).model_copy(
        update={"held_out_lines": 4, "evaluations": 1, "batch": 8}
    )

    def train(stops: bool) -> list[Any]:
        noting.told.clear()
        run = Run(recipe, tmp_path / "run", Host("torch", "cpu", 0))
        with Monitor(run, True, ["noting"]) as monitor:
            run.train(monitor.on_status, monitor.on_evaluation)
            if stops:
                raise StoppedError
        return noting.told

    *kinds, end = [each if isinstance(each, tuple | str) else type(each).__name__ for each in train(False)]
    assert kinds[0] == "Started"
    assert kinds[1][0] == "recipe"
    assert "steps: 2" in kinds[1][1]
    assert kinds.index("Progressed") < kinds.index("Evaluated") < kinds.index("Ended") == len(kinds) - 1
    assert any(isinstance(each, tuple) and each[0] == "held out" and each[2] == 2 for each in kinds)
    assert end == "ended"
    with pytest.raises(StoppedError):
        train(True)
    assert noting.told == ["stopped"]
