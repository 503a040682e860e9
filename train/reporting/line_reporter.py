"""Reports on runs that train recognisers of lines."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from receiptgen.imaging.geometry import Pixels
from receiptgen.recognition.line_scores import LineScores
from receiptgen.recognition.model_file import Model
from receiptgen.recognition.networks import network_costs
from receiptgen.recognition.opened_model import open_model

from ..evaluation.held_out import HeldOut
from ..evaluation.held_out_set import HeldOutSet
from ..evaluation.line_evaluation import evaluate_lines, write_evaluations
from ..evaluation.prediction_sheet import SheetRow, draw_sheet
from ..loop.journal import JOURNAL, read_journal
from ..loop.models import network_name
from ..loop.run_folder import BEST, LAST
from ..runs.line_task import LineTask
from ..runs.run import Outcome, Run
from .report import REPORT, ReportSource, RunReport, summary_lines, write_report
from .reporter import Reported, recipe_yaml

# Lines of the sheet.
_ROWS = 60


class LineReporter:
    """Reports on a run that trains a recogniser; see ``Reporter``.

    Args:
        run: The run.
    """

    def __init__(self, run: Run) -> None:
        assert isinstance(run.task, LineTask)
        self._run, self._task = run, run.task

    def sheet(self, held_out: Sequence[HeldOutSet], results: Sequence[Sequence[Any]]) -> Pixels:
        """Draw the first lines of each held-out set."""
        count = max(1, _ROWS // len(results))
        rows = [
            SheetRow(example.image, reading.text, reading.prediction, reading.name)
            for held, readings in zip(held_out, results, strict=True)
            if isinstance(held, HeldOut)
            for example, reading in list(zip(held.examples, readings, strict=True))[:count]
        ]
        return draw_sheet(rows)

    def report(self, outcome: Outcome) -> Reported:
        """Evaluate the held-out sets with the best weights, and write the report."""
        folder, held_out = self._run.folder, self._task.held_out
        # Each process has left the group by now, and the first one reads alone.
        model = open_model(folder / BEST, self._run.host.backend, self._run.host.devices)
        evaluations = tuple(evaluate_lines(held, model.recognizer) for held in held_out)
        write_evaluations(evaluations, held_out, folder / "held_out")
        report = self._content(outcome, evaluations)
        write_report(report, folder / REPORT)
        return Reported({scores.name: asdict(scores.kinds["all"]) for scores in evaluations}, summary_lines(report))

    def _content(self, outcome: Outcome, evaluations: tuple[LineScores, ...]) -> RunReport:
        run, data, model = self._run, self._task.data, self._run.initialization.model
        assert isinstance(model, Model)
        sources = tuple(
            ReportSource(
                source.name,
                source.weight,
                source.table.size,
                outcome.skipped.get(source.name, 0),
                data.notes.get(source.name, ""),
            )
            for source in data.sources
        )
        return RunReport(
            network_name(model), network_costs(model.network, len(model.charset)).parameters, model.charset,
            recipe_yaml(run.recipe), outcome.devices, sources, read_journal(run.folder / JOURNAL), evaluations,
            self.sheet(data.held_out, [scores.readings for scores in evaluations]), outcome.loader,
            (("best", run.folder / BEST), ("last", run.folder / LAST)),
        )  # fmt: skip
