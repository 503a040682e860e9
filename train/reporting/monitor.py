"""What a run leaves in its folder to look at, and says on the terminal."""

import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import asdict
from math import isfinite
from typing import Any

import click
import yaml

from receiptgen.core.errors import ReceiptgenError
from receiptgen.recognition.line_scores import LineScores
from receiptgen.recognition.metadata import network_settings
from receiptgen.recognition.metrics import Reading
from receiptgen.recognition.networks import network_costs
from receiptgen.recognition.opened_model import open_model

from ..data.skipped import SKIPPED
from ..evaluation.line_evaluation import evaluate, write
from ..evaluation.prediction_sheet import SheetRow, draw_sheet, save_sheet
from ..runs.checkpoint import Progress
from ..runs.journal import JOURNAL, Evaluated, Started, read
from ..runs.loop import BEST, LAST, Status
from ..runs.run import Outcome, Run
from .curves import draw_curves
from .progress import Show as Tell
from .progress import shown
from .report import REPORT, RunReport, Source, summary, write_report
from .tensorboard import Board

SHEET, CURVES = "sheet.png", "curves.png"
# Lines of the sheet, and seconds between two drawings of curves, which take one.
_ROWS, _PAUSE = 60, 60.0


class Monitor:
    """Shows a run while it runs, and writes its report at the end; a context manager.

    Args:
        run: What is shown.
        quiet: Print nothing.
    """

    def __init__(self, run: Run, quiet: bool) -> None:
        self._run, self._quiet = run, quiet or not run.first
        self._network: str = network_settings(run.beginning.model.network)["kind"]
        self._closing = ExitStack()
        self._board: Board | None = None
        self._drawn = 0.0
        self._begun = self._warned = False

    def __enter__(self) -> "Monitor":
        run = self._run
        if not self._quiet:
            for note in run.beginning.notes:
                click.echo(note, err=True)
            going = "goes on" if run.resumed else "begins"
            click.echo(f"{run.folder}: {going}, {self._network} on {run.place}", err=True)
        self._tell: Tell = self._closing.enter_context(shown(self._network, self._quiet))
        if run.first:
            self._board = Board(run.folder / "tensorboard")
            self._closing.callback(self._board.close)
        return self

    def __exit__(self, *_: object) -> None:
        self._closing.close()

    def tell(self, news: Status) -> None:
        """Show a record of progress."""
        self._tell(news.progressed, news.done, news.evaluated)
        self._look(lambda: self._write_board(news))

    def _write_board(self, news: Status) -> None:
        if self._board and not self._begun:
            # Hides what an earlier part of the run wrote after the state that it goes on from.
            entries = read(self._run.folder / JOURNAL)
            self._board.write(next(entry for entry in reversed(entries) if isinstance(entry, Started)))
            self._begun = True
        if self._board:
            self._board.write(news.progressed)

    def _look(self, draw: Callable[[], None]) -> None:
        """Draw what is there to be looked at, which is not worth a run: a fault is told once, and training goes on."""
        try:
            draw()
        except (ReceiptgenError, OSError) as error:
            if not (self._warned or self._quiet):
                click.echo(f"training goes on without pictures: {error}", err=True)
            self._warned = True

    def watch(self, found: Sequence[Evaluated], readings: Sequence[Sequence[Reading]]) -> None:
        """Draw a sheet of held-out lines after an evaluation, and now and then the curves."""
        self._look(lambda: self._draw(found, readings))

    def _draw(self, found: Sequence[Evaluated], readings: Sequence[Sequence[Reading]]) -> None:
        sheet = self._sheet(readings)
        save_sheet(sheet, self._run.folder / SHEET)
        if self._board:
            for record in found:
                self._board.write(record)
            self._board.image("held out", sheet, found[0].step)
        if time.monotonic() - self._drawn > _PAUSE:
            self._draw_curves()

    def _draw_curves(self) -> None:
        draw_curves(read(self._run.folder / JOURNAL), self._run.folder / CURVES)
        self._drawn = time.monotonic()

    def _sheet(self, readings: Sequence[Sequence[Reading]]) -> Any:
        """Draw the first lines of each held-out set."""
        many = max(1, _ROWS // len(readings))
        rows = [
            SheetRow(example.image, reading.text, reading.prediction, reading.name)
            for held, read_ in zip(self._run.held_out, readings, strict=True)
            for example, reading in list(zip(held.examples, read_, strict=True))[:many]
        ]
        return draw_sheet(rows)

    def end(self, outcome: Outcome) -> dict[str, Any]:
        """Read the held-out sets with the best weights, write the report and say what came of it.

        Returns:
            A summary, JSON-ready.
        """
        folder = self._run.folder
        # A process among others that train together has left them by now, and reads by itself.
        opened = open_model(folder / BEST, self._run.host.backend, self._run.host.devices)
        evaluations = tuple(evaluate(held, opened.recognizer) for held in self._run.held_out)
        write(evaluations, self._run.held_out, folder / "held_out")
        self._draw_curves()
        report = self._report(outcome, evaluations)
        write_report(report, folder / REPORT)
        if not self._quiet:
            click.echo(f"{folder}: {outcome.reason}")
            click.echo("\n".join(summary(report)))
            if outcome.skipped:
                click.echo(f"skipped rows: {sum(outcome.skipped.values()):,}, listed in {folder / SKIPPED}")
            click.echo(f"report: {folder / REPORT}")
        return {
            "folder": str(folder), "reason": outcome.reason, **_rounded(outcome.progress),
            "skipped": sum(outcome.skipped.values()),
            "loader": round(outcome.loader, 1) if isfinite(outcome.loader) else None,
            "held_out": {one.name: asdict(one.kinds["all"]) for one in evaluations},
        }  # fmt: skip

    def _report(self, outcome: Outcome, evaluations: tuple[LineScores, ...]) -> RunReport:
        run, model = self._run, self._run.beginning.model
        sources = tuple(
            Source(share.name, share.weight, share.table.size, outcome.skipped.get(share.name, 0))
            for share in run.shares
        )
        recipe = yaml.safe_dump(run.recipe.model_dump(mode="json"), sort_keys=False, allow_unicode=True)
        return RunReport(
            self._network, network_costs(model.network, len(model.charset)).parameters, model.charset.chars, recipe,
            outcome.place, sources, read(run.folder / JOURNAL), evaluations,
            self._sheet([one.readings for one in evaluations]), outcome.loader,
            (("best", run.folder / BEST), ("last", run.folder / LAST)),
        )  # fmt: skip


def _rounded(progress: Progress) -> dict[str, Any]:
    return {**asdict(progress), "seconds": round(progress.seconds, 1)}
