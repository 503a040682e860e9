"""Monitor of a run: messages on the terminal, and files to look at in its folder."""

import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import asdict
from math import isfinite
from typing import Any

import click
import yaml

from receiptgen.core.errors import ReceiptgenError, StoppedError
from receiptgen.recognition.line_scores import LineScores
from receiptgen.recognition.metadata import network_settings
from receiptgen.recognition.metrics import Reading
from receiptgen.recognition.networks import network_costs
from receiptgen.recognition.opened_model import open_model

from ..data.skipped import SKIPPED
from ..evaluation.held_out import HeldOut
from ..evaluation.line_evaluation import evaluate_lines, write_evaluations
from ..evaluation.prediction_sheet import SheetRow, draw_sheet, save_sheet
from ..loop.checkpoint import Progress
from ..loop.journal import JOURNAL, Evaluated, Started, read_journal
from ..loop.loop import Status
from ..loop.run_folder import BEST, LAST
from ..recipes.recipe import Recipe
from ..runs.run import Outcome, Run
from .curves import draw_curves
from .loggers import End, LoggedRun
from .progress import ShowStatus, show_progress
from .report import REPORT, ReportSource, RunReport, summary_lines, write_report
from .run_loggers import RunLoggers

SHEET, CURVES = "sheet.png", "curves.png"
# Lines of the sheet, and seconds between drawings of the curves, each of which takes a second.
_ROWS, _PAUSE = 60, 60.0


class Monitor:
    """Shows the progress of a run, and writes its report at the end; a context manager.

    Args:
        run: The run.
        quiet: Whether nothing is printed.
        loggers: Names of what logs it besides, as ``chosen_loggers`` returns them.
    """

    def __init__(self, run: Run, quiet: bool, loggers: Sequence[str] = ()) -> None:
        self._run, self._quiet = run, quiet or not run.first
        self._network: str = network_settings(run.initialization.model.network)["kind"]
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
            for name, note in run.data.notes.items():
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
            self._loggers.text("recipe", _as_yaml(self._run.recipe), started.step)
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
        self, evaluated: Sequence[Evaluated], held_out: Sequence[HeldOut], readings: Sequence[Sequence[Reading]]
    ) -> None:
        """Draw a sheet of held-out lines after an evaluation, and from time to time the curves."""
        self._try_drawing(lambda: self._draw(evaluated, held_out, readings))

    def _draw(
        self, evaluated: Sequence[Evaluated], held_out: Sequence[HeldOut], readings: Sequence[Sequence[Reading]]
    ) -> None:
        sheet = _sheet(held_out, readings)
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
        # Each process has left the group by now, and the first one reads alone.
        model = open_model(folder / BEST, self._run.host.backend, self._run.host.devices)
        evaluations = tuple(evaluate_lines(held, model.recognizer) for held in self._run.data.held_out)
        write_evaluations(evaluations, self._run.data.held_out, folder / "held_out")
        self._draw_curves()
        report = self._report(outcome, evaluations)
        write_report(report, folder / REPORT)
        if not self._quiet:
            click.echo(f"{folder}: {outcome.reason}")
            click.echo("\n".join(summary_lines(report)))
            if outcome.skipped:
                click.echo(f"skipped rows: {sum(outcome.skipped.values()):,}, listed in {folder / SKIPPED}")
            click.echo(f"report: {folder / REPORT}")
        return {
            "folder": str(folder), "reason": outcome.reason, **_rounded(outcome.progress),
            "skipped": sum(outcome.skipped.values()),
            "loader": round(outcome.loader, 1) if isfinite(outcome.loader) else None,
            "held_out": {scores.name: asdict(scores.kinds["all"]) for scores in evaluations},
        }  # fmt: skip

    def _report(self, outcome: Outcome, evaluations: tuple[LineScores, ...]) -> RunReport:
        run, model = self._run, self._run.initialization.model
        sources = tuple(
            ReportSource(
                source.name,
                source.weight,
                source.table.size,
                outcome.skipped.get(source.name, 0),
                run.data.notes.get(source.name, ""),
            )
            for source in run.data.sources
        )
        recipe = _as_yaml(run.recipe)
        return RunReport(
            self._network, network_costs(model.network, len(model.charset)).parameters, model.charset, recipe,
            outcome.devices, sources, read_journal(run.folder / JOURNAL), evaluations,
            _sheet(run.data.held_out, [scores.readings for scores in evaluations]), outcome.loader,
            (("best", run.folder / BEST), ("last", run.folder / LAST)),
        )  # fmt: skip


def _sheet(held_out: Sequence[HeldOut], readings: Sequence[Sequence[Reading]]) -> Any:
    """Draw the first lines of each held-out set."""
    count = max(1, _ROWS // len(readings))
    rows = [
        SheetRow(example.image, reading.text, reading.prediction, reading.name)
        for held, readings_of_set in zip(held_out, readings, strict=True)
        for example, reading in list(zip(held.examples, readings_of_set, strict=True))[:count]
    ]
    return draw_sheet(rows)


def _as_yaml(recipe: Recipe) -> str:
    return yaml.safe_dump(recipe.model_dump(mode="json"), sort_keys=False, allow_unicode=True)


def _rounded(progress: Progress) -> dict[str, Any]:
    return {**asdict(progress), "seconds": round(progress.seconds, 1)}
