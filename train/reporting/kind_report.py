"""The report of a run that trains a network that reads no lines: what all kinds share."""

import json
from abc import ABC, abstractmethod
from collections.abc import Sequence
from html import escape
from typing import Any, Generic, NamedTuple, TypeVar

from receiptgen.core.files import write_atomic
from receiptgen.imaging.geometry import Pixels
from receiptgen.recognition.model_kind import KindModel

from ..evaluation.held_out_set import HeldOutSet
from ..loop.journal import JOURNAL, Ended, read_journal
from ..loop.run_folder import BEST, LAST
from ..runs.kind_task import KindTask
from ..runs.run import Outcome, Run
from .curves import curves_png
from .progress import duration, percent
from .report import REPORT, STYLE, image_tag, speed_text, table, webp
from .reporter import Reported, recipe_yaml

T = TypeVar("T", bound=KindTask[Any, Any])


class Findings(NamedTuple):
    """What the best weights make of the held-out sets.

    Attributes:
        figures: Figures of each set by name, JSON-ready.
        head: Heads of the table of figures, the first that of the names.
        rows: Its rows as texts, the name of the set first.
        more: More of the report after that table, HTML.
        sheet: Some samples and what is made of them, RGB.
    """

    figures: dict[str, Any]
    head: Sequence[str]
    rows: list[list[str]]
    more: str
    sheet: Pixels


class KindReporter(ABC, Generic[T]):
    """Reports on a run of a kind; see ``Reporter``.

    Args:
        run: The run.

    Attributes:
        samples: What samples are called.
        measured: What the figures are of, HTML.
        shown: What the sheet shows, HTML.
    """

    samples: str
    measured: str
    shown: str

    def __init__(self, run: Run) -> None:
        self._run = run
        self._task: T = run.task  # type: ignore[assignment]  # a reporter is chosen by the task

    @abstractmethod
    def sheet(self, held_out: Sequence[HeldOutSet], results: Sequence[Sequence[Any]]) -> Pixels:
        """Draw some held-out samples with their truth."""

    @abstractmethod
    def find(self) -> Findings:
        """Run the best weights on the held-out sets.

        Raises:
            ReceiptgenError: The weights can't be read.
        """

    def report(self, outcome: Outcome) -> Reported:
        """Evaluate the held-out sets with the best weights, and write the report."""
        folder = self._run.folder
        findings = self.find()
        write_atomic(folder / "held_out" / "evaluation.json", json.dumps(findings.figures, indent=1).encode())
        write_atomic(folder / REPORT, self._html(outcome, findings).encode())
        rows = [*findings.rows, *self._files()]
        return Reported(findings.figures, [": ".join([row[0], "  ".join(row[1:])]) for row in rows])

    def _files(self) -> list[list[str]]:
        return [[name, str(self._run.folder / file)] for name, file in (("best", BEST), ("last", LAST))]

    def _html(self, outcome: Outcome, findings: Findings) -> str:
        run, model = self._run, self._run.initialization.model
        assert isinstance(model, KindModel)
        entries = read_journal(run.folder / JOURNAL)
        last, title = entries[-1], f"Training of {model.kind.noun}"
        trained = f"{last.step:,} steps, {last.seen:,} {self.samples} in {duration(last.seconds)}; {outcome.reason}"
        facts = [
            ["network", f"{model.kind.name}, {model.parameters:,} parameters"],
            ["trained", trained],
            ["on", outcome.devices],
            ["speed", speed_text(entries, outcome.loader)],
            *([f"{name} weights", file] for name, file in self._files()),
        ]
        if isinstance(last, Ended):
            facts.insert(2, ["best", f"after {last.best_step:,} steps: {percent(1 - last.best)} F1"])
        picture = curves_png(entries)
        curves = f"<h2>Training</h2>\n{image_tag(picture, 'png', 'curves')}\n" if picture else ""
        origin = model.record.get("from")
        started = f"<p>Continued from weights of {escape(json.dumps(origin))}</p>\n" if origin else ""
        return f"""<!doctype html>
<html lang=en>
<meta charset=utf-8>
<meta name=viewport content="width=device-width">
<title>{title}</title>
<style>{STYLE}</style>
<h1>{title}</h1>
{table([["", ""], *facts])}
{started}<h2>Accuracy</h2>
<p class=quiet>{self.measured}</p>
{table([findings.head, *findings.rows])}
{findings.more}{curves}<h2>Held-out {self.samples}</h2>
<p class=quiet>{self.shown}</p>
{image_tag(webp(findings.sheet), "webp", f"held-out {self.samples}")}
<h2>Recipe</h2>
<pre>{escape(recipe_yaml(run.recipe).strip())}</pre>
</html>
"""
