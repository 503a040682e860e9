"""``receiptgen read``."""

import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from receiptgen.commands._options import (
    FileOrFolder,
    NumberRange,
    check_png,
    check_search,
    finder_option,
    search_options,
)
from receiptgen.commands._progress import UntilStopped, page_count, watched
from receiptgen.commands._renderings import (
    Places,
    Rendering,
    content_of,
    hand_on,
    hand_on_pages,
    hand_on_truth,
    open_rendering,
)
from receiptgen.core.counts import counted
from receiptgen.core.errors import DatasetError, FileError

if TYPE_CHECKING:
    from receiptgen.imaging.geometry import Pixels
    from receiptgen.reading.inputs import ReceivedFile
    from receiptgen.reading.results import PageText

    Page = tuple[Path, Pixels, PageText]

# Options that go with --truth.
_OF_TRUTH = frozenset({"images", "truth", "fields", "form", "out", "quiet"})


@click.command(name="read")
@click.argument("images", nargs=-1, metavar="IMAGE...")
@click.option("--weights", type=click.Path(path_type=Path), default=Path("receipt"), show_default=True,
              help="Packaged weights, a safetensors file of a run, or an ONNX file.")  # fmt: skip
@finder_option
@click.option("--format", "form", default="text", show_default=True, metavar="NAME",
              help="Output format: text, json, jsonl, csv, tsv or hocr; with --fields json, jsonl, csv, xlsx or "
              "text.")  # fmt: skip
@click.option("--fields", is_flag=True, help="What receipts say: merchant, date, items, taxes, total.  "
              "[format: json]")  # fmt: skip
@click.option("--field-weights", type=click.Path(path_type=Path), metavar="FILE",
              help="Weights that tell fields.  [default: the packaged ones]")  # fmt: skip
@click.option("--truth", is_flag=True, help="What receipts truly say that 'draw' has written: IMAGE is their folder, "
              "nothing is read, and formats are those of --fields.")  # fmt: skip
@click.option("--out", type=FileOrFolder(path_type=Path), help="File for all output, or an "
              "existing folder for a file per image.  [default: the terminal]")  # fmt: skip
@click.option("--overlay", type=FileOrFolder(path_type=Path), help="PNG of the page with the text "
              "beside it, or an existing folder for several.")  # fmt: skip
@click.option(
    "--lines", is_flag=True, help="Each image is a single line, or what the weights read: print FILE<TAB>TEXT."
)
@click.option("--validate", type=click.Path(path_type=Path, exists=True, dir_okay=False), metavar="LABELS",
              help="Rows of FILE<TAB>TEXT: print error rates of the lines.")  # fmt: skip
@click.option("--min-confidence", "least", type=NumberRange(0, 1), default=0.0, help="Print (N/A) for words that "
              "are less certain.")  # fmt: skip
@click.option("--single", is_flag=True, help="Each image shows one receipt, whatever else looks like paper on it.")
@click.option("--stitch", is_flag=True, help="The images are parts of one long receipt, from its top to its foot.")
@click.option("--watch", type=click.Path(path_type=Path, exists=True, file_okay=False), metavar="DIR",
              help="Read the images of a folder, and new ones as they come, until Ctrl-C: JSON lines beside each, or "
              "added to --out.")  # fmt: skip
@click.option("--password", default="", help="Password of PDF files.")
@search_options
@click.option("--quiet", is_flag=True, help="Show no progress.")
@click.pass_context
def command(
    context: click.Context, images: tuple[str, ...], weights: Path, finder: str | None, form: str, out: Path | None,
    overlay: Path | None, lines: bool, validate: Path | None, least: float, single: bool, stitch: bool,
    watch: Path | None, password: str, beam: int | None, lexicon: Path | None, model: Path | None, quiet: bool,
    fields: bool, field_weights: Path | None, truth: bool,
) -> None:  # fmt: skip
    """Read receipts: photos, scans, PDF files, or folders and patterns of them; - reads one from standard input.

    The text is printed with its rows and columns, or with --fields what it says. An image that can't be read is
    reported and the others are read; the command then ends with 1.
    """
    _check_usage(context)
    if truth:
        hand_on_truth(map(Path, images), _form(context), out)
        return
    check_png("--overlay", overlay)
    check_search(beam, lexicon, model)
    from receiptgen.finding.classical.paper import find_papers
    from receiptgen.finding.finders import USUAL, finder_of
    from receiptgen.reading.batch_job import read_lines, read_pages
    from receiptgen.reading.line_outputs import LINE_OUTPUTS, sure_text
    from receiptgen.reading.page_reader import PageReader
    from receiptgen.recognition.opened_model import open_for_reading

    if lines and (overlay or form not in LINE_OUTPUTS):
        raise click.UsageError(f"--lines prints one of the formats {', '.join(LINE_OUTPUTS)}, and draws no overlay")
    form = _form(context)
    rendering = None if lines else open_rendering(form, least, fields, field_weights, _tell, bool(watch or out))
    failed: list[Path] = []
    files = _files(images, failed)
    _refuse_inputs((out, overlay), files)
    labels = _labels(validate, files) if validate else {}
    opened = open_for_reading(weights)
    reader = PageReader(opened, opened.search(beam, lexicon, model), finder_of(finder or USUAL))

    def report(path: Path, reason: str) -> None:
        failed.append(path)
        _tell(path, reason)

    def read(some: Iterable["Path | ReceivedFile"], count: Callable[[int, int], None]) -> Iterator["Page"]:
        papers = None if single or stitch else find_papers
        return _with_warnings(
            read_pages(reader, some, report, password=password, papers=papers, count=count), not fields
        )

    if rendering is None:
        said = {path: line for path, _, line in read_lines(reader, files, report, _tell)}
        if said or not out:
            hand_on(LINE_OUTPUTS[form](((path.as_posix(), line) for path, line in said.items()), least), out)
        if validate:
            sure = {path: sure_text(line, least) for path, line in said.items()}
            click.echo("\n".join(_figures(sure, labels, str(validate))), err=out is None)
    elif watch:
        _watch(watch, lambda path: read([path], page_count(True)), rendering, out)
    else:
        found = UntilStopped(read(watched(files, quiet), page_count(quiet or len(files) > 1)))
        pages = _drawn(found, overlay, len(files))
        hand_on_pages(_stitched(pages, failed) if stitch else pages, rendering, out)
        if found.is_stopped:
            raise KeyboardInterrupt(f"after {counted(found.passed, 'page')}; what was read is written")
    if failed:
        sys.exit(1)


def _check_usage(context: click.Context) -> None:
    """Raise UsageError where options don't go together."""
    given = context.params
    if given["truth"] and (more := [name for name in given if name not in _OF_TRUTH and _is_given(context, name)]):
        raise click.UsageError(f"--truth reads nothing: without --{more[0].replace('_', '-')}")
    if given["validate"] and not given["lines"]:
        raise click.UsageError("--validate scores lines; say --lines, or see 'receiptgen evaluate --pages'")
    if given["finder"] and given["lines"]:
        raise click.UsageError("--finder finds the text of pages; --lines takes each image for one line")
    if given["stitch"] and (given["lines"] or given["form"] == "hocr"):
        raise click.UsageError("--stitch joins pages, for every format but hocr, in which a page is one image")
    if given["field_weights"] and not given["fields"]:
        raise click.UsageError("--field-weights tells fields; say --fields")
    if given["fields"] and (given["lines"] or given["least"]):
        raise click.UsageError("--fields tells what whole pages say, each value with its confidence: without --lines "
                               "and --min-confidence")  # fmt: skip
    if not given["watch"]:
        if not given["images"]:
            raise click.UsageError("Missing argument 'IMAGE...'.")
        return
    if given["images"] or any(given[name] for name in ("lines", "stitch", "overlay")):
        raise click.UsageError("--watch reads the pages of one folder, each by itself: without IMAGE, --lines, "
                               "--stitch and --overlay")  # fmt: skip
    if _is_given(context, "form") and given["form"] != "jsonl":
        raise click.UsageError("--watch writes the format jsonl")


def _is_given(context: click.Context, name: str) -> bool:
    return context.get_parameter_source(name) == click.core.ParameterSource.COMMANDLINE


def _form(context: click.Context) -> str:
    """Return the format that is asked for, or that which suits the other options."""
    given = context.params
    if given["watch"]:
        return "jsonl"
    return "json" if (given["fields"] or given["truth"]) and not _is_given(context, "form") else str(given["form"])


def _files(names: Sequence[str], failed: list[Path]) -> list["Path | ReceivedFile"]:
    """Return the files that names stand for, and what comes by the standard input; of several, some may be missing."""
    from receiptgen.reading.inputs import STDIN, expand, received

    paths: dict[Path, None] = {}
    named = [name for name in names if name != STDIN]
    for name in named:
        try:
            paths |= dict.fromkeys(expand([name]))
        except FileError as error:
            if len(names) == 1:
                raise
            click.echo(f"receiptgen: {error}", err=True)
            failed.append(Path(name))
    return [*paths, received(sys.stdin.buffer)] if STDIN in names else [*paths]


def _refuse_inputs(targets: Iterable[Path | None], files: Iterable["Path | ReceivedFile"]) -> None:
    """Raise FileError where what is written would take the place of an image that is read."""
    inputs = {file.resolve() for file in files if isinstance(file, Path)}
    for target in targets:
        if target and target.resolve() in inputs:
            raise FileError(f"{target}: is one of the images, which would be lost; name another file")


def _tell(path: Path, fault: str) -> None:
    """Say on the standard error what is wrong with an image, or doubtful about it."""
    click.echo(f"receiptgen: {path}: {fault}", err=True)


def _with_warnings(pages: Iterable["Page"], may_be_line: bool) -> Iterator["Page"]:
    """Yield pages, and tell what is doubtful about them; of one without text, that it may be a line."""
    for path, image, page in pages:
        for warning in page.warnings:
            _tell(path, warning)
        if not page.rows:
            _tell(path, "no text found" + ("; is it one line? --lines" if may_be_line else ""))
        yield path, image, page


def _drawn(pages: Iterable["Page"], overlay: Path | None, count: int) -> Iterator[tuple[Path, "PageText"]]:
    """Yield pages, and draw each into its overlay as it passes."""
    if overlay and count > 1 and not overlay.is_dir():
        raise FileError(f"{overlay}: is not a folder; make one to hold {count} overlays")
    place = Places(overlay) if overlay else None
    for index, (path, image, page) in enumerate(pages):
        if place and overlay:
            if index and not overlay.is_dir():
                raise FileError(f"{overlay}: is not a folder; make one to hold the overlays of several pages")
            from receiptgen.reading.overlay import save_overlay

            save_overlay(image, page, place.of(path, ".png"))
        yield path, page


def _stitched(pages: Iterable[tuple[Path, "PageText"]], failed: list[Path]) -> Iterator[tuple[Path, "PageText"]]:
    """Yield the pages that photos make together, and tell which of these don't fit those before, or at two places."""
    from receiptgen.reading.stitching import stitch

    def report(name: str, reason: str) -> None:
        failed.append(Path(name))
        warn(name, reason)

    def warn(name: str, reason: str) -> None:
        _tell(Path(name), reason)

    for name, page in stitch(((path.as_posix(), page) for path, page in pages), report, warn):
        yield Path(name), page


def _watch(
    folder: Path, read: Callable[[Path], Iterable["Page"]], rendering: "Rendering[PageText]", out: Path | None
) -> None:
    """Read the files of a folder as they come, and write what they say; Ctrl-C ends it."""
    import signal

    from receiptgen.core.files import lock_folder, write_atomic
    from receiptgen.core.signals import held_back
    from receiptgen.reading.watching import Ledger, append_line, new_files

    with lock_folder(folder):
        ledger = Ledger(folder)
        for state in new_files(folder, ledger):
            pages = [(path, page) for path, _, page in read(folder / state.name)]
            content = content_of(rendering.files(pages, whole=False)[rendering.suffix])
            # Nothing is to come between the result and its place in the ledger.
            with held_back(signal.SIGINT, signal.SIGTERM):
                if content and out and not out.is_dir():
                    append_line(out, content.decode(errors="surrogateescape"))
                elif content:
                    write_atomic((out or folder) / f"{state.name}{rendering.suffix}", content)
                ledger.add(state)


def _labels(path: Path, files: Iterable["Path | ReceivedFile"]) -> dict[str, str]:
    """Read the texts of lines by name; raises DatasetError where a row is wrong, or none is of the files to read."""
    from receiptgen.reading.inputs import STDIN_NAME, read_labels

    texts = read_labels(path)
    names = {file.name if isinstance(file, Path) else STDIN_NAME for file in files}
    # Later pages of a file are named ``scan.tif#2`` and so on.
    if not any(name in names or name.rpartition("#")[0] in names for name in texts):
        raise DatasetError(f"{path}: names none of the images; each row is FILE<TAB>TEXT")
    return texts


def _figures(read: dict[Path, str], texts: dict[str, str], source: str) -> list[str]:
    """Return a table of how well lines were read that a list names."""
    from receiptgen.recognition.line_scores import score_lines, scores_table
    from receiptgen.recognition.metrics import Reading

    readings = [Reading(path.name, "", texts[path.name], text) for path, text in read.items() if path.name in texts]
    if not readings:
        raise DatasetError(f"{source}: names none of the images that were read")
    return scores_table([score_lines(source, readings)])
