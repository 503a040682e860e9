"""``receiptgen merge``."""

import json
import re
import time
from pathlib import Path

import click

from receiptgen.commands._options import MOST_SAMPLES
from receiptgen.commands._progress import progress


@click.command(name="merge")
@click.argument("parts", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="PART...")
@click.option(
    "--out",
    type=click.Path(path_type=Path, file_okay=False),
    required=True,
    help="Folder of the whole: receipts in results/, snippets in results_test/.",
)
@click.option(
    "--count",
    type=click.IntRange(1, MOST_SAMPLES),
    help="Samples (of each kind) that the parts must add up to.  [default: as many as they are]",
)
@click.option("--quiet", is_flag=True, help="Print nothing but errors.")
@click.option("--json", "as_json", is_flag=True, help="Print a summary as JSON.")
def command(parts: tuple[Path, ...], out: Path, count: int | None, quiet: bool, as_json: bool) -> None:
    """Put parts that were drawn by --start and --count together into one data set.

    A PART is what a run of draw got as --out, or one data set in it. All must be finished and of one plan, and none may
    be missing or doubled. The whole is as one run would have drawn it, file by file. Parts are only read: image files
    are linked where the disk allows that, and copied elsewhere. A merge that was stopped resumes.
    """
    # A path has lost one of the slashes of a URL.
    if stored := [part for part in (*parts, out) if re.match(r"[^/]{2,}:/", str(part))]:
        url = re.sub(":/+", "://", str(stored[0]), count=1)
        raise click.UsageError(f"{url}: sets in stores are not merged; copy the parts to a disk, and merge there")
    from dataclasses import asdict

    from receiptgen.dataset.merging import Merging
    from receiptgen.dataset.parts import check_parts, find_parts

    found = find_parts(parts)
    for members in found.values():
        check_parts(members, count)
    merges = [Merging(out / name, members) for name, members in found.items()]
    summaries = []
    for merging, members in zip(merges, found.values(), strict=True):
        start = time.monotonic()
        with progress(str(merging.folder), merging.total, merging.done, quiet or as_json) as report:
            summary = merging.run(report)
        if not (quiet or as_json):
            noun = "receipts" if members[0].plan.receipts else "snippets"
            more = f" of {len(members)} parts" if summary.drawn else ", complete already"
            click.echo(f"{summary.folder}: {summary.samples:,} {noun}{more}")
        summaries.append({**asdict(summary), "seconds": round(time.monotonic() - start, 3)})
    if as_json:
        click.echo(json.dumps(summaries))
