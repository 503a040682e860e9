"""Monitor of a run: messages on the terminal, and files to look at in its folder."""

import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import asdict
from math import isfinite
from typing import Any

import click

from receiptgen.core.errors import ReceiptgenError, StoppedError

from ..data.skipped import SKIPPED
from ..evaluation.held_out_set import HeldOutSet
from ..evaluation.prediction_sheet import save_sheet
from ..loop.checkpoint import Progress
from ..loop.evaluations import AnyEvaluated
from ..loop.journal import JOURNAL, Started, read_journal
from ..loop.loop import Status
from ..loop.models import network_name
from ..runs.run import Outcome, Run
from .curves import draw_curves
from .loggers import End, LoggedRun
from .progress import ShowStatus, show_progress
from .report import REPORT
from .reporter import recipe_yaml
from .reporters import reporter_of
from .run_loggers import RunLoggers

SHEET, CURVES = "sheet.png", "curves.png"
# Seconds between drawings of the curves, each of which takes a second.
_PAUSE = 60.0


class Monitor:
    """Shows the progress of a run, and writes its report at the end; a context manager.

    Args:
        run: The run.
        quiet: Whether nothing is printed.
        loggers: Names of what logs it besides, as ``chosen_loggers`` returns them.
    """

    def __init__(self, run: Run, quiet: bool, loggers: Sequence[str] = ()) -> None:
        self._run, self._quiet = run, quiet or not run.first
        self._network = network_name(run.initialization.model)
        self._reporter = reporter_of(run)
        self._closing = ExitStack()
        self._logger_names = loggers if run.first else ()
        self._curves_time = 0.0
        self._started = self._warned = False

    def __enter__(self) -> "Monitor":
        run = self._run
        if not self._quiet:
            for note in run.initialization.notes:
                click.echo(note, err=True)
            verb = "resumes" if run.resumed else "begins"
            for name, note in run.task.notes.items():
                click.echo(f"{name}: {note}", err=True)
            click.echo(f"{run.folder}: {verb}, {self._network} on {run.devices}", err=True)
        logged = LoggedRun(run.folder, run.resumed, run.recipe.model_dump(mode="json"), self._quiet)
        # Before the progress is shown, since one may ask for a key.
        self._loggers = RunLoggers(self._logger_names, logged, lambda line: click.echo(line, err=True))
        self._show: ShowStatus = self._closing.enter_context(show_progress(self._network, self._quiet))
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        end: End = "ended"
        if kind is not None:
            end = "stopped" if issubclass(kind, (StoppedError, KeyboardInterrupt)) else "failed"
        self._closing.close()
        self._try_drawing(lambda: self._log_end(end))
        self._loggers.close(end)

    def _log_end(self, end: End) -> None:
        if self._logger_names and end == "ended":
            for entry in read_journal(self._run.folder / JOURNAL)[-1:]:
                self._loggers.write(entry)

    def on_status(self, status: Status) -> None:
        """Show the status of the run."""
        self._show(status)
        self._try_drawing(lambda: self._log(status))

    def _log(self, status: Status) -> None:
        if self._logger_names and not self._started:
            # Hides what an earlier part of the run wrote after the state that it resumes from.
            entries = read_journal(self._run.folder / JOURNAL)
            started = next(entry for entry in reversed(entries) if isinstance(entry, Started))
            self._loggers.write(started)
            self._loggers.text("recipe", recipe_yaml(self._run.recipe), started.step)
            self._started = True
        self._loggers.write(status.progressed)

    def _try_drawing(self, draw: Callable[[], None]) -> None:
        """Draw an image; a fault is reported once and does not stop the run."""
        try:
            draw()
        except (ReceiptgenError, OSError) as error:
            if not (self._warned or self._quiet):
                click.echo(f"training continues without images: {error}", err=True)
            self._warned = True

    def on_evaluation(
        self, evaluated: Sequence[AnyEvaluated], held_out: Sequence[HeldOutSet], results: Sequence[Sequence[Any]]
    ) -> None:
        """Draw a sheet of held-out samples after an evaluation, and from time to time the curves."""
        self._try_drawing(lambda: self._draw(evaluated, held_out, results))

    def _draw(
        self, evaluated: Sequence[AnyEvaluated], held_out: Sequence[HeldOutSet], results: Sequence[Sequence[Any]]
    ) -> None:
        sheet = self._reporter.sheet(held_out, results)
        save_sheet(sheet, self._run.folder / SHEET)
        for record in evaluated:
            self._loggers.write(record)
        self._loggers.image("held out", sheet, evaluated[0].step)
        if time.monotonic() - self._curves_time > _PAUSE:
            self._draw_curves()

    def _draw_curves(self) -> None:
        draw_curves(read_journal(self._run.folder / JOURNAL), self._run.folder / CURVES)
        self._curves_time = time.monotonic()

    def end(self, outcome: Outcome) -> dict[str, Any]:
        """Evaluate the held-out sets with the best weights, write the report and print a summary.

        Returns:
            A summary, JSON-ready.
        """
        folder = self._run.folder
        self._draw_curves()
        found = self._reporter.report(outcome)
        if not self._quiet:
            click.echo(f"{folder}: {outcome.reason}")
            click.echo("\n".join(found.lines))
            if outcome.skipped:
                click.echo(f"skipped rows: {sum(outcome.skipped.values()):,}, listed in {folder / SKIPPED}")
            click.echo(f"report: {folder / REPORT}")
        return {
            "folder": str(folder), "reason": outcome.reason, **_rounded(outcome.progress),
            "skipped": sum(outcome.skipped.values()),
            "loader": round(outcome.loader, 1) if isfinite(outcome.loader) else None,
            "held_out": found.figures,
        }  # fmt: skip


def _rounded(progress: Progress) -> dict[str, Any]:
    return {**asdict(progress), "seconds": round(progress.seconds, 1)}
