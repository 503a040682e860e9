"""Progress for people, and plain lines for logs."""

import sys
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Generic, TypeVar

import click

from receiptgen.core.counts import counted

File = TypeVar("File")
T = TypeVar("T")
# Seconds between the lines of a log.
_PAUSE = 5.0


@contextmanager
def progress(
    title: str, goal: int, done: int, quiet: bool, nodes: Callable[[], int] | None = None, step: int = 0
) -> Iterator[Callable[[int], None]]:
    """Yield a function that is told how many samples are done.

    On a terminal a bar with rate and time left; elsewhere a plain line every few seconds.

    Args:
        title: What is being made.
        goal: Number of samples at the end.
        done: Number of samples at the beginning.
        quiet: Whether to show nothing.
        nodes: Tells how many machines are at work; None where there is but this one.
        step: How many samples are told of at a time, where drawing these may take a minute; 0 where it takes seconds.
    """
    if quiet:
        yield lambda now: None
    elif sys.stderr.isatty():
        with _bar() as bar:
            task = bar.add_task(title, total=goal, completed=done, nodes="")
            yield lambda now: bar.update(task, completed=now, nodes=_told(nodes))
    else:
        if step and done < goal:
            click.echo(f"{title}: {done:,} of {goal:,}, told after each shard of {step:,}", err=True)
        yield _lines(title, goal, done, nodes)


def _told(nodes: Callable[[], int] | None) -> str:
    """Return how many machines are at work, empty where there is but this one."""
    count = 0 if nodes is None else nodes()
    return counted(count, "node") if count else ""


def watched(files: Sequence[File], quiet: bool) -> Iterator[File]:
    """Yield files with a bar on the terminal that tells how many are read, where they are many."""
    if quiet or len(files) < 2 or not sys.stderr.isatty():
        yield from files
        return
    from rich.console import Console
    from rich.progress import track

    yield from track(files, "reading", console=Console(stderr=True), transient=True)


def followed(items: Sequence[File], title: str, quiet: bool) -> Iterator[File]:
    """Yield items, and tell how many are done: on a terminal by a bar, elsewhere by a line every few seconds."""
    with progress(title, len(items), 0, quiet) as tell:
        for done, item in enumerate(items, 1):
            yield item
            tell(done)


def page_count(quiet: bool) -> Callable[[int, int], None]:
    """Return a function that is told which page of how many of a file comes next, and tells it now and then."""
    report: Callable[[int], None] | None = None

    def count(number: int, pages: int) -> None:
        nonlocal report
        if number == 1 or report is None:
            report = _lines("pages read", pages, 0, None)
        report(number - 1)

    return (lambda number, pages: None) if quiet else count


def _bar() -> Any:
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        ProgressColumn,
        Task,
        TextColumn,
        TimeElapsedColumn,
        TimeRemainingColumn,
    )
    from rich.text import Text

    class Rate(ProgressColumn):
        def render(self, task: Task) -> Text:
            return Text(_rate(task.speed) if task.speed else "", "cyan")

    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        Rate(),
        TextColumn("{task.fields[nodes]}"),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
    )
    return Progress(*columns, console=Console(stderr=True))


def _rate(done: float) -> str:
    """Return a rate as text: things a second, or things a minute where there is less than one a second."""
    return f"{done:,.0f}/s" if done >= 1 else f"{60 * done:,.0f}/min"


def _lines(title: str, goal: int, done: int, nodes: Callable[[], int] | None) -> Callable[[int], None]:
    start = last = time.monotonic()

    def report(now: int) -> None:
        nonlocal last
        moment = time.monotonic()
        if moment - last < _PAUSE:
            return
        last = moment
        rate = (now - done) / (moment - start)
        at_work = [told] if (told := _told(nodes)) else []
        pace = [_rate(rate), *at_work, f"{(goal - now) / rate:,.0f} s left"] if rate > 0 else at_work
        words = [f"{now:,} of {goal:,}", *pace]
        click.echo(f"{title}: {', '.join(words)}", err=True)

    return report


class UntilStopped(Generic[T]):
    """Things up to Ctrl-C, so that what was made of them before it is kept; it is raised where there was none.

    Args:
        things: The things.

    Attributes:
        passed: Number of things that passed.
        is_stopped: Whether Ctrl-C has ended them.
    """

    def __init__(self, things: Iterable[T]) -> None:
        self._things = things
        self.passed, self.is_stopped = 0, False

    def __iter__(self) -> Iterator[T]:
        """Yield the things."""
        try:
            for thing in self._things:
                self.passed += 1
                yield thing
        except KeyboardInterrupt:
            if not self.passed:
                raise
            self.is_stopped = True
