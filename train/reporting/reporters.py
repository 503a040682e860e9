"""The reporter of each kind of task."""

from collections.abc import Callable, Mapping

from ..runs.line_task import LineTask
from ..runs.page_task import PageTask
from ..runs.run import Run
from ..runs.words_task import WordsTask
from .line_reporter import LineReporter
from .page_reporter import PageReporter
from .reporter import Reporter
from .words_reporter import WordsReporter

_REPORTERS: Mapping[type, Callable[[Run], Reporter]] = {
    LineTask: LineReporter,
    PageTask: PageReporter,
    WordsTask: WordsReporter,
}


def reporter_of(run: Run) -> Reporter:
    """Return what reports on a run."""
    return _REPORTERS[type(run.task)](run)
