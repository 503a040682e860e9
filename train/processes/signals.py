"""Signals that stop a run.

This is imported before any library that starts threads, which must find SIGTERM and SIGUSR1 blocked.
"""

import os
import signal
import time
from _thread import interrupt_main
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Event, Thread, current_thread, main_thread
from types import FrameType
from typing import TYPE_CHECKING

from receiptgen.core.errors import AbortedError, PreemptedError, StoppedError

if TYPE_CHECKING:
    from ..loop.loop import Loop

# A host that wants its place back sends SIGTERM, a cluster's scheduler what it is asked to, usually SIGUSR1.
PREEMPTING = {signal.SIGTERM, getattr(signal, "SIGUSR1", signal.SIGTERM)}
# Seconds within which requests to stop count as one: a launcher passes on what all of a group have got already.
_SAME_REQUEST = 2.0
# Seconds that the main thread has to end in order.
_GRACE = 10.0
_AT_START = "before the first step; nothing is lost, run the same command again"


class SignalWatch:
    """Answers SIGTERM and SIGUSR1 from a thread of its own; a context manager for the main thread.

    Both are blocked in all other threads, and in all processes that are started meanwhile. So these never die of a
    signal that is sent to a whole group, and a process that waits within a library, as for others to join, answers it.

    Attributes:
        answer: Called at a signal, in the watch's thread. At first it ends the run, which has nothing to save yet.
    """

    def __init__(self) -> None:
        self.answer: Callable[[], None] = self._end_at_start
        self._end: AbortedError | None = None
        self._left = Event()
        self._thread = Thread(target=self._wait, daemon=True)

    def __enter__(self) -> "SignalWatch":
        # Handlers, for threads in which a library unblocks them again.
        self._handlers = {number: signal.signal(number, self._handle) for number in PREEMPTING}
        self._mask = signal.pthread_sigmask(signal.SIG_BLOCK, PREEMPTING)
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        self._left.set()
        assert self._thread.ident is not None
        signal.pthread_kill(self._thread.ident, signal.SIGTERM)
        self._thread.join()
        # A process that was stopped ends with its exit code, whatever comes until then.
        ends = kind is not None and issubclass(kind, StoppedError | AbortedError)
        for number, handler in self._handlers.items():
            signal.signal(number, signal.SIG_IGN if ends else handler)
        signal.pthread_sigmask(signal.SIG_SETMASK, self._mask)

    def _wait(self) -> None:
        while not self._left.is_set():
            signal.sigwait(PREEMPTING)
            if not self._left.is_set():
                self.answer()

    def _handle(self, number: int, frame: FrameType | None) -> None:
        if self._end:
            raise self._end
        self.answer()

    def _end_at_start(self) -> None:
        self.end(_AT_START)

    def end_before_report(self) -> None:
        """End the process, which has trained to the end and saved that."""
        self.end("before the report was complete; the same command writes it")

    def end(self, why: str) -> None:
        """End the process at once: in order if the main thread can, or else as it is.

        Args:
            why: Message after ``stopped``.
        """
        self._end = AbortedError(why)
        interrupt_main(signal.SIGTERM)
        if not self._left.wait(_GRACE):
            os.write(2, f"receiptgen: stopped {why}\n".encode())
            os._exit(AbortedError.exit_code)


@contextmanager
def watch_signals() -> Iterator[SignalWatch | None]:
    """Yield a watch; None where there can be none, on Windows and in other threads than the main one."""
    if not hasattr(signal, "pthread_sigmask") or current_thread() is not main_thread():
        yield None
        return
    with SignalWatch() as watch:
        yield watch


@contextmanager
def interrupts_held() -> Iterator[None]:
    """Hold Ctrl-C back here, and in processes that are started meanwhile until they call ``release_interrupts``."""
    if not hasattr(signal, "pthread_sigmask"):  # Windows
        yield
        return
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        release_interrupts()


def release_interrupts() -> None:
    """Let Ctrl-C come that was held back."""
    if hasattr(signal, "pthread_sigmask"):
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})


@contextmanager
def stop_on_signals(loop: "Loop", watch: SignalWatch | None, speaks: bool) -> Iterator[None]:
    """Stop after the current step at the first signal, and at once at the second, or while there is no step to save.

    Args:
        loop: The loop to stop.
        watch: Watch for SIGTERM and SIGUSR1, if there is one; Ctrl-C is watched here.
        speaks: Whether this process tells what it does.
    """
    requested, first = 0.0, loop.progress.step

    def waits() -> bool:
        """Tell whether the first step of this part of the run isn't done; its lines may take minutes."""
        return loop.progress.step == first

    def requests(kind: type[StoppedError]) -> bool:
        """Note a request; tell whether it is to be met at once."""
        nonlocal requested
        if waits():
            return True
        if loop.stopping:
            return time.monotonic() - requested > _SAME_REQUEST
        if speaks:
            # Not by ``print``, whose buffer may be in use at this moment.
            os.write(2, b"\nstopping after this step; once more to stop at once\n")
        loop.stopping, requested = kind, time.monotonic()
        return False

    def answer() -> None:
        if requests(PreemptedError) and watch:
            watch.end(_AT_START if waits() else "at once; the same command resumes from the last saved state")

    def interrupt(number: int, frame: FrameType | None) -> None:
        if requests(StoppedError):
            raise KeyboardInterrupt

    if watch:
        watch.answer = answer
    try:
        handler = signal.signal(signal.SIGINT, interrupt)
    except ValueError:  # only the main thread may handle signals
        yield
        return
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, handler)
