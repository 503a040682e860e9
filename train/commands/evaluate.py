"""``receiptgen evaluate``."""

import json
from pathlib import Path

import click

from receiptgen.commands._options import seed_option

from ._options import backend_option, devices_option

# Drawn beside whatever is evaluated, so that synthetic and real figures stand side by side.
_FRESH = "live:standard:receipt_text@real"


@click.command(name="evaluate")
@click.argument("weights", type=click.Path(path_type=Path))
@click.argument("data", nargs=-1, metavar="[DATA]...")
@click.option("--limit", type=click.IntRange(1), help="Lines of each data set, at random.  [default: all; drawn: 1000]")
@click.option("--beam", type=click.IntRange(1, 200), help="Search with so many beams instead of taking the best path.")
@click.option("--lexicon", type=click.Path(path_type=Path, dir_okay=False), help="Words for the beam, one a line.")
@click.option(
    "--lm",
    "model",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Character model for the beam: a file, or 'receipt'.",
)
@backend_option
@devices_option
@seed_option
@click.option("--out", type=click.Path(path_type=Path, file_okay=False), help="Folder of predictions and pictures.")
@click.option("--no-fresh", is_flag=True, help=f"Don't read {_FRESH} beside the data.")
@click.option("--json", "as_json", is_flag=True, help="Print figures as JSON.")
def command(
    weights: Path, data: tuple[str, ...], limit: int | None, beam: int | None, lexicon: Path | None,
    model: Path | None, backend: str, devices: str, seed: int, out: Path | None, no_fresh: bool, as_json: bool,
) -> None:  # fmt: skip
    """Tell how well WEIGHTS read data sets: error rates of each and of each kind, confusions.

    WEIGHTS is 'receipt', which comes with the package, a safetensors file of a run, or an ONNX file that 'weights
    export' wrote. DATA is a folder or file of
    any known form, FORM:PATH to say which, or live:SET[:KIND+KIND][@PROFILE] for freshly drawn lines. Freshly drawn
    receipt texts are always read beside it. --out receives the predictions as FILE<TAB>TEXT, and the worst lines as a
    picture.
    """
    if (lexicon or model) and not beam:
        raise click.UsageError("--lexicon and --lm guide the beam search; say --beam 10 as well")
    from ..evaluation import as_json as figures
    from ..evaluation import evaluate, table, write
    from ..inference import open_weights
    from ..naming import named
    from ..reading import hold_out

    names = [*([] if no_fresh or _FRESH in data else [_FRESH]), *dict.fromkeys(data)]
    if not names:
        raise click.UsageError("name a data set, or leave --no-fresh out")
    opened = open_weights(weights, backend, devices)
    search = opened.search(beam, lexicon, model) if beam else None
    held_out = [hold_out(name, named(name).data, limit or 0, seed) for name in names]
    found = [evaluate(held, opened.reader, search) for held in held_out]
    if out:
        write(found, held_out, out)
    if as_json:
        click.echo(json.dumps(figures(found), indent=1))
        return
    click.echo(f"{weights}: {opened.place}")
    click.echo("\n".join(table(found)))
    for one in found:
        click.echo(f"{one.name}: " + "  ".join(f"{edit} {count}" for edit, count in one.confusions[:12]))
        low, high = one.interval
        click.echo(f"{one.name}: CER-ci {100 * low:.2f} to {100 * high:.2f} (95 %)", nl=not one.skipped)
        if one.skipped:
            click.echo(f"; {one.skipped} rows skipped")
    if out:
        click.echo(f"{out}: written")
