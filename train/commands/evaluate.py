"""``receiptgen evaluate``."""

import json
from pathlib import Path

import click

from receiptgen.commands._options import check_search, search_options, seed_option
from receiptgen.core.errors import DatasetError

from ._options import backend_option, devices_option

# Drawn beside whatever is evaluated, so that synthetic and real figures stand side by side.
_FRESH = "live:standard:receipt_text@real"


@click.command(name="evaluate")
@click.argument("weights", type=click.Path(path_type=Path), default=Path("receipt"), required=False)
@click.argument("data", nargs=-1, metavar="[DATA]...")
@click.option("--limit", type=click.IntRange(1), help="Lines of each data set, at random.  [default: all; drawn: 1000]")
@click.option("--pages", type=click.Path(path_type=Path), metavar="DIR",
              help="Find and read whole receipts, drawn ones or img/ with box/, instead of lines.")  # fmt: skip
@search_options
@backend_option
@devices_option
@seed_option
@click.option("--out", type=click.Path(path_type=Path, file_okay=False), help="Folder of predictions and pictures.")
@click.option("--no-fresh", is_flag=True, help=f"Don't read {_FRESH} beside the data.")
@click.option("--json", "as_json", is_flag=True, help="Print figures as JSON.")
def command(
    weights: Path, data: tuple[str, ...], limit: int | None, pages: Path | None, beam: int | None, lexicon: Path | None,
    model: Path | None, backend: str, devices: str, seed: int, out: Path | None, no_fresh: bool, as_json: bool,
) -> None:  # fmt: skip
    """Tell how well WEIGHTS read data sets: error rates of each and of each kind, confusions.

    WEIGHTS is 'receipt', which comes with the package, a safetensors file of a run, or an ONNX file that 'weights
    export' wrote. DATA is a folder or file of any known form, FORM:PATH to say which, or live:SET[:KIND+KIND][@PROFILE]
    for freshly drawn lines. Freshly drawn receipt texts are always read beside it. --out receives the predictions as
    FILE<TAB>TEXT, and the worst lines as a picture.

    With --pages DIR, WEIGHTS read whole receipts: words found and right, as SROIE's second task counts them, lines
    found, and seconds a page.
    """
    check_search(beam, lexicon, model)
    if pages:
        if data:
            raise click.UsageError("--pages reads its own folder; name no other data")
        _evaluate_pages(weights, pages, limit, (beam, lexicon, model), out, as_json)
        return
    from receiptgen.recognition.line_scores import scores_json, scores_table
    from receiptgen.recognition.opened_model import open_model

    from ..data.spec import named
    from ..evaluation.held_out import hold_out
    from ..evaluation.line_evaluation import evaluate, write

    names = [*([] if no_fresh or _FRESH in data else [_FRESH]), *dict.fromkeys(data)]
    if not names:
        raise click.UsageError("name a data set, or leave --no-fresh out")
    opened = open_model(weights, backend, devices)
    search = opened.search(beam, lexicon, model)
    held_out = [hold_out(name, named(name).data, limit or 0, seed) for name in names]
    found = [evaluate(held, opened.recognizer, search) for held in held_out]
    if out:
        write(found, held_out, out)
    if as_json:
        click.echo(json.dumps(scores_json(found), indent=1))
        return
    click.echo(f"{weights}: {opened.description}; {'beam search' if search else 'best path'}")
    click.echo("\n".join(scores_table(found)))
    for one in found:
        click.echo(f"{one.name}: " + "  ".join(f"{edit} {count}" for edit, count in one.confusions[:12]))
        low, high = one.interval
        click.echo(f"{one.name}: CER-ci {100 * low:.2f} to {100 * high:.2f} (95 %)", nl=not one.skipped)
        if one.skipped:
            click.echo(f"; {one.skipped} rows skipped")
    if out:
        click.echo(f"{out}: written")


def _evaluate_pages(
    weights: Path, folder: Path, limit: int | None, search: tuple[int | None, Path | None, Path | None],
    out: Path | None, as_json: bool,
) -> None:  # fmt: skip
    from receiptgen.annotations.true_pages import true_pages
    from receiptgen.core.files import write_atomic
    from receiptgen.reading.evaluation import PageScore, page_scores_json, page_scores_table, score_page
    from receiptgen.reading.page_reader import PageReader
    from receiptgen.recognition.opened_model import open_for_reading

    known = true_pages(folder)
    # Spread over the folder, which may be ordered by template or date.
    known = known[:: -(-len(known) // limit)] if limit else known
    opened = open_for_reading(weights)
    reader = PageReader(opened, opened.search(*search))
    found: list[PageScore] = []
    for page in known:
        judged = score_page(reader, page)
        if isinstance(judged, str):
            click.echo(f"receiptgen: {page.image}: {judged}", err=True)
        else:
            found.append(judged)
    if not found:
        raise DatasetError(f"{folder}: holds no image that can be read")
    if out:
        write_atomic(out / "pages.tsv", "".join(f"{one.file.name}\t{one.text}\n" for one in found).encode())
    click.echo(json.dumps(page_scores_json(found), indent=1) if as_json else "\n".join(page_scores_table(found)))
