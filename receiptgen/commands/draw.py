"""``receiptgen draw``."""

import json
import time
from collections.abc import Mapping, Sequence
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from receiptgen.commands._options import (
    MOST_SAMPLES,
    STANDARD,
    KindCounts,
    KindWeights,
    Names,
    Place,
    Shares,
    color_option,
    overriding_options,
    profile_option,
    seed_option,
    set_option,
    size_options,
    worker_count,
)
from receiptgen.commands._progress import progress
from receiptgen.core.cores import cores

if TYPE_CHECKING:
    from receiptgen.dataset.dataset import Dataset
    from receiptgen.dataset.stored_set import StoredSet
    from receiptgen.drawing.turns import Turns
    from receiptgen.executors import Executor
    from receiptgen.writers._images import ImageName


@click.command(name="draw")
@click.argument("number", type=click.IntRange(1, MOST_SAMPLES), required=False, metavar="[N]")
@click.option("--kinds", type=Names(), help="Kinds, separated by commas; 'receipt' is one of them.  [default: all]")
@click.option("--mix", type=KindWeights(), help="One mixed set of N snippets, as price=3,date=1.")
@click.option("--counts", type=KindCounts(), help="A number for each kind instead of N, as price=100,date=50.")
@click.option(
    "--templates", type=Names(), help="Receipt templates: names or files, separated by commas.  [default: all packaged]"
)
@set_option
@profile_option
@color_option
@seed_option
@overriding_options
@size_options
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
@click.option(
    "--start", type=click.IntRange(0, MOST_SAMPLES), default=0, show_default=True, help="Index of the first sample."
)
@click.option("--count", type=click.IntRange(1, MOST_SAMPLES), help="The same as N.")
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
@click.option(
    "--shard-size",
    type=click.IntRange(1, MOST_SAMPLES),
    help="Samples of a file of formats that write shards.  [default: 10,000 snippets or 200 receipts]",
)
@click.option(
    "--split",
    type=Shares(),
    default=(1.0,),
    help="Shares of train, val, test, as 0.8,0.1,0.1 or 8,1,1; a receipt stays on one side.",
)
@click.option(
    "--out",
    type=Place(),
    default=Path(),
    help="Where results/ and results_test/ are: a folder, or the URL of a store such as s3://bucket/folder.",
)
@click.option(
    "--executor",
    "executor_name",
    default="local",
    show_default=True,
    metavar="NAME",
    help="Where samples are drawn: local, in processes of this machine, or ray, on the nodes of a Ray cluster.",
)
@click.option(
    "--ray-address",
    metavar="ADDRESS",
    help="The cluster: HOST:PORT, ray://HOST:PORT or auto.  [default: $RAY_ADDRESS, else this machine alone]",
)
@click.option(
    "--workers",
    type=click.IntRange(1),
    help="Processes, at most two per core; with --executor ray, most tasks at a time.  [default: one per core]",
)
@click.option("--quiet", is_flag=True, help="Print nothing but errors.")
@click.option("--json", "as_json", is_flag=True, help="Print a summary as JSON.")
def command(
    number: int | None, count: int | None, kinds: tuple[str, ...] | None, mix: dict[str, float] | None,
    templates: tuple[str, ...] | None, snippets: str, profile: str, color: bool, seed: int, start: int,
    formats: tuple[str, ...], image: "ImageName", quality: int | None, split: tuple[float, ...], out: Path | str,
    workers: int | None, quiet: bool, as_json: bool,
    locales: tuple[str, ...], dates: str | None, total: str | None, items: str | None, discount: str | None,
    tip: str | None, cash: str | None, without: tuple[str, ...] | None, values: Path | None,
    contradictions: str | None, height: str | None, width: str | None, fit: str | None,
    counts: dict[str, int] | None, shard_size: int | None, executor_name: str, ray_address: str | None,
) -> None:  # fmt: skip
    """Draw N snippets of each kind into results_test/, and N receipts into results/.

    A run that was stopped resumes when the same command is given again; a larger N adds to what is there. Without N,
    kinds whose texts are drawn in turn ('order: each') draw each text as often as their set says.
    """
    if sum(said is not None for said in (number, count, counts)) > 1:
        raise click.UsageError("say how many once: 'receiptgen draw 100', or --count 100, or --counts price=100")
    if mix and "receipt" in mix:
        raise click.UsageError("--mix draws snippets into one set, and whole receipts are a set of their own; leave "
                               "'receipt' out, or take --counts receipt=100,price=100")  # fmt: skip
    kinds = _kinds_named(kinds, mix, counts)
    if templates and kinds and "receipt" not in kinds:
        raise click.UsageError("--templates are for receipts, and none are asked for; leave it out")
    if values and kinds and "receipt" not in kinds:
        raise click.UsageError("--from gives values of receipts, and none are asked for; leave it out")
    if ray_address and executor_name != "ray":
        raise click.UsageError("--ray-address is of a Ray cluster; add --executor ray, or leave it out")
    if quality and image == "png":
        raise click.UsageError("--quality is for jpeg and webp, and PNG keeps every pixel; add --image jpeg")
    from receiptgen.dataset.plan import Plan
    from receiptgen.dataset.stored_set import open_set
    from receiptgen.drawing.overrides import Overrides
    from receiptgen.drawing.turns import turns_of, uneven
    from receiptgen.storage.locations import joined
    from receiptgen.writers import ImageFormat

    of_receipts = {
        "dates": dates, "total": total, "items": items, "discount": discount, "tip": tip, "cash": cash,
        "without": without, "contradictions": contradictions,
    }  # fmt: skip
    of_snippets = {"height": height, "width": width, "fit": fit}
    overrides = Overrides.read({"locales": locales, "color": color, **of_receipts, **of_snippets})
    shared: dict[str, Any] = {
        "seed": seed, "start": start, "profile": profile, "formats": formats, "split": split, "overrides": overrides,
        "image": ImageFormat(image, quality) if quality else ImageFormat(image), "shard": shard_size or 0,
    }  # fmt: skip
    sets: list[tuple[Dataset | StoredSet, int]] = []
    chosen = _kinds(kinds, templates or values, snippets, receipts=not mix)
    if any(of_snippets.values()) and chosen == ("receipt",):
        raise click.UsageError("--height, --width and --fit are for snippets, and none are asked for; leave them out")
    turns = turns_of(snippets, chosen, profile, overrides.countries)
    if mix and turns:
        raise click.UsageError(f"--mix draws kinds by chance, but the texts of {min(turns)!r} in turn; take --counts")
    numbers = counts or _numbers(number or count, chosen, turns, bool(values))
    for note in () if quiet else uneven(turns, numbers):
        click.echo(note, err=True)
    if small := tuple(kind for kind in chosen if kind != "receipt"):
        wanted = {kind: numbers[kind] for kind in small}
        uneven_counts = wanted if len(set(wanted.values())) > 1 else {}
        plan = Plan(snippets=snippets, kinds=small, mix=mix or {}, counts=uneven_counts, **shared)
        goal = sum(uneven_counts.values()) or numbers[small[0]] * plan.rounds
        sets.append((open_set(joined(out, "results_test"), plan), goal))
    if "receipt" in chosen:
        from receiptgen.core.assets import own_names

        plan = Plan(receipts=templates or own_names("templates"), values=str(values or ""), **shared)
        amount = numbers["receipt"] or len(plan.rows)
        sets.append((open_set(joined(out, "results"), plan), amount))
        plan.check_values(range(sets[-1][0].done, amount))
    if shard_size and not plan.has_shards:
        raise click.UsageError("--shard-size is for formats that write shards; add --format webdataset or hf_parquet")
    with closing(_executor(executor_name, ray_address or "", workers, quiet, sets)) as executor:
        summaries = [_fill(data, goal, executor, quiet or as_json) for data, goal in sets]
    if as_json:
        click.echo(json.dumps(summaries))


def _kinds_named(
    kinds: tuple[str, ...] | None, mix: Mapping[str, float] | None, counts: Mapping[str, int] | None
) -> tuple[str, ...] | None:
    """Return the kinds that one of three options names, or None; raises UsageError where two of them do."""
    for option, named in (("--mix", mix), ("--counts", counts)):
        if named and (kinds or (mix and counts)):
            raise click.UsageError(f"{option} names its kinds; leave {'--kinds' if kinds else '--counts'} out")
    return tuple(mix or counts or ()) or kinds


def _numbers(
    asked: int | None, kinds: tuple[str, ...], turns: Mapping[str, "Turns"], has_values: bool
) -> dict[str, int]:
    """Return how many samples of each kind to draw: as many as were asked for, or those that draw all there is."""
    if asked:
        return dict.fromkeys(kinds, asked)
    numbers = {kind: texts * times for kind, (texts, times) in turns.items()}
    if has_values:
        numbers["receipt"] = 0  # as many as there are rows, which are read later
    if unsaid := [kind for kind in kinds if kind not in numbers]:
        of = f" of {unsaid[0]!r}, whose texts are drawn by chance" if turns else ""
        raise click.UsageError(f"say how many{of}: 'receiptgen draw 100', or --count 100")
    return numbers


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


def _executor(
    name: str, address: str, workers: int | None, quiet: bool, sets: Sequence[tuple["Dataset | StoredSet", int]]
) -> "Executor":
    """Return what draws some data sets; of this machine's processes, no more than there is to do for them."""
    from receiptgen.executors import EXECUTORS

    if name == "local":
        pieces = max(data.pieces(goal) for data, goal in sets)
        workers = min(worker_count(workers or cores(), quiet), max(1, pieces))
    return EXECUTORS.get(name)(workers, address)


def _fill(data: "Dataset | StoredSet", goal: int, executor: "Executor", quiet: bool) -> dict[str, Any]:
    from dataclasses import asdict

    folder, plan = data.folder, data.plan
    for known in () if quiet else plan.left_out:
        click.echo(str(known), err=True)
    start = time.monotonic()
    nodes = None if executor.same_disk else lambda: executor.nodes
    with progress(str(folder), goal, data.done, quiet, nodes, data.step) as report:
        summary = data.fill(goal, executor, report)
    seconds = time.monotonic() - start
    if not quiet:
        rate = f", {summary.drawn / seconds:,.0f}/s" if summary.drawn else ", complete already"
        noun = "receipts" if plan.receipts else "snippets"
        click.echo(f"{folder}: {summary.samples:,} {noun}{rate}")
        if str(folder).startswith("memory://"):
            click.echo(f"{folder}: lies in this process's memory, and is gone when it ends", err=True)
    return {**asdict(summary), "seconds": round(seconds, 3)}
