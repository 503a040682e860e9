"""Progress of a run on standard error: a bar on a terminal, plain lines in logs."""

import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from math import isfinite
from typing import Any

import click

from ..loop.evaluations import AnyEvaluated
from ..loop.journal import Progressed
from ..loop.loop import Status

# Shows the status of a run.
ShowStatus = Callable[[Status], None]

# Seconds of the run between the lines of a log.
_PAUSE = 5.0


@contextmanager
def show_progress(title: str, quiet: bool) -> Iterator[ShowStatus]:
    """Yield a function that shows the status of a run, every few seconds and after each evaluation.

    On a terminal it updates a bar with loss, images per second, error rates and time left, and prints a line above it
    for each evaluation; elsewhere it prints a line every few seconds, and one for each evaluation.

    Args:
        title: Name of what is trained.
        quiet: Whether nothing is shown.
    """
    if quiet:
        yield lambda status: None
    elif sys.stderr.isatty():
        with _bar() as bar:
            yield _bar_updater(bar, title)
    else:
        yield _line_printer(title)


def percent(share: float) -> str:
    """Return a share as text, such as ``3.21 %``."""
    return f"{100 * share:.2f} %" if isfinite(share) else "-"


def duration(seconds: float) -> str:
    """Return a duration as text, such as ``2 h 05 min``, ``4 min 10 s`` or ``35 s``."""
    if not isfinite(seconds):
        return "-"
    whole = round(seconds)
    minutes, rest = divmod(whole, 60)
    if minutes >= 60:
        return f"{minutes // 60:,} h {minutes % 60:02d} min"
    return f"{minutes} min {rest:02d} s" if minutes else f"{rest} s"


def _time_left(progressed: Progressed, done: float) -> str:
    """Return the estimated time left, assuming a constant speed."""
    return f"{duration(progressed.seconds * (1 - done) / done)} left" if done > 0 else ""


def _new_evaluations() -> Callable[[Sequence[AnyEvaluated]], list[AnyEvaluated]]:
    """Return a function that selects the evaluations that it was not called with before."""
    steps: dict[str, int] = {}

    def select(evaluated: Sequence[AnyEvaluated]) -> list[AnyEvaluated]:
        new = [evaluation for evaluation in evaluated if steps.get(evaluation.data) != evaluation.step]
        steps.update({evaluation.data: evaluation.step for evaluation in new})
        return new

    return select


def _new_notes() -> Callable[[Status], list[str]]:
    """Return a function that selects the notes that it was not called with before."""
    told: set[str] = set()

    def select(status: Status) -> list[str]:
        new = [note for note in status.notes if note not in told]
        told.update(new)
        return new

    return select


def _bar() -> Any:
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn
    from rich.table import Column

    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        TaskProgressColumn(),
        TextColumn("{task.fields[status]}", style="cyan", markup=False, table_column=Column(no_wrap=True)),
        TextColumn("{task.fields[left]}", markup=False),
    )
    # Each frame takes time from the run, and the status changes every few seconds only.
    return Progress(*columns, console=Console(stderr=True), refresh_per_second=2)


def _bar_updater(bar: Any, title: str) -> ShowStatus:
    task = bar.add_task(title, total=1.0, status="", left="")
    select_new, new_notes = _new_evaluations(), _new_notes()

    def show(status: Status) -> None:
        done, progressed, evaluated, _ = status
        for note in new_notes(status):
            bar.console.print(note, markup=False, highlight=False)
        for evaluation in select_new(evaluated):
            bar.console.print(f"step {evaluation.step:,}: {evaluation.summary}", markup=False, highlight=False)
        text = f"loss {progressed.loss:.3g}  {progressed.images_per_second:,.0f}/s"
        if evaluated:
            errors = (f"{evaluation.data} {percent(evaluation.score)}" for evaluation in evaluated)
            text += f"  {evaluated[0].short} {'  '.join(errors)}"
        bar.update(task, completed=done, status=text, left=_time_left(progressed, done))

    return show


def _line_printer(title: str) -> ShowStatus:
    last = float("-inf")
    select_new, new_notes = _new_evaluations(), _new_notes()

    def show(status: Status) -> None:
        done, progressed, evaluated, _ = status
        nonlocal last
        for note in new_notes(status):
            click.echo(f"{title}: {note}", err=True)
        for evaluation in select_new(evaluated):
            click.echo(f"{title}: step {evaluation.step:,}: {evaluation.summary}", err=True)
        if progressed.seconds - last < _PAUSE and done < 1:
            return
        last = progressed.seconds
        waited = f" ({progressed.wait:.0%} waiting)" if progressed.wait >= 0.01 else ""
        parts = (
            f"{title}: step {progressed.step:,}",
            f"loss {progressed.loss:.3g}",
            f"{progressed.images_per_second:,.0f} images/s{waited}",
            f"{done:.0%} done",
            _time_left(progressed, done),
        )
        click.echo(", ".join(part for part in parts if part), err=True)

    return show
