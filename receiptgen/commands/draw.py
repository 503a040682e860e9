"""``receiptgen draw``."""

import json
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from receiptgen.commands._options import (
    STANDARD,
    KindWeights,
    Names,
    Shares,
    color_option,
    overriding_options,
    profile_option,
    seed_option,
    set_option,
    worker_count,
)
from receiptgen.commands._progress import progress
from receiptgen.core.cores import cores

if TYPE_CHECKING:
    from receiptgen.dataset.dataset import Dataset
    from receiptgen.writers._images import ImageName


# Largest index and number of samples.
_MOST = 1_000_000_000_000


@click.command(name="draw")
@click.argument("number", type=click.IntRange(1, _MOST), required=False, metavar="[N]")
@click.option("--kinds", type=Names(), help="Kinds, separated by commas; 'receipt' is one of them.  [default: all]")
@click.option("--mix", type=KindWeights(), help="One mixed set of N snippets, as price=3,date=1.")
@click.option(
    "--templates", type=Names(), help="Receipt templates: names or files, separated by commas.  [default: all packaged]"
)
@set_option
@profile_option
@color_option
@seed_option
@overriding_options
@click.option(
    "--from",
    "values",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="Values that receipts are to have, one a row: JSON lines, JSON or CSV; N is the number of rows.",
)
@click.option(
    "--contradictions",
    type=click.Choice(["refuse", "print"]),
    help="What becomes of given values that contradict each other.  [default: refuse]",
)
@click.option("--start", type=click.IntRange(0, _MOST), default=0, show_default=True, help="Index of the first sample.")
@click.option("--count", type=click.IntRange(1, _MOST), help="The same as N.")
@click.option(
    "--format", "formats", type=Names(), default=("folder",), help="Formats, separated by commas.  [default: folder]"
)
@click.option(
    "--image", type=click.Choice(["png", "jpeg", "webp"]), default="png", show_default=True, help="Form of image files."
)
@click.option(
    "--quality",
    type=click.IntRange(1, 100),
    help="Quality of jpeg and webp; at 100, webp keeps every pixel.  [default: 90]",
)
@click.option("--split", type=Shares(), default=(1.0,), help="Shares of train, val, test; a receipt stays on one side.")
@click.option(
    "--out",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path(),
    help="Where results/ and results_test/ are.",
)
@click.option("--workers", type=click.IntRange(1), help="Processes, at most two per core.  [default: one per core]")
@click.option("--quiet", is_flag=True, help="Print nothing but errors.")
@click.option("--json", "as_json", is_flag=True, help="Print a summary as JSON.")
def command(
    number: int | None, count: int | None, kinds: tuple[str, ...] | None, mix: dict[str, float] | None,
    templates: tuple[str, ...] | None, snippets: str, profile: str, color: bool, seed: int, start: int,
    formats: tuple[str, ...], image: "ImageName", quality: int | None, split: tuple[float, ...], out: Path,
    workers: int | None, quiet: bool, as_json: bool,
    locales: tuple[str, ...], dates: str | None, total: str | None, items: str | None, discount: str | None,
    tip: str | None, cash: str | None, without: tuple[str, ...] | None, values: Path | None,
    contradictions: str | None,
) -> None:  # fmt: skip
    """Draw N snippets of each kind into results_test/, and N receipts into results/.

    A run that was stopped resumes when the same command is given again; a larger N adds to what is there.
    """
    if (number is not None and count is not None) or (number is None and count is None and values is None):
        raise click.UsageError("say how many: 'receiptgen draw 100', or --count 100")
    if mix and kinds:
        raise click.UsageError("--mix names its kinds; leave --kinds out")
    if templates and (mix or (kinds and "receipt" not in kinds)):
        raise click.UsageError("--templates are for receipts, and none are asked for; leave it out")
    if values and (mix or (kinds and "receipt" not in kinds)):
        raise click.UsageError("--from gives values of receipts, and none are asked for; leave it out")
    if quality and image == "png":
        raise click.UsageError("--quality is for jpeg and webp, and PNG keeps every pixel; add --image jpeg")
    from receiptgen.dataset.dataset import Dataset
    from receiptgen.dataset.plan import Plan
    from receiptgen.drawing.overrides import Overrides
    from receiptgen.writers import ImageFormat

    amount = number or count or 0
    of_receipts = {
        "dates": dates, "total": total, "items": items, "discount": discount, "tip": tip, "cash": cash,
        "without": without, "contradictions": contradictions,
    }  # fmt: skip
    overrides = Overrides.read({"locales": locales, "color": color, **of_receipts})
    shared: dict[str, Any] = {
        "seed": seed, "start": start, "profile": profile, "formats": formats, "split": split, "overrides": overrides,
        "image": ImageFormat(image, quality) if quality else ImageFormat(image),
    }  # fmt: skip
    sets: list[tuple[Dataset, int]] = []
    chosen = _kinds(tuple(mix) if mix else kinds, templates or values, snippets, receipts=not mix)
    if small := tuple(kind for kind in chosen if kind != "receipt"):
        plan = Plan(snippets=snippets, kinds=small, mix=mix or {}, **shared)
        sets.append((Dataset(out / "results_test", plan), amount * plan.rounds))
    if "receipt" in chosen:
        from receiptgen.core.assets import own_names

        plan = Plan(receipts=templates or own_names("templates"), values=str(values or ""), **shared)
        amount = amount or len(plan.rows)
        sets.append((Dataset(out / "results", plan), amount))
        plan.check_values(range(sets[-1][0].done, amount))
    processes = worker_count(workers or cores(), quiet)
    summaries = [_fill(data, goal, processes, quiet or as_json) for data, goal in sets]
    if as_json:
        click.echo(json.dumps(summaries))


def _kinds(kinds: tuple[str, ...] | None, of_receipts: object, snippets: str, receipts: bool) -> tuple[str, ...]:
    """Return the kinds to draw: those asked for, or all that a set has, and receipts."""
    from receiptgen.drawing.sources import check_kinds
    from receiptgen.drawing.template import snippet_set

    if kinds is None and of_receipts:
        return ("receipt",)  # naming templates or values asks for receipts
    if kinds is None and snippets != STANDARD:
        return snippet_set(snippets).value.names  # and naming a set asks for snippets
    known = (*snippet_set(snippets).value.names, *(["receipt"] if receipts else []))
    return known if kinds is None else check_kinds(kinds, known)


def _fill(data: "Dataset", goal: int, workers: int, quiet: bool) -> dict[str, Any]:
    from dataclasses import asdict

    folder, plan = data.folder, data.plan
    workers = min(workers, max(1, -(-(goal - data.done) // plan.chunk)))
    for known in () if quiet else plan.left_out:
        click.echo(str(known), err=True)
    start = time.monotonic()
    with progress(str(folder), goal, data.done, quiet) as report:
        summary = data.fill(goal, workers, report)
    seconds = time.monotonic() - start
    if not quiet:
        rate = f", {summary.drawn / seconds:,.0f}/s" if summary.drawn else ", complete already"
        noun = "receipts" if plan.receipts else "snippets"
        click.echo(f"{folder}: {summary.samples:,} {noun}{rate}")
    return {**asdict(summary), "seconds": round(seconds, 3)}
