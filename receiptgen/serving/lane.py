"""Calls of a function in a process of its own, one at a time and with a deadline; few wait, others are refused."""

import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from multiprocessing import get_context, resource_tracker
from multiprocessing.connection import Connection
from threading import BoundedSemaphore, Lock, RLock
from typing import Any, Generic, TypeVar

from receiptgen.core.errors import ProcessError, ReceiptgenError
from receiptgen.core.files import reason_of
from receiptgen.core.signals import held_back

Request = TypeVar("Request")
Result = TypeVar("Result")
# Seconds for which a call waits at least for a process that starts on a busy machine.
_START = 120.0
# How many times the deadline of one call another call waits for its turn.
_OTHERS = 3


class UnavailableError(Exception):
    """A call without a result, which another try may have; the message says why."""


class Lane(Generic[Request, Result]):
    """Runs one call at a time; a few wait, as long as some others may take, and the rest are refused at once.

    The process is a new one, since a fork of a server with threads may inherit locks that are never released. It is
    replaced when it ends, be it killed at the deadline, by the system for want of memory, or by a fault of its own.
    Calls wait while it starts, which takes none of the time that they and those before them have; one that starts
    slowly is left alone, since another would begin from nothing.

    Args:
        name: What the calls do, for messages: ``reading``.
        start: Called once in the process; returns the function. It is pickled, as are requests and results.
        seconds: Time for one call.
        waiting: Number of calls that may wait.
        option: Option of the command line that gives calls more time, for messages; empty for none.
    """

    def __init__(
        self, name: str, start: Callable[[], Callable[[Request], Result]], *, seconds: float, waiting: int,
        option: str = "",
    ) -> None:  # fmt: skip
        self._name, self._start, self._seconds = name, start, seconds
        self._longest_start, self._starting = max(_START, seconds), _StartClock()
        self._more_time = f", or start the server with a longer {option}" if option else ""
        self._places, self._turn = BoundedSemaphore(1 + waiting), Lock()
        self._open = True
        self._worker = self._begin()

    def wait(self) -> None:
        """Wait until the process takes calls.

        Raises:
            ReceiptgenError: The user has to mend something first; what ``start`` raised.
            ProcessError: It has ended, or takes too long to start.
        """
        try:
            self._worker.wait(self._longest_start)
        except TimeoutError:
            seconds = f"{self._longest_start:g} seconds"
            raise ProcessError(f"the process for {self._name} didn't start within {seconds}{self._more_time}") from None
        except (EOFError, OSError):
            raise ProcessError(f"the process for {self._name} ended as it started (out of memory?)") from None

    def call(self, request: Request) -> Result:
        """Return the result of the function.

        Raises:
            UnavailableError: Too many calls wait, this one took too long, the process ended, or can't be started.
        """
        if not self._places.acquire(blocking=False):
            raise UnavailableError("too many requests wait; try again in some seconds")
        try:
            started_before = self._starting.seconds
            self._take_turn(started_before)
            try:
                return self._call(request, started_before)
            finally:
                self._turn.release()
        finally:
            self._places.release()

    def close(self) -> None:
        """End the process at once, whatever it does."""
        self._open = False
        self._worker.end()

    def _take_turn(self, started_before: float) -> None:
        """Wait for those before this call, not counting the seconds in which they waited for the process to start."""
        came, patience = time.monotonic(), _OTHERS * self._seconds
        left = patience
        while not self._turn.acquire(timeout=left):
            left = came + patience + self._starting.seconds - started_before - time.monotonic()
            if left <= 0:
                raise UnavailableError("those before it took too long; try again in some seconds")

    def _call(self, request: Request, started_before: float) -> Result:
        if not self._worker.alive:  # killed since the last call
            self._replace()
        try:
            self._await_start(started_before)
            result: Result = self._worker.call(request, self._seconds)
        except TimeoutError:
            fault = f"{self._name} took longer than {self._seconds:g} seconds; try again with less{self._more_time}"
        except (EOFError, OSError):
            fault = f"{self._name} ended without a result (out of memory?); try again with less"
        except ReceiptgenError:  # what it was started with is gone since; names files of this machine
            fault = f"{self._name} can't be started again"
        else:
            return result
        self._replace()
        raise UnavailableError(fault)

    def _await_start(self, started_before: float) -> None:
        """Wait until the process takes calls, as long as is left of the time that a call has for that."""
        waited = self._starting.seconds - started_before
        try:
            with self._starting.running():
                self._worker.wait(max(0.0, self._longest_start - waited))
        except TimeoutError:
            raise UnavailableError(f"{self._name} is still being started; try again in some seconds") from None

    def _begin(self) -> "_Worker":
        try:
            return _Worker(self._start)
        except OSError as error:
            raise ProcessError(f"the process for {self._name} can't be started: {reason_of(error)}") from None

    def _replace(self) -> None:
        self._worker.end()
        try:
            if self._open:
                self._worker = self._begin()
        except ProcessError as error:
            raise UnavailableError(str(error)) from None
        if not self._open:  # closed meanwhile, perhaps
            self._worker.end()
            raise UnavailableError("the server is ending")


class _StartClock:
    """Adds up the seconds for which calls, one at a time, wait for a process to start."""

    def __init__(self) -> None:
        self._sum = 0.0
        self._since: float | None = None

    @property
    def seconds(self) -> float:
        """The seconds up to now."""
        since = self._since
        return self._sum + (0.0 if since is None else time.monotonic() - since)

    @contextmanager
    def running(self) -> Iterator[None]:
        """Count the seconds meanwhile."""
        self._since = time.monotonic()
        try:
            yield
        finally:
            self._sum, self._since = self.seconds, None


class _Worker:
    """A process that calls a function for this one, and ends with it."""

    def __init__(self, start: Callable[[], Callable[[Any], Any]]) -> None:
        context = get_context("spawn")
        self._pipe, theirs = context.Pipe()
        self._process = context.Process(target=_work, args=(theirs, start), daemon=True)
        with theirs, _deaf():
            self._process.start()
        self._ready = False
        self._ending = RLock()  # a signal may end a process that is being ended

    @property
    def alive(self) -> bool:
        return self._process.is_alive()

    def wait(self, seconds: float) -> None:
        """Wait until the function is there; raise what its start raised, or TimeoutError."""
        if self._ready:
            return
        if not self._pipe.poll(seconds):
            raise TimeoutError
        fault = self._pipe.recv()
        if fault is not None:
            raise fault
        self._ready = True

    def call(self, request: Any, seconds: float) -> Any:
        """Return a result; raises TimeoutError, or EOFError or OSError where the process has ended."""
        self._pipe.send((request, seconds))
        if not self._pipe.poll(seconds):
            raise TimeoutError
        return self._pipe.recv()

    def end(self) -> None:
        with self._ending:  # the lane may be closed while a call finds that the process has ended
            self._process.kill()
            self._process.join()
            self._pipe.close()


@contextmanager
def _deaf() -> Iterator[None]:
    """Start a process whole, and have it not hear Ctrl-C, which ends the server, and with it the process."""
    resource_tracker.ensure_running()  # which the first process would start, and which lets Ctrl-C be heard again
    with held_back(signal.SIGINT, signal.SIGTERM):
        yield


def _work(pipe: Connection, start: Callable[[], Callable[[Any], Any]]) -> None:
    """Call a function for the server until that ends."""
    if hasattr(signal, "pthread_sigmask"):
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGTERM})
    try:
        function = start()
    except ReceiptgenError as error:
        _send(pipe, error)
        return
    _send(pipe, None)
    for request, seconds in _requests(pipe):
        _end_in(seconds + 2)  # by itself, should the server be killed before it can do so
        _send(pipe, function(request))
        _end_in(0)


def _requests(pipe: Connection) -> Iterator[Any]:
    with suppress(EOFError, OSError):  # the server has ended
        while True:
            yield pipe.recv()


def _send(pipe: Connection, message: Any) -> None:
    with suppress(OSError):  # the server has ended, as the next request would tell
        pipe.send(message)


def _end_in(seconds: float) -> None:
    """Have the system end this process after some seconds, whatever it does then; 0 lets it live."""
    if hasattr(signal, "setitimer"):
        signal.setitimer(signal.ITIMER_REAL, seconds)
