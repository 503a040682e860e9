"""``receiptgen evaluate``."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from receiptgen.commands._options import check_search, finder_option, search_options, seed_option

from ._evaluate_lines import LineOptions, evaluate_data
from ._evaluate_pages import FieldOptions, ReaderOptions, evaluate_page_fields, evaluate_page_texts
from ._options import backend_option, blank_option, devices_option

if TYPE_CHECKING:
    from ..data.sources._reading import BlankRows


_WEIGHTS = Path("receipt")


@click.command(name="evaluate")
@click.argument("weights", type=click.Path(path_type=Path), default=_WEIGHTS, required=False)
@click.argument("data", nargs=-1, metavar="[DATA]...")
@click.option("--limit", type=click.IntRange(1), help="Lines of each data set, at random.  [default: all; live: 1000]")
@click.option("--pages", type=click.Path(path_type=Path), metavar="DIR", multiple=True,
              help="Read whole receipts instead of lines; may be given several times.")  # fmt: skip
@click.option("--fields", type=click.Path(path_type=Path), metavar="DIR|FILE", multiple=True,
              help="Read the fields of whole receipts; may be given several times.")  # fmt: skip
@click.option("--field-weights", metavar="NAME|FILE", help="With --fields: weights that read fields.  [default: the "
              "packaged ones]")  # fmt: skip
@click.option("--true-words", is_flag=True, help="With --fields: take the words of the truth, not of a recogniser.")
@click.option("--readings", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE",
              help="With --fields: file that keeps words that were read; those in it are not read again.")  # fmt: skip
@click.option("--worst", type=click.IntRange(0), default=0, metavar="N",
              help="With --pages or --fields, and --out: pictures of the N worst pages.")  # fmt: skip
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
    weights: Path, data: tuple[str, ...], limit: int | None, pages: tuple[Path, ...],
    fields: tuple[Path, ...], field_weights: str | None, true_words: bool, readings: Path | None, worst: int,
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

    With --fields DIR, WEIGHTS read whole receipts, and other weights their fields: what 'draw' wrote, img/ with key/
    as SROIE's third task has them, or img/ with truth.json as above; of a file that 'Save corrected' in 'receiptgen
    serve' wrote, the words are those that were read then. Tells right, wrong, missing and made up fields, items, how
    far totals whose sums agree can be trusted, and confidences. --out receives fields.json and what was not right of
    each receipt.
    """
    check_search(beam, lexicon, model)
    if worst and not ((pages or fields) and out):
        raise click.UsageError("--worst needs --pages or --fields, and --out for the pictures")
    if pages and fields:
        raise click.UsageError("--pages scores texts and --fields what they say; give one of them")
    if not fields and (field_weights or true_words or readings):
        raise click.UsageError("--field-weights, --true-words and --readings belong to --fields")
    if true_words and (finder or readings or weights != _WEIGHTS):
        raise click.UsageError("--true-words reads no image: leave WEIGHTS, --finder and --readings out; each folder "
                               "has a --fields of its own")  # fmt: skip
    if data and (pages or fields):
        raise click.UsageError(f"--{'pages' if pages else 'fields'} reads its own folder; other data can't be added")
    reader = ReaderOptions(weights, finder, beam, lexicon, model)
    if pages:
        evaluate_page_texts(reader, pages, limit, out, worst, as_json)
    elif fields:
        field_options = FieldOptions(field_weights, true_words, readings)
        evaluate_page_fields(reader, field_options, fields, limit, out, worst, as_json)
    elif finder:
        raise click.UsageError("--finder finds the text of pages; say --pages or --fields")
    elif no_fresh and not data:
        raise click.UsageError("name a data set, or leave --no-fresh out")
    else:
        lines = LineOptions(
            weights, backend, devices, beam, lexicon, model, data, not no_fresh, limit, seed, blank
        )  # fmt: skip
        evaluate_data(lines, out, as_json)
