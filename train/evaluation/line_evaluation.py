"""What weights make of data sets: figures, confusions, the worst lines, predictions."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from receiptgen.core.files import put
from receiptgen.recognition.line_recognizer import HeldOut, Reader, Search
from receiptgen.recognition.metrics import Figures, Reading, by_kind, confusions, interval, worst

from ..data.skipped import Skip, Skipped
from .prediction_sheet import SheetRow, draw_sheet, save_sheet

# Lines of the picture, and confusions that are told.
WORST, CONFUSIONS = 50, 30


@dataclass(frozen=True)
class Evaluation:
    """How a data set was read.

    Attributes:
        name: Of the data set.
        readings: Its lines.
        kinds: Figures of ``all`` lines and of each kind.
        confusions: The most frequent single edits, case-folded, and how often each occurs.
        interval: Of the case-folded CER, 95 %, by receipts.
        skipped: Rows that gave no line.
    """

    name: str
    readings: tuple[Reading, ...]
    kinds: dict[str, Figures]
    confusions: tuple[tuple[str, int], ...]
    interval: tuple[float, float]
    skipped: int


def evaluate(held: HeldOut, reader: Reader, search: Search | None = None) -> Evaluation:
    """Read the lines of a data set, by best path unless a search is given."""
    return judged(held.name, reader.read(held.examples, search), len(held.flaws))


def judged(name: str, readings: Sequence[Reading], skipped: int = 0) -> Evaluation:
    """Return the figures of lines that were read, at least one, and of a set of which so many rows gave no line."""
    worst_edits = tuple(confusions(readings, CONFUSIONS))
    return Evaluation(name, tuple(readings), by_kind(readings), worst_edits, interval(readings), skipped)


def table(evaluations: Sequence[Evaluation]) -> list[str]:
    """Return a text table: each data set, and its kinds below it; shares in per cent."""
    heads = ("lines", "CER", "CER-ci", "-nosp", "exact", "exact-ci", "-nosp", "word", "word-ci", "ED", "NED", "empty")
    labels = [one.name if kind == "all" else f"  {kind}" for one in evaluations for kind in one.kinds]
    first = max([len(label) for label in labels], default=0)
    rows = [" " * first + "".join(f"{head:>9}" for head in heads)]
    for one in evaluations:
        for kind, figures in one.kinds.items():
            label = one.name if kind == "all" else f"  {kind}"
            shares = (
                figures.cer, figures.cer_ci, figures.cer_ci_nospace, figures.exact, figures.exact_ci,
                figures.exact_ci_nospace, figures.word, figures.word_ci,
            )  # fmt: skip
            cells = "".join(f"{100 * share:9.2f}" for share in shares)
            tail = f"{figures.mean_ed:9.2f}{figures.mean_ned:9.3f}{100 * figures.empty:9.2f}"
            rows.append(f"{label:{first}}{figures.lines:9,}{cells}{tail}")
    return rows


def as_json(evaluations: Sequence[Evaluation]) -> dict[str, Any]:
    """Return all figures, JSON-ready."""
    return {
        one.name: {
            "kinds": {kind: asdict(figures) for kind, figures in one.kinds.items()},
            "cer_ci_interval": list(one.interval),
            "confusions": dict(one.confusions),
            "skipped": one.skipped,
        }
        for one in evaluations
    }


def write(evaluations: Sequence[Evaluation], held_out: Sequence[HeldOut], folder: Path) -> None:
    """Write ``evaluation.json``, and of each data set its predictions and a picture of its worst lines.

    Predictions are rows of file, tab, text, as scoring scripts take them. Rows that gave no line go to ``skipped.tsv``.

    Raises:
        TrainingError: The folder can't be written to.
    """
    put(folder / "evaluation.json", json.dumps(as_json(evaluations), indent=1).encode())
    Skipped(folder).note(Skip(held.name, *flaw) for held in held_out for flaw in held.flaws)
    stems: set[str] = set()
    for one, held in zip(evaluations, held_out, strict=True):
        stem = "".join(char if char.isalnum() or char in "-_" else "_" for char in one.name)
        while stem in stems:  # a/b and a_b
            stem += "_"
        stems.add(stem)
        rows = "".join(f"{reading.name}\t{reading.prediction}\n" for reading in one.readings)
        put(folder / f"{stem}.predictions.tsv", rows.encode())
        images = {example.name: example.image for example in held.examples}
        poor = [r for r in worst(one.readings, WORST) if r.text != r.prediction]
        if poor:
            rows_ = [SheetRow(images[r.name], r.text, r.prediction, r.name) for r in poor]
            save_sheet(draw_sheet(rows_), folder / f"{stem}.worst.png")
