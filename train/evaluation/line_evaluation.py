"""Evaluation of a recogniser on data sets, and its files."""

import json
from collections.abc import Sequence
from pathlib import Path

from receiptgen.core.files import write_atomic
from receiptgen.recognition.line_recognizer import LineRecognizer, Search
from receiptgen.recognition.line_scores import LineScores, score_lines, scores_json
from receiptgen.recognition.metrics import worst

from ..data.skipped import Skip, Skipped
from .held_out import HeldOut, read_examples
from .prediction_sheet import SheetRow, draw_sheet, save_sheet

# Lines of the image of worst lines.
WORST = 50


def evaluate_lines(held: HeldOut, recognizer: LineRecognizer, search: Search | None = None) -> LineScores:
    """Read and score the lines of a data set, with the best path unless a search is given."""
    return score_lines(held.name, read_examples(recognizer, held.examples, search), len(held.flaws))


def write_evaluations(evaluations: Sequence[LineScores], held_out: Sequence[HeldOut], folder: Path) -> None:
    """Write ``evaluation.json``, and for each data set its predictions and an image of its worst lines.

    Predictions are lines of file, tab, text, as scoring scripts take them. Rows that gave no line go to
    ``skipped.tsv``.

    Raises:
        FileError: The folder can't be written to.
    """
    write_atomic(folder / "evaluation.json", json.dumps(scores_json(evaluations), indent=1).encode())
    Skipped(folder).add(Skip(held.name, *flaw) for held in held_out for flaw in held.flaws)
    stems: set[str] = set()
    for scores, held in zip(evaluations, held_out, strict=True):
        stem = "".join(char if char.isalnum() or char in "-_" else "_" for char in scores.name)
        while stem in stems:  # a/b and a_b
            stem += "_"
        stems.add(stem)
        rows = "".join(f"{reading.name}\t{reading.prediction}\n" for reading in scores.readings)
        write_atomic(folder / f"{stem}.predictions.tsv", rows.encode(errors="surrogateescape"))
        images = {example.name: example.image for example in held.examples}
        wrong = [reading for reading in worst(scores.readings, WORST) if reading.text != reading.prediction]
        if wrong:
            sheet = draw_sheet([SheetRow(images[r.name], r.text, r.prediction, r.name) for r in wrong])
            save_sheet(sheet, folder / f"{stem}.worst.png")
