"""What a run shows while it runs: a bar on a terminal, plain lines for logs."""

import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from math import isfinite
from typing import Any

import click

from ..runs.journal import Evaluated, Progressed

# Takes the last record of progress, the share of the run that is over (0 to 1), and the last evaluation of each set.
Show = Callable[[Progressed, float, Sequence[Evaluated]], None]

# Seconds of the run between the lines of a log.
_PAUSE = 5.0


@contextmanager
def shown(title: str, quiet: bool) -> Iterator[Show]:
    """Yield a function that is told how a run goes, every few seconds and after each evaluation.

    On a terminal a bar with loss, images a second, error rates and time left, above which each evaluation leaves a
    line; elsewhere a plain line every few seconds, and one for each evaluation. All of it goes to standard error.

    Args:
        title: What is trained.
        quiet: Show nothing.
    """
    if quiet:
        yield lambda progressed, done, evaluated: None
    elif sys.stderr.isatty():
        with _bar() as bar:
            yield _drawn(bar, title)
    else:
        yield _lines(title)


def percent(share: float) -> str:
    """Return a share in words, as ``3.21 %``."""
    return f"{100 * share:.2f} %" if isfinite(share) else "-"


def duration(seconds: float) -> str:
    """Return a time in words, as ``2 h 05 min``, ``4 min 10 s`` or ``35 s``."""
    if not isfinite(seconds):
        return "-"
    whole = round(seconds)
    minutes, rest = divmod(whole, 60)
    if minutes >= 60:
        return f"{minutes // 60:,} h {minutes % 60:02d} min"
    return f"{minutes} min {rest:02d} s" if minutes else f"{rest} s"


def _left(progressed: Progressed, done: float) -> str:
    """Return the time left, if all that is left takes as long as what is over."""
    return f"{duration(progressed.seconds * (1 - done) / done)} left" if done > 0 else ""


def _read(evaluation: Evaluated) -> str:
    return (
        f"{evaluation.data}: CER {percent(evaluation.cer)}, case-folded {percent(evaluation.cer_ci)}; "
        f"{percent(evaluation.exact_ci)} of {evaluation.lines:,} lines exact"
    )


def _fresh() -> Callable[[Sequence[Evaluated]], list[Evaluated]]:
    """Return a function that picks the evaluations it has not seen."""
    known: dict[str, int] = {}

    def pick(evaluated: Sequence[Evaluated]) -> list[Evaluated]:
        new = [one for one in evaluated if known.get(one.data) != one.step]
        known.update({one.data: one.step for one in new})
        return new

    return pick


def _bar() -> Any:
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn
    from rich.table import Column

    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        TaskProgressColumn(),
        TextColumn("{task.fields[news]}", style="cyan", markup=False, table_column=Column(no_wrap=True)),
        TextColumn("{task.fields[left]}", markup=False),
    )
    # Each frame takes time from the run, and there is news every few seconds only.
    return Progress(*columns, console=Console(stderr=True), refresh_per_second=2)


def _drawn(bar: Any, title: str) -> Show:
    task = bar.add_task(title, total=1.0, news="", left="")
    fresh = _fresh()

    def show(progressed: Progressed, done: float, evaluated: Sequence[Evaluated]) -> None:
        for one in fresh(evaluated):
            bar.console.print(f"step {one.step:,}: {_read(one)}", markup=False, highlight=False)
        news = f"loss {progressed.loss:.3g}  {progressed.images_per_second:,.0f}/s"
        if evaluated:
            news += "  CER " + "  ".join(f"{one.data} {percent(one.cer_ci)}" for one in evaluated)
        bar.update(task, completed=done, news=news, left=_left(progressed, done))

    return show


def _lines(title: str) -> Show:
    last = float("-inf")
    fresh = _fresh()

    def show(progressed: Progressed, done: float, evaluated: Sequence[Evaluated]) -> None:
        nonlocal last
        for one in fresh(evaluated):
            click.echo(f"{title}: step {one.step:,}: {_read(one)}", err=True)
        if progressed.seconds - last < _PAUSE and done < 1:
            return
        last = progressed.seconds
        waited = f" ({progressed.wait:.0%} waiting)" if progressed.wait >= 0.01 else ""
        parts = (
            f"{title}: step {progressed.step:,}",
            f"loss {progressed.loss:.3g}",
            f"{progressed.images_per_second:,.0f} images/s{waited}",
            f"{done:.0%} done",
            _left(progressed, done),
        )
        click.echo(", ".join(part for part in parts if part), err=True)

    return show
