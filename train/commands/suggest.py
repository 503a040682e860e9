"""``receiptgen suggest``."""

import sys
from collections.abc import Sequence
from heapq import nlargest
from operator import attrgetter
from pathlib import Path
from typing import TYPE_CHECKING

import click

from receiptgen.commands._options import check_search, search_options
from receiptgen.commands._progress import watched
from receiptgen.core.counts import counted

if TYPE_CHECKING:
    from receiptgen.recognition.line_recognizer import Search
    from receiptgen.recognition.opened_model import OpenedModel

    from ..data.sources import Flaw
    from ..evaluation.suggestions import DoubtfulLabel, DoubtfulLine


@click.command(name="suggest")
@click.argument("data", nargs=-1, required=True, metavar="DATA...")
@click.option("--labels", is_flag=True,
              help="DATA are labelled lines, in any form that 'train' takes: which labels are wrong?")  # fmt: skip
@click.option("--lines", is_flag=True, help="Each image is a single line.")
@click.option("--count", type=click.IntRange(1), default=100, show_default=True, help="Largest number of lines.")
@click.option("--weights", type=click.Path(path_type=Path), default=Path("receipt"), show_default=True,
              help="Packaged weights, a safetensors file of a run, or an ONNX file.")  # fmt: skip
@search_options
@click.option("--out", type=click.Path(path_type=Path, file_okay=False),
              help="Folder for the images of the lines, and labels.tsv to correct.")  # fmt: skip
@click.option("--quiet", is_flag=True, help="Show no progress.")
def command(
    data: tuple[str, ...], labels: bool, lines: bool, count: int, weights: Path, beam: int | None, lexicon: Path | None,
    model: Path | None, out: Path | None, quiet: bool,
) -> None:  # fmt: skip
    """Suggest which lines to label next, or with --labels, which labels to look at again.

    DATA are photos, folders and patterns of them. Their lines are read, and those that were read with most doubt come
    first, spread over the photos. With --labels, DATA are labelled lines, and those come first whose label is least
    likely beside what was read. The folder of --out can be given to 'train --add-data' once its table is corrected.
    """
    if labels and lines:
        raise click.UsageError("--lines is for images without labels; --labels knows where its lines are")
    check_search(beam, lexicon, model)
    from receiptgen.recognition.opened_model import open_for_reading

    from ..evaluation.suggestions import check_free, table_of, write_suggestions

    if out:
        check_free(out)
    opened = open_for_reading(weights)
    search = opened.search(beam, lexicon, model)
    suggestions: Sequence[DoubtfulLabel | DoubtfulLine]
    if labels:
        suggestions, complete = _labels_in_doubt(data, count, opened, search), True
    else:
        suggestions, complete = _lines_in_doubt(data, count, opened, search, lines, quiet)
    click.echo(table_of([suggestion.columns for suggestion in suggestions]), nl=False)
    if out:
        write_suggestions(suggestions, out)
    if not complete:
        sys.exit(1)


def _lines_in_doubt(
    names: Sequence[str], count: int, model: "OpenedModel", search: "Search | None", lines: bool, quiet: bool
) -> tuple[list["DoubtfulLine"], bool]:
    """Return what to label next, and whether all images could be read."""
    from receiptgen.reading.batch_job import read_lines, read_pages
    from receiptgen.reading.inputs import expand
    from receiptgen.reading.page_reader import PageReader

    from ..evaluation.suggestions import images_in_doubt, lines_in_doubt

    failed: list[Path] = []

    def report(path: Path, reason: str) -> None:
        failed.append(path)
        warn(path, reason)

    def warn(path: Path, reason: str) -> None:
        click.echo(f"receiptgen: {path}: {reason}", err=True)

    reader, files = PageReader(model, search), watched(expand(names), quiet)
    if lines:
        found = images_in_doubt(read_lines(reader, files, report, warn), count)
    else:
        found = lines_in_doubt(read_pages(reader, files, report), count)
    return found, not failed


def _labels_in_doubt(
    names: Sequence[str], count: int, model: "OpenedModel", search: "Search | None"
) -> list["DoubtfulLabel"]:
    """Return the labels of all data sets that are probably wrong; tell how many rows of each give no line."""
    from ..data.spec import parse_spec
    from ..evaluation.suggestions import labels_in_doubt

    found: list[DoubtfulLabel] = []
    for name in names:
        flaws: list[Flaw] = []
        found += labels_in_doubt(name, parse_spec(name).data, model, search, count, flaws.append)
        if flaws:
            first = f"the first is {flaws[0].name}: {flaws[0].reason}"
            click.echo(f"receiptgen: {name}: {counted(len(flaws), 'row')} left out; {first}", err=True)
    return nlargest(count, found, key=attrgetter("loss"))
