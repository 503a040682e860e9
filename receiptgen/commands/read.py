"""``receiptgen read``."""

import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from receiptgen.commands._options import NumberRange, check_search, finder_option, search_options
from receiptgen.commands._progress import watched
from receiptgen.core.errors import DatasetError, FileError

if TYPE_CHECKING:
    from receiptgen.imaging.geometry import Pixels
    from receiptgen.reading.results import PageText


@click.command(name="read")
@click.argument("images", nargs=-1, required=True, metavar="IMAGE...")
@click.option("--weights", type=click.Path(path_type=Path), default=Path("receipt"), show_default=True,
              help="Packaged weights, a safetensors file of a run, or an ONNX file.")  # fmt: skip
@finder_option
@click.option("--format", "form", default="text", show_default=True, metavar="NAME",
              help="Output format: text, json, csv, tsv or hocr.")  # fmt: skip
@click.option("--out", type=click.Path(path_type=Path), help="File for all output, or an "
              "existing folder for a file per image.  [default: the terminal]")  # fmt: skip
@click.option("--overlay", type=click.Path(path_type=Path), help="PNG of the page with the text "
              "beside it, or an existing folder for several.")  # fmt: skip
@click.option(
    "--lines", is_flag=True, help="Each image is a single line, or what the weights read: print FILE<TAB>TEXT."
)
@click.option("--validate", type=click.Path(path_type=Path, exists=True, dir_okay=False), metavar="LABELS",
              help="Rows of FILE<TAB>TEXT: print error rates of the lines.")  # fmt: skip
@click.option("--min-confidence", "least", type=NumberRange(0, 1), default=0.0, help="Print (N/A) for words that "
              "are less certain.")  # fmt: skip
@search_options
@click.option("--quiet", is_flag=True, help="Show no progress.")
def command(
    images: tuple[str, ...], weights: Path, finder: str | None, form: str, out: Path | None, overlay: Path | None,
    lines: bool, validate: Path | None, least: float, beam: int | None, lexicon: Path | None, model: Path | None,
    quiet: bool,
) -> None:  # fmt: skip
    """Read receipts: photos, scans, or folders and patterns of them.

    The text is printed with its rows and columns. An image that can't be read is reported and the others are read;
    the command then ends with 1.
    """
    if validate and not lines:
        raise click.UsageError("--validate scores lines; say --lines, or see 'receiptgen evaluate --pages'")
    if finder and lines:
        raise click.UsageError("--finder finds the text of pages; --lines takes each image for one line")
    check_search(beam, lexicon, model)
    from receiptgen.finding.finders import USUAL, finder_of
    from receiptgen.reading.batch_job import read_lines, read_pages
    from receiptgen.reading.inputs import expand
    from receiptgen.reading.line_outputs import LINE_OUTPUTS, sure_text
    from receiptgen.reading.page_reader import PageReader
    from receiptgen.recognition.opened_model import open_for_reading

    if lines and (overlay or form not in LINE_OUTPUTS):
        raise click.UsageError(f"--lines prints one of the formats {', '.join(LINE_OUTPUTS)}, and draws no overlay")
    files = expand(images)
    opened = open_for_reading(weights)
    reader = PageReader(opened, opened.search(beam, lexicon, model), finder_of(finder or USUAL))
    failed: list[Path] = []

    def report(path: Path, reason: str) -> None:
        failed.append(path)
        _tell(path, reason)

    if lines:
        said = {path: line for path, _, line in read_lines(reader, files, report, _tell)}
        _hand_on(LINE_OUTPUTS[form](((path.as_posix(), line) for path, line in said.items()), least), out)
        if validate:
            sure = {path: sure_text(line, least) for path, line in said.items()}
            click.echo("\n".join(_figures(sure, validate)), err=out is None)
    else:
        pages = _with_warnings(read_pages(reader, watched(files, quiet), report))
        _hand_on_pages(_drawn(pages, overlay, len(files)), form, least, out)
    if failed:
        sys.exit(1)


def _tell(path: Path, fault: str) -> None:
    """Say on the standard error what is wrong with an image, or doubtful about it."""
    click.echo(f"receiptgen: {path}: {fault}", err=True)


def _with_warnings(
    pages: Iterable[tuple[Path, "Pixels", "PageText"]],
) -> Iterator[tuple[Path, "Pixels", "PageText"]]:
    """Yield pages, and tell what is doubtful about them; of one without text, what it may be."""
    for path, image, page in pages:
        for warning in page.warnings:
            _tell(path, warning)
        if not page.rows:
            _tell(path, "no text found; is it one line? --lines")
        yield path, image, page


def _drawn(
    pages: Iterable[tuple[Path, "Pixels", "PageText"]], overlay: Path | None, count: int
) -> Iterator[tuple[Path, "PageText"]]:
    """Yield pages, and draw each into its overlay as it passes."""
    if overlay and count > 1 and not overlay.is_dir():
        raise FileError(f"{overlay}: is not a folder; make one to hold {count} overlays")
    place = _Places(overlay) if overlay else None
    for path, image, page in pages:
        if place:
            from receiptgen.reading.overlay import save_overlay

            save_overlay(image, page, place.of(path, ".png"))
        yield path, page


def _hand_on_pages(pages: Iterable[tuple[Path, "PageText"]], form: str, least: float, out: Path | None) -> None:
    from receiptgen.reading.outputs import OUTPUTS

    output = OUTPUTS.get(form)()
    if out is None or not out.is_dir():
        _hand_on(output.render(((path.as_posix(), page) for path, page in pages), least), out)
        return
    place = _Places(out)
    for path, page in pages:
        _hand_on(output.render([(path.as_posix(), page)], least), place.of(path, output.suffix))


def _hand_on(parts: Iterable[str], out: Path | None) -> None:
    """Print a text as it comes, or write it to a file."""
    from receiptgen.core.files import write_atomic

    if out is None:
        for part in parts:
            click.echo(part, nl=False)
    else:
        write_atomic(out, "".join(parts).encode(errors="surrogateescape"))


class _Places:
    """Where what belongs to an image is written: one file for all, or a file each in a folder.

    Args:
        target: The file, or the folder if it is there.
    """

    def __init__(self, target: Path) -> None:
        self._target = target
        self._taken: Counter[str] = Counter()

    def of(self, source: Path, suffix: str) -> Path:
        """Return the file for an image; of images of one name in several folders, all but the first are numbered."""
        if not self._target.is_dir():
            return self._target
        self._taken[source.name] += 1
        times = self._taken[source.name]
        return self._target / f"{source.name}{suffix if times == 1 else f'-{times}{suffix}'}"


def _figures(read: dict[Path, str], labels: Path) -> list[str]:
    """Return a table of how well lines were read that a list names."""
    from receiptgen.reading.inputs import read_labels
    from receiptgen.recognition.line_scores import score_lines, scores_table
    from receiptgen.recognition.metrics import Reading

    texts = read_labels(labels)
    readings = [Reading(path.name, "", texts[path.name], text) for path, text in read.items() if path.name in texts]
    if not readings:
        raise DatasetError(f"{labels}: names none of the images that were read")
    return scores_table([score_lines(str(labels), readings)])
