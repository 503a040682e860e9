"""What ``receiptgen evaluate`` does with the lines of data sets."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import click

from receiptgen.core.counts import counted

if TYPE_CHECKING:
    from receiptgen.recognition.line_scores import LineScores

    from ..data.coverage import Coverage
    from ..data.sources._reading import BlankRows
    from ..evaluation.held_out import HeldOut


class LineOptions(NamedTuple):
    """What reads which lines, as options say.

    Attributes:
        weights: Weights of the recogniser.
        backend, devices: What runs them.
        beam, lexicon, model: Its search.
        data: Data sets.
        fresh: Whether new synthetic texts are read beside them.
        limit: Lines of each data set; None for all, of endless ones as many as they say.
        seed: Seed of samples.
        blank: What becomes of rows with an empty text; None for what the data says.
    """

    weights: Path
    backend: str
    devices: str
    beam: int | None
    lexicon: Path | None
    model: Path | None
    data: tuple[str, ...]
    fresh: bool
    limit: int | None
    seed: int
    blank: "BlankRows | None"


def evaluate_data(options: LineOptions, out: Path | None, as_json: bool) -> None:
    """Read and score lines, print the figures, and write predictions and images into ``out``."""
    from receiptgen.recognition.line_scores import scores_json, scores_table
    from receiptgen.recognition.opened_model import open_model

    from ..data.coverage import charset_option
    from ..data.spec import parse_spec, with_blank
    from ..data.tables import fold_of
    from ..evaluation.fresh import FRESH
    from ..evaluation.held_out import held_out_coverage, hold_out
    from ..evaluation.line_evaluation import evaluate_lines, write_evaluations

    ocr_model = open_model(options.weights, options.backend, options.devices)
    names = dict.fromkeys([*([FRESH[ocr_model.reads]] if options.fresh else []), *options.data])
    search = ocr_model.search(options.beam, options.lexicon, options.model)
    fold = fold_of(ocr_model.record)
    sources = [parse_spec(name).data for name in names]
    sources = with_blank(sources, options.blank) if options.blank else sources
    held_out = [
        hold_out(name, data, options.limit or 0, options.seed, fold)
        for name, data in zip(names, sources, strict=True)
    ]  # fmt: skip
    evaluations = [evaluate_lines(held, ocr_model.recognizer, search) for held in held_out]
    if out:
        write_evaluations(evaluations, held_out, out)
    coverages = [held_out_coverage(held, ocr_model.charset) for held in held_out]
    if as_json:
        figures = scores_json(evaluations)
        for name, coverage in zip(names, coverages, strict=True):
            figures[name]["lacking"] = {"lines": coverage.lost, "units": dict(coverage.lacking.most_common())}
        click.echo(json.dumps(figures, indent=1))
        return
    folded = "" if fold == "none" else f"; texts in {fold} case, as they were in training"
    click.echo(f"{options.weights}: {ocr_model.description}; {'beam search' if search else 'best path'}{folded}")
    click.echo("\n".join(scores_table(evaluations)))
    option = charset_option("", coverages, ocr_model.charset.kind)
    for scores, held, coverage in zip(evaluations, held_out, coverages, strict=True):
        click.echo("\n".join(_remarks(scores, held, coverage, option, bool(options.blank))))
    if out:
        click.echo(f"{out}: written")


def _remarks(scores: "LineScores", held: "HeldOut", coverage: "Coverage", option: str, blank: bool) -> Iterator[str]:
    """Yield what is to be said of a data set below the table.

    Args:
        scores: Its scores.
        held: Its lines.
        coverage: What the charset lacks of its texts.
        option: Option of a training that adds what is lacking; empty for none.
        blank: Whether an option says what becomes of rows with an empty text.
    """
    from ..data.sources._reading import NO_TEXT

    if held.note:
        yield f"{held.name}: {held.note}"
    if scores.confusions:
        yield f"{scores.name}: " + "  ".join(f"{edit} {count}" for edit, count in scores.confusions[:12])
    low, high = scores.interval
    interval = f"CER-ci {100 * low:.2f} to {100 * high:.2f} (95 %)" if scores.kinds else "no line with a text"
    skipped = (
        f"; {counted(scores.skipped, 'row')} skipped, the first is {held.flaws[0].name}: " if scores.skipped else ""
    )
    yield f"{scores.name}: {interval}{skipped}" + (held.flaws[0].reason if scores.skipped else "")
    if not blank and any(flaw.reason == NO_TEXT for flaw in held.flaws):
        yield f"{scores.name}: --blank keep takes rows without text for images of nothing"
    if coverage.lost:
        yield f"{scores.name}: {coverage}" + (f"; train with {option} to add them" if option else "")
    if scores.blanks.lines:
        yield f"{scores.name}: blanks {scores.blanks}"
