"""``receiptgen evaluate``."""

import json
from pathlib import Path
from typing import TYPE_CHECKING

import click

from receiptgen.commands._options import check_search, finder_option, search_options, seed_option

from ._options import backend_option, blank_option, devices_option

if TYPE_CHECKING:
    from ..data.sources._reading import BlankRows


@click.command(name="evaluate")
@click.argument("weights", type=click.Path(path_type=Path), default=Path("receipt"), required=False)
@click.argument("data", nargs=-1, metavar="[DATA]...")
@click.option("--limit", type=click.IntRange(1), help="Lines of each data set, at random.  [default: all; live: 1000]")
@click.option("--pages", type=click.Path(path_type=Path), metavar="DIR", multiple=True,
              help="Read whole receipts instead of lines; may be given several times.")  # fmt: skip
@click.option("--worst", type=click.IntRange(0), default=0, metavar="N",
              help="With --pages and --out: pictures of the N worst pages, what was missed in red.")  # fmt: skip
@blank_option
@finder_option
@search_options
@backend_option
@devices_option
@seed_option
@click.option("--out", type=click.Path(path_type=Path, file_okay=False), help="Folder for predictions and images.")
@click.option("--no-fresh", is_flag=True, help="Read the data alone, no new synthetic texts beside it.")
@click.option("--json", "as_json", is_flag=True, help="Print figures as JSON.")
def command(
    weights: Path, data: tuple[str, ...], limit: int | None, pages: tuple[Path, ...], worst: int,
    finder: str | None, beam: int | None, lexicon: Path | None, model: Path | None,
    backend: str, devices: str, seed: int, out: Path | None, no_fresh: bool, as_json: bool,
    blank: "BlankRows | None",
) -> None:  # fmt: skip
    """Evaluate WEIGHTS on data sets: error rates of each and of each kind, confusions.

    WEIGHTS is 'receipt' or 'handwriting', which come with the package, a safetensors file of a run, or an ONNX file
    that 'weights export' wrote. DATA is a folder or file of any known format, FORMAT:PATH to say which, both with
    settings after it as in iam:PATH:words+test, or live:SET[:KIND+KIND][@PROFILE] for new synthetic lines. New
    synthetic receipt texts, or words or characters of receipts where WEIGHTS read these, are always read too. --out
    receives the predictions as FILE<TAB>TEXT, and an image of the worst lines.

    With --pages DIR, WEIGHTS read whole receipts: what 'draw' wrote, img/ with box/ as SROIE, or img/ with truth.json,
    a list of pages whose boxes have classes and texts without spaces. Tells precision and recall of words, as SROIE's
    second task counts them, or of characters in boxes, by class and height, and why boxes were not read; of lines; and
    seconds per page. --out receives the texts, and the scores of each page.
    """
    check_search(beam, lexicon, model)
    if worst and not (pages and out):
        raise click.UsageError("--worst needs --pages, and --out for the pictures")
    if pages:
        if data:
            raise click.UsageError("--pages reads its own folder; other data can't be added")
        _evaluate_pages(weights, pages, finder, limit, (beam, lexicon, model), out, worst, as_json)
        return
    if finder:
        raise click.UsageError("--finder finds the text of pages; say --pages")
    from receiptgen.recognition.line_scores import scores_json, scores_table
    from receiptgen.recognition.opened_model import open_model

    from ..data.coverage import charset_option
    from ..data.sources._reading import NO_TEXT
    from ..data.spec import parse_spec, with_blank
    from ..data.tables import fold_of
    from ..evaluation.fresh import FRESH
    from ..evaluation.held_out import held_out_coverage, hold_out
    from ..evaluation.line_evaluation import evaluate_lines, write_evaluations

    if no_fresh and not data:
        raise click.UsageError("name a data set, or leave --no-fresh out")
    ocr_model = open_model(weights, backend, devices)
    names = dict.fromkeys([*([] if no_fresh else [FRESH[ocr_model.reads]]), *data])
    search = ocr_model.search(beam, lexicon, model)
    fold = fold_of(ocr_model.record)
    sources = [parse_spec(name).data for name in names]
    sources = with_blank(sources, blank) if blank else sources
    held_out = [hold_out(name, data, limit or 0, seed, fold) for name, data in zip(names, sources, strict=True)]
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
    click.echo(f"{weights}: {ocr_model.description}; {'beam search' if search else 'best path'}{folded}")
    click.echo("\n".join(scores_table(evaluations)))
    option = charset_option("", coverages, ocr_model.charset.kind)
    for scores, held, coverage in zip(evaluations, held_out, coverages, strict=True):
        if held.note:
            click.echo(f"{held.name}: {held.note}")
        if scores.confusions:
            click.echo(f"{scores.name}: " + "  ".join(f"{edit} {count}" for edit, count in scores.confusions[:12]))
        low, high = scores.interval
        interval = f"CER-ci {100 * low:.2f} to {100 * high:.2f} (95 %)" if scores.kinds else "no line with a text"
        click.echo(f"{scores.name}: {interval}", nl=not scores.skipped)
        if scores.skipped:
            click.echo(f"; {scores.skipped} rows skipped, the first is {held.flaws[0].name}: {held.flaws[0].reason}")
        if not blank and any(flaw.reason == NO_TEXT for flaw in held.flaws):
            click.echo(f"{scores.name}: --blank keep takes rows without text for images of nothing")
        if coverage.lost:
            click.echo(f"{scores.name}: {coverage}" + (f"; train with {option} to add them" if option else ""))
        if scores.blanks.lines:
            click.echo(f"{scores.name}: blanks {scores.blanks}")
    if out:
        click.echo(f"{out}: written")


def _evaluate_pages(
    weights: Path, folders: tuple[Path, ...], finder: str | None, limit: int | None,
    search: tuple[int | None, Path | None, Path | None], out: Path | None, worst: int, as_json: bool,
) -> None:  # fmt: skip
    from receiptgen.finding.finders import USUAL, finder_of
    from receiptgen.reading.evaluation import page_scores_table
    from receiptgen.reading.page_reader import PageReader
    from receiptgen.recognition.opened_model import open_for_reading

    from ..evaluation.page_evaluation import evaluate_pages, pages_of, scores_json, write_page_scores

    pages = pages_of(folders, limit)
    model = open_for_reading(weights)
    reader = PageReader(model, model.search(*search), finder_of(finder or USUAL))
    scores = evaluate_pages(reader, pages, lambda fault: click.echo(f"receiptgen: {fault}", err=True))
    if out:
        write_page_scores(scores, out, worst)
    figures = scores_json(scores)
    if as_json:
        click.echo(json.dumps(figures, indent=1))
        return
    for folder, of_folder in figures.items():
        if len(figures) > 1:
            click.echo(f"{folder}:")
        click.echo("\n".join(page_scores_table(of_folder)))
