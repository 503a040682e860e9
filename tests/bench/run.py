"""Measure speed and memory on this machine, and print tables; see ``measure`` for how.

Nothing in the tests asserts a speed: figures of one machine, one minute, are no property of the code.
"""

import os
import platform
import sys
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from datetime import UTC, datetime
from multiprocessing import get_context
from pathlib import Path
from statistics import median

import click
import ratios
from measure import FULL, QUICK, ROOT, Amounts, Case, Round, growth, rates, stages, starts, workplace

from receiptgen.core.cores import cores
from receiptgen.core.versions import versions

Table = tuple[str, Sequence[Sequence[str]]]


def machine() -> str:
    """Return processor, cores, system and versions in one line."""
    model = platform.processor() or platform.machine()
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
        model = next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), model)
    except OSError:
        pass  # no Linux; the platform's word will do
    installed = ", ".join(map(" ".join, versions("receiptgen", "numpy", "pillow").items()))
    return f"{model}, {cores()} cores, {platform.system()}, Python {platform.python_version()}, {installed}"


def rate_table(measured: list[tuple[Case, list[Round]]]) -> Table:
    """Return samples a second by case."""
    rows = [["", "written to", "processes", "samples/s", "first round", "peak RSS"]]
    for case, rounds in measured:
        warm = median(one.rate for one in rounds[1:])
        first = f"{rounds[0].rate:,.0f}"
        peak = f"{rounds[-1].peak:,.0f} MB"
        rows.append([case.what, case.format, str(case.workers), f"{warm:,.0f}", first, peak])
    return f"Rate: median of {len(measured[0][1]) - 1} rounds after a first one", rows


def stage_table(measured: dict[str, dict[str, float]]) -> Table:
    """Return microseconds a sample by stage."""
    rows = [["", "stage", "µs a sample", "share"]]
    for what, by_stage in measured.items():
        whole = sum(by_stage.values())
        rows += [[what, stage, f"{time:,.0f}", f"{time / whole:.0%}"] for stage, time in by_stage.items()]
        rows.append([what, "all", f"{whole:,.0f}", ""])
    return "Where the time goes: one process, loose files, warm", rows


def start_table(measured: dict[str, list[float]]) -> Table:
    """Return seconds a start."""
    rows = [["whole run of the command", "median", "slowest"]]
    rows += [[what, f"{median(taken):.2f} s", f"{max(taken):.2f} s"] for what, taken in measured.items()]
    return f"Starts: {len(next(iter(measured.values())))} of each, a new process each", rows


def growth_table(measured: list[tuple[str, tuple[int, int], tuple[float, float, float]]]) -> Table:
    """Return memory after few and after many samples."""
    rows = [["", "samples", "RSS", "then at", "RSS", "growth", "peak"]]
    for what, (few, many), (early, late, peak) in measured:
        share = f"{late / early - 1:+.1%}"
        rows.append([what, f"{few:,}", f"{early:,.0f} MB", f"{many:,}", f"{late:,.0f} MB", share, f"{peak:,.0f} MB"])
    return "Memory of one process", rows


def show(table: Table, markdown: bool) -> None:
    """Print a table, aligned or as Markdown."""
    title, rows = table
    widths = [max(len(row[place]) for row in rows) for place in range(len(rows[0]))]
    click.echo(f"\n{title}\n")
    for number, row in enumerate(rows):
        cells = [cell.ljust(width) for cell, width in zip(row, widths, strict=True)]
        click.echo(f"| {' | '.join(cells)} |" if markdown else "  ".join(cells).rstrip())
        if number == 0:
            rules = ["-" * width for width in widths]
            click.echo(f"| {' | '.join(rules)} |" if markdown else "  ".join(rules))


@click.command()
@click.option("--quick", is_flag=True, help="A glance: few samples, one round; the figures mean little.")
@click.option("--markdown", is_flag=True, help="Print Markdown, as docs/background/performance.md has it.")
@click.option("--workers", default=cores(), show_default=True, help="Processes of the parallel cases.")
@click.option(
    "--base", default="", help="Revision to compare with.  [default: last tag, or last change of the version]"
)
@click.option("--peers", is_flag=True, help="Compare with competitors too, as far as they can be installed.")
@click.option(
    "--photos",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="Folder of photos that readers are timed on.  [default: drawn ones]",
)
@click.option("--only-ratios", is_flag=True, help="Leave out the tables of absolute figures.")
def main(
    quick: bool, markdown: bool, workers: int, base: str, peers: bool, photos: Path | None, only_ratios: bool
) -> None:
    """Measure receiptgen on this machine."""

    def say(text: str) -> None:
        if sys.stderr.isatty() or not quick:
            click.echo(f"bench: {text}", err=True)

    click.echo(f"{datetime.now(UTC):%Y-%m-%d}, {machine()}")
    with workplace():
        if not only_ratios:
            measure_all(QUICK if quick else FULL, markdown, workers, say)
        amounts, folder = ratios.QUICK if quick else ratios.FULL, os.environ[ROOT]
        show(ratios.release_table(base, amounts, folder, say), markdown)
        if peers:
            show(ratios.peer_table(amounts, folder, say), markdown)
            show(ratios.reading_table(amounts, folder, photos, say), markdown)


def measure_all(amounts: Amounts, markdown: bool, workers: int, say: Callable[[str], None]) -> None:
    """Measure and print all tables of absolute figures."""
    show(rate_table(rates(amounts, workers, say)), markdown)
    say("stages")
    show(stage_table(stages(amounts)), markdown)
    say("starts")
    show(start_table(starts(amounts)), markdown)
    say("memory")
    few, many = amounts.growth
    memory = []
    for what, ends in (
        ("snippets", (few, many)), ("snippets, real", (few, many)),
        ("receipts", (few // 10, many // 10)), ("receipts, real", (few // 10, many // 20)),
    ):  # fmt: skip
        # A process of its own, so that nothing drawn before counts.
        with ProcessPoolExecutor(1, get_context("spawn")) as pool:
            memory.append((what, ends, pool.submit(growth, what, ends).result()))
    show(growth_table(memory), markdown)


if __name__ == "__main__":
    main()
