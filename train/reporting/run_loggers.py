"""The loggers of a run, each in a thread of its own, so that neither a slow nor a broken one stops training."""

import logging
from collections.abc import Callable, Sequence
from queue import SimpleQueue
from threading import Thread

from receiptgen.core.errors import MissingExtraError, TrainingError
from receiptgen.imaging.geometry import Pixels

from ..loop.journal import AnyEntry
from .loggers import LOGGERS, End, LoggedRun, Logger

_LOG = logging.getLogger(__name__)

NONE, _DEFAULT = "none", "tensorboard"
# Seconds that the end of a run waits for a logger to send what is left.
_PATIENCE = 60.0


def chosen_loggers(names: Sequence[str]) -> tuple[str, ...]:
    """Return the loggers of a run, each once, and load them, so that it is known at once what is missing.

    Args:
        names: Names of loggers; ``none`` alone for none. Without names it is TensorBoard where that is installed.

    Raises:
        UnknownNameError: There is no such logger.
        MissingExtraError: A package that one needs is not installed.
        TrainingError: ``none`` stands beside others.
    """
    if NONE in names:
        if set(names) != {NONE}:
            raise TrainingError(f"--log {NONE}: stands beside --log {next(name for name in names if name != NONE)}")
        return ()
    if not names:
        try:
            LOGGERS.get(_DEFAULT)
        except MissingExtraError:
            _LOG.warning("no event files are written; pip install tensorboard")
            return ()
        return (_DEFAULT,)
    for name in names:
        LOGGERS.get(name)
    return tuple(dict.fromkeys(names))


class RunLoggers:
    """The loggers of a run.

    Args:
        names: Names of the loggers.
        run: The run.
        say: Called with a line for each logger that fails.
    """

    def __init__(self, names: Sequence[str], run: LoggedRun, say: Callable[[str], None]) -> None:
        self._say = say
        self._senders: list[_Sender] = []
        for name in names:
            try:
                self._senders.append(_Sender(name, LOGGERS.get(name)(run), say))
            except Exception as error:  # a service may raise whatever it likes
                say(_failure(name, error))

    def write(self, entry: AnyEntry) -> None:
        """Log a record of the journal."""
        self._send(lambda logger: logger.write(entry))

    def text(self, tag: str, text: str, step: int) -> None:
        """Log a text of any number of lines."""
        self._send(lambda logger: logger.text(tag, text, step))

    def image(self, tag: str, image: Pixels, step: int) -> None:
        """Log an RGB image uint8 (H, W, 3), which must not change any more."""
        self._send(lambda logger: logger.image(tag, image, step))

    def close(self, end: End) -> None:
        """Send what is left, and close."""
        self._send(lambda logger: logger.close(end))
        for sender in self._senders:
            sender.close()

    def _send(self, call: Callable[[Logger], None]) -> None:
        for sender in self._senders:
            sender.send(call)


class _Sender:
    """Calls a logger in a thread of its own, in order, until it fails."""

    def __init__(self, name: str, logger: Logger, say: Callable[[str], None]) -> None:
        self._name, self._logger, self._say = name, logger, say
        self._calls: SimpleQueue[Callable[[Logger], None] | None] = SimpleQueue()
        # A daemon, so that a service that never answers doesn't keep the process.
        self._thread = Thread(target=self._run, name=f"logger {name}", daemon=True)
        self._thread.start()

    def send(self, call: Callable[[Logger], None]) -> None:
        """Add a call; what comes after a failed one is dropped."""
        if self._thread.is_alive():
            self._calls.put(call)

    def close(self) -> None:
        """Wait for the last call."""
        self._calls.put(None)
        self._thread.join(_PATIENCE)
        if self._thread.is_alive():
            self._say(f"{self._name} did not answer for {_PATIENCE:.0f} s; what is left is lost")

    def _run(self) -> None:
        while (call := self._calls.get()) is not None:
            try:
                call(self._logger)
            except Exception as error:  # as above
                self._say(_failure(self._name, error))
                return


def _failure(name: str, error: Exception) -> str:
    reason = next(iter(str(error).splitlines()), "") or type(error).__name__
    return f"training continues without {name}: {reason}"
