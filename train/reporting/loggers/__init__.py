"""Loggers, which show a run elsewhere as it goes on: in TensorBoard, Weights & Biases, MLflow; one file for each."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal, NamedTuple, Protocol

from receiptgen.core.registry import Registry
from receiptgen.imaging.geometry import Pixels

from ...loop.journal import AnyEntry

# How a run ended: by itself, stopped to be resumed, or with an error.
End = Literal["ended", "stopped", "failed"]


class LoggedRun(NamedTuple):
    """What a logger knows of a run from the start.

    Attributes:
        folder: Folder of the run, in which a logger may keep what it needs when the run is resumed.
        resumed: Whether the folder holds an earlier part of this run.
        settings: Recipe of the run, JSON-ready.
        quiet: Whether nothing but errors is printed.
    """

    folder: Path
    resumed: bool
    settings: Mapping[str, Any]
    quiet: bool = False

    @property
    def name(self) -> str:
        """Name of the run: that of its folder."""
        return self.folder.resolve().name or "run"

    @property
    def project(self) -> str:
        """Name of what runs of one kind have in common: that of the folder in which the run's folder lies."""
        return self.folder.resolve().parent.name or "receiptgen"


class Logger(Protocol):
    """Logs a run; only the first of several processes has one.

    Its module is imported before the run begins, and raises MissingExtraError where a package is missing. It is made
    in the main thread, its methods are called in order by a thread of its own, so that training never waits for them.
    Whatever they raise is told once, and the run continues without the logger.

    Args:
        run: The run; where it is resumed, the logger continues what it logged of the earlier part.
    """

    def __init__(self, run: LoggedRun) -> None: ...

    def write(self, entry: AnyEntry) -> None:
        """Log a record of the journal; the first is ``Started``, whose step later records of an earlier part exceed."""

    def text(self, tag: str, text: str, step: int) -> None:
        """Log a text.

        Args:
            tag: Its name.
            text: Text of any number of lines.
            step: Its step.
        """

    def image(self, tag: str, image: Pixels, step: int) -> None:
        """Log an image.

        Args:
            tag: Its name.
            image: RGB image uint8 (H, W, 3).
            step: Its step.
        """

    def close(self, end: End) -> None:
        """Write what is buffered, and close."""


LOGGERS: Registry[Logger] = Registry(__name__, "receiptgen.train.loggers", "logger")
